"""
A mailbox on an Exchange server of one's own, by EWS.

GUARANTEES
    A locator is the item's search key with its time of arrival: these survive moves, and its id does not. So
    a message put back by hand is recognised. A second item with the same two (a copy) and one without a key
    go by their id. Looking marks nothing. Only what this session has just listed in the inbox is moved; that
    it is gone is proven by listing anew. No synchronisation state and no notifications.
BUGS
    Exchange may write the MIME anew for each fetch. So the locator says what is known, never the digest; and
    a signature over the content proves nothing here: who sent it is judged by the headers that were stored.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from mailbot.clients.crew import Crew
from mailbot.clients.exchange import CONNECTIONS, Exchange
from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import Refused
from mailbot.intake.sources import ews_calls, scope
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.ews_errors import failure, translated
from mailbot.intake.sources.names import checked_folder, distinct_folders, no_inbox

LOOK_SECONDS = 5.0  # between looks at the inbox's counter while waiting
PIECE_BYTES = 4 * 2**20
TOGETHER = 10  # fetched by one request
TOGETHER_BYTES = 2 * 2**20
MOVED_TOGETHER = 50
Group = list[tuple[Ref, ews_calls.Listed]]


class EwsSession:
    """An open inbox; see `SourceSession`."""

    def __init__(self, client: Exchange, folders: dict[str, ews_calls.Place]) -> None:
        self._client = client
        self._folders = folders
        self._listed: dict[str, ews_calls.Listed] | None = None
        self._count = -1

    def arrivals(self) -> list[Ref]:
        """All that is in the inbox, the oldest first."""
        with translated():
            self._count = self._counter()
        return [
            Ref(locator, one.size, one.received_at, ews_calls.is_lasting(locator))
            for locator, one in self._inbox().items()
        ]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """Small ones several in a request; two requests at a time, ahead of what is being stored."""
        here = self._inbox() if self._listed is None else self._listed
        todo = groups([(ref, here[ref.locator]) for ref in refs if ref.locator in here])
        with Crew(CONNECTIONS) as crew:
            ahead: list[tuple[Group, Future[list[bytes | None]]]] = []
            try:
                while True:
                    while len(ahead) < 2 and (group := next(todo, None)) is not None:
                        ahead.append((group, crew.submit(partial(self._read, [one for _, one in group]))))
                    if not ahead:
                        return
                    group, future = ahead.pop(0)
                    with translated():
                        bodies = future.result()
                    for (ref, one), body in zip(group, bodies, strict=True):
                        if body is not None:
                            facts = replace(
                                ref, size=len(body), received_at=ref.received_at or one.received_at
                            )
                            yield Arrival(facts, _cut(body))
            finally:
                for _, future in ahead:
                    future.cancel()

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Many in one request, into the folder that has the name now: the last one may lie in the bin."""
        if checked_folder(folder, "folder") not in self._folders:
            raise Refused("the target folder is not one of the mailbox's settings")
        here = self._inbox() if self._listed is None else self._listed
        wanted = [here[locator] for locator in locators if locator in here]
        if not wanted:
            return
        with translated():
            target = self._client.ask(partial(ews_calls.make_folder, name=folder))
            for start in range(0, len(wanted), MOVED_TOGETHER):
                self._move(wanted[start : start + MOVED_TOGETHER], target)

    def present(self, locators: Sequence[str]) -> set[str]:
        """By listing anew."""
        return set(locators) & self._inbox().keys() if locators else set()

    def count(self, folder: str) -> int | None:
        """As Exchange counts it."""
        name = checked_folder(folder, "folder")
        with translated():
            place = self._client.ask(partial(ews_calls.find_folder, name=name))
            if place is None:
                return None
            return self._client.ask(lambda account: ews_calls.count(account, place))

    def wait(self, seconds: float) -> bool:
        """Look at the inbox's counter now and then."""
        deadline = time.monotonic() + seconds
        while True:
            with translated():
                if self._count not in (-1, self._counter()):
                    return True
            left = deadline - time.monotonic()
            time.sleep(max(0.0, min(left, LOOK_SECONDS)))
            if left <= LOOK_SECONDS:
                return False  # the next wait begins with a look

    def _inbox(self) -> dict[str, ews_calls.Listed]:
        with translated():
            found = self._client.ask(lambda account: ews_calls.list_folder(account, self._folders["INBOX"]))
        self._listed = found
        return found

    def _move(self, some: list[ews_calls.Listed], target: ews_calls.Place) -> None:
        """One that may not be moved stops no other; the proof will count what stays."""
        try:
            self._client.ask(partial(ews_calls.move, some=some, place=target))
        except Trouble as error:
            if not _its_own(error):
                raise
            for one in some if len(some) > 1 else ():
                self._move([one], target)

    def _read(self, some: list[ews_calls.Listed]) -> list[bytes | None]:
        """Their bodies; None for what the server does not serve, which costs no other."""
        try:
            served = self._client.ask(partial(ews_calls.fetch, some=some))
        except Trouble as error:
            if not _its_own(error):
                raise
            return [None] if len(some) == 1 else [body for one in some for body in self._read([one])]
        return [self._body(got) for got in served]

    def _body(self, got: Any) -> bytes | None:
        if isinstance(got, Exception):
            trouble = self._client.trouble(got)
            if not _its_own(trouble):
                raise trouble
            return None
        return bytes(got)

    def _counter(self) -> int:
        return self._client.ask(lambda account: ews_calls.count(account, self._folders["INBOX"]))


class EwsSource:
    """A configured mailbox on an Exchange server; see `MailSource`."""

    def __init__(
        self,
        name: str,
        client: Exchange,
        inbox: str,
        processed: str,
        quarantine: str,
        *,
        other: Exchange | None = None,
    ) -> None:
        self.name = name
        self._client = client
        self._other = other  # somebody else's mailbox, which must be closed to us
        self._inbox = checked_folder(inbox, "mailboxes.inbox")
        self._targets = (
            checked_folder(processed, "mailboxes.processed"),
            checked_folder(quarantine, "mailboxes.quarantine"),
        )
        distinct_folders(inbox, processed, quarantine)

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator[EwsSession]:
        """Find the folders, make the missing target folders."""
        try:
            folders = {"INBOX": self._find_inbox()}
            for target in self._targets:
                found = self._find(target)
                if found is None and not look_only:
                    with translated():
                        found = self._client.ask(partial(ews_calls.make_folder, name=target))
                if found is not None:
                    no_inbox(target, found.id, folders["INBOX"].id)
                    folders[target] = found
            yield EwsSession(self._client, folders)
        finally:
            self._client.close()

    def check(self) -> list[str]:
        """Look; nothing is made or moved."""
        try:
            inbox = self._find_inbox()
            with translated():
                count = self._client.ask(lambda account: ews_calls.count(account, inbox))
            lines = [f"{self._client.where}: signed in", f"inbox: {count} messages"]
            for target in self._targets:
                found = self._find(target)
                no_inbox(target, found.id if found else "", inbox.id)
                lines.append(f"folder {target}: {'is there' if found else 'would be made'}")
            return [*lines, self._prove_scope()]
        finally:
            self._client.close()

    def _prove_scope(self) -> str:
        if self._other is None:
            return scope.UNPROVEN
        try:
            self._other.ask(lambda account: account.inbox.total_count)
        except Trouble as error:
            # a folder that may not be seen is "not found", also where there is one
            if error.code in (403, 404):
                return scope.CLOSED
            raise failure(error) from error
        finally:
            self._other.close()
        raise scope.open_too("give the account rights on this one mailbox alone")

    def _find_inbox(self) -> ews_calls.Place:
        found = self._find(self._inbox, alone=True)
        if found is None:
            raise Refused(f"{self._client.where} has no such inbox folder")
        return found

    def _find(self, name: str, *, alone: bool = False) -> ews_calls.Place | None:
        with translated():
            return self._client.ask(partial(ews_calls.find_folder, name=name, alone=alone))


def groups(wanted: Sequence[tuple[Ref, ews_calls.Listed]]) -> Iterator[Group]:
    """As many as fit into one request, in this order; a large one alone."""
    group: Group = []
    weight = 0
    for ref, one in wanted:
        if group and (len(group) == TOGETHER or weight + one.size > TOGETHER_BYTES):
            yield group
            group, weight = [], 0
        group.append((ref, one))
        weight += one.size
    if group:
        yield group


def _its_own(trouble: Trouble) -> bool:
    """Whether it is this message's trouble, and no other's: the mailbox has just been listed."""
    return trouble.kind in (Kind.MISSING, Kind.BAD, Kind.FAULT) or trouble.code == 403


def _cut(body: bytes) -> Iterator[bytes]:
    return (body[start : start + PIECE_BYTES] for start in range(0, max(1, len(body)), PIECE_BYTES))

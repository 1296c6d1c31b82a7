"""
A mailbox in Exchange Online, by Microsoft Graph.

GUARANTEES
    A locator is the immutable id: it survives moves, and a message put back by hand has the one it had.
    Looking marks nothing. Only what this session has just listed in the inbox is moved: an id works
    wherever the message is, and people's own moves are theirs. That it is gone is proven by listing anew.
    No delta: a message that is moved out and back is lost to it.
SECURITY
    Application permissions are limited to one mailbox by Exchange (RBAC for Applications); `check` tries
    another one. Nothing from a message ever goes into an address: ids are checked and quoted.
BUGS
    An item that breaks the listing is known by its place only, until it can be listed.
"""

import re
import time
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import UTC
from functools import partial

from mailbot.clients.crew import Crew
from mailbot.clients.graph import Graph
from mailbot.clients.trouble import Kind, Trouble
from mailbot.clients.turns import AT_ONCE
from mailbot.errors import Refused
from mailbot.intake.sources import graph_fetch, graph_folders, scope
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.graph_answers import Folder, Item, Placed
from mailbot.intake.sources.graph_errors import failure, translated
from mailbot.intake.sources.graph_list import PAGE, list_folder
from mailbot.intake.sources.names import checked_folder, distinct_folders, no_inbox

LOOK_SECONDS = 5.0  # between looks at the inbox's counter while waiting
SCAN_SECONDS = 60.0  # before a message whose attachments are being scanned is asked for again
_ID = re.compile(r"[A-Za-z0-9+/_=-]{20,1000}", re.ASCII)


class GraphSession:
    """An open inbox; see `SourceSession`."""

    def __init__(self, client: Graph, folders: dict[str, str], later: dict[str, float], *, page: int) -> None:
        self._client = client
        self._folders = folders
        self._later = later  # ids to be left alone until then
        self._page = page
        self._listed: dict[str, Item] | None = None
        self._count = -1

    def arrivals(self) -> list[Ref]:
        """All that is in the inbox, the oldest first; a place that cannot be listed is named too."""
        with translated():
            self._count = self._counter()
            found = list_folder(self._client, self._folders["INBOX"], page=self._page)
        self._listed = found.items
        now = time.monotonic()
        refs = [
            Ref(item.id, 0, item.receivedDateTime.astimezone(UTC) if item.receivedDateTime else None, True)
            for item in found.items.values()
            if self._later.get(item.id, 0.0) <= now
        ]
        return [*refs, *(Ref(f"unlisted|{place}") for place in found.holes)]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """The messages that the server serves, as far as they were in the inbox at the last look."""
        pending: set[str] = set()
        wanted = [ref for ref in refs if self._listed is None or ref.locator in self._listed]
        try:
            yield from graph_fetch.fetch(
                self._client, [ref for ref in wanted if _ID.fullmatch(ref.locator)], pending
            )
        finally:
            now = time.monotonic()
            for over in [one for one, until in self._later.items() if until <= now]:
                del self._later[over]
            self._later |= dict.fromkeys(pending, now + SCAN_SECONDS)

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Two at a time, into the folder that has the name now: the last one may lie in the bin."""
        if checked_folder(folder, "folder") not in self._folders:
            raise Refused("the target folder is not one of the mailbox's settings")
        here = self._inbox() if self._listed is None else self._listed
        wanted = [locator for locator in locators if locator in here]
        if not wanted:
            return
        with translated(), Crew(AT_ONCE) as crew:
            target = graph_folders.make(self._client, folder).id
            moves = [crew.submit(partial(self._move, locator, target)) for locator in wanted]
            try:
                for move in moves:
                    move.result()
            finally:
                for move in moves:
                    move.cancel()

    def present(self, locators: Sequence[str]) -> set[str]:
        """By listing anew; what cannot be listed is asked for by itself."""
        if not locators:
            return set()
        return set(locators) & self._inbox({one for one in locators if _ID.fullmatch(one)}).keys()

    def count(self, folder: str) -> int | None:
        """As Exchange counts it."""
        with translated():
            found = graph_folders.find(self._client, checked_folder(folder, "folder"))
        return found.totalItemCount if found else None

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

    def _inbox(self, wanted: Set[str] = frozenset()) -> dict[str, Item]:
        """What is in it now; where some cannot be listed, those known and `wanted` are asked for alone."""
        with translated():
            found = list_folder(self._client, self._folders["INBOX"], page=self._page)
            if found.holes:
                hidden = ((self._listed or {}).keys() | wanted) - found.items.keys()
                found.items |= {one: Item(one) for one in hidden if self._is_here(one)}
        self._listed = found.items
        return found.items

    def _is_here(self, locator: str) -> bool:
        try:
            item = self._client.get(graph_fetch.path(locator), Placed, **{"$select": "id,parentFolderId"})
        except Trouble as error:
            if error.kind is Kind.MISSING:
                return False
            if error.kind is Kind.FAULT:
                return True  # cannot be proven gone
            raise
        return item.parentFolderId == self._folders["INBOX"]

    def _move(self, locator: str, target: str) -> None:
        try:
            self._client.post(f"{graph_fetch.path(locator)}/move", {"destinationId": target}, Item)
        except Trouble as error:
            # the proof will count what stays; one message that may not be moved stops no other
            if error.kind not in (Kind.MISSING, Kind.FAULT, Kind.BAD) and error.code != 403:
                raise

    def _counter(self) -> int:
        folder = self._client.get(
            f"/mailFolders/{self._folders['INBOX']}", Folder, **{"$select": "id,totalItemCount"}
        )
        return folder.totalItemCount


class GraphSource:
    """A configured mailbox in Exchange Online; see `MailSource`."""

    def __init__(
        self,
        name: str,
        client: Graph,
        inbox: str,
        processed: str,
        quarantine: str,
        *,
        other: Graph | None = None,
        page: int = PAGE,
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
        self._page = page
        self._later: dict[str, float] = {}

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator[GraphSession]:
        """Find the folders, make the missing target folders."""
        with translated():
            folders = {"INBOX": graph_folders.inbox(self._client, self._inbox).id}
            for target in self._targets:
                found = graph_folders.find(self._client, target)
                if found is None and not look_only:
                    found = graph_folders.make(self._client, target)
                if found is not None:
                    no_inbox(target, found.id, folders["INBOX"])
                    folders[target] = found.id
        yield GraphSession(self._client, folders, self._later, page=self._page)

    def check(self) -> list[str]:
        """Look; nothing is made or moved. `Refused` where somebody else's mailbox can be read too."""
        with translated():
            inbox: Folder = graph_folders.inbox(self._client, self._inbox)
            lines = [f"{self._client.where}: signed in", f"inbox: {inbox.totalItemCount} messages"]
            for target in self._targets:
                found = graph_folders.find(self._client, target)
                no_inbox(target, found.id if found else "", inbox.id)
                lines.append(f"folder {target}: {'is there' if found else 'would be made'}")
        return [*lines, *self._prove_scope()]

    def _prove_scope(self) -> list[str]:
        if self._other is None:
            return [scope.UNPROVEN]
        try:
            graph_folders.inbox(self._other, "INBOX")
        except Trouble as error:
            if error.code == 403:
                return [scope.CLOSED]
            if error.kind is Kind.MISSING:
                raise scope.nowhere() from error
            raise failure(error) from error
        raise scope.open_too(
            "remove the application's Mail permissions in Entra, and grant them with a management scope of "
            "this one mailbox alone"
        )

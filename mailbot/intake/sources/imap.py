"""
A mailbox on an IMAP server.

GUARANTEES
    Looking marks nothing. A locator holds the folder, its UIDVALIDITY and the UID: when the server has
    numbered its folder anew, an old locator names nothing here, and so never another message.
SECURITY
    Certificates are verified; plain connections go to this machine only. Nothing from a message ever goes
    into a command: numbers and checked names of the configuration are all that is sent.
BUGS
    A message that somebody puts back by hand gets a new UID, so here it is a redelivery of known bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from imapclient.exceptions import IMAPClientError

from mailbot.errors import ConfigError, Refused
from mailbot.intake.sources import imap_fetch, imap_move, oauth_errors, scope
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.imap_errors import is_lost, may_work_later, translated
from mailbot.intake.sources.imap_idle import idle
from mailbot.intake.sources.imap_login import Door, Secret, Tls, Token, enter, hang_up, leave
from mailbot.intake.sources.names import checked_folder, distinct_folders
from mailbot.intake.sources.pause import pause

UIDS_A_SEARCH = 10_000  # an answer is one line, and imaplib takes 1 MB: about 90,000 numbers


class ImapSession:
    """An open inbox; see `SourceSession`."""

    def __init__(self, client: Any, where: str, inbox: str, *, uids_a_search: int = UIDS_A_SEARCH) -> None:
        self._client = client
        self._where = where
        self._inbox = inbox
        self._window = uids_a_search
        self._uidvalidity = 0
        self._select()

    def arrivals(self) -> list[Ref]:
        """All that is in the inbox, by UID: the order in which it came."""
        exists, uidnext = self._select()
        if not exists:
            return []
        with translated(self._where):
            uids = self._uids(exists, uidnext)
        return [Ref(f"{self._inbox}|{self._uidvalidity}|{uid}") for uid in uids]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """The messages that the server serves, with their size and date."""
        numbered = ((self._uid(ref.locator), ref) for ref in refs)
        wanted = [imap_fetch.Wanted(uid, ref) for uid, ref in numbered if uid]
        return imap_fetch.fetch(self._client, self._where, wanted)

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Move many in one command."""
        target = checked_folder(folder, "folder")
        imap_move.move(self._client, self._where, sorted(self._numbers(locators)), target)

    def present(self, locators: Sequence[str]) -> set[str]:
        """Asked of the server anew."""
        numbers = self._numbers(locators)
        still = imap_move.present(self._client, self._where, sorted(numbers))
        return {numbers[uid] for uid in still if uid in numbers}

    def count(self, folder: str) -> int | None:
        """By STATUS, which opens nothing; of the open folder not to be asked (RFC 3501, section 6.3.10)."""
        with translated(self._where):
            if not _exists(self._client, checked_folder(folder, "folder")):
                return None
            try:
                return int(self._client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])
            except IMAPClientError as error:
                if is_lost(error):
                    raise
                return None  # a folder that may not be looked into

    def wait(self, seconds: float) -> bool:
        """IDLE where the server has it, else a pause."""
        with translated(self._where):
            if self._client.has_capability("IDLE"):
                return idle(self._client, seconds, self._where)
            pause(seconds)
            self._client.noop()
            return False

    def _select(self) -> tuple[int, int]:
        with translated(self._where):
            try:
                told = self._client.select_folder(self._inbox)
            except IMAPClientError as error:
                # Opened before and not now is a server in trouble (or a folder numbered anew): again, later
                if self._uidvalidity or is_lost(error) or may_work_later(error):
                    raise
                raise Refused(f"{self._where}: the inbox folder is missing or may not be opened") from error
            self._uidvalidity = int(told[b"UIDVALIDITY"])
            return int(told[b"EXISTS"]), int(told.get(b"UIDNEXT", 0))

    def _uids(self, exists: int, uidnext: int) -> list[int]:
        if exists <= self._window or not uidnext:
            return sorted(set(self._client.search("ALL")))
        found: set[int] = set()
        for first in range(1, uidnext, self._window):
            found.update(self._client.search(f"UID {first}:{first + self._window - 1}"))
        return sorted(found)

    def _numbers(self, locators: Sequence[str]) -> dict[int, str]:
        return {uid: locator for locator in locators if (uid := self._uid(locator))}

    def _uid(self, locator: str) -> int:
        """The number in the folder as it is numbered now; 0 for a locator of another numbering."""
        folder, _, rest = locator.partition("|") if "|" not in self._inbox else _split(locator)
        uidvalidity, _, uid = rest.partition("|")
        known = folder == self._inbox and uidvalidity == str(self._uidvalidity)
        return int(uid) if known and uid.isascii() and uid.isdigit() else 0


class ImapSource:
    """A configured mailbox on an IMAP server; see `MailSource`."""

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        tls: Tls,
        ca_file: str,
        username: str,
        password: Secret | None,
        oauth_token: Token | None,
        inbox: str,
        processed: str,
        quarantine: str,
        *,
        other: str = "",
        uids_a_search: int = UIDS_A_SEARCH,
    ) -> None:
        self.name = name
        self._other = other  # somebody else's mailbox, which must be closed to our token
        self._door = Door(host, port, tls, username, ca_file, password, oauth_token)
        self._inbox = checked_folder(inbox, "mailboxes.inbox")
        self._targets = (
            checked_folder(processed, "mailboxes.processed"),
            checked_folder(quarantine, "mailboxes.quarantine"),
        )
        distinct_folders(inbox, processed, quarantine)
        self._uids_a_search = uids_a_search
        self._spent_token: str | None = None  # refused once; not offered to the server again

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator[ImapSession]:
        """Connect, sign in, make the missing target folders, open the inbox."""
        client = self._enter()
        try:
            with translated(self._door.where):
                for folder in () if look_only else self._targets:
                    self._make_sure_of(client, folder)
            where, window = self._door.where, self._uids_a_search
            yield ImapSession(client, where, self._inbox, uids_a_search=window)
        except BaseException:
            hang_up(client)  # a goodbye could wait for a dead server
            raise
        leave(client)

    def check(self) -> list[str]:
        """Sign in and look; nothing is made or moved."""
        client = self._enter()
        where = self._door.where
        try:
            with translated(where):
                lines = [f"{where}: signed in", *self._inspect(client)]
        finally:
            leave(client)
        return [*lines, *self._prove_scope()]

    def _prove_scope(self) -> list[str]:
        """A password opens one mailbox; a token may open others too."""
        if self._door.oauth_token is None:
            return []
        if not self._other:
            return [scope.UNPROVEN]
        with oauth_errors.translated():
            token = self._door.oauth_token(False)
        try:
            client = enter(replace(self._door, username=self._other), token)
        except Refused:
            return [scope.CLOSED]
        leave(client)
        raise scope.open_too("take away the application's rights on it")

    def _enter(self) -> Any:
        if self._door.oauth_token is not None:
            return self._enter_by_token(self._door.oauth_token)
        if self._door.password is None:
            raise ConfigError("mailboxes: neither password nor oauth")
        return enter(self._door, self._door.password())

    def _enter_by_token(self, oauth_token: Token) -> Any:
        """No token is offered again after it was refused; a fresh one is tried at once, and only one."""
        refused = Refused(f"{self._door.where} refused this access token before; a new one is needed")
        for fresh in (False, True):
            with oauth_errors.translated():
                token = oauth_token(fresh)
            if token == self._spent_token:
                continue
            try:
                return enter(self._door, token)
            except Refused as error:
                self._spent_token, refused = token, error
        raise refused

    def _inspect(self, client: Any) -> list[str]:
        try:
            told = client.select_folder(self._inbox, readonly=True)
        except IMAPClientError as error:
            if is_lost(error):
                raise
            raise Refused(f"{self._door.where}: the inbox folder is missing or may not be opened") from error
        lines = [f"inbox: {told[b'EXISTS']} messages"]
        for folder in self._targets:
            there = _exists(client, folder)
            lines.append(f"folder {folder}: {'is there' if there else 'would be made'}")
        if not imap_move.can_move(client):
            lines.append(f"warning: the server {imap_move.STAYS}")
        return lines

    def _make_sure_of(self, client: Any, folder: str) -> None:
        if _exists(client, folder):
            return
        try:
            imap_move.make_folder(client, folder)
        except IMAPClientError as error:
            if is_lost(error) or may_work_later(error):
                raise
            if not _exists(client, folder):  # else another worker was faster
                raise Refused(f"{self._door.where} refuses to make a target folder") from error


def _exists(client: Any, folder: str) -> bool:
    absent = {b"\\nonexistent", b"\\noselect"}
    return any(
        not absent & {flag.lower() for flag in flags} for flags, _, _ in client.list_folders("", folder)
    )


def _split(locator: str) -> tuple[str, str, str]:
    """For an inbox whose own name holds the separator."""
    folder, uidvalidity, uid = (["", "", *locator.rsplit("|", 2)])[-3:]
    return folder, "|", f"{uidvalidity}|{uid}"

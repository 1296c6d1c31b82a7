"""
Moving messages on an IMAP server, as its abilities allow.

GUARANTEES
    Only the numbers that were asked for are touched. EXPUNGE without numbers is never sent: it would
    destroy what people have marked themselves.
BUGS
    Without MOVE a crash between COPY and STORE leaves a second copy in the target, never fewer than one.
    Without MOVE and UIDPLUS messages stay in the inbox, marked as deleted, and the mailbox says so.
"""

from collections.abc import Sequence
from typing import Any

from imapclient import DELETED
from imapclient.exceptions import IMAPClientError

from mailbot.errors import Refused
from mailbot.intake.sources.imap_errors import is_lost, may_work_later, translated
from mailbot.intake.sources.imap_fetch import windows

STAYS = "offers neither MOVE nor UIDPLUS: messages are copied and stay in the inbox, marked as deleted"


def move(client: Any, where: str, uids: Sequence[int], folder: str) -> None:
    """Move them into `folder`. That the server says OK proves nothing; see `present`."""
    for some in windows(uids):
        with translated(where):
            try:
                _move_or_create(client, list(some), folder)
            except IMAPClientError as error:
                if is_lost(error) or may_work_later(error):
                    raise
                raise Refused(f"{where} refuses to move messages into the target folder") from error
    if uids and not can_move(client):
        raise Refused(f"{where} {STAYS}")


def can_move(client: Any) -> bool:
    """Whether messages can leave the inbox one by one."""
    return bool(client.has_capability("MOVE") or client.has_capability("UIDPLUS"))


def make_folder(client: Any, folder: str) -> None:
    """Make a folder and show it to the people who read this mailbox too."""
    client.create_folder(folder)
    client.subscribe_folder(folder)


def present(client: Any, where: str, uids: Sequence[int]) -> set[int]:
    """Which of them are still in the open folder."""
    found: set[int] = set()
    with translated(where):
        client.noop()  # another session may have moved them; the server may tell only now
        for some in windows(uids):
            found.update(client.fetch(list(some), ["UID"]))
    return found


def _move_or_create(client: Any, uids: list[int], folder: str) -> None:
    try:
        _move(client, uids, folder)
    except IMAPClientError as error:
        if is_lost(error) or "[TRYCREATE]" not in str(error):
            raise
        make_folder(client, folder)  # somebody removed it since the session began
        _move(client, uids, folder)


def _move(client: Any, uids: list[int], folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    # Marked already means copied already: by us before a crash, or deleted by a person
    marked = set(client.search("DELETED UID " + ",".join(map(str, uids))))
    if fresh := [uid for uid in uids if uid not in marked]:
        client.copy(fresh, folder)
        client.add_flags(fresh, [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)

"""What must hold between mailboxes: no folder is read twice, or its messages would be answered twice."""

from collections.abc import Iterator

from mailbot.config.place import SettingPath
from mailbot.config.shapes import Config, Mailbox


def read_twice(config: Config) -> Iterator[tuple[SettingPath, str]]:
    """An inbox that another mailbox of the settings reads too, or moves its messages into."""
    for index, box in enumerate(config.mailboxes):
        for other in (one for one in config.mailboxes if one is not box and _place(one) == _place(box)):
            theirs = {folder.casefold() for folder in (other.inbox, other.processed, other.quarantine)}
            if box.inbox.casefold() in theirs:
                yield (
                    ("mailboxes", index, "inbox"),
                    f'is a folder of "{other.name}" too: its messages would be read and answered twice',
                )


def _place(box: Mailbox) -> tuple[object, ...]:
    """Where it is, as far as the settings tell."""
    if box.kind == "maildir":
        return box.kind, str(box.path)
    if box.kind == "imap":
        return box.kind, box.host.casefold(), box.port, box.username.casefold()
    mailbox = box.mailbox or next(iter(box.addresses), "")
    return box.kind, box.url.casefold().rstrip("/"), mailbox.casefold()

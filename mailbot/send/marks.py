"""
What was handed over, remembered beside the database: a small file for each message that was answered.

A database can forget what it had confirmed: a replica takes over that was a second behind, or somebody puts
back yesterday's copy of the file. It then calls reserved what has left. The originals' digests are the same
before and after, so they name the marks.

GUARANTEES
    A mark is durable before the transport is spoken to. Where it says that more was tried than the database
    knows, nothing leaves until a person has looked.
SECURITY
    A mark holds a random id and a number; its name is a keyed digest. It goes with the original.
BUGS
    What brings the whole disk back takes the marks along: that is what `mailbot restore` is for.
"""

import os
from contextlib import suppress
from pathlib import Path

from mailbot.errors import TransportUnavailable
from mailbot.store.disk import sync

CODE = "left_before"


class Marks:
    """The folder; made when the first mark is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, digest: str, mail_id: str, attempt: int) -> None:
        """This mail is about to be tried; `TransportUnavailable` where that cannot be written down."""
        part = self._folder / f".{digest}"
        try:
            if not self._folder.is_dir():
                self._folder.mkdir(mode=0o700)
                sync(self._folder.parent)
            with open(part, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(f"{mail_id} {attempt}")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._folder / digest)
            sync(self._folder)
        except OSError as error:
            raise TransportUnavailable("that something is sent cannot be written down first") from error

    def knows_more(self, digest: str, mail_id: str, attempts: int) -> bool:
        """Whether more was tried for this original than so many attempts of this mail."""
        try:
            known, _, tried = (self._folder / digest).read_text().partition(" ")
        except FileNotFoundError:
            return False
        except (OSError, UnicodeDecodeError):
            return True
        return known != mail_id or not tried.isdecimal() or int(tried) > attempts

    def forget(self, digest: str) -> None:
        """The original is erased."""
        with suppress(OSError):
            (self._folder / digest).unlink()

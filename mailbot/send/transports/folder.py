"""
Into a folder, a file for each message: for the demonstration and for trying mailbot out.

GUARANTEES
    A file appears whole and durable, or not at all. It refuses production, where nobody would get anything.
"""

import os
import re
from pathlib import Path

from mailbot.errors import ConfigError, InDoubt, Refused, TransportUnavailable
from mailbot.send.address import usable
from mailbot.send.transports.base import OutgoingMail

_OURS = re.compile(r"<([0-9A-Za-z][0-9A-Za-z._-]{0,100})@[^<>@\s]+>", re.ASCII)


class FolderTransport:
    """A folder; made when missing."""

    def __init__(self, folder: Path, *, production: bool) -> None:
        if production:
            raise ConfigError(
                '[acknowledge] → kind: "folder" is not for production, nobody would get anything'
            )
        self._folder = folder

    def send(self, mail: OutgoingMail) -> None:
        """Write one file, named after the random part of its Message-ID."""
        name = _OURS.fullmatch(mail.message_id)
        if name is None or not usable(mail.recipient):
            raise Refused("an address or Message-ID that no file can carry")
        part = self._folder / f"{name[1]}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(part, mail.data)
        except OSError as error:
            raise TransportUnavailable(f"the folder cannot be written ({type(error).__name__})") from error
        try:
            os.replace(part, self._folder / f"{name[1]}.eml")
            _sync(self._folder)
        except OSError as error:
            raise InDoubt(f"the folder broke off ({type(error).__name__})") from error

    def close(self) -> None:
        """Nothing is kept open."""

    def check(self) -> list[str]:
        """Look where files would go; makes nothing."""
        there = "is there" if self._folder.is_dir() else "would be made"
        return [f"acknowledgements would be written to {self._folder}, which {there}; nobody gets them"]


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""
A mailbox as a Maildir: for the demonstration, for tests, and for a mail server on the same machine.

GUARANTEES
    A message is known by its unique name, which survives every change of its flags. Moves are renames on
    one file system, made durable before `move` returns. Only whole messages are seen: writers deliver
    into `tmp` and rename into `new`.
SECURITY
    Only regular files are opened, and no link is followed.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mailbot.errors import ConfigError, Refused, SourceUnavailable
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.names import checked_folder, distinct_folders
from mailbot.intake.sources.pause import pause

CHUNK_BYTES = 2**20
_PLACES = ("new", "cur")


class MaildirSession:
    """An open Maildir; see `SourceSession`."""

    def __init__(self, root: Path, inbox: str) -> None:
        self._root = root
        self._inbox = folder_path(root, inbox)
        self._seen = self._stamp()

    def arrivals(self) -> list[Ref]:
        """All in `new` and `cur`, by the time of delivery."""
        self._seen = self._stamp()
        found = []
        with _translated():
            for unique, path in self._names().items():
                try:
                    status = path.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # somebody was faster
                at = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append((status.st_mtime_ns, unique, Ref(unique, status.st_size, at)))
        return [ref for _, _, ref in sorted(found, key=lambda entry: entry[:2])]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """The files' bytes as they are."""
        names = self._names()
        for ref in refs:
            file = _opened(names.get(ref.locator))
            if file is None and ref.locator in names:  # its flags have changed, or it is gone
                names = self._names()
                file = _opened(names.get(ref.locator))
            if file is not None:
                with file:
                    yield Arrival(ref, _chunks(file))

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Rename into `folder`, keeping the flags and whether anybody has looked at it."""
        target = folder_path(self._root, checked_folder(folder, "folder"))
        names = self._names()
        with _translated():
            make_maildir(target)
            for path in (names[locator] for locator in locators if locator in names):
                _rename(path, target / path.parent.name)
            for place in (*(target / name for name in _PLACES), *(self._inbox / name for name in _PLACES)):
                sync_directory(place)

    def present(self, locators: Sequence[str]) -> set[str]:
        """Which of them are still in the inbox."""
        return set(locators) & self._names().keys()

    def count(self, folder: str) -> int | None:
        """By the names in `new` and `cur`."""
        place = folder_path(self._root, checked_folder(folder, "folder"))
        with _translated():
            if not place.is_dir():
                return None
            names = (path.name for part in _PLACES for path in (place / part).glob("*"))
            return sum(not name.startswith(".") for name in names)

    def wait(self, seconds: float) -> bool:
        """Look at the two directories now and then: cheap, and good enough for a disk."""
        return pause(seconds, lambda: self._stamp() != self._seen)

    def _names(self) -> dict[str, Path]:
        found = {}
        with _translated():
            for place in _PLACES:
                with os.scandir(self._inbox / place) as entries:
                    for entry in entries:
                        if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                            found[entry.name.partition(":")[0]] = Path(entry.path)
        return found

    def _stamp(self) -> tuple[int, ...]:
        with _translated():
            return tuple((self._inbox / place).stat().st_mtime_ns for place in _PLACES)


class MaildirSource:
    """A configured Maildir; see `MailSource`."""

    def __init__(self, name: str, path: Path, inbox: str, processed: str, quarantine: str) -> None:
        self.name = name
        self._root = path
        self._inbox = checked_folder(inbox, "mailboxes.inbox")
        self._targets = (
            checked_folder(processed, "mailboxes.processed"),
            checked_folder(quarantine, "mailboxes.quarantine"),
        )
        distinct_folders(inbox, processed, quarantine)
        for folder in (self._inbox, *self._targets):
            folder_path(path, folder)

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator[MaildirSession]:
        """Make the missing target folders and open the inbox, which must be there."""
        self._must_be_there()
        with _translated():
            for folder in () if look_only else self._targets:
                make_maildir(folder_path(self._root, folder))
        yield MaildirSession(self._root, self._inbox)

    def check(self) -> list[str]:
        """Look; nothing is made or moved."""
        self._must_be_there()
        lines = [f"inbox: {len(MaildirSession(self._root, self._inbox).arrivals())} messages"]
        for folder in self._targets:
            there = folder_path(self._root, folder).is_dir()
            lines.append(f"folder {folder}: {'is there' if there else 'would be made'}")
        return lines

    def _must_be_there(self) -> None:
        inbox = folder_path(self._root, self._inbox)
        if not all((inbox / place).is_dir() for place in _PLACES):
            raise Refused(f"mailbox {self.name}: its path is no Maildir, which has folders new and cur")


def folder_path(root: Path, folder: str) -> Path:
    """Where a folder lies: the Maildir itself for INBOX, else a dotted directory in it (Maildir++)."""
    if folder.upper() == "INBOX":
        return root
    if "/" in folder or folder.startswith(".") or folder.endswith(".") or ".." in folder:
        raise ConfigError("mailboxes: a Maildir's folder has no slash and no dot at its ends")
    return root / f".{folder}"


def make_maildir(path: Path) -> None:
    """Make what is missing of a Maildir."""
    for place in ("tmp", "new", "cur"):
        if not (path / place).is_dir():
            (path / place).mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_directory(path)
            sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the renames in a directory durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rename(path: Path, directory: Path) -> None:
    target = directory / path.name
    while target.exists():  # a copy that somebody made; neither may replace the other
        unique, colon, flags = target.name.partition(":")
        target = directory / f"{unique}_{colon}{flags}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return  # already gone, or its flags have changed: `present` will tell


def _opened(path: Path | None) -> BinaryIO | None:
    if path is None:
        return None
    with _translated():
        try:
            return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except FileNotFoundError:
            return None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while True:
        with _translated():
            chunk = file.read(CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise Refused("the Maildir may not be read or changed by this user") from error
    except OSError as error:
        raise SourceUnavailable("the Maildir cannot be read or changed") from error

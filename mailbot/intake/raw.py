"""
The raw store: every message as it came, byte for byte, sealed, written once.

    tmp/<random>     being written
    ab/<digest>      complete; the digest is keyed and that of the plain bytes

GUARANTEES
    When a batch has been left without an exception, each message saved in it survives a power cut. A file
    under its final name is always complete. Saving the same bytes twice is harmless. What is read was
    verified: frame by frame on the way, and against its name at the end.
SECURITY
    Files hold hostile, unread input and who sent it. They are sealed while they come in (no plain byte
    touches the disk), are 0600, and are named by us.
BUGS
    Two messages with the same bytes share one file: whoever erases must count first.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mailbot.errors import DiskFull, Gone, StoreUnavailable, Tampered
from mailbot.store import envelope
from mailbot.store.vault import Vault

_PURPOSE = "raw"
_MOST_PENDING = 64  # open files of a batch; a batch of the collector has 20 messages


@dataclass(frozen=True, slots=True)
class Stored:
    """A message in the raw store."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class _Pending:
    """A written file that is not durable yet."""

    handle: int
    partial: Path
    final: Path


class RawStore:
    """The folder. For several threads; each takes a batch of its own."""

    def __init__(self, folder: Path, vault: Vault, reserve_bytes: int = 0) -> None:
        self._folder = folder
        self._vault = vault
        self._reserve = reserve_bytes

    @contextlib.contextmanager
    def batch(self) -> Iterator["Batch"]:
        """
        Save messages; all are durable once the block is left, none before.

        One sync for each message and each folder touched. `DiskFull` below the reserve.
        """
        if self.room() <= 0:
            raise DiskFull("the disk of the raw store is filled up to the reserve")
        batch = Batch(self._folder, self._vault)
        try:
            yield batch
            with _translated():
                batch.settle()
        finally:
            batch.abandon()

    def chunks(self, digest: str) -> Iterator[bytes]:
        """The message in pieces of at most 1 MiB; `Gone`, or `Tampered` where it is not as it came."""
        digester = self._vault.digester(_PURPOSE)
        try:
            with self._path(digest).open("rb") as file:
                for chunk in self._vault.open_stream(file):
                    digester.update(chunk)
                    yield chunk
        except FileNotFoundError as error:
            raise Gone("the raw store does not hold this message") from error
        if digester.hexdigest() != digest:
            raise Tampered("a file of the raw store holds another message")

    def read(self, digest: str) -> bytes:
        """The whole message, verified."""
        return b"".join(self.chunks(digest))

    def exists(self, digest: str) -> bool:
        """Whether the message is there."""
        return self._path(digest).is_file()

    def rewrap(self, digest: str) -> bool:
        """Put the message under the active key, its frames copied as they are; False when it is already."""
        with _translated(), self._path(digest).open("rb") as file:
            header = file.read(envelope.HEADER)
            if not self._vault.is_outdated(header):
                return False
            batch = Batch(self._folder, self._vault)
            try:
                batch.copy(digest, self._vault.rewrap(header), iter(lambda: file.read(envelope.FRAME), b""))
                batch.settle()
            finally:
                batch.abandon()
        return True

    def sweep(self, now: datetime, older_than: timedelta) -> int:
        """Delete what interrupted batches left behind; how many files."""
        limit = (now - older_than).timestamp()
        count = 0
        for path in (self._folder / "tmp").glob("*"):
            # another process may finish or sweep it at this very moment
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < limit:
                    path.unlink()
                    count += 1
        return count

    def room(self) -> int:
        """Free bytes above the reserve; 0 where there are none."""
        place = next(path for path in (self._folder, *self._folder.absolute().parents) if path.exists())
        found = os.statvfs(place)
        return max(0, found.f_bavail * found.f_frsize - self._reserve)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


class Batch:
    """Messages being saved."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        self._pending: list[_Pending] = []
        self._made_top = not folder.is_dir()

    def save(self, untrusted_chunks: Iterable[bytes]) -> Stored:
        """Write one message, sealed; what the chunks raise goes through and leaves nothing behind."""
        digester = self._vault.digester(_PURPOSE)
        size = 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for chunk in untrusted_chunks:
                digester.update(chunk)
                size += len(chunk)
                yield chunk

        self._write(self._vault.seal_stream(measured()), digester.hexdigest)
        return Stored(digester.hexdigest(), size)

    def copy(self, digest: str, header: bytes, frames: Iterable[bytes]) -> None:
        """Write an envelope that is sealed already."""

        def pieces() -> Iterator[bytes]:
            yield header
            yield from frames

        self._write(pieces(), lambda: digest)

    def settle(self) -> None:
        """Make all of it durable under its final name."""
        # all are written before the first is synced: the disk then works on one heap, not on one at a time
        for pending in self._pending:
            os.fsync(pending.handle)
        # always the top too: the folder below may be new, and another process' own sync still to come
        touched = {self._folder}
        if self._made_top:
            touched.add(self._folder.absolute().parent)
        while self._pending:
            pending = self._pending[-1]
            os.rename(pending.partial, pending.final)
            touched.add(pending.final.parent)
            self._pending.pop()
            os.close(pending.handle)
        for folder in touched:
            _sync(folder)

    def abandon(self) -> None:
        """Delete what was not made durable; nothing after `settle`."""
        while self._pending:
            pending = self._pending.pop()
            with contextlib.suppress(OSError):
                os.close(pending.handle)
            with contextlib.suppress(OSError):  # `sweep` finds it
                pending.partial.unlink()

    def _write(self, pieces: Iterable[bytes], digest: Callable[[], str]) -> None:
        if len(self._pending) >= _MOST_PENDING:
            with _translated():
                self.settle()
        partial = self._folder / "tmp" / secrets.token_hex(16)
        with _translated():
            _make(partial.parent)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in pieces:
                with _translated():
                    _write_all(handle, piece)
            name = digest()
            with _translated():
                final = self._folder / name[:2] / name
                _make(final.parent)
        except BaseException:
            os.close(handle)
            partial.unlink(missing_ok=True)
            raise
        self._pending.append(_Pending(handle, partial, final))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """The failures of a disk in our words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("the disk of the raw store is full") from error
        raise StoreUnavailable("the raw store cannot be written") from error


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""
The raw store: every message as it came, byte for byte, sealed, written once.

    tmp/<random>     being written
    <digest>         complete; the digest is keyed and that of the plain bytes

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
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from mailbot.errors import DiskFull, Gone, StoreUnavailable, Tampered
from mailbot.intake.batch import PURPOSE, Batch, Stored, translated
from mailbot.store import envelope
from mailbot.store.disk import sync
from mailbot.store.vault import Vault

__all__ = ["PURPOSE", "Batch", "RawStore", "Stored"]


class RawStore:
    """The folder. For several threads; each takes a batch of its own."""

    def __init__(self, folder: Path, vault: Vault, reserve_bytes: int = 0) -> None:
        self._folder = folder
        self._vault = vault
        self._reserve = reserve_bytes

    @contextlib.contextmanager
    def batch(self) -> Iterator[Batch]:
        """
        Save messages; all are durable once the block is left, none before.

        One sync for each message, and one for the folder. `DiskFull` below the reserve.
        """
        if self.room() <= 0:
            raise DiskFull("the disk of the raw store is filled up to the reserve")
        batch = Batch(self._folder, self._vault)
        try:
            yield batch
            with translated():
                batch.settle()
        finally:
            batch.abandon()

    def chunks(self, digest: str) -> Iterator[bytes]:
        """The message in pieces of at most 1 MiB; `Gone`, `Tampered`, or `StoreUnavailable`."""
        digester = self._vault.digester(PURPOSE)
        try:
            with self._path(digest).open("rb") as file:
                for chunk in self._vault.open_stream(file):
                    digester.update(chunk)
                    yield chunk
        except FileNotFoundError as error:
            raise Gone("the raw store does not hold this message") from error
        except OSError as error:
            raise StoreUnavailable("the raw store cannot be read") from error
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
        with translated(), self._path(digest).open("rb") as file:
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

    def erase(self, digest: str) -> None:
        """Delete it for good; the caller has made sure that no message needs it."""
        with translated(), contextlib.suppress(FileNotFoundError):
            self._path(digest).unlink()
            sync(self._folder)

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
        return self._folder / digest

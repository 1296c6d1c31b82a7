"""
Writing several messages so that all are durable at the end, with as few syncs as that takes.

GUARANTEES
    Before `settle` nothing has its final name; after it everything has, is complete and survives a power
    cut. What is not settled is deleted by `abandon`, or later by the sweep of `tmp`.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailbot.errors import DiskFull, StoreUnavailable
from mailbot.store.disk import sync
from mailbot.store.vault import Vault

PURPOSE = "raw"  # of the digest
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


class Batch:
    """Messages being saved."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        self._pending: list[_Pending] = []
        self._made_top = not folder.is_dir()

    def save(self, untrusted_chunks: Iterable[bytes]) -> Stored:
        """Write one message, sealed; what the chunks raise goes through and leaves nothing behind."""
        digester = self._vault.digester(PURPOSE)
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
        if not self._pending:
            return
        # all are written before the first is synced: the disk then works on one heap, not on one at a time
        for pending in self._pending:
            os.fsync(pending.handle)
        while self._pending:
            pending = self._pending[-1]
            os.rename(pending.partial, pending.final)
            self._pending.pop()
            os.close(pending.handle)
        sync(self._folder)  # one folder holds all names: each more would be a sync more
        if self._made_top:
            sync(self._folder.absolute().parent)

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
            with translated():
                self.settle()
        partial = self._folder / "tmp" / secrets.token_hex(16)
        with translated():
            _make(partial.parent)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in pieces:
                with translated():
                    _write_all(handle, piece)
            final = self._folder / digest()
        except BaseException:
            os.close(handle)
            partial.unlink(missing_ok=True)
            raise
        self._pending.append(_Pending(handle, partial, final))


@contextlib.contextmanager
def translated() -> Iterator[None]:
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

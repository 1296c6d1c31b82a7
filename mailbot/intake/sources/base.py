"""
The port to a mailbox.

The inbox is the queue: list everything in it, subtract what the database knows, fetch the rest, store,
commit, and only then move. No cursor, no flag, no server state is ever read as ours.

Every adapter passes `tests/contract/test_sources.py`. Adapters translate a vendor's failures into
`Transient` or `Permanent`; nobody above sees another exception.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ref:
    """One appearance of a message in a folder."""

    locator: str  # "INBOX|uidvalidity|uid", a unique name, an immutable id; opaque to those above
    size: int = 0  # bytes as the server says; a hint, never compared with what came
    received_at: datetime | None = None  # UTC
    lasting: bool = False  # no other message is ever called so; else its bytes must tell who it is


@dataclass(frozen=True, slots=True)
class Arrival:
    """A fetched message: the bytes as the server served them, in pieces of at most 4 MB."""

    ref: Ref
    untrusted_chunks: Iterable[bytes]  # to be read once, before the next arrival is asked for


class SourceSession(Protocol):
    """An open mailbox. Not for several threads."""

    def arrivals(self) -> list[Ref]:
        """All that is in the inbox, oldest first, read to the end. Changes nothing, marks nothing as seen."""
        ...

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """
        The messages, in the order asked for. Changes nothing.

        One that was listed and is not served is left out; the caller counts that.
        """
        ...

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Move them from the inbox into `folder`. Those already gone are no error. Proves nothing."""
        ...

    def present(self, locators: Sequence[str]) -> set[str]:
        """Which of them are still in the inbox: the proof of a move."""
        ...

    def count(self, folder: str) -> int | None:
        """How many messages another folder of the mailbox holds; None where there is no such folder."""
        ...

    def wait(self, seconds: float) -> bool:
        """
        Wait until something may have arrived, or for `seconds` at most. A hint, and nothing more.

        True when the server spoke. Raises `SourceUnavailable` when the connection is dead.
        """
        ...


class MailSource(Protocol):
    """A configured mailbox."""

    name: str

    def session(self, *, look_only: bool = False) -> AbstractContextManager[SourceSession]:
        """
        Connect, sign in, create the missing target folders (unless `look_only`), open the inbox.

        Raises `SourceUnavailable`, `Refused` (password, certificate, missing inbox) or `ConfigError`.
        """
        ...

    def check(self) -> list[str]:
        """
        Reach the mailbox read-only; sentences of what is there and what *would* be done.

        Raises as `session` does.
        """
        ...

"""A mailbox in memory: the port implemented for real, with the faults that servers have."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailbot.errors import Gone, MailbotError, SourceUnavailable
from mailbot.intake.sources.base import Arrival, Ref

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class FakeSource:
    """
    A mailbox; tests reach into it as other people reach into a mailbox.

    `overlooked` holds locators that the next listings miss, `unserved` those that are listed and never
    served, `stuck` those that no move gets away, and `vanishing` those that go while they are being read,
    `breaking` those that break the connection over which they are asked for: the packet of 20 in which they
    are never comes. `raise_at` breaks a call by its name.
    """

    name: str = "partnership"
    chunk_bytes: int = 4 * 2**20
    inbox: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, list[bytes]] = field(default_factory=dict)
    overlooked: set[str] = field(default_factory=set)
    unserved: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    vanishing: set[str] = field(default_factory=set)
    breaking: set[str] = field(default_factory=set)
    raise_at: dict[str, MailbotError] = field(default_factory=dict)
    before_fetch: Callable[[], None] = lambda: None
    numbering: int = 2
    calls: list[str] = field(default_factory=list)
    _next: int = 1
    _seen: int = 0

    def deliver(self, data: bytes) -> str:
        """A new message; its locator."""
        locator = f"INBOX|{self.numbering}|{self._next}"
        self._next += 1
        self.inbox[locator] = data
        return locator

    def renumber(self) -> None:
        """Another UIDVALIDITY: the same messages under other locators."""
        held, self.inbox = list(self.inbox.values()), {}
        self.numbering += 1
        for data in held:
            self.deliver(data)

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator["FakeSession"]:
        """Open it."""
        self._break("session")
        yield FakeSession(self)

    def check(self) -> list[str]:
        """What is there."""
        return [f"inbox: {len(self.inbox)} messages"]

    def _break(self, call: str) -> None:
        self.calls.append(call)
        if call in self.raise_at:
            raise self.raise_at[call]


class FakeSession:
    """An open mailbox."""

    def __init__(self, source: FakeSource) -> None:
        self._source = source

    def arrivals(self) -> list[Ref]:
        """Everything, oldest first."""
        self._source._break("arrivals")
        self._source._seen = self._source._next
        return [Ref(one) for one in self._source.inbox if one not in self._source.overlooked]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """What is served."""
        self._source._break("fetch")
        self._source.before_fetch()
        for number, ref in enumerate(refs):
            packet = {one.locator for one in refs[number : number + 20]} if number % 20 == 0 else set()
            if ref.locator in self._source.breaking or packet & self._source.breaking:
                raise SourceUnavailable("the connection broke off")
            data = self._source.inbox.get(ref.locator)
            if data is not None and ref.locator not in self._source.unserved:
                minutes = int(ref.locator.rpartition("|")[2])
                served = Ref(ref.locator, len(data), BEGAN + timedelta(minutes=minutes))
                yield Arrival(served, self._chunks(ref.locator, data))

    def move(self, locators: Sequence[str], folder: str) -> None:
        """Move what is there and not stuck."""
        self._source._break("move")
        for locator in locators:
            if locator in self._source.inbox and locator not in self._source.stuck:
                self._source.folders.setdefault(folder, []).append(self._source.inbox.pop(locator))
        self._source._break("moved")

    def present(self, locators: Sequence[str]) -> set[str]:
        """What is still there."""
        self._source._break("present")
        return set(locators) & self._source.inbox.keys()

    def count(self, folder: str) -> int | None:
        """What a folder holds."""
        self._source._break("count")
        held = self._source.folders.get(folder)
        return None if held is None else len(held)

    def wait(self, seconds: float) -> bool:
        """Never waits: whether anything came since the last look."""
        self._source._break("wait")
        return self._source._seen != self._source._next

    def _chunks(self, locator: str, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), self._source.chunk_bytes):
            yield data[start : start + self._source.chunk_bytes]
            if locator in self._source.vanishing:
                raise Gone("vanished while it was read")

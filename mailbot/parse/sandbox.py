"""
Reads messages in children that can do nothing, from any thread.

GUARANTEES
    `read` gives a checked `Reading`, or raises `Unreadable`, `LimitExceeded` or, when no child could be
    started, `ReaderFailed`; never later than the wall limit and the few seconds of the kill ladder. A
    child that dies, hangs or answers nonsense costs its own message and nothing else.
SECURITY
    "required" refuses to start where the kernel lacks a protection; "best_effort" names it in
    `warnings`. What a child answers is input like any other.
"""

import queue
from types import TracebackType
from typing import Literal, TypeVar

from mailbot import codec
from mailbot.domain.mail import Border, Envelope, Reading
from mailbot.errors import ConfigError, LimitExceeded, ReaderFailed
from mailbot.parse import answer
from mailbot.parse.limits import Limits
from mailbot.parse.reader import Reader

T = TypeVar("T")

_LIMITS = Limits()
_WORDS = {
    "user_namespace": "user namespaces are not available",
    "network_namespace": "network namespaces are not available: a reader could reach the network",
    "no_new_privs": "no_new_privs is not available",
    "landlock": "Landlock is not available: a reader could open files",
    "capabilities": "capabilities could not be dropped",
    "dumpable": "readers could be inspected by other processes",
    "seccomp": "the system call filter is not available on this machine",
}


class ReaderPool:
    """A few warm readers, one message at a time each."""

    def __init__(
        self,
        function_module: str = "mailbot.reading",
        mode: Literal["required", "best_effort"] = "required",
        readers: int = 2,
        limits: Limits = _LIMITS,
        site: str = "",
    ) -> None:
        """`site` is the folder of a site's own form definitions."""
        self._limits = limits
        self._readers = [Reader(function_module, limits, site) for _ in range(max(1, readers))]
        self._free: queue.Queue[Reader] = queue.Queue()  # in turn: the other one forks meanwhile
        self.warnings: list[str] = []
        self.codes: list[str] = []  # the same, a word each, for the log
        try:
            for reader in self._readers:
                reader.launch()
            for reader in self._readers:
                missing = reader.ready()
        except ReaderFailed:
            self.close()
            raise
        self.codes = missing
        self.warnings = [_WORDS.get(code, code) for code in missing]
        if self.warnings and mode == "required":
            self.close()
            raise ConfigError(f'[sandbox] → mode: "required", but {"; ".join(self.warnings)}')
        for reader in self._readers:
            self._free.put(reader)

    def read(self, untrusted_raw: bytes, border: Border) -> Reading:
        """A whole message."""
        return self._ask(answer.MESSAGE, codec.encode(border), untrusted_raw, Reading)

    def read_headers(self, untrusted_raw: bytes, border: Border) -> Envelope:
        """The headers alone, when the content defeated us; the child gets no more than a header may have."""
        head = untrusted_raw[: 2 * self._limits.header_bytes]
        return self._ask(answer.HEADERS, codec.encode(border), head, Envelope)

    def read_document(self, untrusted_data: bytes, untrusted_name: str) -> Reading:
        """A single file."""
        name = untrusted_name.encode("utf-8", "replace")[: self._limits.header_field_bytes]
        return self._ask(answer.DOCUMENT, name, untrusted_data, Reading)

    def ask_for(self, wish: str, untrusted: bytes, expected: type[T]) -> T:
        """What a module of another trade than reading makes of these bytes."""
        return self._ask(answer.DOCUMENT, wish.encode("utf-8", "replace"), untrusted, expected)

    def _ask(self, kind: bytes, beside: bytes, untrusted: bytes, expected: type[T]) -> T:
        if len(untrusted) > self._limits.message_bytes:
            raise LimitExceeded("message_bytes")
        reader = self._free.get()
        try:
            said = reader.ask(kind, beside, untrusted)
        finally:
            self._free.put(reader)
        return codec.decode(said, expected)

    def close(self) -> None:
        """Ends every reader and what it is reading."""
        for reader in self._readers:
            reader.stop()

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

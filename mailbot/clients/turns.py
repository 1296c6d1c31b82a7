"""
How many requests are with one server at the same time, over all mailboxes and the way out of this process.

Microsoft allows four a mailbox and counts an application's; two leave room for a second worker. A mailbox
whose last request failed, or took long, has one turn at a time: one that hangs must not hold up the others.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.clients.trouble import Kind, Trouble

AT_ONCE = 2
WAIT_SECONDS = 180.0  # longer than an exchange may take
LONG_SECONDS = 20.0

_news = threading.Condition()
_held: dict[str, list[str]] = {}  # by host: who holds turns with it
_ill: set[tuple[str, str]] = set()


@contextmanager
def turn(host: str, who: str) -> Iterator[None]:
    """Wait for a turn with this host for one mailbox, and hold it."""
    held = _held.setdefault(host, [])

    def is_free() -> bool:
        return len(held) < AT_ONCE and not ((host, who) in _ill and who in held)

    with _news:
        if not _news.wait_for(is_free, timeout=WAIT_SECONDS):
            raise Trouble(Kind.AWAY, "the requests before this one have not ended")
        held.append(who)
    began, is_well = time.monotonic(), False
    try:
        yield
        is_well = time.monotonic() - began < LONG_SECONDS
    finally:
        with _news:
            held.remove(who)
            (_ill.discard if is_well else _ill.add)((host, who))
            _news.notify_all()


class Gate:
    """Closed while a server has asked for patience: nobody asks it anything until then."""

    def __init__(self) -> None:
        self._until = 0.0

    def close(self, seconds: float) -> None:
        """For so long at least."""
        self._until = max(self._until, time.monotonic() + seconds)

    @property
    def seconds(self) -> float:
        """How long it stays closed."""
        return max(0.0, self._until - time.monotonic())

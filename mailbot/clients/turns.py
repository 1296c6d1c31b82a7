"""
How many requests are with one server at the same time, over all mailboxes and the way out of this process.

Microsoft allows four a mailbox and counts an application's; two leave room for a second worker.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.clients.trouble import Kind, Trouble

AT_ONCE = 2
WAIT_SECONDS = 180.0  # longer than an exchange may take

_lock = threading.Lock()
_turns: dict[str, threading.BoundedSemaphore] = {}


@contextmanager
def turn(host: str) -> Iterator[None]:
    """Wait for a turn with this host, and hold it."""
    with _lock:
        turns = _turns.setdefault(host, threading.BoundedSemaphore(AT_ONCE))
    if not turns.acquire(timeout=WAIT_SECONDS):
        raise Trouble(Kind.AWAY, "the requests before this one have not ended")
    try:
        yield
    finally:
        turns.release()


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

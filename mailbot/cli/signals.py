"""
How a process that works until it is told to stop is told: SIGTERM, or Ctrl-C.

GUARANTEES
    A signal that comes at any moment is heard. Its handler runs between two steps of whatever the main thread
    is doing, so it takes no lock: the main thread may hold that very lock, and would then wait for itself for
    ever. `SimpleQueue.put` is made for this (Python's documentation of `queue`); an `Event` is not.
FEARS
    A main thread that waits without end: a signal that comes just before is seen when the wait is over.
"""

import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue


def on_stop(stop: Callable[[], object]) -> None:
    """Have SIGTERM and Ctrl-C call this once, in a thread of its own; a second Ctrl-C interrupts at once."""
    told: SimpleQueue[None] = SimpleQueue()

    def ask(number: int, frame: object) -> None:
        told.put(None)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def wait() -> None:
        told.get()
        stop()

    if threading.current_thread() is threading.main_thread():
        threading.Thread(target=wait, name="signals", daemon=True).start()
        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)

"""
One worker at a time over one data folder.

The kernel drops the lock with the process that holds it, however that ends; a second worker is refused
with a sentence, at once. `read`, `status`, `check` and the console need no lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.errors import Refused


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the worker's lock; raises `Refused` when another worker has it."""
    descriptor = os.open(data / "worker.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another mailbot worker is running on {data}; stop it first") from None
        yield
    finally:
        os.close(descriptor)

"""
A scanner that is asked no more for a while after it gave no answer: a silent daemon must not hold readers up.

GUARANTEES
    Before the first question, and again after some silence, the daemon must answer a short one. While it
    rests, whoever asks is told so at once; one asker at a time finds out whether it is back.
"""

import threading
import time

from mailbot.errors import ScannerUnavailable
from mailbot.parse.scanners.base import Scanner, Verdict

REST = 15.0  # seconds without a question after a failure
FRESH = 2.0  # seconds for which an answer shows that the daemon lives


class RestedScanner:
    """See the port. For any number of threads."""

    def __init__(self, inner: Scanner, rest: float = REST) -> None:
        self._inner = inner
        self._rest = rest
        self._asking = threading.Lock()
        self._answered_at = float("-inf")
        self._failed_at = float("-inf")

    def scan(self, untrusted_data: bytes) -> Verdict:
        """See the port."""
        if time.monotonic() - self._answered_at > FRESH:
            self._look()
        try:
            verdict = self._inner.scan(untrusted_data)
        except ScannerUnavailable:
            self._failed_at = time.monotonic()
            self._answered_at = float("-inf")
            raise
        self._answered_at = time.monotonic()
        return verdict

    def check(self) -> list[str]:
        """See the port."""
        return self._inner.check()

    def _look(self) -> None:
        """Raises unless the daemon answers a short question."""
        failing = self._failed_at > self._answered_at
        if failing and time.monotonic() - self._failed_at < self._rest:
            raise ScannerUnavailable("the virus scanner did not answer a moment ago")
        if not self._asking.acquire(blocking=not failing):
            raise ScannerUnavailable("the virus scanner is being asked whether it is back")
        try:
            if time.monotonic() - self._answered_at > FRESH:  # else another found out meanwhile
                self._inner.check()
                self._answered_at = time.monotonic()
        except ScannerUnavailable:
            self._failed_at = time.monotonic()
            raise
        finally:
            self._asking.release()

"""
The port to a virus scanner: bytes in, one of three words out.

"Clean" is said only when the scanner looked at everything. A limit that was reached, an error and silence
are not "clean": the first is `NOT_SCANNED`, the others raise, so that the message waits for a verdict.
"""

from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What a scanner says about a message."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"  # too large, too deep, encrypted: a person must know


class Scanner(Protocol):
    """A configured scanner."""

    def scan(self, untrusted_data: bytes) -> Verdict:
        """Look at a whole message; raises `ScannerUnavailable` when there is no answer to rely on."""
        ...

    def check(self) -> list[str]:
        """Reach it; sentences of what is there. Raises `ScannerUnavailable`."""
        ...

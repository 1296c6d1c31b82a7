"""How an exchange with a vendor's server can end badly, in words that its source and transport act on."""

from enum import Enum


class Kind(Enum):
    """What went wrong, and so what may be done."""

    AWAY = "away"  # nothing reached the server
    BROKE = "broke"  # something may have reached it; the answer is missing or none
    BUSY = "busy"  # it asks for patience, and did nothing
    FAULT = "fault"  # a fault of its own; it may have done it
    DENIED = "denied"  # it does not let us
    MISSING = "missing"  # what was asked for is not there
    BAD = "bad"  # it refuses this request for ever


class Trouble(Exception):
    """An exchange that failed; the text is our own sentence and names settings, codes and numbers."""

    def __init__(self, kind: Kind, sentence: str, code: int = 0) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.code = code

"""How an exchange with a vendor's server can end badly, in words that its source and transport act on."""

from enum import Enum

# HTTP codes of BUSY. "Too many requests" is said before a request is looked at. "Unavailable" is said by
# gateways too, of what they have handed on: Microsoft promises nothing about it, whether or not a time to
# wait stands beside it, and mail is known to have left nevertheless.
THROTTLED, UNAVAILABLE = 429, 503


class Kind(Enum):
    """What went wrong, and so what may be done."""

    AWAY = "away"  # nothing reached the server
    BROKE = "broke"  # something may have reached it; the answer is missing or none
    STUCK = "stuck"  # nothing comes back, again and again; something may have reached it
    BUSY = "busy"  # it asks for patience; only where it says "unavailable" it may have done it
    FAULT = "fault"  # a fault of its own; it may have done it
    DENIED = "denied"  # it does not let us
    MISSING = "missing"  # what was asked for is not there
    BAD = "bad"  # it refuses this request for ever; without a code: its answer is larger than we read


class Trouble(Exception):
    """An exchange that failed; the text is our own sentence and names settings, codes and numbers."""

    def __init__(self, kind: Kind, sentence: str, code: int = 0) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.code = code

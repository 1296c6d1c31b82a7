"""
A way out that rests when several messages in a row are in doubt.

A gateway whose server is away fails for each message alike, and each is then a decision for a person. So
after some, the others keep their turn: now and then one is tried, more seldom each time, until an answer is
definite again.
"""

import time
from collections.abc import Callable

from mailbot.errors import InDoubt, Refused
from mailbot.send.transports.base import MailTransport, NoSession, OutgoingMail

IN_A_ROW = 3  # one alone is bad luck
FIRST_REST, LONGEST_REST = 30.0, 900.0  # seconds


class RestedTransport:
    """Another way out, and what became of the last messages."""

    def __init__(self, transport: MailTransport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._clock = clock
        self._doubts = 0
        self._until = clock()

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one message, unless it rests."""
        if self._clock() < self._until:
            raise NoSession(
                "several messages in a row were in doubt: nothing more is handed over for a while"
            )
        try:
            self._transport.send(mail)
        except InDoubt:
            self._doubts += 1
            if self._doubts >= IN_A_ROW:
                doubled = FIRST_REST * 2.0 ** min(self._doubts - IN_A_ROW, 10)
                self._until = self._clock() + min(doubled, LONGEST_REST)
            raise
        except Refused:
            self._doubts = 0
            raise
        self._doubts = 0

    def close(self) -> None:
        """As the other."""
        self._transport.close()

    def check(self) -> list[str]:
        """As the other."""
        return self._transport.check()

"""
The port by which a message leaves.

Every adapter passes `tests/contract/test_transports.py`, and answers in exactly one of four ways: it
returns (accepted), raises `TransportUnavailable` (certainly not handed over, may be tried again),
`Refused` (certainly not handed over, final) or `InDoubt` (nobody knows: never tried again).
"""

from dataclasses import dataclass
from typing import Protocol

from mailbot.errors import TransportUnavailable


class NoSession(TransportUnavailable):
    """The other side cannot be spoken to at all: trying another message now is pointless."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A finished message of ours, and the one address it goes to."""

    message_id: str  # chosen and committed before sending, with its angle brackets
    recipient: str
    data: bytes  # the message, CRLF line ends
    envelope_sender: str = ""  # "" is the null path <>


class MailTransport(Protocol):
    """A configured way out."""

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one message; see the four ways above. Never retries by itself."""
        ...

    def close(self) -> None:
        """Let go of what was kept open for a burst; `send` opens it again. Never raises."""
        ...

    def check(self) -> list[str]:
        """
        Reach the other side without sending anything; sentences of what is there.

        Raises as `send` does, or `ConfigError`.
        """
        ...

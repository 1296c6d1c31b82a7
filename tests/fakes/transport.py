"""A way out that hands over nothing, and answers as it is told."""

from collections.abc import Callable

from mailbot.send.transports.base import OutgoingMail

Answer = Exception | Callable[[OutgoingMail], None] | None


class FakeTransport:
    """Keeps what was handed over; `answers` are used up first, one for each message (None: accepted)."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.tried: list[OutgoingMail] = []
        self.sent: list[OutgoingMail] = []
        self.closed = 0

    def send(self, mail: OutgoingMail) -> None:
        """Accept, or do as told."""
        self.tried.append(mail)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer(mail)
        self.sent.append(mail)

    def close(self) -> None:
        """Count it."""
        self.closed += 1

    def check(self) -> list[str]:
        """Always well."""
        return ["a fake"]

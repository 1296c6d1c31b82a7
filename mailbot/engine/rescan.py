"""
Scanning what went into the queue unscanned, because the scanner had been away for too long.

GUARANTEES
    The verdict becomes a new version of the reading, and changes nothing else. Nobody is answered again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.domain.states import MessageState
from mailbot.intake.raw import RawStore
from mailbot.parse.scanners.base import Scanner, Verdict
from mailbot.pipeline import NOT_SCANNED, SCAN, scanned
from mailbot.store import messages, readings
from mailbot.store.audit import Action
from mailbot.store.messages import Message
from mailbot.store.unit import Unit

ACTOR = "mailbot"


@dataclass(slots=True)
class ScanMessage:
    """The task."""

    raw: RawStore
    scanner: Scanner
    name: str = SCAN

    def begin(self, unit: Unit, subject: str, now: datetime) -> Message | None:
        """None where the message is gone, or is to be read anew, and so scanned, anyway."""
        message = messages.get(unit.db, subject)
        return None if message is None or message.state is MessageState.STORED else message

    def work(self, claim: Message) -> Verdict:
        """Raises `ScannerUnavailable` while there is no answer: the engine asks again."""
        return self.scanner.scan(self.raw.read(claim.raw_digest))

    def finish(self, unit: Unit, subject: str, result: Verdict, now: datetime) -> None:
        """The newest reading, with the verdict instead of none."""
        reading = readings.load_reading(unit.db, unit.vault, subject)
        if reading is None or result is Verdict.NOT_SCANNED:
            return  # erased, or what it says already
        known = tuple(problem for problem in reading.problems if problem != NOT_SCANNED)
        readings.save_reading(unit, subject, scanned(replace(reading, problems=known), result), now)
        unit.audit(ACTOR, Action.ALTERATION, subject, now, what="scan", verdict=result.value)

    def failed(self, unit: Unit, subject: str, error: type[Exception], now: datetime) -> None:
        """It stays what it is called: not scanned."""

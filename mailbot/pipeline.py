"""
The way of a message, from the mailbox to the acknowledgement. Read this file first.

    intake.collect    mailbox -> raw store      durable, then a row, then a job "read"
    reading           raw bytes -> reading      parse and record, in a child that can do nothing else
    advance           reading -> review queue   one transaction: the reading, the item, the acknowledgement,
                                                and what the admins' desk may see of it
    send.outbox       acknowledgement -> out    when its delay ends, at most once
    intake.tidy       the server is told last   move, and prove the move

The steps know nothing of each other; they meet here and nowhere else.

GUARANTEES
    What `advance` does happens together or not at all. Whatever cannot be read is in the review queue all
    the same, on the same clock, and its sender is answered like any other.
    While the virus scanner is away messages wait, for a time, and their senders are answered as ever: for
    that a message is read, by a child that can do no harm. Then it is queued, marked as not scanned.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from mailbot import events
from mailbot.domain.mail import Border, Envelope, Kind, Reading
from mailbot.domain.states import MessageState
from mailbot.errors import (
    Gone,
    LimitExceeded,
    Permanent,
    ReaderFailed,
    ScannerUnavailable,
    StoreUnavailable,
    Unreadable,
)
from mailbot.intake.raw import RawStore
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.scanners.base import Scanner, Verdict
from mailbot.parse.verifier import Verifier
from mailbot.review import queue
from mailbot.review.partners import Partners, regard
from mailbot.review.sla import Clocks
from mailbot.send import outbox
from mailbot.send.settings import Settings
from mailbot.store import messages, readings
from mailbot.store.messages import Claim, Message, Read
from mailbot.store.unit import Unit
from mailbot.watch import canary

READ, SCAN = "read", "scan"  # the tasks' names in the job table
NOT_SCANNED = "not_scanned"  # among the problems of a reading
SCANNER_PAUSE = timedelta(seconds=30)  # between questions about one message
SCANNER_PATIENCE = timedelta(minutes=30)  # less than handlers have
QUEUE_CLOCKS = Clocks()  # the standard target, day and night
NO_PARTNERS = Partners()  # no directory
Desk = Callable[[Unit, str, Reading, datetime, datetime], None]  # message's id, its receipt, now
ATTEMPTS = 3  # readings of one message, counted before each
DEADLY = frozenset(
    {"crashed", "time", "memory", "answer"}
)  # how a child ends that did not answer; may be chance


def no_desk(unit: Unit, message_id: str, reading: Reading, received_at: datetime, now: datetime) -> None:
    """Nobody answers requests here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of a reading; `gave_up` where only the headers, or nothing, could be read.

    `no_verdict`: the scanner was away; `waits`: so the message stays where it is, for now.
    """

    reading: Reading
    gave_up: bool = False
    no_verdict: bool = False
    waits: bool = False
    answered: bool = False  # while it waited before, so it was not read again


class ReadMessage:
    """The task that takes a stored message into the review queue."""

    name = READ
    soon = True  # never put off for long

    def __init__(
        self,
        raw: RawStore,
        pool: ReaderPool,
        scanner: Scanner,
        borders: Callable[[str], Border],
        settings: Settings,
        spread: Random,
        queued: Callable[[], None] = lambda: None,
        clocks: Clocks = QUEUE_CLOCKS,
        known: Partners = NO_PARTNERS,
        verifier: Verifier | None = None,
        patience: timedelta = SCANNER_PATIENCE,
        desk: Desk = no_desk,
    ) -> None:
        self._desk = desk
        self._patience = patience
        self._answered: set[str] = set()  # they wait for the scanner; a hint that spares reading them again
        self._known = known
        self._verifier = verifier  # of signatures, where a site wants that
        self._clocks = clocks
        self._raw = raw
        self._pool = pool
        self._scanner = scanner
        self._borders = borders  # of a mailbox, by its name
        self._settings = settings
        self._spread = spread
        self._queued = queued

    def begin(self, unit: Unit, subject: str, now: datetime) -> Claim | None:
        """Count the attempt; None when the message was read meanwhile."""
        claim = messages.claim_reading(unit, subject)
        return claim and replace(claim, may_wait=now < claim.stored_at + self._patience)

    def work(self, claim: Claim) -> Outcome:
        """Scan the message, and read it in a child; headers alone when its content defeated us."""
        untrusted_raw = self._stored(claim)
        border = self._borders(claim.mailbox)
        verdict = self._scan(untrusted_raw)
        waits = verdict is None and claim.may_wait
        if waits and claim.message_id in self._answered:
            return Outcome(_unread(Envelope(), NOT_SCANNED), waits=True, answered=True)
        outcome = self._read(claim, untrusted_raw, border)
        reading = scanned(outcome.reading, verdict or Verdict.NOT_SCANNED)
        if self._verifier is not None:  # whatever the content was, so that it cannot show
            envelope = self._verifier.verified(untrusted_raw, reading.envelope, border)
            reading = replace(reading, envelope=envelope)
        return replace(outcome, reading=reading, no_verdict=verdict is None, waits=waits)

    def _stored(self, claim: Claim) -> bytes:
        try:
            return self._raw.read(claim.raw_digest)
        except StoreUnavailable as error:
            if claim.attempts < ATTEMPTS:
                raise  # a disk or a share may come back
            raise Gone("the raw store does not give this message") from error

    def _scan(self, untrusted_raw: bytes) -> Verdict | None:
        try:
            return self._scanner.scan(untrusted_raw)
        except ScannerUnavailable:
            return None

    def _read(self, claim: Claim, untrusted_raw: bytes, border: Border) -> Outcome:
        if claim.attempts > ATTEMPTS:  # each time before, the whole worker went down with it
            return Outcome(_unread(self._headers(untrusted_raw, border), "attempts"), gave_up=True)
        try:
            return Outcome(self._pool.read(untrusted_raw, border))
        except (Unreadable, LimitExceeded) as error:
            code = error.code if isinstance(error, Unreadable) else "limit"
            events.reading_failed(claim.message_id, claim.attempts, code)
            if code in DEADLY and claim.attempts < ATTEMPTS:
                raise ReaderFailed(code) from error
            return Outcome(_unread(self._headers(untrusted_raw, border), code), gave_up=True)

    def finish(self, unit: Unit, subject: str, result: Outcome, now: datetime) -> None:
        """Into the queue, with everything that belongs to it; or only answered, where it waits."""
        if result.waits:
            self._wait(unit, subject, result, now)
            return
        self._answered.discard(subject)
        if result.no_verdict:
            unit.defer(SCAN, subject, now)
        advance(
            unit, subject, result, self._settings, self._clocks, now, self._spread, self._known, self._desk
        )
        self._queued()

    def _wait(self, unit: Unit, subject: str, result: Outcome, now: datetime) -> None:
        """Answer its sender as ever, and come back; the attempt was none."""
        if not result.answered:
            message = messages.get(unit.db, subject)
            if message is None or message.state is not MessageState.STORED:
                return
            _answer(unit, subject, message, result.reading, self._settings, now, self._spread)
            self._answered.add(subject)
        messages.give_back(unit, subject)
        unit.defer(READ, subject, now + SCANNER_PAUSE)

    def failed(self, unit: Unit, subject: str, error: type[Exception], now: datetime) -> None:
        """A fault of ours: quarantined and in the queue, with nothing read; nobody can be answered."""
        self.finish(unit, subject, Outcome(_unread(Envelope(), "fault"), gave_up=True), now)

    def _headers(self, untrusted_raw: bytes, border: Border) -> Envelope:
        try:
            return self._pool.read_headers(untrusted_raw, border)
        except Permanent:
            return Envelope(defects=("headers",))


def advance(
    unit: Unit,
    message_id: str,
    outcome: Outcome,
    settings: Settings,
    clocks: Clocks,
    now: datetime,
    spread: Random,
    known: Partners = NO_PARTNERS,
    desk: Desk = no_desk,
) -> None:
    """The reading, the state, the review item and the acknowledgement, in the caller's transaction."""
    reading = outcome.reading
    way = (MessageState.QUARANTINED,) if outcome.gave_up else (MessageState.PARSED, _after(reading))
    message = messages.mark_read(unit, message_id, reading, *way)
    if message is None:
        return  # another worker was first, and did all of this
    if message.is_copy:
        reading = replace(reading, flags=(*reading.flags, "duplicate"))
    reading = regard(unit, reading, known, now)
    readings.save_reading(unit, message_id, reading, now)
    if outcome.gave_up:
        events.message_quarantined(message_id, message.attempts)
    if MessageState.IGNORED not in way:
        clock = clocks.of_mailbox(message.mailbox)
        queue.open_item(unit, message_id, message.received_at, reading.flags, now, clock)
    if reading.kind is Kind.AUTOMATIC and canary.note_arrival(unit, reading.envelope.message_id, now):
        events.canary_arrived(message_id)
    desk(unit, message_id, reading, message.received_at, now)
    outbox.note_report(unit, reading.envelope, now)
    _answer(unit, message_id, message, reading, settings, now, spread)
    events.message_read(message_id, reading.kind, len(reading.records), message.attempts)


def _answer(
    unit: Unit,
    message_id: str,
    message: Message | Read,
    reading: Reading,
    settings: Settings,
    now: datetime,
    spread: Random,
) -> None:
    outbox.decide(
        unit,
        message_id=message_id,
        mailbox=message.mailbox,
        envelope=reading.envelope,
        not_safe="contact_not_safe" in reading.flags,
        received_at=message.received_at,
        settings=settings,
        now=now,
        spread=spread,
    )


def scanned(reading: Reading, verdict: Verdict) -> Reading:
    """What the scanner says is shown; malware is read, queued and answered like anything else."""
    if verdict is Verdict.INFECTED:
        return replace(reading, flags=(*reading.flags, "malware"))
    if verdict is Verdict.NOT_SCANNED:
        return replace(reading, problems=(*reading.problems, NOT_SCANNED))
    return reading


def _after(reading: Reading) -> MessageState:
    return MessageState.IGNORED if reading.kind is Kind.AUTOMATIC else MessageState.QUEUED


def _unread(envelope: Envelope, code: str) -> Reading:
    return Reading(envelope, Kind.UNREADABLE, flags=("unreadable_part",), problems=(code,))

"""
Reading stored messages again with today's reader.

GUARANTEES
    A new reading stands beside the old ones; what a human corrected or decided is never touched, and
    nothing is ever acknowledged again. A form that asks for silence is heard, whenever it is found.
    What was given up or ignored comes into the queue when it can be read now. What only the first reading
    could know (that it was a copy, that nobody knew the sender) stays known.
    Records that a handler has corrected stay as they were read: a correction names its field by its place,
    and would stand at somebody else's name.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.domain.mail import Border, Kind, Reading
from mailbot.domain.states import MessageState
from mailbot.errors import Permanent
from mailbot.intake.raw import RawStore
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.scanners.base import Scanner
from mailbot.pipeline import QUEUE_CLOCKS, Desk, no_desk, scanned
from mailbot.review import corrections, queue
from mailbot.review.partners import Partners, regard
from mailbot.review.sla import Clocks
from mailbot.send import outbox
from mailbot.store import messages, readings
from mailbot.store.audit import Action
from mailbot.store.messages import TABLE, Message
from mailbot.store.unit import Store, Unit

KEPT = frozenset({"duplicate", "never_seen"})  # flags of the day on which it came
STORED, PARSED, QUEUED = MessageState.STORED, MessageState.PARSED, MessageState.QUEUED


def reread(
    ids: Sequence[str],
    actor: str,
    *,
    store: Store,
    raw: RawStore,
    pool: ReaderPool,
    scanner: Scanner,
    borders: Callable[[str], Border],
    known: Partners,
    clock: Callable[[], datetime],
    step: Callable[[], None],
    clocks: Clocks = QUEUE_CLOCKS,
    desk: Desk = no_desk,
) -> int:
    """Read these messages again; gives how many could be read. `step` is told after each."""
    done = 0
    for message_id in ids:
        with store.look() as db:
            message = messages.get(db, message_id)
        if message is not None and message.state is not STORED:  # what was never read is the worker's
            try:
                untrusted_raw = raw.read(message.raw_digest)
                verdict = scanner.scan(untrusted_raw)
                reading = scanned(pool.read(untrusted_raw, borders(message.mailbox)), verdict)
            except Permanent:
                pass  # unreadable still, or its file is damaged or gone: the others are read all the same
            else:
                with store.unit() as unit:
                    done += _add(unit, message, reading, known, actor, clock(), clocks, desk)
        step()
    return done


def _add(
    unit: Unit,
    message: Message,
    reading: Reading,
    known: Partners,
    actor: str,
    now: datetime,
    clocks: Clocks,
    desk: Desk,
) -> bool:
    message_id = message.message_id
    before = readings.load_reading(unit.db, unit.vault, message_id)
    if before is None:
        return False  # erased; its bytes are here for another mailbox, or came again
    reading = regard(unit, _as_proven(before, reading), known, now, count=False)
    reading = _as_known(unit, message_id, before, reading)
    readings.save_reading(unit, message_id, reading, now)
    unit.audit(actor, Action.ALTERATION, message_id, now, what="reading")
    if message.state is not MessageState.DECIDED:
        messages.mark_kind(unit, message_id, reading)
        queue.press(unit, message_id, reading.flags, now)
    if message.state is MessageState.QUARANTINED:
        for old, new in ((message.state, STORED), (STORED, PARSED), (PARSED, QUEUED)):
            unit.move(TABLE, message_id, old, new)
        desk(unit, message_id, reading, message.received_at, now)
    elif message.state is MessageState.IGNORED and reading.kind is not Kind.AUTOMATIC:
        unit.move(TABLE, message_id, message.state, QUEUED)
        clock = clocks.of_mailbox(message.mailbox)
        queue.open_item(unit, message_id, message.received_at, reading.flags, now, clock)
        desk(unit, message_id, reading, message.received_at, now)
    if "contact_not_safe" in reading.flags:
        outbox.be_silent(unit, reading.envelope)
    return True


def _as_proven(before: Reading, reading: Reading) -> Reading:
    """What was proven when it came stays proven; the key may be gone by now, so nobody is asked again."""
    proven = before.envelope.authentication == "pass"
    if not proven or reading.envelope.authentication not in ("none", "not_available"):
        return reading
    return replace(reading, envelope=replace(reading.envelope, authentication="pass"))


def _as_known(unit: Unit, message_id: str, before: Reading, reading: Reading) -> Reading:
    kept = (flag for flag in before.flags if flag in KEPT and flag not in reading.flags)
    reading = replace(reading, flags=(*reading.flags, *kept))
    if corrections.are_there(unit.db, message_id):
        return replace(reading, records=before.records)
    return reading

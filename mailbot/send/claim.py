"""
Whose turn it is: what is due is claimed by one sender, after a last look at what has happened since.

GUARANTEES
    A claim is committed before it is given: `sending`, with the Message-ID that it will keep for ever. Two
    senders never hold the same one.
SECURITY
    A form that asked for silence, an open breaker, or days gone by stop what was reserved before them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select

from mailbot import events
from mailbot.domain.states import AckState
from mailbot.errors import MailbotError, Tampered
from mailbot.send import breaker, silence
from mailbot.send.acknowledge import Composer
from mailbot.send.marks import CODE, Marks
from mailbot.send.release import BY_HAND
from mailbot.send.settings import Settings
from mailbot.store.ids import new_id
from mailbot.store.schema import message, outbox
from mailbot.store.unit import Store, Unit
from mailbot.store.vault import Part

_STALE = timedelta(hours=72)  # reserved so long ago: nothing left meanwhile, and somebody should know why


@dataclass(frozen=True, slots=True)
class Claim:
    """One acknowledgement or letter that is ours to send, and nobody else's."""

    mail_id: str
    acknowledges: str  # "" for a letter
    recipient: str
    our_message_id: str
    attempts: int  # this one included
    first_tried_at: datetime
    raw_digest: str = ""  # of the message that it acknowledges


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try."""

    state: AckState
    code: str | None = None
    error: MailbotError | None = None


_DUE = (
    select(outbox, message.c.raw_digest)
    .join(message, message.c.message_id == outbox.c.acknowledges)
    .where(
        outbox.c.state == AckState.RESERVED.value,
        outbox.c.kind == "acknowledgement",
        outbox.c.recipient.is_not(None),  # erased while it was being sent: it must not keep the others
    )
    .order_by(outbox.c.due_at)
)


def take(
    store: Store, composer: Composer, settings: Settings, now: datetime, marks: Marks | None = None
) -> Claim | None:
    """The acknowledgement that has been due longest, now in `sending`; None when there is none."""
    due = _DUE.where(outbox.c.due_at <= now).limit(1)
    while True:
        with store.look() as db:  # an idle second costs a glance, not a write lock
            if db.execute(due).first() is None:
                return None
        with store.unit() as unit:
            row = unit.db.execute(due.with_for_update(skip_locked=True, of=outbox)).first()
            if row is None:
                return None
            recipient = _opened(unit, row)
            stop = _why_stop(unit.db, row, settings, now)
            if stop is None and recipient is None:
                stop = Outcome(AckState.HELD, "sealed")
            if stop is None and marks is not None and _left_before(marks, row):
                stop = Outcome(AckState.HELD, CODE)
            if stop is None:
                claim = _begin(unit, row, recipient or "", composer, now)
                if claim is not None:
                    return claim
            elif stop.code == silence.CODE:
                silence.take_back(unit, row.mail_id)
            else:
                unit.move(outbox, row.mail_id, AckState.RESERVED, stop.state, code=stop.code, due_at=None)
        if stop is not None:
            events.ack_decided(row.acknowledges, stop.state, stop.code)


def _why_stop(
    db: Connection, row: Row[tuple[object, ...]], settings: Settings, now: datetime
) -> Outcome | None:
    if silence.asked_for(db, row.caps_digest, silence.since(row.decided_at, settings)):
        return Outcome(AckState.NOT_DUE, silence.CODE)
    if row.decided_at < now - _STALE and row.code != BY_HAND:
        return Outcome(AckState.HELD, "late")
    if breaker.is_open(db, now):
        return Outcome(AckState.HELD, "breaker")
    return None


def _left_before(marks: Marks, row: Row[tuple[object, ...]]) -> bool:
    """Whether the database has forgotten a try; what a person let go, a person has looked at."""
    return row.code != BY_HAND and marks.knows_more(row.raw_digest, row.mail_id, row.attempts)


def _opened(unit: Unit, row: Row[tuple[object, ...]]) -> str | None:
    """The address; None where its key is not here, or the row is not ours: that must keep no other."""
    try:
        return unit.vault.open(Part.SOURCE, row.recipient, f"outbox.recipient.{row.mail_id}").decode()
    except Tampered:
        return None


def _begin(
    unit: Unit, row: Row[tuple[object, ...]], recipient: str, composer: Composer, now: datetime
) -> Claim | None:
    claim = Claim(
        mail_id=row.mail_id,
        acknowledges=row.acknowledges,
        recipient=recipient,
        our_message_id=row.our_message_id or composer.message_id(new_id()),
        attempts=row.attempts + 1,
        first_tried_at=row.first_tried_at or now,
        raw_digest=row.raw_digest,
    )
    won = unit.move(
        outbox,
        claim.mail_id,
        AckState.RESERVED,
        AckState.SENDING,
        due_at=now,  # while it is being sent: when that began
        our_message_id=claim.our_message_id,
        attempts=claim.attempts,
        first_tried_at=claim.first_tried_at,
    )
    return claim if won else None

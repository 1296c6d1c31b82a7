"""
Erasing what need not be kept any longer: the original, the readings, what was written about it, the
addresses.

GUARANTEES
    What waits for a person is never erased, nor what is on hold. The row of a message stays, with its
    states and times and the keyed digest of its bytes: so the same bytes are recognised when they come
    again, and counts stay true. Nothing that is left tells who wrote it or what it said. The originals'
    files go after the rows have been committed; a run that was interrupted is finished by the next.
BUGS
    The bytes of an erased message that come again are recognised, and lie sealed until the next `erase`.
    Copies elsewhere (the mailbox's own folders, backups, what desks were given) are not ours to erase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from mailbot.domain.mail import Kind
from mailbot.domain.states import AckState, MessageState
from mailbot.store import desk, office, schema
from mailbot.store.audit import Action
from mailbot.store.schema import message, outbox
from mailbot.store.unit import Unit

AT_ONCE = 100
STOPPED = "by_hand"  # why the acknowledgement of what was erased was not sent
_OVER = (MessageState.DECIDED.value, MessageState.IGNORED.value)
_SETTLED = (AckState.SENT.value, AckState.REFUSED.value, AckState.NOT_DUE.value, AckState.COVERED.value)
_NOBODY: dict[str, Any] = {
    "recipient": None,
    "recipient_digest": None,
    "caps_digest": None,
    "domain_digest": None,
}


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each kind of thing is kept, from its receipt."""

    law_enforcement: timedelta
    training: timedelta
    automatic: timedelta
    acknowledgements: timedelta  # their addresses


def due(db: Connection, now: datetime, periods: Periods) -> list[str]:
    """Messages whose time is over, the oldest first."""
    query = select(message.c.message_id).where(_is_over(), _is_due(now, periods))
    return list(db.scalars(query.order_by(message.c.received_at)))


def due_addresses(db: Connection, now: datetime, periods: Periods) -> list[str]:
    """Acknowledgements that are long settled and still know their address."""
    old = outbox.c.decided_at <= now - periods.acknowledgements
    query = select(outbox.c.mail_id).where(
        old, outbox.c.state.in_(_SETTLED), ~outbox.c.hold, outbox.c.recipient_digest.is_not(None)
    )
    return list(db.scalars(query.order_by(outbox.c.decided_at)))


def may_erase(db: Connection, ids: Sequence[str]) -> list[str]:
    """Those of these messages that may be erased: decided or ignored, not on hold, not erased already."""
    query = select(message.c.message_id).where(message.c.message_id.in_(ids), _is_over())
    return list(db.scalars(query))


def erase(unit: Unit, message_id: str, actor: str, now: datetime, reason: str = "") -> bool:
    """Erase all but the row; False where it may not be."""
    gone = {"erased_at": now, "fingerprint": None}
    mine = update(message).where(message.c.message_id == message_id, _is_over())
    if unit.db.execute(mine.values(gone)).rowcount == 0:
        return False
    readings = select(schema.reading.c.reading_id).where(schema.reading.c.message_id == message_id)
    for table in (schema.reading_content, schema.reading_source):
        unit.db.execute(delete(table).where(table.c.reading_id.in_(readings)))
    items = select(schema.review_item.c.item_id).where(schema.review_item.c.message_id == message_id)
    for table in (desk.draft, desk.note, desk.correction):
        unit.db.execute(delete(table).where(table.c.item_id.in_(items)))
    for table in (desk.opening, desk.decision, desk.dispatch):
        emptied: dict[str, Any] = {"sealed": b"", "erased_at": now}
        if table is desk.dispatch:
            emptied["log_number"] = None
        unit.db.execute(update(table).where(table.c.item_id.in_(items)).values(emptied))
    unit.db.execute(delete(office.training_answer).where(office.training_answer.c.message_id == message_id))
    _stop(unit, message_id)
    mail = update(outbox).where(outbox.c.acknowledges == message_id)
    unit.db.execute(mail.values({**_NOBODY, "content": None, "erased_at": now}))
    unit.audit(actor, Action.ERASURE, message_id, now, **({"reason": reason} if reason else {}))
    return True


def _stop(unit: Unit, message_id: str) -> None:
    """What has not left yet does not leave: there will be nobody to send it to."""
    for mail_id in unit.db.scalars(select(outbox.c.mail_id).where(outbox.c.acknowledges == message_id)).all():
        waiting = (AckState.RESERVED, AckState.HELD)
        unit.move(outbox, mail_id, waiting, AckState.NOT_DUE, code=STOPPED, due_at=None)


def forget_addresses(unit: Unit, ids: Sequence[str], actor: str, now: datetime) -> None:
    """Acknowledgements keep their state and lose their address."""
    unit.db.execute(update(outbox).where(outbox.c.mail_id.in_(ids)).values({**_NOBODY, "erased_at": now}))
    unit.audit(actor, Action.ERASURE, "outbox", now, addresses=len(ids))


def hold(unit: Unit, message_id: str, actor: str, now: datetime, *, on: bool) -> bool:
    """Keep a message whatever its age, or no longer; False where there is none."""
    held = update(message).where(message.c.message_id == message_id).values(hold=on)
    if unit.db.execute(held).rowcount == 0:
        return False
    unit.audit(actor, Action.ALTERATION, message_id, now, hold=int(on))
    return True


def orphans(db: Connection) -> list[str]:
    """Originals that no message needs any more."""
    other = message.alias("other")
    needed = exists().where(other.c.raw_digest == message.c.raw_digest, other.c.erased_at.is_(None))
    query = select(message.c.raw_digest).where(message.c.erased_at.is_not(None), ~needed)
    return list(db.scalars(query.distinct()))


def _is_over() -> ColumnElement[bool]:
    return and_(message.c.state.in_(_OVER), ~message.c.hold, message.c.erased_at.is_(None))


def _is_due(now: datetime, periods: Periods) -> ColumnElement[bool]:
    automatic = message.c.kind == Kind.AUTOMATIC.value
    training = message.c.purpose == "training"
    at = message.c.received_at
    by_age = or_(
        and_(automatic, at <= now - periods.automatic),
        and_(training, ~automatic, at <= now - periods.training),
        at <= now - periods.law_enforcement,
    )
    return or_(message.c.review_on <= now, and_(message.c.review_on.is_(None), by_age))

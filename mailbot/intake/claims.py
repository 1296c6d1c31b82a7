"""
The claim on what was fetched: from this transaction on a message is ours.

GUARANTEES
    Delivery, message, the task to read it and the audit entry are one transaction. UNIQUE(mailbox,
    locator) decides between two workers, UNIQUE(mailbox, raw_digest) between two copies of one message.
    Message-ID plays no part: anybody can send a guessed one beforehand.
    A locator that had left the inbox and is listed again names what its bytes say: the message that somebody
    put back, or another one, of a server that was brought back from a backup and counts again. (One that is
    lasting names the same message for ever, and does not come here again.)
BUGS
    What such a server calls by the number of a message that has not left the inbox yet is taken for that one.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from mailbot import events
from mailbot.domain.states import DeliveryState, MessageState
from mailbot.intake.raw import Stored
from mailbot.intake.sources.base import Ref
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.once import insert_once
from mailbot.store.schema import delivery, message
from mailbot.store.unit import Store, Unit

ACTOR = "mailbot"
READ = "read"  # the task that follows
LEFT = (DeliveryState.MOVED, DeliveryState.GONE)  # the inbox, as far as we know
OVER = (*LEFT, DeliveryState.SUPERSEDED)  # nobody waits for what bore the locator
_UNRESOLVED = (DeliveryState.STORED, DeliveryState.MOVING)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message whose bytes are durable and which no row knows yet."""

    ref: Ref
    kept: Stored


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of one."""

    message_id: str
    size: int
    deliveries: int = 1
    superseded: int = 0
    is_new: bool = False
    returned: str = ""  # the delivery that somebody put back


def claim(
    store: Store, mailbox: str, got: Sequence[Fetched], listed: Set[str], at: datetime
) -> list[Claimed]:
    """Make them ours in one transaction; those that another worker has claimed first are left out."""
    with store.unit() as unit:
        taken = [_claim(unit, mailbox, one, listed, at) for one in got]
    claimed = [one for one in taken if one is not None]
    for one in claimed:
        if one.returned:
            events.message_returned(one.returned, mailbox)
        elif one.is_new:
            events.message_stored(one.message_id, mailbox, one.size)
        else:
            events.message_redelivered(one.message_id, mailbox, one.deliveries)
    if superseded := sum(one.superseded for one in claimed):
        events.uidvalidity_reset(mailbox, superseded)
    return claimed


def _claim(unit: Unit, mailbox: str, got: Fetched, listed: Set[str], at: datetime) -> Claimed | None:
    message_id = new_id()
    if not (is_new := _add_message(unit, message_id, mailbox, got, at)):
        message_id = _known_message(unit, mailbox, got.kept.digest)
    if not _add_delivery(unit, message_id, mailbox, got.ref.locator, at):
        if back := _put_back(unit, message_id, mailbox, got.ref.locator, at):
            return Claimed(message_id, got.kept.size, returned=back)
        if not _retire(unit, mailbox, got.ref.locator):
            if is_new:  # the other worker was served other bytes under this locator
                unit.db.execute(delete(message).where(message.c.message_id == message_id))
            return None
        _add_delivery(unit, message_id, mailbox, got.ref.locator, at)
    if is_new:
        unit.defer(READ, message_id, at)
        unit.audit(ACTOR, Action.COLLECTION, message_id, at, mailbox=mailbox, size=got.kept.size)
        return Claimed(message_id, got.kept.size, is_new=True)
    superseded = _supersede(unit, message_id, listed)
    deliveries = _count(unit, message_id)
    unit.audit(ACTOR, Action.COLLECTION, message_id, at, mailbox=mailbox, deliveries=deliveries)
    return Claimed(message_id, got.kept.size, deliveries, superseded)


def _add_message(unit: Unit, message_id: str, mailbox: str, got: Fetched, at: datetime) -> bool:
    row = {
        "message_id": message_id,
        "mailbox": mailbox,
        "raw_digest": got.kept.digest,
        "size": got.kept.size,
        "received_at": min(got.ref.received_at or at, at),  # a server's clock may run ahead of ours
        "stored_at": at,
        "state": MessageState.STORED.value,
    }
    return insert_once(unit.db, message, row)


def _add_delivery(unit: Unit, message_id: str, mailbox: str, locator: str, at: datetime) -> bool:
    row = {
        "delivery_id": new_id(),
        "mailbox": mailbox,
        "locator": locator,
        "message_id": message_id,
        "state": DeliveryState.STORED.value,
        "stored_at": at,
    }
    return insert_once(unit.db, delivery, row)


def _put_back(unit: Unit, message_id: str, mailbox: str, locator: str, at: datetime) -> str:
    """
    The delivery of these very bytes under this locator that had left; "" where there is none.

    A human looks; nothing is read or acknowledged again.
    """
    left = delivery.c.state.in_([state.value for state in LEFT])
    same = _under(mailbox, locator) & (delivery.c.message_id == message_id)
    one = unit.db.scalar(select(delivery.c.delivery_id).where(same, left))
    if one is None or not unit.move(delivery, one, LEFT, DeliveryState.RETURNED):
        return ""
    unit.audit(ACTOR, Action.COLLECTION, one, at, delivery=DeliveryState.RETURNED.value)
    return str(one)


def _retire(unit: Unit, mailbox: str, locator: str) -> bool:
    """Give the locator of what had left to what bears it now; False where it belongs to somebody."""
    over = delivery.c.state.in_([state.value for state in OVER])
    free = update(delivery).where(_under(mailbox, locator), over)
    return (
        unit.db.execute(free.values(locator=delivery.c.locator + "|" + delivery.c.delivery_id)).rowcount == 1
    )


def _under(mailbox: str, locator: str) -> ColumnElement[bool]:
    return (delivery.c.mailbox == mailbox) & (delivery.c.locator == locator)


def _known_message(unit: Unit, mailbox: str, digest: str) -> str:
    same = (message.c.mailbox == mailbox) & (message.c.raw_digest == digest)
    return str(unit.db.execute(select(message.c.message_id).where(same)).scalar_one())


def _supersede(unit: Unit, message_id: str, listed: Set[str]) -> int:
    """
    Close earlier deliveries of these bytes that are unresolved and no longer listed.

    They are what the server calls by another locator now. One that is listed still is a true second copy.
    """
    states = [state.value for state in _UNRESOLVED]
    rows = unit.db.execute(
        select(delivery.c.delivery_id, delivery.c.locator).where(
            delivery.c.message_id == message_id, delivery.c.state.in_(states)
        )
    ).all()
    old = [row.delivery_id for row in rows if row.locator not in listed]
    return sum(unit.move(delivery, one, _UNRESOLVED, DeliveryState.SUPERSEDED) for one in old)


def _count(unit: Unit, message_id: str) -> int:
    mine = delivery.c.message_id == message_id
    return int(unit.db.execute(select(func.count()).select_from(delivery).where(mine)).scalar_one())

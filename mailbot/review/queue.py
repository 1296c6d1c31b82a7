"""
The review queue: what waits for a handler, the most pressing first.

GUARANTEES
    One item for each message, by a UNIQUE constraint; opening it again changes nothing. The clock starts when
    the message was received, not when we got round to reading it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from mailbot.domain.states import ReviewState
from mailbot.review.attention import Concern, raise_concern
from mailbot.review.sla import Clock
from mailbot.store.ids import new_id
from mailbot.store.once import insert_once
from mailbot.store.schema import review_item
from mailbot.store.unit import Unit

STANDARD = Clock()
WEIGHTS = {
    "urgent": 8,
    "source_risk": 4,
    "contact_not_safe": 2,
    "crime_indicated": 1,
}  # each more than those below


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the queue; says nothing of what is in the message."""

    item_id: str
    message_id: str
    rank: int
    opened_at: datetime
    due_at: datetime


def open_item(
    unit: Unit,
    message_id: str,
    received_at: datetime,
    flags: Collection[str],
    now: datetime,
    clock: Clock = STANDARD,
) -> str:
    """Put a message into the queue; the id of its item, which may have been there before."""
    opened_at = min(received_at, now)  # a server whose clock is ahead must not give us more time
    item_id = new_id()
    row = {
        "item_id": item_id,
        "message_id": message_id,
        "state": ReviewState.WAITING.value,
        "rank": rank_of(flags),
        "opened_at": opened_at,
        "due_at": clock.due_at(opened_at),
    }
    if insert_once(unit.db, review_item, row):
        if "urgent" in flags:
            raise_concern(unit, item_id, Concern.URGENT, "mailbot", now)
        return item_id
    known = select(review_item.c.item_id).where(review_item.c.message_id == message_id)
    return str(unit.db.execute(known).scalar_one())


def press(unit: Unit, message_id: str, flags: Collection[str], now: datetime) -> None:
    """A later reading may move what is undecided forward in the queue, and never back."""
    rank = rank_of(flags)
    forward = (
        update(review_item)
        .where(
            review_item.c.message_id == message_id,
            review_item.c.state != ReviewState.DECIDED.value,
            review_item.c.rank < rank,
        )
        .values(rank=rank)
        .returning(review_item.c.item_id)
    )
    row = unit.db.execute(forward).first()
    if row is not None and "urgent" in flags:
        raise_concern(unit, row.item_id, Concern.URGENT, "mailbot", now)


def rank_of(flags: Collection[str]) -> int:
    """How pressing it looks; a handler decides what it is."""
    return sum(weight for flag, weight in WEIGHTS.items() if flag in flags)


def waiting(db: Connection) -> list[Item]:
    """What no handler has claimed, in the order in which to look at it."""
    rows = db.execute(
        select(
            review_item.c.item_id,
            review_item.c.message_id,
            review_item.c.rank,
            review_item.c.opened_at,
            review_item.c.due_at,
        )
        .where(review_item.c.state == ReviewState.WAITING.value)
        .order_by(review_item.c.rank.desc(), review_item.c.due_at, review_item.c.item_id)
    )
    return [Item(*row) for row in rows]

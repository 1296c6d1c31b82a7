"""
What somebody in charge must look at: urgent items, high priority, late clocks, broken glass, sealed images.

GUARANTEES
    Raised once for each thing, with its cause. What an alert says is a count and a link.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, func, select, update

from mailbot import events
from mailbot.domain.states import ReviewState
from mailbot.errors import Declined
from mailbot.review.sla import Clocks, Stage
from mailbot.store.audit import Action
from mailbot.store.desk import attention as table
from mailbot.store.ids import new_id
from mailbot.store.lookout import alert
from mailbot.store.once import insert_once
from mailbot.store.schema import message, review_item
from mailbot.store.unit import Store, Unit


class Concern(Enum):
    """Why it was raised."""

    URGENT = "urgent"  # the form says so
    HIGH_PRIORITY = "high_priority"  # a handler says so
    ESCALATED = "escalated"  # the clock
    BREACHED = "breached"  # the clock
    BREAK_GLASS = "break_glass"  # a source part was opened without the second person
    OPENING_ASKED = "opening_asked"  # somebody waits for the second person
    IMAGE_SEALED = "image_sealed"  # must not be seen again
    DISPATCH_FAILED = "dispatch_failed"  # a desk did not get its document


@dataclass(frozen=True, slots=True)
class Raised:
    """One thing to look at."""

    attention_id: str
    item_id: str
    concern: Concern
    raised_by: str
    raised_at: datetime
    about: str


def raise_concern(
    unit: Unit, item_id: str, concern: Concern, actor: str, now: datetime, about: str = ""
) -> bool:
    """Have somebody look at it; False when it was raised before."""
    row = {
        "attention_id": new_id(),
        "item_id": item_id,
        "kind": concern.value,
        "raised_by": actor,
        "raised_at": now,
        "about": about,
    }
    if not insert_once(unit.db, table, row):
        return False
    # one more is news, also where another was settled meanwhile and there are as many as were told
    standing = (
        alert.c.code == f"attention_{concern.value}",
        alert.c.ended_at.is_(None),
        alert.c.told_number > 0,
    )
    unit.db.execute(update(alert).where(*standing).values(told_number=alert.c.told_number - 1))
    events.attention_raised(concern)
    return True


def settle(unit: Unit, attention_id: str, actor: str, now: datetime) -> None:
    """Somebody has looked at it; `Declined("same_person")` for whoever broke the glass that it tells of."""
    mine = table.c.raised_by == actor, table.c.kind == Concern.BREAK_GLASS.value
    if unit.db.scalar(select(table.c.kind).where(table.c.attention_id == attention_id, *mine)) is not None:
        raise Declined("same_person")
    settled = (
        update(table)
        .where(table.c.attention_id == attention_id, table.c.settled_at.is_(None))
        .values(settled_by=actor, settled_at=now)
    )
    row = unit.db.execute(settled.returning(table.c.item_id, table.c.kind)).first()
    if row is None:
        raise Declined("settled")
    unit.audit(actor, Action.ALTERATION, row.item_id, now, what="attention_settled", concern=row.kind)


def unsettled(db: Connection, limit: int = 100) -> list[Raised]:
    """What nobody has looked at, the oldest first."""
    query = select(table).where(table.c.settled_at.is_(None)).order_by(table.c.raised_at).limit(limit)
    return [
        Raised(row.attention_id, row.item_id, Concern(row.kind), row.raised_by, row.raised_at, row.about)
        for row in db.execute(query)
    ]


def counts(db: Connection) -> dict[str, int]:
    """How many of each, for alerts."""
    query = select(table.c.kind, func.count()).where(table.c.settled_at.is_(None)).group_by(table.c.kind)
    return {row[0]: row[1] for row in db.execute(query)}


def watch_clocks(store: Store, clocks: Clocks, now: datetime) -> int:
    """Raise what has become late, or nearly so; how many. A bell of the worker rings this."""
    query = (
        select(
            review_item.c.item_id, message.c.mailbox, review_item.c.opened_at, review_item.c.first_opened_at
        )
        .join(message)
        .where(review_item.c.state != ReviewState.DECIDED.value)
    )
    told = {Stage.ESCALATED: Concern.ESCALATED, Stage.BREACHED: Concern.BREACHED}
    with store.look() as db:
        known = {(row.item_id, row.kind) for row in db.execute(select(table.c.item_id, table.c.kind))}
        stages = [
            (row.item_id, clocks.read(row.mailbox, row.opened_at, row.first_opened_at, None, now).stage)
            for row in db.execute(query)
        ]
    late = [(item_id, told[stage]) for item_id, stage in stages if stage in told]
    new = [(item_id, concern) for item_id, concern in late if (item_id, concern.value) not in known]
    if new:
        with store.unit() as unit:
            for item_id, concern in new:
                raise_concern(unit, item_id, concern, "mailbot", now)
    return len(new)

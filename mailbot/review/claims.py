"""
Who has an item: claims with a lease, and what a supervisor does about them.

GUARANTEES
    A claim is one conditional statement: of two who ask at once, one has it and the other is `Declined`.
    It ends by itself, and the next who looks hands the item back; whoever held it may still decide while
    nobody else has taken it. Each act is in the audit chain. What was typed is kept (`drafts`).

The codes of `Declined` here: "taken" (somebody else has it), "not_yours" (you do not hold it), "decided",
"unknown" (there is no such item), "not_decided", "stale" (it has changed since your page was made).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, update

from mailbot.domain.states import ReviewState
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.schema import review_item as table
from mailbot.store.unit import Store, Unit, check_way

LEASE = timedelta(minutes=30)
OPEN_STATES = (ReviewState.CLAIMED, ReviewState.CLARIFICATION)


def claim(unit: Unit, item_id: str, actor: str, now: datetime, lease: timedelta = LEASE) -> int:
    """Take an item that waits, whose lease is over, or that is the actor's already; its new version."""
    check_way(table, ReviewState.WAITING, ReviewState.CLAIMED)
    free = or_(
        table.c.state == ReviewState.WAITING.value,
        and_(table.c.state == ReviewState.CLAIMED.value, table.c.claimed_until <= now),
    )
    taken = _change(
        unit, item_id, free, state=ReviewState.CLAIMED.value, claimed_by=actor, claimed_until=now + lease
    )
    if taken is not None:
        unit.audit(actor, Action.ALTERATION, item_id, now, what="claimed")
        return taken
    if renew(unit, item_id, actor, now, lease):
        return int(get(unit, item_id).version)
    state = ReviewState(get(unit, item_id).state)
    raise Declined("decided" if state is ReviewState.DECIDED else "taken")


def renew(unit: Unit, item_id: str, actor: str, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold it longer, because the actor is at work on it; False when it is not theirs."""
    theirs = and_(table.c.state == ReviewState.CLAIMED.value, table.c.claimed_by == actor)
    longer = update(table).where(table.c.item_id == item_id, theirs).values(claimed_until=now + lease)
    return unit.db.execute(longer).rowcount == 1


def release(unit: Unit, item_id: str, actor: str, now: datetime) -> None:
    """Give it back to the queue."""
    _back(unit, item_id, _held_by(actor), actor, now, "released")


def break_claim(unit: Unit, item_id: str, actor: str, now: datetime) -> None:
    """A supervisor takes it from whoever has it, and it waits again."""
    held = table.c.state.in_([state.value for state in OPEN_STATES])
    _back(unit, item_id, held, actor, now, "claim_broken")


def hand_over(unit: Unit, item_id: str, actor: str, to: str, now: datetime, lease: timedelta = LEASE) -> None:
    """Give it to a named colleague; the clarification, where there is one, goes with it."""
    _assign(unit, item_id, _held_by(actor), actor, to, now, lease, "handed_over")


def reassign(unit: Unit, item_id: str, actor: str, to: str, now: datetime, lease: timedelta = LEASE) -> None:
    """A supervisor gives it to a handler, whoever had it, or nobody."""
    undecided = table.c.state != ReviewState.DECIDED.value
    _assign(unit, item_id, undecided, actor, to, now, lease, "reassigned")


def hand_back(store: Store, now: datetime) -> int:
    """Let items wait again whose lease is over; how many. Cheap where there are none."""
    over = and_(table.c.state == ReviewState.CLAIMED.value, table.c.claimed_until <= now)
    with store.look() as db:
        if not db.scalar(select(exists().where(over))):
            return 0
    with store.unit() as unit:
        rows = unit.db.execute(
            update(table)
            .where(over)
            .values(
                state=ReviewState.WAITING.value,
                claimed_by=None,
                claimed_until=None,
                version=table.c.version + 1,
            )
            .returning(table.c.item_id)
        ).all()
        for row in rows:
            unit.audit("mailbot", Action.ALTERATION, row.item_id, now, what="claim_expired")
    return len(rows)


def require(unit: Unit, item_id: str, actor: str, version: int | None = None) -> "Row[Any]":
    """The item, if the actor holds it and, where a version is given, nothing has changed; or `Declined`."""
    row = get(unit, item_id, lock=True)
    if row.state == ReviewState.DECIDED.value:
        raise Declined("decided")
    if row.claimed_by != actor:
        raise Declined("taken" if row.claimed_by else "not_yours")
    if version is not None and row.version != version:
        raise Declined("stale")
    return row


def get(unit: Unit, item_id: str, *, lock: bool = False) -> "Row[Any]":
    """The item's row; `Declined("unknown")` where there is none."""
    query = select(table).where(table.c.item_id == item_id)
    row = unit.db.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise Declined("unknown")
    return row


def touch(unit: Unit, item_id: str) -> int:
    """Something about the item has changed: forms that were made before are stale. The new version."""
    changed = update(table).where(table.c.item_id == item_id).values(version=table.c.version + 1)
    return int(unit.db.execute(changed.returning(table.c.version)).scalar_one())


def _held_by(actor: str) -> ColumnElement[bool]:
    return and_(table.c.state.in_([state.value for state in OPEN_STATES]), table.c.claimed_by == actor)


def _back(unit: Unit, item_id: str, when: ColumnElement[bool], actor: str, now: datetime, what: str) -> None:
    state = ReviewState.WAITING.value
    if _change(unit, item_id, when, state=state, claimed_by=None, claimed_until=None) is None:
        _decline(unit, item_id)
    unit.audit(actor, Action.ALTERATION, item_id, now, what=what)


def _assign(
    unit: Unit,
    item_id: str,
    when: ColumnElement[bool],
    actor: str,
    to: str,
    now: datetime,
    lease: timedelta,
    what: str,
) -> None:
    state = ReviewState.CLAIMED.value
    if _change(unit, item_id, when, state=state, claimed_by=to, claimed_until=now + lease) is None:
        _decline(unit, item_id)
    unit.audit(actor, Action.ALTERATION, item_id, now, what=what, to=to)


def _change(unit: Unit, item_id: str, when: ColumnElement[bool], **values: object) -> int | None:
    """Change the item if it is so; its new version, or None when it is not."""
    statement = (
        update(table)
        .where(table.c.item_id == item_id, when)
        .values(version=table.c.version + 1, **values)
        .returning(table.c.version)
    )
    return unit.db.execute(statement).scalar()


def _decline(unit: Unit, item_id: str) -> None:
    row = get(unit, item_id)
    raise Declined("decided" if row.state == ReviewState.DECIDED.value else "not_yours")

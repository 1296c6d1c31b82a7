"""
A listing against what the database knows: what is new, what came back, what is gone.

GUARANTEES
    What this costs depends on what is listed and what is unresolved, never on the history.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from mailbot import events
from mailbot.domain.states import DeliveryState
from mailbot.intake.claims import ACTOR
from mailbot.intake.sources.base import Ref
from mailbot.store.audit import Action
from mailbot.store.schema import delivery
from mailbot.store.unit import Store

_WINDOW = 500  # below the limit of variables in a statement of either database
_LEFT = (DeliveryState.MOVED, DeliveryState.GONE)
_THERE = (DeliveryState.STORED, DeliveryState.RETURNED)


@dataclass(slots=True)
class Sorted:
    """A listing, sorted."""

    unknown: list[Ref] = field(default_factory=list)
    known: int = 0
    back: list[str] = field(default_factory=list)  # deliveries that had left the inbox


def sort(store: Store, mailbox: str, refs: Sequence[Ref]) -> Sorted:
    """Subtract what the database knows."""
    found = Sorted()
    left = {state.value for state in _LEFT}
    for start in range(0, len(refs), _WINDOW):
        window = refs[start : start + _WINDOW]
        rows = _rows(store, mailbox, window)
        for ref in window:
            row = rows.get(ref.locator)
            if row is None:
                found.unknown.append(ref)
            elif row[1] in left:
                found.back.append(row[0])
            else:
                found.known += 1
    return found


def mark_returned(store: Store, mailbox: str, deliveries: Sequence[str], at: datetime) -> int:
    """Somebody put them back: a human looks, and nothing is read or acknowledged again."""
    returned = [one for one in deliveries if _mark(store, one, _LEFT, DeliveryState.RETURNED, at)]
    for one in returned:
        events.message_returned(one, mailbox)
    return len(returned)


def mark_gone(store: Store, mailbox: str, listed: Set[str], at: datetime) -> int:
    """Somebody else moved or deleted them: we have the bytes, nothing is lost."""
    absent = [row[0] for row in _unresolved(store, mailbox) if row[1] not in listed]
    gone = [one for one in absent if _mark(store, one, _THERE, DeliveryState.GONE, at)]
    for one in gone:
        events.message_gone(one, mailbox)
    return len(gone)


def _mark(store: Store, one: str, old: tuple[DeliveryState, ...], new: DeliveryState, at: datetime) -> bool:
    with store.unit() as unit:
        marked = unit.move(delivery, one, old, new)
        if marked:
            unit.audit(ACTOR, Action.COLLECTION, one, at, delivery=new.value)
    return marked


def _rows(store: Store, mailbox: str, window: Sequence[Ref]) -> dict[str, tuple[str, str]]:
    locators = [ref.locator for ref in window]
    wanted = (delivery.c.mailbox == mailbox) & delivery.c.locator.in_(locators)
    query = select(delivery.c.locator, delivery.c.delivery_id, delivery.c.state).where(wanted)
    with store.look() as db:
        return {row[0]: (row[1], row[2]) for row in db.execute(query)}


def _unresolved(store: Store, mailbox: str) -> Iterator[tuple[str, str]]:
    states = [state.value for state in _THERE]
    query = (
        select(delivery.c.delivery_id, delivery.c.locator)
        .where(delivery.c.mailbox == mailbox, delivery.c.state.in_(states))
        .order_by(delivery.c.delivery_id)
        .limit(_WINDOW)
    )
    after = ""
    while True:
        with store.look() as db:
            rows = db.execute(query.where(delivery.c.delivery_id > after)).all()
        yield from ((row[0], row[1]) for row in rows)
        if len(rows) < _WINDOW:
            return
        after = rows[-1][0]

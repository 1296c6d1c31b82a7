"""
A listing against what the database knows: what is new, what came back, what is gone.

GUARANTEES
    What this costs depends on what is listed and what is unresolved, never on the history.
"""

from collections.abc import Sequence, Set
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
    returned = _mark(store, deliveries, _LEFT, DeliveryState.RETURNED, at)
    for one in returned:
        events.message_returned(one, mailbox)
    return len(returned)


def mark_gone(store: Store, mailbox: str, listed: Set[str], at: datetime) -> int:
    """Somebody else moved or deleted them: we have the bytes, nothing is lost."""
    gone = _mark(store, _absent(store, mailbox, listed), _THERE, DeliveryState.GONE, at)
    for one in gone:
        events.message_gone(one, mailbox)
    return len(gone)


def _mark(
    store: Store, deliveries: Sequence[str], old: tuple[DeliveryState, ...], new: DeliveryState, at: datetime
) -> list[str]:
    marked = []
    for start in range(0, len(deliveries), _WINDOW):
        with store.unit() as unit:
            for one in deliveries[start : start + _WINDOW]:
                if unit.move(delivery, one, old, new):
                    unit.audit(ACTOR, Action.COLLECTION, one, at, delivery=new.value)
                    marked.append(one)
    return marked


def _rows(store: Store, mailbox: str, window: Sequence[Ref]) -> dict[str, tuple[str, str]]:
    locators = [ref.locator for ref in window]
    wanted = (delivery.c.mailbox == mailbox) & delivery.c.locator.in_(locators)
    query = select(delivery.c.locator, delivery.c.delivery_id, delivery.c.state).where(wanted)
    with store.look() as db:
        return {row[0]: (row[1], row[2]) for row in db.execute(query)}


def _absent(store: Store, mailbox: str, listed: Set[str]) -> list[str]:
    states = [state.value for state in _THERE]
    query = select(delivery.c.delivery_id, delivery.c.locator).where(
        delivery.c.mailbox == mailbox, delivery.c.state.in_(states)
    )
    with store.look() as db:  # one pass: pages would have to be sorted, each anew
        rows = db.execution_options(yield_per=_WINDOW).execute(query)
        return [row[0] for row in rows if row[1] not in listed]

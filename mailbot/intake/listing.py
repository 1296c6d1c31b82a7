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
from mailbot.intake.claims import ACTOR, OVER
from mailbot.intake.sources.base import Ref
from mailbot.store.audit import Action
from mailbot.store.schema import delivery
from mailbot.store.unit import Store

_WINDOW = 500  # below the limit of variables in a statement of either database
_THERE = (DeliveryState.STORED, DeliveryState.RETURNED)


@dataclass(slots=True)
class Sorted:
    """A listing, sorted."""

    unknown: list[Ref] = field(default_factory=list)
    known: int = 0
    back: list[Ref] = field(
        default_factory=list
    )  # under locators whose bearers had left the inbox; see `claims`


def sort(store: Store, mailbox: str, refs: Sequence[Ref]) -> Sorted:
    """Subtract what the database knows."""
    found = Sorted()
    left = {state.value for state in OVER}
    for start in range(0, len(refs), _WINDOW):
        window = refs[start : start + _WINDOW]
        rows = _rows(store, mailbox, window)
        for ref in window:
            row = rows.get(ref.locator)
            if row is None:
                found.unknown.append(ref)
            elif row in left:
                found.back.append(ref)
            else:
                found.known += 1
    return found


def mark_gone(store: Store, mailbox: str, listed: Set[str], at: datetime) -> int:
    """Somebody else moved or deleted them: we have the bytes, nothing is lost."""
    absent, gone = _absent(store, mailbox, listed), []
    for start in range(0, len(absent), _WINDOW):
        with store.unit() as unit:
            for one in absent[start : start + _WINDOW]:
                if unit.move(delivery, one, _THERE, DeliveryState.GONE):
                    unit.audit(ACTOR, Action.COLLECTION, one, at, delivery=DeliveryState.GONE.value)
                    gone.append(one)
    for one in gone:
        events.message_gone(one, mailbox)
    return len(gone)


def _rows(store: Store, mailbox: str, window: Sequence[Ref]) -> dict[str, str]:
    """The states of those that are known, by locator."""
    locators = [ref.locator for ref in window]
    wanted = (delivery.c.mailbox == mailbox) & delivery.c.locator.in_(locators)
    with store.look() as db:
        return {
            row[0]: row[1] for row in db.execute(select(delivery.c.locator, delivery.c.state).where(wanted))
        }


def _absent(store: Store, mailbox: str, listed: Set[str]) -> list[str]:
    states = [state.value for state in _THERE]
    query = select(delivery.c.delivery_id, delivery.c.locator).where(
        delivery.c.mailbox == mailbox, delivery.c.state.in_(states)
    )
    with store.look() as db:  # one pass: pages would have to be sorted, each anew
        rows = db.execution_options(yield_per=_WINDOW).execute(query)
        return [row[0] for row in rows if row[1] not in listed]

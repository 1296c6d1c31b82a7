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
from mailbot.intake.claims import ACTOR, LEFT, OVER
from mailbot.intake.sources.base import Ref, SourceSession
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
    back: list[Ref] = field(default_factory=list)  # whose bearers had left the inbox; see `claims`


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
            elif row[1] in left:
                found.back.append(ref)
            else:
                found.known += 1
    return found


def mark_returned(store: Store, mailbox: str, refs: Sequence[Ref], at: datetime) -> int:
    """
    Somebody put them back, as their lasting locators say: a human looks, nothing is acknowledged again.

    Their bytes could not tell: Exchange writes a message anew each time it is asked for it.
    """
    back: list[str] = []
    for start in range(0, len(refs), _WINDOW):
        back += (row[0] for row in _rows(store, mailbox, refs[start : start + _WINDOW]).values())
    returned = _mark(store, back, LEFT, DeliveryState.RETURNED, at)
    for one in returned:
        events.message_returned(one, mailbox)
    return len(returned)


def mark_gone(store: Store, session: SourceSession, mailbox: str, listed: Set[str], at: datetime) -> int:
    """
    Somebody else moved or deleted them: we have the bytes, nothing is lost.

    A listing of several pages may miss one while others are taken out, so each is asked for once more.
    """
    absent = _absent(store, mailbox, listed)
    still = session.present(list(absent.values())) if absent else set()
    gone = [delivery_id for delivery_id, locator in absent.items() if locator not in still]
    marked = _mark(store, gone, _THERE, DeliveryState.GONE, at)
    for one in marked:
        events.message_gone(one, mailbox)
    return len(marked)


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
    """Delivery and state of those that are known, by locator."""
    locators = [ref.locator for ref in window]
    wanted = (delivery.c.mailbox == mailbox) & delivery.c.locator.in_(locators)
    query = select(delivery.c.locator, delivery.c.delivery_id, delivery.c.state).where(wanted)
    with store.look() as db:
        return {row[0]: (row[1], row[2]) for row in db.execute(query)}


def _absent(store: Store, mailbox: str, listed: Set[str]) -> dict[str, str]:
    """Locators by delivery."""
    states = [state.value for state in _THERE]
    query = select(delivery.c.delivery_id, delivery.c.locator).where(
        delivery.c.mailbox == mailbox, delivery.c.state.in_(states)
    )
    with store.look() as db:  # one pass: pages would have to be sorted, each anew
        rows = db.execution_options(yield_per=_WINDOW).execute(query)
        return {row[0]: row[1] for row in rows if row[1] not in listed}

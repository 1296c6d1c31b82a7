"""
Messages that a server lists and does not serve: counted, isolated, and told to a human after five attempts.

GUARANTEES
    Such a message delays no other: those that were in flight when a connection broke are fetched last and
    one at a time, so that one which breaks connections is soon alone. After five attempts of its own it is
    left alone, but for one attempt a day: an outage of ours must not make a message be forgotten.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from mailbot import events
from mailbot.intake.sources.base import Ref
from mailbot.store.once import insert_into
from mailbot.store.schema import unfetched
from mailbot.store.unit import Store, Unit

ATTEMPTS = 5
AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known of one; 0 attempts: it was only in flight with others when a connection broke."""

    locator: str
    attempts: int
    last_at: datetime

    def is_left_alone(self, now: datetime) -> bool:
        """Whether it is not to be asked for now."""
        return self.attempts >= ATTEMPTS and now < self.last_at + AGAIN


def doubts(store: Store, mailbox: str) -> dict[str, Doubt]:
    """All of a mailbox, by locator: few, as those that are listed no longer are forgotten."""
    columns = (unfetched.c.locator, unfetched.c.attempts, unfetched.c.last_at)
    with store.look() as db:
        rows = db.execute(select(*columns).where(unfetched.c.mailbox == mailbox)).all()
    return {row.locator: Doubt(*row) for row in rows}


def in_order(refs: Iterable[Ref], known: dict[str, Doubt], now: datetime) -> tuple[list[Ref], list[Ref]]:
    """Those to fetch together, and those to fetch alone, the least doubtful first."""
    together, alone = [], []
    for ref in refs:
        doubt = known.get(ref.locator)
        if doubt is None:
            together.append(ref)
        elif not doubt.is_left_alone(now):
            alone.append(ref)
    alone.sort(key=lambda ref: known[ref.locator].attempts)
    return together, alone


def count(store: Store, mailbox: str, refs: Sequence[Ref], now: datetime, *, attempt: int = 1) -> None:
    """Count an attempt for each; `attempt=0` only remembers that they were in flight."""
    if not refs:
        return
    with store.unit() as unit:
        counts = [_count(unit, mailbox, ref.locator, attempt, now) for ref in refs]
    for attempts in counts:
        if attempt and attempts >= ATTEMPTS:
            events.message_unfetchable(mailbox, attempts)


def forget(store: Store, mailbox: str, known: dict[str, Doubt], listed: Set[str], served: Set[str]) -> None:
    """Drop those that were served after all, and those that are listed no longer."""
    over = [locator for locator in known if locator in served or locator not in listed]
    if over:
        with store.unit() as unit:
            for locator in over:
                unit.db.execute(delete(unfetched).where(_is(mailbox, locator)))


def _count(unit: Unit, mailbox: str, locator: str, attempt: int, now: datetime) -> int:
    row = {"mailbox": mailbox, "locator": locator, "attempts": attempt, "first_at": now, "last_at": now}
    more = {"attempts": unfetched.c.attempts + attempt, "last_at": now}
    statement = insert_into(unit.db.dialect.name, unfetched).values(row)
    unit.db.execute(statement.on_conflict_do_update(index_elements=["mailbox", "locator"], set_=more))
    return int(unit.db.execute(select(unfetched.c.attempts).where(_is(mailbox, locator))).scalar_one())


def _is(mailbox: str, locator: str):  # type: ignore[no-untyped-def]
    return (unfetched.c.mailbox == mailbox) & (unfetched.c.locator == locator)

"""Old reports go, but none that the check against differences could still need."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from mailbot.statistics import releases, retention
from mailbot.statistics.draft import MONTHLY, TABLE, Maker
from mailbot.statistics.months import Month
from mailbot.store import audit
from mailbot.store.office import report
from mailbot.store.schema import message
from mailbot.store.unit import Store
from tests.unit.statistics.office import LATER, a_busy_month, maker, partners

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
YEARS = timedelta(days=366 * 10)


def released(store: Store, made: Maker, first: Month, last: Month | None = None, at: datetime = LATER) -> str:
    """A report that a second person has let go."""
    report_id = made.make(first, last or first, TABLE if last else MONTHLY, "ada", at)
    with store.unit() as unit:
        releases.release(unit, report_id, "bob", at)
    return report_id


def due(store: Store, at: datetime) -> set[str]:
    """What would be erased."""
    with store.look() as db:
        return set(retention.due(db, store.vault, at))


def forget(store: Store) -> None:
    """No message is left."""
    with store.unit() as unit:
        unit.db.execute(update(message).values(erased_at=LATER))


def test_a_report_goes_after_its_years(store: Store) -> None:
    """Not before, not on hold; erased, it is in the chain and nowhere else."""
    made = maker(store, partners(), year_begins=3)
    a_busy_month(store)
    one = released(store, made, MARCH)
    forget(store)
    soon, late = LATER + timedelta(days=365 * 9), LATER + YEARS
    with store.unit() as unit:
        unit.db.execute(update(report).values(hold=True))
    held = due(store, late)
    with store.unit() as unit:
        unit.db.execute(update(report).values(hold=False))

    assert (set(), set(), {one}) == (held, due(store, soon), due(store, late))
    with store.unit() as unit:
        retention.erase(unit, [one], "ada", late)
    with store.look() as db:
        assert [] == db.execute(select(report)).all()
        assert 1 == sum(link.entry.action == "erasure" for link in audit.entries(db, subject=one))


def test_a_report_stays_while_a_message_of_its_months_does(store: Store) -> None:
    """Another table about them could be asked for."""
    made = maker(store, partners(), year_begins=3)
    a_busy_month(store)
    released(store, made, MARCH)

    assert set() == due(store, LATER + YEARS)


def test_a_report_stays_while_another_tells_of_its_months(store: Store) -> None:
    """A later table over both months keeps the first ones, and what they keep, until it goes itself."""
    made = maker(store, partners(), year_begins=3)
    a_busy_month(store)
    march = released(store, made, MARCH)
    both = released(store, made, MARCH, APRIL, LATER + timedelta(days=1000))
    forget(store)

    assert set() == due(store, LATER + YEARS)
    assert {march, both} == due(store, LATER + timedelta(days=1000) + YEARS)

"""The wall-board counts what each item's own clock says, however the database was asked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from mailbot.config import Duty, Review
from mailbot.domain.states import ReviewState
from mailbot.review import claims
from mailbot.review.board import board
from mailbot.review.sla import Clock, Clocks, Stage
from mailbot.store.schema import message
from mailbot.store.schema import review_item as table
from mailbot.store.unit import Store
from tests.unit.review.items import add_item

MONDAY = datetime(2026, 3, 30, 10, 30, tzinfo=UTC)  # the day after the change to summer time; 11:30 there
DUTY = Duty(mailbox="office")
AGES = (0, 10, 29, 30, 31, 89, 90, 91, 119, 120, 121, 200, 3 * 24 * 60)


@pytest.mark.parametrize("stops", ["first_opened", "decided"])
def test_the_counts_are_those_of_the_clocks(store: Store, stops: str) -> None:
    """Two mailboxes, one of them on duty in office hours alone; some items looked at, some taken."""
    clocks = Clocks.of(Review(duty=(DUTY,), stops_clock=stops))
    for number, age in enumerate(AGES * 2):
        mailbox = "office" if number % 2 else "partnership"
        item = add_item(store, received_at=MONDAY - timedelta(minutes=age), mailbox=mailbox)
        with store.unit() as unit:
            if number % 3 == 0:
                looked = MONDAY - timedelta(minutes=age // 2)
                unit.db.execute(update(table).where(table.c.item_id == item).values(first_opened_at=looked))
            if number % 4 == 0:
                claims.claim(unit, item, "handler.one", MONDAY)

    with store.look() as db:
        found = board(db, clocks, MONDAY)
        rows = db.execute(select(table, message.c.mailbox).join(message)).all()

    one_by_one = {stage.value: 0 for stage in Stage}
    for row in rows:
        standing = clocks.read(row.mailbox, row.opened_at, row.first_opened_at, None, MONDAY)
        one_by_one[standing.stage.value] += 1
    assert one_by_one == found.stages
    assert len(rows) == sum(found.stages.values()) == found.waiting + found.claimed
    waiting = [row for row in rows if row.state == ReviewState.WAITING.value]
    assert len(waiting) == found.waiting
    ages = [clocks.read(row.mailbox, row.opened_at, None, None, MONDAY).minutes_old for row in waiting]
    assert max(ages) == found.oldest_minutes


def test_nothing_waits(store: Store) -> None:
    """An empty queue has no oldest item, and nothing is late."""
    with store.look() as db:
        found = board(db, Clocks(), MONDAY)

    assert (0, None, None) == (found.waiting, found.oldest_minutes, found.next_minutes_left)
    assert 0 == sum(found.stages.values())


@pytest.mark.parametrize("duty", [None, DUTY])
@pytest.mark.parametrize("minutes", [0, 30, 120, 900])
def test_the_moment_from_which_a_mark_has_passed(duty: Duty | None, minutes: int) -> None:
    """What was opened then is past the mark, and what was opened two seconds later is not."""
    clock, mark = Clock(duty=duty), timedelta(minutes=minutes)

    begun = clock.begun(MONDAY, mark)

    assert mark <= clock.passed(begun, MONDAY) < mark + timedelta(seconds=2)
    assert minutes == 0 or clock.passed(begun + timedelta(seconds=2), MONDAY) < mark

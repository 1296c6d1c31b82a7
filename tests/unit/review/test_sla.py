"""The clock, on duty and across both changes of summer time."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.config import Duty, Review
from mailbot.review.sla import Clock, Clocks, Stage, summarise

OFFICE = Clock(duty=Duty(mailbox="partnership"))
NIGHT = Clock(
    target=timedelta(hours=8),
    duty=Duty(mailbox="partnership", days=("sun",), begins="00:00", ends="24:00"),
)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-03-02T12:00", "2026-03-02T14:00"),  # a Monday in winter
        ("2026-03-02T17:00", "2026-03-03T09:00"),  # an hour today, an hour tomorrow
        ("2026-03-02T03:00", "2026-03-02T10:00"),  # before duty
        ("2026-03-06T17:30", "2026-03-09T09:30"),  # over the weekend
        ("2026-03-27T17:30", "2026-03-30T08:30"),  # over the weekend on which summer time begins
        ("2026-10-23T16:30", "2026-10-26T09:30"),  # and on which it ends
    ],
)
def test_the_clock_runs_on_duty(opened: str, due: str) -> None:
    """Two hours of duty, however much time lies between."""
    assert at(due) == OFFICE.due_at(at(opened))
    assert timedelta(hours=2) == OFFICE.passed(at(opened), at(due))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-07", 24)])
def test_a_day_has_the_hours_that_pass(day: str, hours: int) -> None:
    """A duty day across a change of summer time is an hour shorter or longer."""
    begin = at(f"{day}T00:00") - timedelta(hours=6)

    assert timedelta(hours=hours) == NIGHT.passed(begin, begin + timedelta(hours=48))


def test_a_night_shift_across_the_change() -> None:
    """Eight hours from midnight are eight hours, not what the clock on the wall says."""
    assert at("2026-03-29T08:00") == NIGHT.due_at(at("2026-03-29T00:00"))
    assert at("2026-10-25T07:00") == NIGHT.due_at(at("2026-10-24T23:00"))


def test_days_off_do_not_count() -> None:
    """Christmas Day is nobody's two hours."""
    clock = Clock(duty=Duty(mailbox="partnership", closed=("2026-12-25", "2026-12-28")))

    assert at("2026-12-29T09:00") == clock.due_at(at("2026-12-24T17:00"))


def test_day_and_night_is_plain_time() -> None:
    """Without duty hours two hours are two hours."""
    assert at("2026-03-29T02:30") == Clock().due_at(at("2026-03-29T00:30"))


@pytest.mark.parametrize(
    ("minutes", "stage", "left"),
    [
        (0, Stage.ON_TIME, 120),
        (29, Stage.ON_TIME, 91),
        (30, Stage.WARNED, 90),
        (90, Stage.ESCALATED, 30),
        (120, Stage.BREACHED, 0),
        (300, Stage.BREACHED, -180),
    ],
)
def test_the_stages(minutes: int, stage: Stage, left: int) -> None:
    """Warned, escalated, late."""
    opened = at("2026-03-02T12:00")
    standing = Clock().read(opened, None, opened + timedelta(minutes=minutes))

    assert (stage, left, minutes) == (standing.stage, standing.minutes_left, standing.minutes_old)


def test_what_stops_it_is_configuration() -> None:
    """The first look by default, or the decision."""
    opened = at("2026-03-02T12:00")
    looked, now = opened + timedelta(minutes=10), opened + timedelta(hours=5)

    by_look = Clocks.of(Review()).read("partnership", opened, looked, None, now)
    by_decision = Clocks.of(Review(stops_clock="decided")).read("partnership", opened, looked, None, now)

    assert (Stage.STOPPED, 110) == (by_look.stage, by_look.minutes_left)
    assert Stage.BREACHED is by_decision.stage
    decided = Clocks.of(Review(stops_clock="decided")).read("partnership", opened, looked, now, now)
    assert Stage.STOPPED_LATE is decided.stage


def test_each_mailbox_has_its_clock() -> None:
    """Duty hours belong to the mailbox that they name."""
    clocks = Clocks.of(Review(duty=(Duty(mailbox="partnership"),)))
    night = at("2026-03-02T03:00")

    assert at("2026-03-02T10:00") == clocks.of_mailbox("partnership").due_at(night)
    assert at("2026-03-02T05:00") == clocks.of_mailbox("elsewhere").due_at(night)


def test_median_and_95th_percentile() -> None:
    """By nearest rank; nothing is made up where there was nothing."""
    times = summarise([timedelta(minutes=minute) for minute in range(1, 101)], timedelta(minutes=50))

    assert (100, 50, 95, 50) == (times.count, times.median, times.p95, times.in_target)
    assert (0, None) == (summarise([], timedelta(minutes=1)).count, summarise([], timedelta(1)).median)

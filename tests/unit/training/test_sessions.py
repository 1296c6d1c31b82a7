"""Sessions, their invitations and feeds, and when reminders go out."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import vobject

from mailbot.errors import Declined
from mailbot.training import invitation, month, reminders, sessions
from mailbot.training.shapes import Plan, Rules, Session
from tests.unit.training.office import PLAN, Desk

TOKEN = "abcdefgh23456723"
OURS, THEIRS = "partnership@police.example", "head@school.example"


def a_session(starts_at: datetime, **changes: object) -> Session:
    """An hour somewhere."""
    from mailbot.domain.states import SessionState

    plain = Session("ab" * 16, SessionState.PLANNED, starts_at, starts_at + timedelta(hours=1), 0, 0, 1, PLAN)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 3, 28), time(15, 30), datetime(2026, 3, 28, 15, 30, tzinfo=UTC)),  # winter
        (date(2026, 3, 29), time(15, 30), datetime(2026, 3, 29, 14, 30, tzinfo=UTC)),  # the clocks went on
        (date(2026, 10, 24), time(9, 0), datetime(2026, 10, 24, 8, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(9, 0), datetime(2026, 10, 25, 9, 0, tzinfo=UTC)),  # and back
    ],
)
def test_a_local_time_is_what_clocks_show(day: date, at: time, utc: datetime) -> None:
    """On both sides of both changes."""
    assert utc == sessions.moment(day, at)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 20, 9, 0, tzinfo=UTC)),  # both in winter
        (date(2026, 4, 1), datetime(2026, 3, 25, 9, 0, tzinfo=UTC)),  # the change lies between
        (date(2026, 4, 5), datetime(2026, 3, 29, 8, 0, tzinfo=UTC)),  # due on the day of the change itself
        (date(2026, 10, 30), datetime(2026, 10, 23, 8, 0, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 10, 25, 9, 0, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 10, 26, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_reminder_comes_at_nine_on_peoples_clocks(day: date, due: datetime) -> None:
    """A week before the session's own day, whatever the clocks did meanwhile."""
    session = a_session(sessions.moment(day, time(15, 30)))

    assert due == reminders.due_at(session, datetime(2026, 1, 1, tzinfo=UTC), Rules())


def test_a_late_confirmation_has_no_reminder() -> None:
    """Its time has passed already."""
    session = a_session(datetime(2026, 5, 7, 12, 0, tzinfo=UTC))

    assert reminders.due_at(session, datetime(2026, 5, 4, 12, 0, tzinfo=UTC), Rules()) is None


@pytest.mark.parametrize("month", [1, 7])
def test_an_invitation_opens_in_another_calendar(month: int) -> None:
    """A library that mailbot does not use reads it: valid, one event, the right moments, who asks whom."""
    starts = sessions.moment(date(2026, month, 14), time(15, 30))
    data = invitation.invitation(
        a_session(starts, sequence=3), TOKEN, OURS, THEIRS, starts - timedelta(days=9)
    )
    calendar = vobject.readOne(data.decode())
    event = calendar.vevent

    assert calendar.validate(raiseException=True)
    assert ("REQUEST", "Training session") == (calendar.method.value, event.summary.value)
    assert (starts, starts + timedelta(hours=1)) == (event.dtstart.value, event.dtend.value)
    assert (f"{TOKEN}@police.example", "3") == (event.uid.value, event.sequence.value)
    assert (f"mailto:{OURS}", f"mailto:{THEIRS}") == (event.organizer.value, event.attendee.value)
    assert 15 == event.dtstart.value.astimezone(sessions.ZONE).hour
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_a_cancellation_opens_in_another_calendar() -> None:
    """The same id, and that it will not take place."""
    starts = sessions.moment(date(2026, 7, 14), time(15, 30))
    data = invitation.invitation(a_session(starts), TOKEN, OURS, THEIRS, starts, cancelled=True)
    calendar = vobject.readOne(data.decode())

    assert ("CANCEL", "CANCELLED") == (calendar.method.value, calendar.vevent.status.value)
    assert f"{TOKEN}@police.example" == calendar.vevent.uid.value


@pytest.mark.parametrize(
    "place", ["Hall; Main, Road\\Street", "Zimmer Ä, 2. Stock", "x" * 300, "a\nATTENDEE:mailto:e@e"]
)
def test_what_stands_in_a_place_cannot_break_out(place: str) -> None:
    """Signs that mean something in such a file, long lines, line ends."""
    starts = sessions.moment(date(2026, 7, 14), time(15, 30))
    session = a_session(starts, plan=replace(PLAN, place=place))
    event = vobject.readOne(invitation.invitation(session, TOKEN, OURS, THEIRS, starts).decode()).vevent

    assert place == event.location.value
    assert 1 == len(event.attendee_list)


def test_a_feed_opens_in_another_calendar(desk: Desk) -> None:
    """Every session, and nobody's name."""
    desk.plan()
    desk.plan(20)
    with desk.store.look() as db:
        found = sessions.between(db, desk.store.vault, desk.now, desk.now + timedelta(days=60))
    data = invitation.feed(found, "police.example", desk.now)
    calendar = vobject.readOne(data.decode())

    assert [one.starts_at for one in found] == [event.dtstart.value for event in calendar.vevent_list]
    assert b"Imaginary" not in data


def test_an_empty_feed_is_a_calendar() -> None:
    """Nothing planned yet."""
    assert b"BEGIN:VCALENDAR" in invitation.feed([], "police.example", datetime(2026, 5, 4, tzinfo=UTC))


ELSEWHERE = replace(PLAN, place="Library, Elsewhereham")


@pytest.mark.parametrize(
    ("minutes", "what", "why"),
    [
        (30, ELSEWHERE, ["trainer"]),  # at the same time
        (75, ELSEWHERE, ["travel"]),  # a quarter of an hour for the way
        (75, PLAN, []),  # in the same room
        (120, ELSEWHERE, []),
        (30, replace(PLAN, trainer="PC Other"), ["place"]),
        (30, Plan("", "https://meet.example/1", "PC Other", ""), []),
    ],
)
def test_clashes_are_seen(small: Desk, minutes: int, what: Plan, why: list[str]) -> None:
    """The trainer cannot be in two places, nor get from one to the other in no time; a room holds one."""
    session = small.plan()
    begin = session.starts_at + timedelta(minutes=minutes)
    with small.store.look() as db:
        found = sessions.clashes(db, small.store.vault, begin, begin + timedelta(hours=1), what)

    assert why == [one.why for one in found]


@pytest.mark.parametrize(
    ("days", "minutes", "code"), [(-1, 60, "past"), (5, 0, "length"), (5, 800, "length")]
)
def test_a_session_that_cannot_be(small: Desk, days: int, minutes: int, code: str) -> None:
    """In the past, of no length, of a whole day and night."""
    begin = small.now + timedelta(days=days)
    with small.store.unit() as unit, pytest.raises(Declined, match=code):
        sessions.plan(unit, begin, minutes, 0, PLAN, "ada", small.now, Rules())


@pytest.mark.parametrize(
    ("first", "count", "begin", "end"),
    [
        (date(2026, 2, 1), 5, date(2026, 1, 26), date(2026, 3, 1)),
        (date(2026, 6, 1), 5, date(2026, 6, 1), date(2026, 7, 5)),  # begins on a Monday
        (date(2026, 8, 1), 6, date(2026, 7, 27), date(2026, 9, 6)),
    ],
)
def test_a_month_is_whole_weeks(small: Desk, first: date, count: int, begin: date, end: date) -> None:
    """From Monday to Sunday, and the days of the months beside it are known for such."""
    with small.store.look() as db:
        weeks = month.weeks(db, small.store.vault, first)

    assert (count, begin, end) == (len(weeks), weeks[0][0].day, weeks[-1][-1].day)
    assert all(7 == len(week) and 0 == week[0].day.weekday() for week in weeks)
    assert {first.month} == {one.day.month for week in weeks for one in week if one.inside}


def test_a_session_stands_on_its_local_day(small: Desk) -> None:
    """Half past midnight in summer is the day before in UTC."""
    session = small.plan(27, time(0, 30))  # 31 May
    with small.store.look() as db:
        weeks = month.weeks(db, small.store.vault, date(2026, 5, 1))
        later = month.weeks(db, small.store.vault, date(2026, 7, 1))

    assert [(date(2026, 5, 31), (session,))] == [
        (one.day, one.sessions) for week in weeks for one in week if one.sessions
    ]
    assert not any(one.sessions for week in later for one in week)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-12", date(2026, 12, 1)),
        ("", date(2026, 5, 1)),
        ("2026-13", date(2026, 5, 1)),
        ("9999-12", date(2026, 5, 1)),
        ("x", date(2026, 5, 1)),
    ],
)
def test_a_month_that_is_none_is_this_one(text: str, first: date) -> None:
    """Whatever stands in an address; and the months beside it go over the year's end."""
    found = month.first_of(text, date(2026, 5, 4))

    assert first == found
    assert first == month.beside(month.beside(found, 1), -1)
    assert (month.beside(date(2026, 12, 1), 1), month.beside(date(2026, 1, 1), -1)) == (
        date(2027, 1, 1),
        date(2025, 12, 1),
    )

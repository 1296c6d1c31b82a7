"""A month as a wall calendar shows it: whole weeks from Monday, and what is planned on each local day."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from mailbot.store.vault import Vault
from mailbot.training import sessions
from mailbot.training.shapes import Session

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Day:
    """A field of the calendar."""

    day: date
    inside: bool  # of this month, and not of the one before or after
    sessions: tuple[Session, ...]


def weeks(db: Connection, vault: Vault, first: date) -> list[list[Day]]:
    """The weeks of the month of `first`; what is cancelled is not in them."""
    days = Calendar().monthdatescalendar(first.year, first.month)
    begin, end = _midnight(days[0][0]), _midnight(days[-1][-1] + timedelta(days=1))
    planned: dict[date, list[Session]] = {}
    for one in sessions.between(db, vault, begin, end):
        planned.setdefault(one.starts_at.astimezone(sessions.ZONE).date(), []).append(one)
    return [
        [Day(day, day.month == first.month, tuple(planned.get(day, ()))) for day in week] for week in days
    ]


def first_of(text: str, today: date) -> date:
    """The first day of a month written as 2026-05; of this month where it is none that a calendar has."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if abs(found.year - today.year) < _MONTHS else today.replace(day=1)


def beside(first: date, step: int) -> date:
    """The first day of the month before (-1) or after (1)."""
    years, month = divmod(first.month - 1 + step, _MONTHS)
    return date(first.year + years, month + 1, 1)


def _midnight(day: date) -> datetime:
    return sessions.moment(day, time())

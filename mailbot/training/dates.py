"""
A suggested reading of a date in words: "Thursday 14th after school" is the next Thursday that is a 14th.

What somebody wrote stays as they wrote it; this is shown beside it, with what it was taken from, and a person
decides. Nothing is suggested where the words contradict each other, leave the day open, or would mean a day
that is far away although no month is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AHEAD, _NEAR = 400, 100  # days; a day without its month is meant to be near
_EARLIEST = 7  # o'clock
_NAMED = re.compile(r"\b(mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?s?\b\.?", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?(?!\d)")  # UK: the day first
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}\.?(?:,?\s+(20\d\d))?", re.I
)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(20\d\d))?", re.I)
_ORDINAL = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)\b", re.I)
_CLOCK = re.compile(
    r"(?<![\d/.])(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)\b|(?<![\d/.])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d/.])",
    re.I,
)
_WORDS = (
    ("after school", time(15, 30)),
    ("twilight", time(16, 0)),
    ("end of the day", time(15, 30)),
    ("lunch", time(12, 30)),
    ("before school", time(8, 0)),
    ("morning", time(9, 30)),
    ("afternoon", time(13, 30)),
    ("evening", time(18, 0)),
    ("inset", time(9, 0)),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A day, perhaps a time, and the words that it was taken from."""

    day: date
    at: time | None
    because: str


@dataclass(frozen=True, slots=True)
class _Said:
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None


def suggestion(text: str, received: date) -> Suggestion | None:
    """What the words probably mean, counted from the day on which they came; None where that is open."""
    said = _said(text)
    if said is None or (said.day is None and said.weekday is None):
        return None
    days = _AHEAD if said.month is not None else _NEAR
    day = next((one for one in _ahead(received, days) if _fits(one, said)), None)
    if day is None:
        return None
    at, word = _time(text)
    because = [] if said.weekday is None else ["the day of the week"]
    because += ["the day of the month"] if said.day is not None else ["the next such day"]
    because += [f'"{word}"'] if word else []
    return Suggestion(day, at, ", ".join(because))


def first(texts: tuple[str, ...], received: date) -> Suggestion | None:
    """The first of several that can be read."""
    return next((one for text in texts if (one := suggestion(text, received)) is not None), None)


def _said(text: str) -> _Said | None:
    """What is said of the day; None where two are named, or none that there is."""
    names = {_DAYS.index(hit[1][:3].lower()) for hit in _NAMED.finditer(text)}
    if len(names) > 1 or re.search(
        r"\b(?:not|except|week (?:of|beginning|commencing))\b|\bw/?c\b", text, re.I
    ):
        return None
    weekday = next(iter(names), None)
    found = set(_numbers(text))
    if not found:
        days = {int(hit[1]) for hit in _ORDINAL.finditer(text)}
        found = {(day, None, None) for day in days}
    if len(found) > 1:
        return None
    day, month, year = next(iter(found), (None, None, None))
    return _Said(day, month, year, weekday)


def _numbers(text: str) -> Iterator[tuple[int, int | None, int | None]]:
    for hit in _ISO.finditer(text):
        yield int(hit[3]), int(hit[2]), int(hit[1])
    for hit in _NUMERIC.finditer(_CLOCK.sub(" ", text)):
        year = int(hit[3]) if hit[3] else None
        yield int(hit[1]), int(hit[2]), year + 2000 if year is not None and year < 100 else year
    for hit in _DAY_MONTH.finditer(text):
        yield int(hit[1]), _month(hit[2]), int(hit[3]) if hit[3] else None
    for hit in _MONTH_DAY.finditer(text):
        if not _DAY_MONTH.search(text):
            yield int(hit[2]), _month(hit[1]), int(hit[3]) if hit[3] else None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _ahead(received: date, days: int) -> Iterator[date]:
    return (received + timedelta(days=number) for number in range(1, days))


def _fits(day: date, said: _Said) -> bool:
    return (
        said.day in (None, day.day)
        and said.month in (None, day.month)
        and said.year in (None, day.year)
        and said.weekday in (None, day.weekday())
    )


def _time(text: str) -> tuple[time | None, str]:
    """A time of day, and the word for it."""
    for hit in _CLOCK.finditer(_ISO.sub(" ", text)):
        hour = int(hit[1] or hit[4])
        minute = int(hit[2] or hit[5] or 0)
        half = (hit[3] or "").lower()
        if half == "am":
            hour %= 12
        elif half == "pm" or hour < _EARLIEST:  # "3.30" is in the afternoon: nobody is trained at night
            hour = hour % 12 + 12
        if hour < 24 and minute < 60:
            return time(hour, minute), hit[0].strip()
    low = text.casefold()
    return next(((at, word) for word, at in _WORDS if word in low), (None, ""))


def local(day: date, at: time) -> datetime:
    """Without a zone: what people read on their clocks."""
    return datetime.combine(day, at)

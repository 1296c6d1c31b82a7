"""
Dates as people in the United Kingdom write them: the day first, the month in any spelling.

GUARANTEES
    A date that is partial, impossible or ambiguous gives nothing; the words that were written stay with
    the value's finding.
"""

import re
from datetime import date

from mailbot.record.words import plain

_NAMES = (
    "jan january", "feb february febuary", "mar march", "apr april", "may", "jun june",
    "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?(?:the\s+)?"
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.\s]\s?(\d{1,2})\s?[-/.\s]\s?(\d{4}|\d{2})(?!\d)")
_EIGHT = re.compile(r"^\s*(\d{2})(\d{2})((?:19|20)\d{2})\s*$")
_WORDS = re.compile(
    rf"{_DAY}(?<!\d)(\d{{1,2}})\s?(?:st|nd|rd|th)?[\s.\-/]*(?:of\s+)?({_MONTH})\.?,?[\s.\-/]*'?(\d{{4}}|\d{{2}})(?!\d)",
    re.I,
)
_AMERICAN = re.compile(rf"{_DAY}({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.I)


def find(text: str, born: bool = False) -> tuple[date, int, int] | None:
    """The first whole date in a text, and where it stands; two-digit years of birth lie in the past."""
    text = plain(text)
    for pattern, order in (
        (_ISO, "ymd"),
        (_WORDS, "dmy"),
        (_AMERICAN, "mdy"),
        (_NUMBERS, "dmy"),
        (_EIGHT, "dmy"),
    ):
        hit = pattern.search(text)
        if not hit:
            continue
        parts = dict(zip(order, hit.groups(), strict=True))
        found = _date(parts["y"], parts["m"], parts["d"], born)
        if found is not None:
            return found, hit.start(), hit.end()
    return None


def whole(text: str, born: bool = False) -> str | None:
    """The date that a text is, as YYYY-MM-DD; None where it says more than one date or none."""
    found = find(text, born)
    if found is None:
        return None
    rest = text[found[2] :]
    if find(rest, born) is not None or re.search(r"\bor\b|\?|approx|about|circa|around", plain(text), re.I):
        return None
    return found[0].isoformat()


def _date(year: str, month: str, day: str, born: bool) -> date | None:
    number = _MONTHS.get(month.casefold()) or (int(month) if month.isdigit() else 0)
    years = int(year)
    if len(year) == 2:
        years += 2000 if years < (40 if not born else 30) else 1900
    if not 1900 <= years <= 2099:
        return None
    try:
        return date(years, number, int(day))
    except ValueError:
        return None

"""Months, as the report counts them: from midnight to midnight, local time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A month; earlier ones are smaller."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def words(self) -> str:
        """As people write it."""
        return f"{datetime(self.year, self.number, 1, tzinfo=UTC):%B %Y}"

    @property
    def begins(self) -> datetime:
        """Its first moment, UTC."""
        return datetime(self.year, self.number, 1, tzinfo=LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it, UTC."""
        return self.following.begins

    @property
    def following(self) -> "Month":
        """The one after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def first_of_year(self, begins: int) -> "Month":
        """The month in which its year began, where years begin with that month."""
        return Month(self.year if self.number >= begins else self.year - 1, begins)


def month(text: str) -> Month:
    """ "2026-03", or a `ValueError`."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("a month is written as 2026-03")
    return Month(int(found[1]), int(found[2]))


def span(first: Month, last: Month) -> Iterator[Month]:
    """All months from one to another, both included."""
    while first <= last:
        yield first
        first = first.following

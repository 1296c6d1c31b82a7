"""
What is shown of a period: each number rounded, zero, or not shown; and what anybody can conclude from that.

GUARANTEES
    `limits` is everything that a reader who knows our rules can conclude from one number by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailbot.statistics.counts import Place
from mailbot.statistics.months import Month, span

BASE = 5  # numbers are rounded to it; odd, so that no number lies between two
NEVER_MORE = 10**9  # where nothing says how many at most


@dataclass(frozen=True, slots=True)
class Rules:
    """How careful we are; see `[report]`."""

    threshold: int = 5  # a smaller number is not shown, and no hidden one may be known more closely
    contributors: int = 3  # so many organisations must stand behind a number
    largest_share: int = 75  # per cent of it that may come from one of them


@dataclass(frozen=True, slots=True)
class Publication:
    """One set of tables about one period; a place that is missing is in none of them."""

    first: Month
    last: Month
    threshold: int
    shown: Mapping[Place, int | None]  # rounded; None is not shown, and not said why

    @property
    def months(self) -> Iterator[Month]:
        """All months of the period."""
        return span(self.first, self.last)

    @property
    def hidden(self) -> list[Place]:
        """Every place whose number is not shown."""
        return [place for place, shown in self.shown.items() if shown is None]

    def covers(self, month: Month) -> bool:
        """Whether the month is part of the period."""
        return self.first <= month <= self.last

    def limits(self, place: Place) -> tuple[int, int]:
        """The least and the most that the true number can be, from this number alone."""
        shown = self.shown[place]
        if shown is None:
            return 0, NEVER_MORE  # zeros are hidden too where they would tell
        if shown == 0:
            return 0, 0
        return max(self.threshold, shown - BASE // 2), shown + BASE // 2


def rounded(number: int) -> int:
    """To the nearest multiple of the base."""
    return BASE * ((number + BASE // 2) // BASE)

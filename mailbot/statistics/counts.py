"""
True counts: what came in a month, by organisation type, area and information type, and who contributed.

A submission is one message that carries at least one completed form; it has one organisation type and one
area, so those counts add up. A tick is one information type of one submission: a submission may have
several, so ticks do not add up to submissions.

SECURITY
    These never leave: what is shown is made by `disclosure`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

NOT_KNOWN = "Not known"
NO_TICK = "none_stated"


@dataclass(frozen=True, slots=True)
class Submission:
    """One of them, as far as it is counted."""

    organisation: str  # a keyed digest
    kind: str  # the organisation's type, in the words of the configuration
    area: str
    ticks: frozenset[str]
    waited: timedelta | None  # until somebody first looked


class Place(NamedTuple):
    """A number in a table; "" stands for all."""

    table: str  # "submissions" or "ticks"
    row: str = ""  # organisation type, or information type
    column: str = ""  # area


TOTAL = Place("submissions")
Contributors = Mapping[str, int]  # an organisation's digest -> how many of theirs
Counts = Mapping[Place, Contributors]


def count(submissions: Iterable[Submission]) -> dict[Place, Counter[str]]:
    """What came, in every place of both tables."""
    found: dict[Place, Counter[str]] = {}
    for one in submissions:
        places = [Place("ticks", tick) for tick in one.ticks or {NO_TICK}]
        for place in (*margins(Place("submissions", one.kind, one.area)), *places):
            found.setdefault(place, Counter())[one.organisation] += 1
    return found


def margins(cell: Place) -> tuple[Place, Place, Place, Place]:
    """A cell, and all that it is part of."""
    return cell, Place(cell.table, cell.row), Place(cell.table, "", cell.column), Place(cell.table)


def together(some: Iterable[Counts]) -> dict[Place, Counter[str]]:
    """Several months as one."""
    found: dict[Place, Counter[str]] = {}
    for counts in some:
        for place, contributors in counts.items():
            found.setdefault(place, Counter()).update(contributors)
    return found


def value(counts: Counts, place: Place) -> int:
    """The true number."""
    return sum(counts.get(place, {}).values())

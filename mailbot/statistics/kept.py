"""The shape in which reports are kept: what is public, and, sealed, the true numbers behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.statistics.counts import Counts, Place
from mailbot.statistics.months import Month, month
from mailbot.statistics.publication import Publication
from mailbot.statistics.speed import Speed


@dataclass(frozen=True, slots=True)
class Number:
    """A place in a table, and what is shown there."""

    table: str
    row: str
    column: str
    shown: int | None


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one period."""

    first: str
    last: str
    threshold: int
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Public:
    """A whole report, as everybody may see it."""

    kind: str  # "monthly" or "table"
    first: str
    last: str
    made_on: str
    threshold: int
    contributors: int
    largest_share: int
    tables: tuple[Tables, ...]  # the period itself, then the year to date where that is another
    speed: Speed | None
    months: tuple[tuple[str, int | None], ...]  # submissions in each month of the year that was reported


@dataclass(frozen=True, slots=True)
class Secret:
    """The true numbers: of each month each place, and who contributed how many."""

    months: dict[str, tuple[tuple[Place, dict[str, int]], ...]]
    public: Public


def tables_of(publication: Publication) -> Tables:
    """To keep it."""
    numbers = tuple(Number(*place, shown) for place, shown in publication.shown.items())
    return Tables(str(publication.first), str(publication.last), publication.threshold, numbers)


def publication_of(tables: Tables) -> Publication:
    """As it was kept."""
    shown = {Place(one.table, one.row, one.column): one.shown for one in tables.numbers}
    return Publication(month(tables.first), month(tables.last), tables.threshold, shown)


def secret_of(truth: Mapping[Month, Counts], public: Public) -> Secret:
    """To keep it, sealed."""
    months = {str(at): tuple((place, dict(who)) for place, who in one.items()) for at, one in truth.items()}
    return Secret(months, public)


def truth_of(secret: Secret) -> dict[Month, Counts]:
    """As it was kept."""
    return {month(at): dict(counts) for at, counts in secret.months.items()}

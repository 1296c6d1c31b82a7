"""Invented years: a few hundred schools of several types and areas, most of which seldom write."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from mailbot.statistics.counts import NO_TICK, Counts, Place, Submission, count
from mailbot.statistics.disclosure import Period, publish
from mailbot.statistics.months import Month, span
from mailbot.statistics.publication import Publication, Rules

TYPES = ("Primary", "Secondary", "Special", "College", "Alternative provision")
AREAS = ("Hampshire", "Isle of Wight", "Portsmouth", "Southampton")
TICKS = ("drug_related_harm", "criminal_exploitation", "anti_social_behaviour", "modern_day_slavery", "other")
CELLS = [Place("submissions", kind, area) for kind in TYPES for area in AREAS]
PLACES = [
    *CELLS,
    *(Place("submissions", kind) for kind in TYPES),
    *(Place("submissions", "", area) for area in AREAS),
    Place("submissions"),
    *(Place("ticks", tick) for tick in (*TICKS, NO_TICK)),
]
RULES = Rules()
SEPTEMBER, DECEMBER = Month(2025, 9), Month(2025, 12)


@dataclass(frozen=True)
class Year:
    """The true numbers of some months, and who could have written."""

    months: Mapping[Month, Counts]
    population: Mapping[Place, int]

    @property
    def values(self) -> dict[Month, dict[Place, int]]:
        """The true numbers alone."""
        return {
            month: {place: sum(who.values()) for place, who in counts.items()}
            for month, counts in self.months.items()
        }


def sparse_year(seed: int, first: Month = SEPTEMBER, last: Month = DECEMBER) -> Year:
    """A year of sparse schools; busy cells and empty ones, and now and then one school that writes a lot."""
    draw = Random(seed)  # noqa: S311  the same year for the same seed
    sizes = {cell: draw.choice((0, 1, 2, 3, 4, 8, 15, 40)) for cell in CELLS}
    schools = [(f"{cell}{number}", cell) for cell, size in sizes.items() for number in range(size)]
    eager = {name: draw.choice((0.02, 0.1, 0.3, 1.0)) for name, _ in schools}
    busy = draw.choice((0.3, 1.0, 3.0))
    months = {month: count(_month(draw, schools, eager, busy)) for month in span(first, last)}
    population: dict[Place, int] = {}
    for cell, size in sizes.items():
        for place in (cell, Place("submissions", cell.row), Place("submissions", "", cell.column)):
            population[place] = population.get(place, 0) + size
    everybody = sum(sizes.values())
    everywhere = [place for place in PLACES if place.table == "ticks" or place == Place("submissions")]
    population |= dict.fromkeys(everywhere, everybody)
    return Year(months, population)


def _month(
    draw: Random, schools: list[tuple[str, Place]], eager: Mapping[str, float], busy: float
) -> list[Submission]:
    found = []
    for name, cell in schools:
        while draw.random() < min(0.8, eager[name] * busy / 2):
            ticks = frozenset(tick for tick in TICKS if draw.random() < 0.25)
            found.append(Submission(name, cell.row, cell.column, ticks, None))
    return found


def released(year: Year, rules: Rules = RULES) -> list[Publication]:
    """What is public when each month was released in its turn, with the year to date."""
    public: list[Publication] = []
    months = sorted(year.months)
    for month in months:
        wanted = [Period(month, month, PLACES)]
        if month != months[0]:
            wanted.append(Period(months[0], month, PLACES))
        public += publish(wanted, year.months, public, year.population, rules)
    return public


def naive(year: Year, rules: Rules = RULES) -> list[Publication]:
    """What many would publish: "fewer than 5" for small numbers, all others as they are, true totals."""
    months = sorted(year.months)
    periods = [(one, one) for one in months] + [(months[0], one) for one in months[1:]]
    found: list[Publication] = []
    for first, last in periods:
        numbers = {
            place: sum(year.values[one].get(place, 0) for one in span(first, last)) for place in PLACES
        }
        shown = {place: None if 0 < number < rules.threshold else number for place, number in numbers.items()}
        found.append(Publication(first, last, rules.threshold, shown))
    return found

"""
The intruder: somebody who has every published table, knows our rules, and has a linear program.

They do not know what we know: they write down all that must hold between the true numbers (each cell, each
total, each period, each tick), and ask for the least and the most that a hidden number can be.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from mailbot.statistics.counts import NO_TICK, Place
from mailbot.statistics.months import Month
from mailbot.statistics.publication import Publication

_NONE = Place("ticks", NO_TICK)


@dataclass(frozen=True)
class Interval:
    """Between what a hidden number must lie."""

    publication: Publication
    place: Place
    least: int
    most: int

    @property
    def width(self) -> int:
        """How far apart its ends are."""
        return self.most - self.least


Reads = Callable[[Publication, int | None], tuple[float, float]]


def by_our_rules(publication: Publication, shown: int | None) -> tuple[float, float]:
    """What one number says by itself: hidden, nothing; shown, that it is rounded or zero, and not small."""
    if not shown:
        return (0, math.inf) if shown is None else (0, 0)
    possible = [one for one in range(shown - 5, shown + 6) if 5 * round(one / 5) == shown]
    return max(publication.threshold, possible[0]), possible[-1]


def by_naive_rules(publication: Publication, shown: int | None) -> tuple[float, float]:
    """A hidden one is small and not zero; a shown one is what it says."""
    return (1, publication.threshold - 1) if shown is None else (shown, shown)


class Intruder:
    """Works on a set of publications."""

    def __init__(self, publications: Sequence[Publication], reads: Reads = by_our_rules) -> None:
        self._publications = publications
        self._columns: dict[tuple[Month, Place], int] = {}
        self._rows: list[dict[int, float]] = []
        self._most: list[float] = []
        for month in sorted({month for one in publications for month in one.months}):
            self._month(month)
        for one in publications:
            for place, shown in one.shown.items():
                least, most = reads(one, shown)
                self._at_most(self._number(one, place), most)
                self._at_most(dict.fromkeys(self._number(one, place), -1.0), -least)
        cells = [
            (row, column, factor) for row, terms in enumerate(self._rows) for column, factor in terms.items()
        ]
        where, which, factors = zip(*cells, strict=True)
        self._matrix = csr_matrix(
            (factors, (where, which)), shape=(len(self._rows), len(self._columns)), dtype=float
        )

    def intervals(self, of: Sequence[Publication]) -> list[Interval]:
        """What is found out about each hidden number of these publications."""
        return [
            Interval(one, place, self._end(one, place, 1), self._end(one, place, -1))
            for one in of
            for place in one.hidden
        ]

    def _end(self, one: Publication, place: Place, sign: int) -> int:
        goal = np.zeros(len(self._columns))
        for column in self._number(one, place):
            goal[column] = sign
        found = linprog(goal, A_ub=self._matrix, b_ub=self._most, bounds=(0, None), method="highs-ds")
        if found.status == 3:  # without bound
            return 10**9
        assert found.status == 0, found.message
        return sign * math.ceil(found.fun - 1e-6)

    def _month(self, month: Month) -> None:
        """What must hold between the numbers of one month."""
        ticks = [place for one in self._publications for place in one.shown if place.table == "ticks"]
        total = dict.fromkeys(self._parts(month, Place("submissions")), 1.0)
        types = [tick for tick in dict.fromkeys(ticks) if tick != _NONE]
        if not types:
            return
        none = self._column(month, _NONE)
        for tick in types:  # nobody ticks a type twice
            self._at_most({**dict.fromkeys(total, -1.0), self._column(month, tick): 1.0, none: 1.0}, 0)
        # whoever states something has ticked one type at least
        self._at_most({**total, none: -1.0, **{self._column(month, tick): -1.0 for tick in types}}, 0)

    def _number(self, one: Publication, place: Place) -> dict[int, float]:
        return {column: 1.0 for month in one.months for column in self._parts(month, place)}

    def _parts(self, month: Month, place: Place) -> list[int]:
        """The columns of which a number is the sum."""
        if place.table == "ticks":
            return [self._column(month, place)]
        cells = {
            cell
            for one in self._publications
            for cell in one.shown
            if cell.table == "submissions" and cell.row and cell.column
        }
        return [
            self._column(month, cell)
            for cell in sorted(cells)
            if place.row in ("", cell.row) and place.column in ("", cell.column)
        ]

    def _column(self, month: Month, place: Place) -> int:
        return self._columns.setdefault((month, place), len(self._columns))

    def _at_most(self, terms: dict[int, float], most: float) -> None:
        if most < math.inf:
            self._rows.append(terms)
            self._most.append(most)

"""
What may be shown: statistical disclosure control.

    first     a number below the threshold, of fewer than three organisations, or mostly of one, is hidden; a
              zero too, where so few organisations could have sent anything that it tells about one
    rounding  what is shown is the true number, rounded; totals likewise, never sums of rounded ones
    rows      no number is hidden alone in its row, its column, or beside the totals
    then      while any hidden number could be worked out to within the threshold (from its row, its column,
              the totals, or by subtracting what was published before), one more number that helps to do so
              is hidden, the smallest; until nothing changes

GUARANTEES
    For every hidden number, of these tables and of all that were published before, there are two worlds that
    look exactly the same and differ in it by the threshold or more. Nothing says whether a hidden number is
    small or only hides another. `NotPublishable` where that cannot be had.
SECURITY
    What was published stands for ever: a number that was shown once is a fact that everybody knows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.errors import NotPublishable
from mailbot.statistics.counts import Counts, Place, together
from mailbot.statistics.months import Month
from mailbot.statistics.publication import Publication, Rules, rounded
from mailbot.statistics.witness import Blocked, Witness

Population = Mapping[Place, int]  # how many organisations there are that could have sent something


@dataclass(frozen=True, slots=True)
class Period:
    """What shall be published: from a month to another, at these places."""

    first: Month
    last: Month
    places: Sequence[Place]


def publish(
    wanted: Sequence[Period],
    truth: Mapping[Month, Counts],
    before: Sequence[Publication],
    population: Population,
    rules: Rules,
) -> list[Publication]:
    """
    The publications of these periods, all of them together safe beside `before`.

    `truth` has every month of every publication. A place without a population may be sent to by many.
    """
    drafts = [first_look(one, truth, population, rules) for one in wanted]
    numbers = {
        month: {place: sum(who.values()) for place, who in one.items()} for month, one in truth.items()
    }
    control = _Control(numbers, before, drafts, rules)
    while control.improve():
        pass
    return control.drafts


def first_look(
    wanted: Period, truth: Mapping[Month, Counts], population: Population, rules: Rules
) -> Publication:
    """Each number by itself: shown and rounded, or hidden."""
    months = [truth[month] for month in Publication(wanted.first, wanted.last, 0, {}).months]
    counts = together(months)
    shown: dict[Place, int | None] = {}
    for place in wanted.places:
        who: Mapping[str, int] = counts.get(place, {})
        shown[place] = rounded(sum(who.values())) if _harmless(who, population.get(place), rules) else None
    return Publication(wanted.first, wanted.last, rules.threshold, shown)


def _harmless(contributors: Mapping[str, int], population: int | None, rules: Rules) -> bool:
    number = sum(contributors.values())
    if number == 0:
        return population is None or population == 0 or population >= rules.contributors
    return (
        number >= rules.threshold
        and len(contributors) >= rules.contributors
        and 100 * max(contributors.values()) <= rules.largest_share * number
    )


class _Control:
    """Hides one number after the other until no hidden one can be worked out."""

    def __init__(
        self,
        numbers: Mapping[Month, Mapping[Place, int]],
        before: Sequence[Publication],
        drafts: list[Publication],
        rules: Rules,
    ) -> None:
        self.drafts = drafts
        self._old = len(before)
        self._numbers = numbers
        self._before = before
        self._rules = rules
        self._begin()

    def _begin(self) -> None:
        self._all = [*self._before, *self.drafts]
        self._witness = Witness(self._numbers, self._all)
        touched = {month for one in self.drafts for month in one.months}
        self._secrets = [
            (number, place)
            for number, one in enumerate(self._all)
            if any(one.covers(month) for month in touched)
            for place in one.hidden
        ]

    def improve(self) -> bool:
        """Hide one more number; False when none has to be."""
        lonely = self._lonely()
        if lonely is not None:
            self._hide(lonely)
            return True
        for at, (number, place) in enumerate(self._secrets):
            freedom, blocked = self._witness.freedom(number, place, self._rules.threshold)
            if freedom < self._rules.threshold:
                self._hide(self._choose(blocked))
                # the rest first: what held before holds with less shown
                self._secrets = self._secrets[at:] + self._secrets[:at]
                return True
        return False

    def _lonely(self) -> Blocked | None:
        """What must go with a number that is the only hidden one of those that add up."""
        for number in range(self._old, len(self._all)):
            shown = self._all[number].shown
            for line in _lines(shown):
                hidden = [place for place in line if shown[place] is None]
                others = [(number, place) for place in line if shown[place] is not None]
                if len(hidden) == 1 and others:
                    return min(others, key=self._worth)
        return None

    def _choose(self, blocked: set[Blocked]) -> Blocked:
        """The smallest number in the way that may still be hidden; a zero only where there is no other."""
        usable = [one for one in blocked if self._can_hide(one)] or [
            (number, place)
            for number in range(self._old, len(self._all))
            for place in self._all[number].shown
            if self._can_hide((number, place))
        ]
        if not usable:
            raise NotPublishable(
                "these numbers cannot be published beside what was published before:"
                " make the report of a longer period"
            )
        return min(usable, key=self._worth)

    def _worth(self, one: Blocked) -> tuple[bool, int, int, Blocked]:
        """What is hidden first: no zero where there is another, the smallest, a cell rather than a total."""
        value = self._value(one)
        return value == 0, value, _breadth(one[1]), one

    def _can_hide(self, one: Blocked) -> bool:
        number, place = one
        return number >= self._old and self._all[number].shown[place] is not None

    def _value(self, one: Blocked) -> int:
        number, place = one
        return sum(self._numbers[month].get(place, 0) for month in self._all[number].months)

    def _hide(self, one: Blocked) -> None:
        number, place = one
        draft = self._all[number]
        changed = replace(draft, shown={**draft.shown, place: None})
        self.drafts[number - self._old] = changed
        self._all[number] = changed
        self._witness.hide(number, place)
        self._secrets.append(one)


def _lines(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Each whole with its parts: rows, columns, and the totals of both kinds."""
    some = [place for place in places if place.table == "submissions"]
    for kind in {place.row for place in some}:
        yield [place for place in some if place.row == kind]
    for area in {place.column for place in some}:
        yield [place for place in some if place.column == area]


def _breadth(place: Place) -> int:
    return (not place.row) + (not place.column)

"""
An intruder with a linear program attacks what was published, and what many would publish instead.

Of each year four months are public, and every year to date. The suite attacks some years;
`python -m pytest -m long tests/unit/statistics` attacks fifty, that is two hundred months.
"""

import pytest

from mailbot.statistics.counts import TOTAL
from tests.unit.statistics.intruder import Intruder, by_naive_rules
from tests.unit.statistics.years import RULES, naive, released, sparse_year

SOME = range(8)
MANY = range(50)  # of four months each


def attack(seed: int) -> None:
    """No hidden number of any month, nor of any year to date, is known to within the threshold."""
    public = released(sparse_year(seed))
    found = Intruder(public).intervals(public)
    narrow = [one for one in found if one.width < RULES.threshold]

    assert found
    assert [] == [(str(one.publication.last), one.place, one.least, one.most) for one in narrow]


@pytest.mark.parametrize("seed", SOME)
def test_no_hidden_number_can_be_worked_out(seed: int) -> None:
    """From this month's tables, those of the months before, and the years to date."""
    attack(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_no_hidden_number_of_two_hundred_months_can_be_worked_out(seed: int) -> None:
    """The same for fifty years of four months."""
    attack(seed)


def test_the_true_numbers_are_possible() -> None:
    """The intruder is no fool: what they conclude holds the true number."""
    year = sparse_year(1)
    public = released(year)[-2:]

    for one in Intruder(public).intervals(public):
        truth = sum(year.values[month].get(one.place, 0) for month in one.publication.months)
        assert one.least <= truth <= one.most


@pytest.mark.parametrize("seed", SOME[:3])
def test_hiding_small_numbers_alone_fails(seed: int) -> None:
    """The same intruder works out what "fewer than 5" hides, much of it exactly."""
    public = naive(sparse_year(seed))
    found = Intruder(public, by_naive_rules).intervals(public[-2:])
    narrow = [one for one in found if one.width < RULES.threshold]
    exact = [one for one in found if one.width == 0]

    assert len(found) == len(narrow)
    assert exact


@pytest.mark.parametrize("seed", SOME)
def test_the_report_still_says_something(seed: int) -> None:
    """In a year with enough submissions, more than a third of all places are shown."""
    year = sparse_year(seed)
    public = released(year)
    places = sum(len(one.shown) for one in public)
    shown = places - sum(len(one.hidden) for one in public)
    quietest = min(numbers.get(TOTAL, 0) for numbers in year.values.values())

    assert quietest < 75 or shown > places / 3

"""What may be shown, number by number, and what must go with it."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.errors import NotPublishable
from mailbot.statistics.counts import TOTAL, Place, Submission, count, margins
from mailbot.statistics.disclosure import Period, publish
from mailbot.statistics.months import Month
from mailbot.statistics.publication import Publication, Rules, rounded

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
RULES = Rules()
MANY = 100  # organisations


def cell(kind: str, area: str) -> Place:
    """A cell of the table of submissions."""
    return Place("submissions", kind, area)


def months(
    *tables: Mapping[tuple[str, str], int], schools: int = 5
) -> dict[Month, Mapping[Place, dict[str, int]]]:
    """Months from March on, in which so many submissions came from each kind and area, evenly."""
    found = {}
    for number, table in enumerate(tables):
        some = [
            Submission(f"{kind}{area}{one % schools}", kind, area, frozenset(), None)
            for (kind, area), size in table.items()
            for one in range(size)
        ]
        found[Month(2026, 3 + number)] = {place: dict(who) for place, who in count(some).items()}
    return found


def places(*tables: Mapping[tuple[str, str], int]) -> list[Place]:
    """All places of such tables."""
    return list(dict.fromkeys(p for table in tables for at in table for p in margins(cell(*at))))


def show(*tables: Mapping[tuple[str, str], int], schools: int = 5, rules: Rules = RULES) -> Publication:
    """The publication of the first month."""
    (found,) = publish(
        [Period(MARCH, MARCH, places(*tables))], months(*tables, schools=schools), [], {}, rules
    )
    return found


BIG = {("a", "x"): 20, ("a", "y"): 31, ("b", "x"): 42, ("b", "y"): 53}


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (7, 5), (8, 10), (12, 10), (13, 15), (100, 100)])
def test_numbers_are_rounded_to_the_nearest_five(number: int, shown: int) -> None:
    """Each to its own multiple; no number lies between two."""
    assert shown == rounded(number)


def test_large_numbers_are_shown_and_totals_are_rounded_from_true_totals() -> None:
    """20 and 31 make 50, not 51; 146 is 145, although what is shown in the row and column adds up to 145."""
    shown = show(BIG).shown

    assert {20, 30, 40, 55} == {shown[cell(*at)] for at in BIG}
    assert (50, 95, 60, 85, 145) == (
        shown[cell("a", "")], shown[cell("b", "")], shown[cell("", "x")], shown[cell("", "y")], shown[TOTAL],
    )  # fmt: skip


@pytest.mark.parametrize("number", [1, 4])
def test_a_small_number_takes_others_with_it(number: int) -> None:
    """Alone in its row and column it could be worked out; so three more go with it."""
    publication = show(BIG | {("a", "x"): number})

    assert cell("a", "x") in publication.hidden
    assert len(publication.hidden) == 4


def test_two_organisations_are_too_few() -> None:
    """However much they sent."""
    assert cell("a", "x") in show(BIG, schools=2).hidden


def test_one_organisation_must_not_be_most_of_it() -> None:
    """Three quarters at most."""
    some = [Submission("loud", "a", "x", frozenset(), None)] * 31 + [
        Submission(f"quiet{number}", "a", "x", frozenset(), None) for number in range(9)
    ]
    truth = {MARCH: count(some)}
    (publication,) = publish([Period(MARCH, MARCH, [TOTAL])], truth, [], {}, RULES)
    (lax,) = publish([Period(MARCH, MARCH, [TOTAL])], truth, [], {}, Rules(largest_share=80))

    assert (None, 40) == (publication.shown[TOTAL], lax.shown[TOTAL])


def test_a_zero_is_hidden_where_it_tells_of_one_school() -> None:
    """Where only one could have written, "nobody" is "not that one"."""
    table = BIG | {("a", "x"): 0}
    truth = months(table)
    period = [Period(MARCH, MARCH, places(table))]
    (alone,) = publish(period, truth, [], {cell("a", "x"): 1}, RULES)
    (many,) = publish(period, truth, [], {cell("a", "x"): MANY}, RULES)

    assert (None, 0) == (alone.shown[cell("a", "x")], many.shown[cell("a", "x")])


def test_an_empty_month_is_a_table_of_zeros() -> None:
    """Nobody wrote, of many who could have."""
    assert {0} == set(show({("a", "x"): 0, ("b", "x"): 0}).shown.values())


def test_the_year_to_date_must_not_be_subtracted() -> None:
    """March is out; April has a small number, so the year to date of that place cannot be shown."""
    march, april = BIG, BIG | {("a", "x"): 2}
    truth = months(march, april)
    (first,) = publish([Period(MARCH, MARCH, places(march))], truth, [], {}, RULES)
    month, year = publish(
        [Period(one, APRIL, places(march)) for one in (APRIL, MARCH)], truth, [first], {}, RULES
    )

    assert 20 == first.shown[cell("a", "x")]
    assert month.shown[cell("a", "x")] is None
    assert year.shown[cell("a", "x")] is None


def test_a_table_on_request_is_checked_against_what_was_released() -> None:
    """A total of two months, asked for after the first was released with that total hidden by others."""
    march, april = {("a", "x"): 3, ("b", "x"): 30}, {("a", "x"): 30, ("b", "x"): 30}
    truth = months(march, april)
    (first,) = publish([Period(MARCH, MARCH, places(march))], truth, [], {}, RULES)
    (second,) = publish([Period(APRIL, APRIL, places(march))], truth, [first], {}, RULES)
    (asked,) = publish([Period(MARCH, APRIL, places(march))], truth, [first, second], {}, RULES)

    assert first.shown[cell("a", "x")] is None
    assert second.shown[cell("a", "x")] == 30
    assert asked.shown[cell("a", "x")] is None


def test_what_cannot_be_protected_is_refused() -> None:
    """A careless release of the past is a fact: nothing that we hide now takes it back."""
    truth = months({("a", "x"): 6, ("b", "x"): 0})
    careless = Publication(MARCH, MARCH, 5, {cell("a", "x"): None, cell("b", "x"): 0, TOTAL: 5})

    with pytest.raises(NotPublishable):
        publish([Period(MARCH, MARCH, [TOTAL])], truth, [careless], {}, RULES)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6), st.integers(5, 10))
def test_nothing_below_the_threshold_is_ever_shown(numbers: list[int], threshold: int) -> None:
    """Whatever the table; and what is shown is near the truth."""
    table = dict(zip([(kind, area) for kind in "ab" for area in "xyz"], numbers, strict=True))
    truth = months(table)
    publication = show(table, rules=Rules(threshold=threshold))

    for place, shown in publication.shown.items():
        true = sum(truth[MARCH].get(place, {}).values())
        assert shown is None or (shown == true == 0) or (true >= threshold and abs(shown - true) <= 2)


def test_no_number_is_hidden_alone() -> None:
    """In no row, in no column, and not beside the totals: those who round differently could work it out."""
    hidden = set(show(BIG | {("a", "x"): 3}).hidden)
    lines = [[cell(kind, area) for area in ("x", "y", "")] for kind in ("a", "b", "")]

    for line in [*lines, *map(list, zip(*lines, strict=True))]:
        assert len(hidden & set(line)) != 1

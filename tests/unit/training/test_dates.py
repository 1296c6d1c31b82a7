"""Dates in words, and what they probably mean."""

from datetime import date, time

import pytest

from mailbot.training.dates import first, suggestion

MONDAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("words", "day", "at"),
    [
        ("Thursday 14th after school", date(2026, 5, 14), time(15, 30)),
        ("Tuesday 14th", date(2026, 7, 14), None),  # the next Tuesday that is one
        ("14/05/2026 at 3.30pm", date(2026, 5, 14), time(15, 30)),
        ("12.5.26", date(2026, 5, 12), None),
        ("2026-05-14 09:15", date(2026, 5, 14), time(9, 15)),
        ("INSET day 1 September 2026", date(2026, 9, 1), time(9, 0)),
        ("next Wednesday afternoon", date(2026, 5, 6), time(13, 30)),
        ("May 20th, 10am", date(2026, 5, 20), time(10, 0)),
        ("the 3rd, twilight", date(2026, 6, 3), time(16, 0)),
        ("16.30 on 9 July", date(2026, 7, 9), time(16, 30)),
        ("9 July at 3.30", date(2026, 7, 9), time(15, 30)),  # nobody is trained at night
        ("2 March", date(2027, 3, 2), None),  # this year's is over
    ],
)
def test_words_have_a_reading(words: str, day: date, at: time | None) -> None:
    """UK: the day first. Always in the future of the day on which they came."""
    found = suggestion(words, MONDAY)

    assert found is not None
    assert (day, at) == (found.day, found.at)
    assert found.because


@pytest.mark.parametrize(
    "words",
    [
        "Monday or Tuesday", "w/c 11 May", "week beginning 11 May", "not Fridays", "Friday 31st February",
        "14 May or 15 May", "any time", "", "32/13/2026", "after school", "Thursday 14 May",
        "Thursday 12th",
    ],
)  # fmt: skip
def test_what_is_open_or_wrong_is_left_to_people(words: str) -> None:
    """
    Two days, no day, a day that there is not; a Thursday 12th would be in November.

    14 May 2026 is a Thursday, so that one has a reading.
    """
    found = suggestion(words, MONDAY)

    assert (found is not None) is (words == "Thursday 14 May")


def test_the_first_that_can_be_read_counts() -> None:
    """Of several that somebody wrote."""
    found = first(("any time", "Thursday 14th", "1 June"), MONDAY)

    assert found is not None
    assert date(2026, 5, 14) == found.day

"""Which option was meant."""

import pytest

from mailbot.domain.document import Box, Entry, Text
from mailbot.record import rich
from mailbot.record.books import library
from mailbot.record.options import by_place, choose
from tests.unit.record.build import bold, cell, p, record, struck, table

YES_NO = library().cpi.options["yes_no_unknown"]
BASIS = library().cpi.options["basis"]
TYPES = library().cpi.options["information_types"]
TRUST = library().cpi.options["reliability"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("☒ Yes ☐ No", ("yes",)),
        ("☐ Yes ☑ No ☐ Unknown", ("no",)),
        ("[ ] Yes  [x] No  [ ] Not known", ("no",)),
        ("( ) Yes  ( ) No  (X) Don't know", ("unknown",)),
        ("Yes ☐ No ☒", ("no",)),
        ("Yes", ("yes",)),
        ("Y", ("yes",)),
        ("No - not at the moment", ("no",)),
        ("Yes, but only by phone", ("yes",)),
        ("☐ Yes ☐ No", ()),
        ("Yes / No / Unknown", ()),
        ("YES/NO", ()),
        ("", ()),
        ("Choose an item.", ()),
    ],
)
def test_yes_and_no(written: str, meant: tuple[str, ...]) -> None:
    """Ticks before or behind, typed answers; an unmarked list is nothing."""
    assert meant == choose([rich.of(written)], YES_NO).values


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (("Reliable", "Qwert", "Doubtful", "Suspected false"), {1: "untested"}),
        (
            ("Reliable", "Qwert", "Zxcvb", "Suspected false"),
            {1: "untested", 2: "doubtful"},
        ),  # steps of a scale
        (("Suspected false", "Qwert", "Zxcvb", "Reliable"), {}),  # not in its order
        (("Reliable", "Qwert", "Zxcvb", "Asdfg"), {}),  # too little is known
        (("Reliable", "Doubtful", "Qwert"), {}),  # two could be left over
        (("Reliable", "Untested", "Doubtful", "Suspected false"), {}),
    ],
)
def test_a_place_says_what_an_option_is(printed: tuple[str, ...], meant: dict[int, str]) -> None:
    """The one that is left over, and the steps of a scale between steps that are known."""
    assert meant == by_place(printed, TRUST)


def test_a_third_answer_beside_yes_and_no_may_be_anything() -> None:
    """It is kept as text, whatever it is."""
    assert () == choose([rich.of("☐ Yes ☐ No ☒ Qwert zxcvb")], YES_NO).values


def test_two_marks_are_a_conflict() -> None:
    """Two answers to a question that takes one give none."""
    choice = choose([rich.of("☒ Yes ☒ No")], YES_NO)

    assert ((), True) == (choice.values, choice.conflict)


@pytest.mark.parametrize(
    ("parts", "meant"),
    [
        ((struck("YES"), " / ", "NO", " / ", struck("UNKNOWN")), "no"),
        (("Yes / ", bold("No"), " / Unknown"), "no"),
        ((Text("Yes", highlight=True), " / No"), "yes"),
        (("Yes / ", Text("No", circled=True)), "no"),
        ((Box(False), " Yes ", Box(True), " No"), "no"),
        ((Entry("No", "choice", options=("Yes", "No")),), "no"),
        ((Entry("", "choice", options=("Yes", "No")),), None),
        ((bold("Yes / No"),), None),
    ],
)
def test_looks(parts: tuple[object, ...], meant: str | None) -> None:
    """What is struck out, stands out, is ticked or chosen decides."""
    found = record(p("Checks", heading=2), p("Is this urgent? ", *parts), p("Crime number: 1"))  # type: ignore[arg-type]

    assert meant == found.urgent


def test_long_options_with_commas_typed_out() -> None:
    """Several options typed one after the other are told apart although they hold commas."""
    choice = choose(
        [rich.of("Missing, Exploited, Trafficked, Anti-social behaviour (ASB), Other")], TYPES, many=True
    )

    assert ("missing_exploited_trafficked", "anti_social_behaviour", "other") == choice.values


def test_a_whole_list_without_a_mark_is_no_answer() -> None:
    """All options printed and none marked: nothing was chosen."""
    printed = "MET\nCSE\nCCE\nDRH\nModern Day Slavery\nCommunity Cohesion\nASB\nOCG\nOther"

    assert () == choose([rich.of(line) for line in printed.split("\n")], TYPES, many=True).values


def test_the_longest_wording_names_an_option() -> None:
    """An option that holds the words of another is itself."""
    choice = choose([rich.of("☐ Told to me by one person ☒ Told to me by more than one person")], BASIS)

    assert ("told_by_several",) == choice.values


def test_marks_in_the_columns_of_their_options() -> None:
    """Questions down, options across, a cross in one of the cells."""
    found = record(
        p("Checks", heading=2),
        table(
            ["", "Yes", "No", "Unknown"],
            ["Is this urgent?", "", "X", ""],
            ["Has a crime been committed?", "✓", "", ""],
            ["MASH referral made?", "", "", ""],
        ),
    )

    assert ("no", "yes", None) == (found.urgent, found.crime_indicated, found.safeguarding.mash_made)


def test_boxes_and_options_in_cells_of_their_own() -> None:
    """The cells to the right of a question are its options."""
    found = record(
        p("Checks", heading=2), table([cell("Is this urgent?", shaded=True), "☐ Yes", "☒ No", "☐ Unknown"])
    )

    assert "no" == found.urgent


def test_a_named_other_goes_beside_its_option() -> None:
    """Words written at the ticked "Other" are the other type."""
    found = record(p("Type of information", heading=2), p("☐ CSE"), p("☒ Other: knife rumours"))

    assert (("other",), "knife rumours") == (found.information_types, found.information_type_other)

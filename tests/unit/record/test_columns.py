"""Rows of labels of which one is unknown: its column is kept, and the others are read."""

from mailbot.domain.document import Cell
from tests.unit.record.build import TITLE, bold, cell, p, reading, table

ABOUT = p("Section 1: About you", heading=2)


def heads(*labels: str) -> list[str | Cell]:
    """A row of printed labels."""
    return [cell(bold(label), shaded=True) for label in labels]


def test_an_unknown_label_costs_only_its_own_column() -> None:
    """Whether contact is safe is read beside a question that nobody knows."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(
            heads("Your name", "Shoe size", "Is it safe to contact you?"),
            ["Ada Mock", "44", "No"],
            heads("Your reference", "Agency", "Telephone"),
            ["R1", "Mock School", "01632 960001"],
        ),
    )

    submitter = found.records[0].submitter
    assert ("Ada Mock", "no", "Mock School") == (
        submitter.name,
        submitter.contact_safe,
        submitter.organisation,
    )
    assert "Shoe size 44" in found.unmapped
    assert "contact_not_safe" in found.flags


def test_an_unknown_column_of_a_list_of_places() -> None:
    """A heading of two columns is no label with its answer, though one of them is unknown."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("Locations", heading=2),
        table(["Location", "Which bus goes there?"], ["1 Mock Way", "the 44"], ["2 Mock Way", ""]),
    )

    assert ["1 Mock Way", "2 Mock Way"] == [one.text for one in found.records[0].locations]
    assert "Which bus goes there? the 44" in found.unmapped


def test_a_number_is_known_by_its_looks_where_only_telephones_are_listed() -> None:
    """A list of telephones whose first column has a heading that nobody knows."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("Phones", heading=2),
        table(heads("Xyzzy", "Used by"), ["07700 900123", "the cousin"], ["not a number", "him"]),
    )

    assert ("07700 900123", "the cousin") == (
        found.records[0].phones[0].number,
        found.records[0].phones[0].note,
    )
    assert "Xyzzy not a number" in found.unmapped


def test_a_column_beside_the_persons() -> None:
    """What stands beside the columns of persons is kept with its row, and the persons are read."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("People", heading=2),
        table(
            ["", "Person 1", "Person 2", "Office"],
            ["Surname", "Faux", "Sham", "x9"],
            ["Shoe size", "44", "45", ""],
            ["Date of birth", "1/2/2010", "", ""],
        ),
    )

    assert ["Faux", "Sham"] == [one.family_name for one in found.records[0].subjects]
    assert "2010-02-01" == found.records[0].subjects[0].dob
    assert "x9" in found.unmapped
    assert any("44" in one and "Shoe size" in one for one in found.unmapped)


def test_answers_ticked_in_columns_beside_one_for_comments() -> None:
    """A column for comments beside yes and no costs neither the answers nor the comments."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("Contact", heading=2),
        table(
            ["", "Yes", "No", "Remarks"],
            ["Is it safe to contact you?", "", "X", "ring the office"],
            ["Have you a parrot?", "X", "", ""],
            ["May we contact you?", "X", "", ""],
        ),
    )

    submitter = found.records[0].submitter
    assert ("no", "yes") == (submitter.contact_safe, submitter.may_contact)
    assert "ring the office" in found.unmapped
    assert any("parrot" in one and "yes" in one for one in found.unmapped)


def test_an_unknown_label_in_the_middle_of_a_row() -> None:
    """Label, answer, label, answer: an unknown label and its answer are no part of the answer before."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(
            [bold_cell("Your name"), "Ada Mock", bold_cell("Agency"), "Mock School"],
            [bold_cell("Job title"), "Head", bold_cell("Xyzzy"), "44"],
        ),
    )

    assert "Head" == found.records[0].submitter.role
    assert "Xyzzy 44" in found.unmapped


def bold_cell(text: str) -> Cell:
    """A cell in bold."""
    return cell(bold(text))


def test_a_warning_that_no_field_took() -> None:
    """Nobody is answered whose "not safe" stands at a question that was not understood."""
    unsafe = [["Xyzzy: contacting you safely?", "No"], ["Plugh (risk from a phone call)", "Yes, my manager"]]
    for question, answer in unsafe:
        found = reading(
            p(TITLE, heading=1), ABOUT, table(["Your name", "A"], ["Agency", "B"]), p(question), p(answer),
            p(f"{question} {answer}"),
        )  # fmt: skip
        assert "contact_not_safe" in found.flags, found.unmapped

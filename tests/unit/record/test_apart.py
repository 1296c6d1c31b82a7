"""Headings that nobody listed, known because they stand apart from the form's questions."""

import pytest

from mailbot.record import words
from tests.unit.record.build import TITLE, Cell, bold, cell, p, reading, table, text

WRITER = table(["Your name", "Ada Mock"], ["Agency", "Mock School"], ["Job title", "Head"], ["Email", ""])
SOURCE = table(
    ["Who told you", "Mr Faux"], ["How do you know this", "Overheard"], ["Date you were told", "Monday"]
)
PEOPLE = table(
    ["Surname", "Sham"],
    ["First name", "Kit"],
    ["Nickname", "Jinx"],
    ["Ethnicity", "W1"],
    ["Date of birth", ""],
)


def test_a_line_between_tables_opens_a_section() -> None:
    """On a form whose questions all stand in tables, a line between them is a heading, in whatever words."""
    found = reading(p(TITLE, heading=1), p("Xyzzy"), WRITER, p("Plugh"), PEOPLE, p("Frotz"), SOURCE)

    record = found.records[0]
    assert ("Ada Mock", "Sham", "Mr Faux") == (
        record.submitter.name,
        record.subjects[0].family_name,
        record.provenance.origin,
    )


def test_a_bar_over_the_pairs_of_a_table() -> None:
    """A cell over the whole width of a table of pairs is a heading."""
    rows = [[cell("Xyzzy", columns=2, shaded=True)], *pairs(WRITER), [cell("Plugh", columns=2, shaded=True)]]
    found = reading(p(TITLE, heading=1), table(*rows, *pairs(PEOPLE)))

    assert "Sham" == found.records[0].subjects[0].family_name
    assert "Mock School" == found.records[0].submitter.organisation


def test_a_line_without_the_sign_of_the_questions() -> None:
    """In a mail whose questions end with a colon, a line without one, under a blank, is a heading."""
    found = text(
        f"{TITLE}\n\nXYZZY\nYour name: Ada Mock\nAgency: Mock School\nJob title: Head\nEmail: a@m.example\n"
        "\nPLUGH\nSurname: Sham\nFirst name: Kit\nNickname: Jinx\nEthnicity: W1\n"
        "\nFROTZ\nWho told you: Mr Faux\nDate you were told: Monday\n"
    )

    assert "Mr Faux" == found.records[0].provenance.origin
    assert "Sham" == found.records[0].subjects[0].family_name


def test_numbers_that_go_on_below() -> None:
    """ "4. Xyzzy" over "4.1 Your name" is a heading, and "4.1" is a question."""
    found = reading(
        p(TITLE, heading=1),
        p("3. Plugh"),
        *(p(bold(f"3.{n} {label}:"), f" {answer}") for n, (label, answer) in enumerate(SAID, 1)),
        p("4. Xyzzy"),
        *(p(bold(f"4.{n} {label}:"), f" {answer}") for n, (label, answer) in enumerate(WROTE, 1)),
    )

    record = found.records[0]
    assert ("Ada Mock", "Head", "Mr Faux") == (
        record.submitter.name,
        record.submitter.role,
        record.provenance.origin,
    )


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("please state your name", "your name"),
        ("enter the address if known", "address"),
        ("tick to say whether we may ring you", "we may ring you"),
        ("what is the number plate", "number plate"),
    ],
)
def test_the_same_question_put_more_plainly(asked: str, plain: str) -> None:
    """Imperatives, articles and "if known" say nothing of what is asked."""
    assert plain in words.variants(asked)


SAID = [("Who told you", "Mr Faux"), ("How do you know this", "Overheard"), ("Date you were told", "Monday")]
WROTE = [
    ("Your name", "Ada Mock"),
    ("Agency", "Mock School"),
    ("Job title", "Head"),
    ("Email", "a@m.example"),
]


def pairs(made: object) -> list[list[str | Cell]]:
    """The rows of a table again."""
    return [list(row) for row in made.rows]  # type: ignore[attr-defined]


def test_a_guess_gives_way_to_a_listed_label() -> None:
    """What was only thought to be asked gives its place to what is asked in listed words, and is kept."""
    found = reading(
        p(TITLE, heading=1),
        p("About you", heading=2),
        table(
            ["Your name", "Ada Mock"], ["Agency", "Mock School"], ["Agency rota telephone", "01632 960001"]
        ),
        table(["Telephone", "01632 960002"]),
    )

    assert "01632 960002" == found.records[0].submitter.phone
    assert "01632 960001" in " ".join(found.unmapped)


def test_boxes_that_answer_another_question() -> None:
    """A box is no text: a listed label with the options of another question beside it asks that one."""
    options = "☐ CSE\n☒ County lines\n☐ Modern slavery\n☐ Organised crime"
    found = reading(
        p(TITLE, heading=1),
        p("About you", heading=2),
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("What happened", heading=2),
        table(["Matter", options], ["Details of information", "He ran off and nobody saw him again."]),
    )

    record = found.records[0]
    assert ("criminal_exploitation",) == record.information_types
    assert "He ran off and nobody saw him again." == record.narrative

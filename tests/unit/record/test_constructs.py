"""Constructs of printed forms, each by the smallest form that has it."""

import pytest

from mailbot.record.books import library
from tests.unit.record.build import bold, cell, p, record, struck, table


def test_labels_in_bands_are_one_person() -> None:
    """A row of labels over a row of answers, and again: one person, not one for each row."""
    found = record(
        p("Person 1", heading=2),
        table(
            ["Surname", "First name", "Nickname"],
            ["Fictor", "Leopold", "Smudge"],
            ["Date of birth", "Ethnicity", "School year"],
            ["3/4/2011", "W1", "9"],
        ),
    )

    assert [("Fictor", "Leopold", "2011-04-03", "9")] == [
        (one.family_name, one.given_names, one.dob, one.school_year) for one in found.subjects
    ]


def test_a_question_of_the_section_wins_over_one_that_counts_everywhere() -> None:
    """In a block about a person, the "educational establishment" is that person's."""
    found = record(
        p("Person 1", heading=2),
        table(["Name", "Leopold Fictor"], ["Educational establishment", "Sham Academy"]),
    )

    assert ("Mock School", "Sham Academy") == (found.submitter.organisation, found.subjects[0].school)


def test_accounts_in_a_block_about_a_person_are_that_persons() -> None:
    """The same words ask for things in a section about things."""
    found = record(
        p("Person 1", heading=2),
        table(["Name", "Leopold Fictor"], ["Online accounts used", "Discord: not.real"]),
    )

    assert (("Discord: not.real",), ()) == (found.subjects[0].online, found.online)


@pytest.mark.parametrize(
    ("options", "marks", "said"),
    [(["Yes", "No", "Not known"], ["", "X", ""], "no"), (["Yes", "No", "Not known"], ["", "", ""], None)],
)
def test_options_in_a_row_with_the_cross_below(
    options: list[str], marks: list[str], said: str | None
) -> None:
    """The cross stands in the cell below its option; without one nothing was chosen."""
    found = record(
        p("Your details", heading=2),
        table([cell(p(bold("Is it safe to contact you?")), columns=3)], options, marks),
    )

    assert said == found.submitter.contact_safe


@pytest.mark.parametrize(
    ("answer", "said"),
    [("Yes / No X", "no"), ("X Yes   No", "yes"), ("Yes   No", None), ("Yes X   No X", None), ("N/A", None)],
)
def test_a_cross_beside_an_option(answer: str, said: str | None) -> None:
    """Typed behind or before one of several; two crosses, or none, choose nothing."""
    found = record(p("Your details", heading=2), table(["Is it safe to contact you?", answer]))

    assert said == found.submitter.contact_safe


def test_listed_answers_are_no_headings() -> None:
    """Answers of a question, a line each, a cross behind one: a heading "Victim" is not among them."""
    found = record(
        p("Person 1", heading=2),
        p("Category of person\tSuspect"),
        p("Victim"),
        p("At risk X"),
        p("Witness"),
        p("Associate"),
        p("Full name\tLeopold Fictor"),
    )

    assert [("at_risk", "Leopold Fictor")] == [(one.role, one.full_name) for one in found.subjects]


def test_what_a_section_begins_with_is_guidance_where_its_question_follows() -> None:
    """A sentence under the heading is not the narrative when the narrative's own box stands below it."""
    found = record(
        p("The information", heading=2),
        p("Everything is assessed by trained staff."),
        table(["What do you know?", "He has a second phone."], ["Is this urgent?", "No"]),
    )

    assert ("He has a second phone.", "no") == (found.narrative, found.urgent)


def test_a_blank_question_is_not_answered_by_the_next_one() -> None:
    """Question and answer in one cell: a cell without an answer takes none from the cell below."""
    found = record(
        p("How do you know this?", heading=2),
        table(
            [cell(p(bold("When were you told?")))],
            [cell(p(bold("When did this happen?")), p("last week"))],
            [cell(p(bold("Who else knows?")))],
            [cell(p(bold("Pages attached")), p("two"))],
        ),
    )

    assert (None, "last week", None) == (
        found.provenance.learned_at,
        found.provenance.event_at,
        found.provenance.who_else_knows,
    )


def test_a_reference_is_no_title_of_another_form() -> None:
    """ "IARF 7781" far below is an answer; the form stays what it is."""
    found = record(
        p("Where the information came from", heading=2),
        *(
            p(line)
            for line in (
                "How do you know this? Overheard", "Who told you? A pupil", "When were you told? Today",
                "When did this happen? Monday", "Is the source aware this is shared? No",
            )
        ),
        p("Referrals", heading=2),
        table([cell(p(bold("Referral number")))], ["IARF 7781"]),
    )  # fmt: skip

    assert ("overheard", "IARF 7781") == (found.provenance.basis, found.safeguarding.mash_ref)


def test_aware_of_the_report_is_one_of_three() -> None:
    """What the record would refuse is kept as text, and the message stays readable."""
    found = record(
        p("Person 1", heading=2),
        table(["Name", "Leopold Fictor"], ["Are parents aware of the report?", "Mum knows"]),
    )

    assert None is found.subjects[0].aware_of_report


def test_a_long_answer_in_a_control_and_a_bold_row_below() -> None:
    """An answer without lines is followed by a bold row: nothing breaks."""
    found = record(
        p("The information", heading=2),
        table(
            [cell(p(bold("What do you know?"))), cell("")],
            [cell(p(bold("Pages attached")), columns=2)],
            [cell(p(bold("Anything else?")), columns=2)],
        ),
        p("Is it safe to contact you? ", struck("Yes"), " / No"),
    )

    assert "no" == found.submitter.contact_safe


def test_no_label_is_asked_of_sections_for_ever() -> None:
    """A label about the source is asked of its section once, whichever section it stands in."""
    book = library().cpi
    for context in book.local:
        for label in ("provider of the information", "informant and information", *sorted(book.every)[::50]):
            book.guesser.best(label, context)


@pytest.mark.parametrize(
    ("answer", "safe"),
    [
        ("No", "yes"),
        ("Yes", "no"),
        ("Unsafe", "no"),
        ("It is not safe", "no"),
        ("☐ Yes ☒ Unsafe", "no"),
        ("☒ No ☐ Unsafe", "yes"),
    ],
)
def test_an_answer_that_says_unsafe_is_no_yes(answer: str, safe: str) -> None:
    """A question that is put the other way round turns yes and no, but not what says itself what it means."""
    question = "Could contacting you put you at risk"
    found = record(p("Your details", heading=2), table([question, answer]))

    assert safe == found.submitter.contact_safe

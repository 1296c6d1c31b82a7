"""Questions in words that nobody listed, in the shapes in which forms print them."""

from mailbot.domain.document import Paragraph, Table
from mailbot.domain.record import Record
from tests.unit.record.build import TITLE, bold, cell, p, reading, record, struck, table

WHO = (p("About you", heading=2), table(["Your name", "Ada Mock"], ["Agency", "Mock School"]))
WHAT = (
    p("What happened", heading=2),
    table(["What do you know?", "They met at the kiosk every day at four."]),
)


def alone(*blocks: Paragraph | Table) -> Record:
    """The one record of a form that has nothing but a title above these blocks."""
    (found,) = reading(p(TITLE, heading=1), *blocks).records
    return found


def test_crosses_beside_words_that_nobody_knows_are_boxes() -> None:
    """A table that is nothing but words, with a cross at some, lists the answers to the question above it."""
    found = record(
        *WHO,
        p("Source of the information", heading=2),
        p("Your knowledge comes from"),
        table(
            ["your own eyes or ears", ""],
            ["one other person told us", "X"],
            ["some talk that nobody was meant to hear", ""],
            ["a document or social media", ""],
        ),
        *WHAT,
    )

    assert "told_by_person" == found.provenance.basis


def test_a_question_and_an_answer_that_reads_like_one_are_no_heads_of_columns() -> None:
    """The rows below are questions of their own."""
    found = record(
        *WHO,
        p("What happened", heading=2),
        table(
            ["What do you know?", "They met at the kiosk every day at four."],
            ["Where was it?", "the kiosk"],
            ["What is significant about that place?", "what happens there after dark"],
            ["Is it urgent?", "No"],
        ),
    )

    assert "no" == found.urgent
    assert "the kiosk" == found.locations[0].text


def test_boxes_below_a_heading_that_asks_for_topics() -> None:
    """The heading is the question."""
    found = record(
        *WHO,
        p("Which topics does your information touch?", heading=2),
        p("☒ Modern slavery"),
        p("☐ Organised crime"),
        p("☒ Anti-social behaviour"),
        *WHAT,
    )

    assert {"modern_day_slavery", "anti_social_behaviour"} == set(found.information_types)


def test_the_next_label_in_bold_is_no_option() -> None:
    """ "You chose something else" under the topics of a web form is the next question."""
    pairs = [
        ("Your name", "Ada Mock"), ("Your job", "Nurse"), ("School", "Mock School"), ("Email", "a@b.example"),
        ("What do you know?", "They met at the kiosk every day at four."), ("Is it urgent?", "No"),
        ("Tick all topics that apply", "Organised crime"), ("You chose something else, say what", ""),
        ("Has a crime been committed?", "No"),
    ]  # fmt: skip
    found = alone(*[p(one) for label, said in pairs for one in (bold(label), said) if one])

    assert ("organised_crime",) == found.information_types


def test_a_note_above_all_sections_is_no_answer() -> None:
    """ "Handling: official" at the head of a form gives way to the question that asks for it."""
    found = alone(
        p("Handling: this paper becomes OFFICIAL when it is filled in."),
        *WHO,
        *WHAT,
        p("Handling", heading=2),
        p("Handling: Do not visit the school in uniform."),
    )

    assert "Do not visit the school in uniform." == found.handling_request


def test_a_question_that_a_mail_program_broke() -> None:
    """Its two lines are one question where the form asks in lines of their own."""
    lines = [
        TITLE, "", "Your full name:", "", "Ada Mock", "", "The school you work at:", "", "Mock School", "",
        "What your job is:", "", "Nurse", "", "Email we can use:", "", "a@mock.example", "",
        "Tell us everything you know:", "", "They met at the kiosk every day at four.", "",
        "Type of information that this is (drug related harm, anti-social", "behaviour and so on):", "",
        "Organised crime",
    ]  # fmt: skip
    found = reading(*[p(line) for line in lines], format="text").records[0]

    assert ("organised_crime",) == found.information_types


def test_answers_in_capitals_are_no_heading() -> None:
    """ "YES / NO / UNKNOWN" below its question opens nothing, whichever of them is struck out."""
    found = record(
        *WHO,
        p("Source of the information", heading=2),
        table(
            ["Who told you?"],
            ["The caretaker"],
            ["Does that person know that this is being shared with police?"],
            [cell(p("YES / ", struck("NO"), " / ", struck("UNKNOWN")))],
            ["Who else knows?"],
            ["n/a"],
        ),
        *WHAT,
    )

    assert "yes" == found.provenance.origin_aware


def test_a_name_that_a_mail_program_broke() -> None:
    """ "Pretend Mock" and "School" in two lines are one school, not a question after it."""
    long = "I have known of this for a while and cannot say more about it than stands here."
    lines = [
        TITLE, "", "Your name: Ada Mock", "Your agency: Mock School",
        "What do you know?", long, long, long, "",
        "Subject 1", "Name: Jo Faux",
        "School attended: The Pretend and Invented Community Academy of Greater Testerton",
        "School", "Sex: Male",
    ]  # fmt: skip
    found = reading(*[p(line) for line in lines], format="text").records[0]

    assert str(found.subjects[0].school).endswith("Greater Testerton School")


def test_persons_on_a_form_without_headings() -> None:
    """A label that says whose it is opens their part of the form."""
    found = alone(
        table(
            ["Staff name", "Ada Mock"],
            ["School", "Mock School"],
            ["Young person's name", "Jo Faux"],
            ["Young person's date of birth", "1/2/2010"],
            ["Summary of information", "They met at the kiosk every day at four."],
        )
    )

    assert ("Jo Faux", "2010-02-01") == (found.subjects[0].full_name, found.subjects[0].dob)
    assert "Ada Mock" == found.submitter.name


def test_printed_options_decide_what_is_asked() -> None:
    """ "Is there a risk to that person?" with degrees of risk asks for the source's, not for haste."""
    found = record(
        *WHO,
        p("How do you know?", heading=2),
        table(["Is there a risk to them?", cell("☐ None known", "☒ Possible", "☐ Serious")]),
        *WHAT,
    )

    assert "possible" == found.source_risk.level
    assert found.urgent is None

"""Questions of safety in words that nobody listed: no answer is ever turned round."""

import pytest

from mailbot.domain.mail import Reading
from tests.unit.record.build import TITLE, cell, p, reading, struck, table, text

TURNED = (
    "Is it not safe to ring you?",
    "Any reason we should not contact you?",
    "Should we avoid contacting you?",
    "Do you object to being contacted?",
    "Would a call from us be dangerous for you?",
    "Would ringing you cause problems?",
    "Could our call get you into trouble?",
    "Please do not contact me",
    "Contact with me would be risky",
    "Should contact be avoided?",
    "Is there any danger in our calling you?",
    "Would you rather not be contacted?",
    "Do you mind being contacted?",
    "Would you mind being contacted by police?",
    "I do not want a call",
    "Is it unsafe to contact you?",
    "Would you be at risk if we rang?",
)


def answered(question: str, answer: str) -> Reading:
    """A form that asks one question about contact."""
    return reading(
        p(TITLE, heading=1),
        p("About you", heading=2),
        table(
            ["Your name", "Ada Mock"], ["Agency", "Mock School"], ["Telephone", "01632 960001"],
            [question, answer],
        ),
        p("What happened", heading=2),
        table(["What do you know?", "They met at the kiosk every day after school."]),
    )  # fmt: skip


@pytest.mark.parametrize("question", TURNED)
def test_a_yes_to_a_warning_is_no_leave(question: str) -> None:
    """Nobody who agreed that contact is dangerous is answered, or recorded as willing."""
    found = answered(question, "Yes")
    submitter = found.records[0].submitter

    assert "yes" not in (submitter.contact_safe, submitter.may_contact)
    assert "contact_not_safe" in found.flags


@pytest.mark.parametrize("question", ["Would contact be safe?", "Are you safe to be rung?", "Safe to phone?"])
def test_a_plain_question_is_read(question: str) -> None:
    """What asks for safety in plain words is read in any."""
    assert "yes" == answered(question, "Yes").records[0].submitter.contact_safe
    assert "no" == answered(question, "No").records[0].submitter.contact_safe
    assert "contact_not_safe" in answered(question, "No").flags


@pytest.mark.parametrize(
    "question",
    [
        "I cannot be contacted safely",
        "Safety concerns about contact",
        "Could contacting you affect your safety?",
        "Are you worried about being contacted?",
        "Any reason we can't ring you?",
        "Is it a problem if we call?",
        "Would a reply cause trouble?",
        "Do not contact",
        "No contact please",
        "Do you mind being contacted?",
        "Does someone check your phone?",
        "Could anybody else read our reply?",
    ],
)
def test_a_warning_in_any_words_keeps_the_answer_back(question: str) -> None:
    """Neither is contact called safe, nor is the sender answered."""
    found = answered(question, "Yes")

    assert "yes" != found.records[0].submitter.contact_safe
    assert "contact_not_safe" in found.flags
    assert "contact_not_safe" not in answered(question, "").flags


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is there a safe time to call?", "No"),
        ("Safe time to call", "Never"),
        ("Is this a safe number?", "Not safe"),
        ("Are you able to be contacted without risk?", "No"),
        ("Can we reach you without anyone finding out?", "No"),
        ("Contact with you: is it safe?", "No"),
        ("Is it safe to contact you?", "Do not ring, he checks my phone"),
        ("Is it safe to contact you?", "It would put me at risk"),
        ("Mobile", "Please do not contact me"),
        ("Best way to contact you", "Not safe"),
    ],
)
def test_a_warning_counts_wherever_it_is_written(question: str, answer: str) -> None:
    """In a box for something else, and in words that are none of the printed answers."""
    assert "contact_not_safe" in answered(question, answer).flags


@pytest.mark.parametrize(
    "below", ["Is email safe? No", "Is email safe?\nNo", "Would a reply be dangerous? Yes"]
)
def test_a_question_that_was_taken_for_the_story_is_heard(below: str) -> None:
    """It may stand right below the longest answer, which takes what follows."""
    lines = ("Your name: Ada Mock", "Agency: Mock School", "Telephone: 01632 960001", "Email: a@mock.example")
    found = text("\n".join((TITLE, "", *lines, "What do you know: They met at the kiosk.", below)))

    assert "contact_not_safe" in found.flags


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it safe to contact you?", "Yes"),
        ("May we call you?", "No"),
        ("Telephone", "01632 960002, not before 9 please"),
        ("Best time to call", "Not on Tuesdays"),
        ("Would hearing from us put you in a difficult position?", "No, that is fine [X] Yes, it would [ ]"),
        ("Anything else?", "Do not hesitate to call me"),
        ("What else do you know?", "He told her: do not contact the school, and she said no."),
        ("Any concerns about contact with his father?", "Yes"),
    ],
)
def test_what_is_no_warning_raises_none(question: str, answer: str) -> None:
    """Who only names hours, or tells of others, is answered."""
    assert "contact_not_safe" not in answered(question, answer).flags


@pytest.mark.parametrize(
    "letter",
    [
        "Hello,\n\nI know something about a boy here. Please do not contact me, it is not safe.\n\nAda",
        "Dear team, it is not safe to reply to this address.\n\nHe sells pills at the kiosk every day.",
        "Name: Ada Mock\nSchool: Mock School\nIs it not safe to ring you? Yes\nWhat: They met at the kiosk.",
        "He reads my mail, so please never ring me\nback at home. They met at the kiosk.",
    ],
)
def test_a_letter_that_asks_for_silence_gets_it(letter: str) -> None:
    """Also where no form is."""
    assert "contact_not_safe" in text(letter).flags


@pytest.mark.parametrize(
    "letter",
    [
        "Hello,\n\nplease find the form attached. Do not hesitate to call me.\n\nAda",
        "The boy is not safe at home. He told me that he does not answer calls from his father.",
        "Please send us the form. We must not contact the family ourselves, must we?",
    ],
)
def test_an_ordinary_letter_is_answered(letter: str) -> None:
    """Others may be unsafe, and others may be left alone."""
    assert "contact_not_safe" not in text(letter).flags


def test_answers_that_were_struck_out_raise_none() -> None:
    """Of "Yes / No / Don't know" only what is left was said."""
    found = reading(
        p(TITLE, heading=1),
        p("About you", heading=2),
        table(
            ["Your name", "Ada Mock"],
            ["Agency", "Mock School"],
            ["May police contact you?", cell(p("Yes / ", struck("No"), " / ", struck("Don't know")))],
        ),
        p("What happened", heading=2),
        table(["What do you know?", "They met at the kiosk every day after school."]),
    )

    assert "yes" == found.records[0].submitter.may_contact
    assert "contact_not_safe" not in found.flags


def test_an_answer_in_words_that_are_no_option_is_kept() -> None:
    """Nothing that was typed at a closed question disappears."""
    assert any(
        "Only on Tuesdays" in one
        for one in answered("Is it safe to contact you?", "Only on Tuesdays").unmapped
    )

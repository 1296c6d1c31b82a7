"""Questions of safety in words that nobody listed: no answer is ever turned round."""

import pytest

from mailbot.domain.mail import Reading
from tests.unit.record.build import TITLE, p, reading, table

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

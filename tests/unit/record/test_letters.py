"""Bodies of mails: templates, layers, and what a letter asks for."""

import pytest

from mailbot.domain.mail import Kind
from tests.unit.record.build import text

FORM = """CPI - information for police

ABOUT YOU
Your name: Ada Mock
School / College: Mock School
Is it safe to contact you? (Yes/No/Unknown): Yes

THE INFORMATION
Details of information: He was seen at the park.
He left by bus.
Is this urgent? (Yes/No/Unknown): No
"""
SIGNED = "\n\nKind regards\n\nAda Mock\nHead of Year\nMock School\nTel: 01632 960001\n"


def test_a_template_in_a_body_ends_at_the_signature() -> None:
    """What stands below the closing line answers nothing."""
    found = text(
        "Please see below.\n\n" + FORM.replace("Is this urgent? (Yes/No/Unknown): No\n", "") + SIGNED
    )

    assert Kind.CPI is found.kind
    assert "He was seen at the park.\nHe left by bus." == found.records[0].narrative
    assert found.records[0].submitter.phone is None


def test_wrapped_lines_join() -> None:
    """Lines that a mail program wrapped belong together; labels that it wrapped too."""
    body = (
        "CPI form\n\nABOUT YOU\nYour name: Ada Mock\nAgency: Mock School\n\nTHE INFORMATION\n"
        "Has a referral been submitted to Children's Services / IARF?\n(Yes/No/Not known): Yes\n"
        "Details of information: This is a long line of words that a program had\n"
        "wrapped at about seventy-two columns, and the next one that goes on and\n"
        "on and on until it comes near to the end of the line, as do some others\n"
        "in this text.\n"
    )
    found = text(body)

    assert "yes" == found.records[0].safeguarding.mash_made
    assert "a program had wrapped at about" in str(found.records[0].narrative)


def test_a_forwarded_template_is_read_without_its_headers() -> None:
    """Date and From of a forwarded mail are no answers."""
    head = "-----Original Message-----\nFrom: Bo <b@m.example>\nSent: 3 March 2025\nTo: Ada\nSubject: x\n\n"
    found = text("FYI\n\n" + head + FORM)

    assert ("Ada Mock", None) == (found.records[0].submitter.name, found.records[0].submission_date)


def test_a_quoted_blank_form_below_is_no_second_matter() -> None:
    """The answers count; the blank form that was quoted does not."""
    printed = FORM.replace("He left by bus.\n", "").split("\n")
    blank = "\n".join("> " + line.split(": ")[0] for line in printed)
    found = text(FORM + "\nOn Mon, 3 Mar 2025 at 09:14, CPI <c@p.example> wrote:\n\n" + blank)

    assert 1 == len(found.records)
    assert "several_matters" not in found.flags


def test_two_templates_are_two_matters() -> None:
    """A second title over questions about the writer begins another record."""
    found = text(FORM + "\n======\n\n" + FORM.replace("Ada", "Bo"))

    assert ["Ada Mock", "Bo Mock"] == [one.submitter.name for one in found.records]
    assert "several_matters" in found.flags


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Could you come and run a training session for our governors?", Kind.TRAINING_REQUEST),
        ("We would love a refresher on county lines after half term.", Kind.TRAINING_REQUEST),
        ("Please could you send me a blank CPI form?", Kind.FORM_REQUEST),
        ("Where can I download the current form?", Kind.FORM_REQUEST),
        ("Thank you for the training last week, it was useful.", Kind.ENQUIRY),
        ("How long do you keep what we send?", Kind.ENQUIRY),
        (
            "I want to report a crime. We need a crime number for our insurers.",
            Kind.CRIME_REPORT,
        ),
        (
            "A Year 9 pupil told me that Bo Faux has been carrying packages in a black Golf.",
            Kind.MIXED,
        ),
        (
            "CPI training please. Last week a Year 8 girl told us that she is scared of a boy selling vapes.",
            Kind.MIXED,
        ),
        (
            "In general, which form if a pupil told us of drugs last week? No particular case.",
            Kind.ENQUIRY,
        ),
    ],
)
def test_what_letters_are(body: str, kind: Kind) -> None:
    """Requests, enquiries, crimes, and letters that tell something about somebody."""
    assert kind is text(f"Hello,\n\n{body}{SIGNED}").kind


def test_a_blank_form_is_an_enquiry() -> None:
    """A form without any answer was sent by mistake."""
    found = text(
        "\n".join(line.split(": ")[0] + ":" if ": " in line else line for line in FORM.split("\n")).replace(
            "He left by bus.\n", ""
        )
    )

    assert Kind.ENQUIRY is found.kind
    assert "no_form_found" in found.flags


def test_a_machine_is_a_machine() -> None:
    """Automatic headers without a form or a request; a form keeps its kind."""
    assert Kind.AUTOMATIC is text("I am away until Monday.", automatic="automatic").kind
    assert Kind.AUTOMATIC is text("Five training courses that you can book today.", automatic="list").kind
    assert Kind.CPI is text(FORM, automatic="automatic").kind


def test_what_a_letter_says_about_training() -> None:
    """Free text is read loosely, the signature names the school."""
    found = text(
        "Hi\n\nCould you run an online session on county lines for governors, about 15 people, on 19/05/2025?"
        + SIGNED
    )

    assert found.training is not None
    assert ("Mock School", "Ada Mock", "online", ("19/05/2025",)) == (
        found.training.school,
        found.training.contact_name,
        found.training.format,
        found.training.preferred_dates,
    )


def test_the_one_who_told_is_written_about() -> None:
    """The handler is told when source and subject are the same person."""
    body = FORM + "Who told you? Bo Faux, herself\n\nSUBJECT 1\nFull name: Bo Faux\nDate of birth: 1/2/2010\n"

    assert "origin_is_subject" in text(body).flags

"""The table speaks to a newcomer, and obeys nothing that stands in a message."""

import io

import pytest

from mailbot.cli.demo.table import CODES, KINDS, STATES, Row, acknowledged, found, show
from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.domain.record import Record, Subject, Training, Vehicle
from mailbot.domain.states import AckState
from mailbot.send.policy import RULES

HOSTILE = "[red]\x1b[31mred[/red]\x07"


def test_every_word_has_a_sentence() -> None:
    """Each kind, each state and each final reason is told in plain words."""
    assert set(Kind) == set(KINDS)
    assert {state.value for state in AckState} == {*STATES, "held", "not_due"}
    assert set() == {code for _, code in RULES} - set(CODES)


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        ("sent", None, "yes"),
        ("covered", None, "yes, by the one to the same sender"),
        ("not_due", "not_safe", "no: the form says it is not safe"),
        ("held", "rate_limited", "no: a person looks first"),
        (None, None, "not decided"),
    ],
)
def test_acknowledged(state: str | None, code: str | None, expected: str) -> None:
    """Whether, or why not."""
    assert expected == acknowledged(state, code)


def test_what_was_found() -> None:
    """What a handler would look at first."""
    record = Record(
        information_types=("drug_related_harm",),
        subjects=(Subject(full_name="A B"), Subject(family_name="C")),
        vehicles=(Vehicle(vrm="ZZ70QIQ"),),
        narrative="A pupil says that older boys wait behind the shops after school.",
    )
    training = Training(topic="county lines")
    reading = Reading(Envelope(), Kind.MIXED, flags=("urgent", "macro"), records=(record,), training=training)

    expected = (
        'drug related harm, A B, C, ZZ70QIQ, "A pupil says that older boys wait…"\n'
        "topic: county lines\nURGENT"
    )
    assert expected == found(reading)
    assert "words for a person to read" == found(Reading(Envelope(), Kind.ENQUIRY))
    assert "-" == found(Reading(Envelope(), Kind.AUTOMATIC))


def test_nothing_in_a_message_is_obeyed() -> None:
    """Markup and control signs are shown as they are, or as blanks."""
    out = io.StringIO()
    envelope = Envelope(subject=HOSTILE, senders=("a@b.example",))

    show([Row(Reading(envelope, Kind.ENQUIRY), "sent", None)], out)

    assert "\x1b" not in out.getvalue()
    assert "[red]" in out.getvalue()


def test_it_fits_a_page() -> None:
    """In a pipe no line is wider than 100 columns."""
    out = io.StringIO()
    reading = Reading(Envelope(subject="word " * 50, senders=("a" * 150 + "@b.example",)), Kind.UNREADABLE)

    show([Row(reading, "not_due", "unauthenticated")], out)

    assert max(len(line) for line in out.getvalue().splitlines()) <= 100

"""The JSON of one message has every key of the contract, and nothing that nobody wrote."""

import io
import json

from mailbot.cli.record_json import of_reading, unread, verdict
from mailbot.cli.writer import Writer
from mailbot.domain.mail import Envelope, Kind, Part, Reading
from mailbot.domain.record import Record, Subject, Training
from mailbot.send.policy import PolicySettings

SENDER = Envelope(senders=("a@school.example",), from_headers=1, authentication="pass")
RECORD_KEYS = """
    submission_date submitter provenance source_risk information_types information_type_other subjects
    locations vehicles phones online narrative additional_comments urgent crime_indicated crime_number
    safeguarding handling_request form form_version reader_version schema_version
"""
SUBJECT_KEYS = """
    role family_name given_names full_name aliases dob age sex ethnicity address school school_year
    phone description relationship parent_guardian online looked_after vulnerabilities
"""


def test_an_empty_record_is_all_null() -> None:
    """Every key is there, null or an empty list."""
    reading = Reading(SENDER, Kind.CPI, records=(Record(subjects=(Subject(),)),))

    (record,) = json.loads(json.dumps(of_reading(reading, True, None)))["records"]

    assert set() == set(RECORD_KEYS.split()) - set(record)
    (subject,) = record["subjects"]
    assert set() == set(SUBJECT_KEYS.split()) - set(subject)
    assert {None, ()} == {tuple(value) if isinstance(value, list) else value for value in subject.values()}
    assert ([], None, None) == (record["vehicles"], record["narrative"], record["submitter"]["contact_safe"])


def test_the_object_has_the_keys_of_the_contract() -> None:
    """The message's own keys, and a part without its text."""
    part = Part("1", "form.docx", "a/b", "docx", 3, "0" * 64, "read", text="what was written")
    reading = Reading(SENDER, Kind.ENQUIRY, flags=("urgent",), unmapped=("rest",), parts=(part,))

    found = of_reading(reading, False, "not_safe")

    assert {"kind", "may_acknowledge", "why_not", "flags", "records", "training", "unmapped"} <= set(found)
    assert ("enquiry", False, "not_safe", ["urgent"]) == tuple(found.values())[:4]
    assert "what was written" not in json.dumps(found)


def test_training_is_told_where_it_was_asked_for() -> None:
    """For a request and a mixed message; null for any other kind."""
    training = Training(topic="County lines")

    shown = {
        kind: of_reading(Reading(SENDER, kind, training=training), True, None)["training"] for kind in Kind
    }

    told = {kind for kind, value in shown.items() if value is not None}
    assert {Kind.TRAINING_REQUEST, Kind.MIXED} == told
    assert "County lines" == shown[Kind.MIXED]["topic"]


def test_the_verdict_is_the_policy() -> None:
    """Not safe in the form counts; nothing else of its content does."""
    safe, unsafe = Reading(SENDER, Kind.CPI), Reading(SENDER, Kind.CPI, flags=("contact_not_safe",))

    answers = [verdict(reading, PolicySettings()) for reading in (safe, unsafe)]

    assert [(True, None), (False, "not_safe")] == [(answer.may, answer.code) for answer in answers]


def test_what_cannot_be_read_says_so() -> None:
    """It is unreadable, flagged, with a code of ours."""
    reading = unread(SENDER, "time")

    assert (Kind.UNREADABLE, ("unreadable_part",), ("time",)) == (
        reading.kind,
        reading.flags,
        reading.problems,
    )


def written(values: list[dict[str, int]], *, lines: bool, many: bool) -> str:
    """What the writer makes of them."""
    out = io.StringIO()
    writer = Writer(out, lines=lines, many=many)
    for value in values:
        writer.write(value)
    writer.close()
    return out.getvalue()


def test_lines_and_lists() -> None:
    """Lines for a program; one object, or a list that is JSON also when it is empty."""
    two = [{"a": 1}, {"a": 2}]

    assert '{"a": 1}\n{"a": 2}\n' == written(two, lines=True, many=True)
    assert two == json.loads(written(two, lines=False, many=True))
    assert [] == json.loads(written([], lines=False, many=True))
    assert two[0] == json.loads(written(two[:1], lines=False, many=False))
    assert "" == written([], lines=False, many=False)

"""Readings in two parts, version beside version."""

import dataclasses

import pytest
from sqlalchemy import delete, func, select, text, update

from mailbot.codec import decode, encode
from mailbot.domain.mail import Envelope, Kind, Part, Reading
from mailbot.domain.record import Finding, Provenance, Record, Subject, Submitter, Training
from mailbot.errors import Tampered, Unreadable
from mailbot.store.parts import Source, join, split
from mailbot.store.readings import load_content, load_reading, save_reading
from mailbot.store.schema import reading, reading_content, reading_source
from mailbot.store.unit import Store
from tests.unit.store.rows import NOW, add_message

_SECRETS = ("Quentin", "Mrs Voss", "her aunt", "the caretaker", "ask for Quentin", "voss.docx", "desk@school")
_READING = Reading(
    envelope=Envelope(senders=("quentin@school.example",), sender_name="Quentin", subject="voss.docx"),
    kind=Kind.CPI,
    flags=("urgent", "missing:narrative"),
    records=(
        Record(
            submitter=Submitter(name="Quentin", email="desk@school.example"),
            provenance=Provenance(
                basis="told_by_person",
                origin="Mrs Voss",
                origin_relation="her aunt",
                origin_aware="no",
                who_else_knows="the caretaker",
            ),
            subjects=(Subject(full_name="Sam Example", dob="2009-02-03"),),
            narrative="A car waits outside.",
            handling_request="ask for Quentin",
            findings=(
                Finding("submitter.name", "Quentin"),
                Finding("subjects[0].full_name", "Sam Example"),
                Finding("provenance.origin", "Mrs Voss"),
                Finding("provenance.origin_aware", "No"),
                Finding("provenance.origin_relation", "her aunt"),
                Finding("narrative", "A car waits outside."),
                Finding("handling_request", "ask for Quentin"),
            ),
        ),
        Record(narrative="Second matter."),
    ),
    training=Training(contact_email="desk@school.example"),
    unmapped=("left over",),
    parts=(
        Part("1", "", "text/plain", "text", 5, "0" * 64, "read", role="body", text="Hello"),
        Part("2", "voss.docx", "application/zip", "docx", 9, "1" * 64, "read", text="Form"),
    ),
    body="Hello",
    reader_version="0.1.0",
    schema_version="1",
)


def test_a_reading_splits_and_joins_without_loss() -> None:
    """Also through JSON, as it is stored, and findings keep their order."""
    content, source = split(_READING)

    assert _READING == join(decode(encode(content), Reading), decode(encode(source), Source))


def test_the_content_part_holds_nothing_of_the_source() -> None:
    """No name, no address, no file name, no finding of them; the rest is whole."""
    content, source = split(_READING)
    plain = encode(content).decode()

    assert [] == [secret for secret in _SECRETS if secret in plain]
    assert "Sam Example" in plain
    assert "Sam Example" not in encode(source).decode()
    assert "no" == content.records[0].provenance.origin_aware
    assert ("left over",) == content.unmapped


def test_each_field_of_a_submitter_is_source() -> None:
    """A field that is added later is source by itself."""
    names = [field.name for field in dataclasses.fields(Submitter)]
    findings = tuple(Finding(f"submitter.{name}", "x") for name in names)
    content, _ = split(dataclasses.replace(_READING, records=(Record(findings=findings),)))

    assert () == content.records[0].findings
    assert len(names) > 5


def test_the_newest_version_is_loaded_and_none_is_overwritten(store: Store) -> None:
    """Reading again adds one; an older one is there by its number."""
    again = dataclasses.replace(_READING, kind=Kind.ENQUIRY)
    with store.unit() as unit:
        message_id, other = add_message(unit), add_message(unit)
        save_reading(unit, message_id, _READING, NOW)
        save_reading(unit, message_id, again, NOW)
        save_reading(unit, other, _READING, NOW)

    with store.look() as db:
        assert again == load_reading(db, store.vault, message_id)
        assert _READING == load_reading(db, store.vault, message_id, version=1)
        assert _READING == load_reading(db, store.vault, other)
        assert load_reading(db, store.vault, message_id, version=3) is None
        assert load_reading(db, store.vault, "unknown") is None
        assert [1, 1, 2] == sorted(db.scalars(select(reading.c.version)))


def test_content_is_loaded_where_the_table_of_sources_is_not_there(store: Store) -> None:
    """What a handler works on never touches it."""
    with store.unit() as unit:
        message_id = add_message(unit)
        save_reading(unit, message_id, _READING, NOW)
    with store.unit() as unit:
        unit.db.execute(text("DROP TABLE reading_source"))

    with store.look() as db:
        content = load_content(db, store.vault, message_id)

    assert split(_READING)[0] == content


def test_an_erased_source_leaves_the_content(store: Store) -> None:
    """The two parts may end at different times."""
    with store.unit() as unit:
        message_id = add_message(unit)
        save_reading(unit, message_id, _READING, NOW)
        unit.db.execute(delete(reading_source))

    with store.look() as db:
        assert split(_READING)[0] == load_reading(db, store.vault, message_id)


def test_a_part_that_was_moved_to_another_reading_does_not_open(store: Store) -> None:
    """Whoever swaps rows in the database is found out."""
    with store.unit() as unit:
        ids = [add_message(unit), add_message(unit)]
        readings = [save_reading(unit, message_id, _READING, NOW) for message_id in ids]
        for table in (reading_content, reading_source):
            first = select(table.c.sealed).where(table.c.reading_id == readings[0]).scalar_subquery()
            unit.db.execute(update(table).where(table.c.reading_id == readings[1]).values(sealed=first))

    with store.look() as db, pytest.raises(Tampered):
        load_reading(db, store.vault, ids[1])


def test_nothing_written_by_a_stranger_stands_unsealed(store: Store) -> None:
    """No canary in any column of the three tables."""
    with store.unit() as unit:
        save_reading(unit, add_message(unit), _READING, NOW)

    with store.look() as db:
        tables = (reading, reading_content, reading_source)
        shown = repr([db.execute(select(table)).all() for table in tables])

    assert [] == [secret for secret in (*_SECRETS, "Sam Example", "waits") if secret in shown]


@pytest.mark.parametrize(
    "change",
    [
        {"flags": ("Call Mrs Voss",)},
        {"flags": ("x" * 81,)},
        {"reader_version": "1 Quentin"},
        {"schema_version": "1" * 21},
    ],
)
def test_codes_that_are_none_of_ours_are_refused(sqlite_store: Store, change: dict[str, object]) -> None:
    """They would stand unsealed, and come from a child that a stranger may have taken over."""
    bad = dataclasses.replace(_READING, **change)  # type: ignore[arg-type]
    with pytest.raises(Unreadable), sqlite_store.unit() as unit:
        save_reading(unit, "any", bad, NOW)

    with sqlite_store.look() as db:
        assert 0 == db.scalar(select(func.count()).select_from(reading))

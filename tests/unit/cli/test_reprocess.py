"""Reading again with a reader that understands otherwise: what people and the first reading knew stays."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from mailbot.app import open_app
from mailbot.config import load
from mailbot.domain.mail import Reading
from mailbot.domain.record import Record, Subject
from mailbot.review import claims, corrections
from mailbot.store import erasure, schema
from mailbot.store.readings import load_reading, save_reading
from tests.house.silence import canary
from tests.unit.cli.conftest import Call
from tests.unit.cli.test_read import LETTER
from tests.unit.cli.test_run import working

__all__ = ["working"]

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COPY = LETTER.replace(b"Received: from mail.", b"Received: from other.")
OTHER = LETTER.replace(b"<one@", b"<two@").replace(b"telephone number", b"number")


def test_a_copy_stays_marked_as_one(working: Path, call: Call) -> None:
    """Only the first reading could see that another message was there before."""
    _put(working, COPY)
    call("run", "--once", "--config", working)
    before = _flags(working)

    said = call("reprocess", "--all", "--config", working)

    assert (0, "2 of 2 read again\n") == (said.code, said.out)
    assert 1 == sum("duplicate" in flags for flags in before)
    assert sorted(before) == sorted(_flags(working))


def test_a_damaged_file_keeps_no_other_from_being_read(working: Path, call: Call) -> None:
    """It is counted, and the one after it is read."""
    _put(working, OTHER)
    call("run", "--once", "--config", working)
    with open_app(load(working, {})) as app, app.store.look() as db:
        first = db.scalars(select(schema.message.c.raw_digest).order_by(schema.message.c.received_at)).first()
    (working.parent / "data" / "blobs" / str(first)).unlink()

    said = call("reprocess", "--all", "--config", working)

    assert (1, "1 of 2 read again\n") == (said.code, said.out)


def test_what_was_erased_is_not_read_again(working: Path, call: Call) -> None:
    """Also where its bytes are still here, because another mailbox has them or they came again."""
    call("run", "--once", "--config", working)
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        message_id = unit.db.scalars(select(schema.message.c.message_id)).one()
        unit.db.execute(update(schema.message).values(state="decided"))
        erasure.erase(unit, message_id, "admin", NOW)

    said = call("reprocess", "--all", "--config", working)

    assert 1 == said.code
    assert [] == _readings(working)


def test_what_was_corrected_stands_where_it_stood(working: Path, call: Call) -> None:
    """A correction names its field by its place; records in another order would give it to another child."""
    canary("Zebedee Quince")
    call("run", "--once", "--config", working)
    records = (
        Record(subjects=(Subject(full_name="Zebedee Quince"),)),
        Record(subjects=(Subject(full_name="Quince Zebedee"),)),
    )
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        message_id = unit.db.scalars(select(schema.message.c.message_id)).one()
        item_id = unit.db.scalars(select(schema.review_item.c.item_id)).one()
        read = load_reading(unit.db, unit.vault, message_id)
        assert read is not None
        save_reading(unit, message_id, replace(read, records=records), NOW)
        version = claims.claim(unit, item_id, "handler", NOW)
        corrections.correct(unit, item_id, "handler", version, "records[1].subjects[0].full_name", "Z Q", NOW)

    said = call("reprocess", "--all", "--config", working)

    assert 0 == said.code
    assert records == _readings(working)[0].records


def _put(working: Path, data: bytes) -> None:
    (working.parent / "drop" / "new" / "1747036900.M2P1.test").write_bytes(data)


def _readings(working: Path) -> list[Reading]:
    """The newest of each message."""
    with open_app(load(working, {})) as app, app.store.look() as db:
        ids = db.scalars(select(schema.message.c.message_id)).all()
        found = [load_reading(db, app.vault, one) for one in ids]
    return [one for one in found if one is not None]


def _flags(working: Path) -> list[tuple[str, ...]]:
    return [reading.flags for reading in _readings(working)]

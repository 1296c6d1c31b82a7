"""Items that the tests of the review begin with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from mailbot.domain.mail import Kind, Part, Reading
from mailbot.review import queue
from mailbot.store.ids import new_id
from mailbot.store.readings import save_reading
from mailbot.store.schema import message
from mailbot.store.unit import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def add_item(
    store: Store,
    reading: Reading | None = None,
    received_at: datetime = NOON,
    mailbox: str = "partnership",
    state: str = "queued",
) -> str:
    """A message that was read, with its item; the item's id."""
    with store.unit() as unit:
        message_id = new_id()
        row: dict[str, Any] = {"message_id": message_id, "mailbox": mailbox, "raw_digest": message_id * 2}
        kind = reading.kind.value if reading else "cpi"
        times = {"received_at": received_at, "stored_at": received_at}
        unit.db.execute(insert(message).values(**row, **times, size=1, state=state, kind=kind))
        flags: Sequence[str] = reading.flags if reading else ()
        if reading:
            save_reading(unit, message_id, reading, received_at)
        return queue.open_item(unit, message_id, received_at, flags, received_at)


def a_reading(*flags: str, **more: Any) -> Reading:
    """A reading with these flags."""
    from mailbot.domain.mail import Envelope

    values: dict[str, Any] = {"envelope": Envelope(), "kind": Kind.CPI, "flags": flags} | more
    return Reading(**values)


def a_part(path: str = "1", **more: Any) -> Part:
    """A readable part."""
    values: dict[str, Any] = {
        "name": "",
        "declared": "text/plain",
        "detected": "text",
        "size": 1,
        "sha256": "0" * 64,
        "state": "read",
    }
    return Part(path=path, **(values | more))

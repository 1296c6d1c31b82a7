"""How things stand, in counts."""

from datetime import timedelta

from sqlalchemy import insert

from mailbot.domain.states import MessageState
from mailbot.store.ids import new_id
from mailbot.store.schema import delivery, outbox, review_item
from mailbot.store.status import counts
from mailbot.store.unit import Store, Unit
from tests.unit.store.rows import NOW, add_message


def _whole(unit: Unit, state: MessageState, item: str, hours: int) -> str:
    message_id = add_message(unit, state)
    opened = NOW - timedelta(hours=hours)
    row = {"delivery_id": new_id(), "mailbox": "partnership", "locator": new_id(), "stored_at": NOW}
    unit.db.execute(insert(delivery).values(**row, message_id=message_id, state="moved"))
    row = {"item_id": new_id(), "opened_at": opened, "due_at": NOW}
    unit.db.execute(insert(review_item).values(**row, message_id=message_id, state=item))
    row = {"mail_id": new_id(), "kind": "acknowledgement", "decided_at": NOW}
    unit.db.execute(insert(outbox).values(**row, acknowledges=message_id, state="sent"))
    return message_id


def test_an_empty_database_has_no_difference(store: Store) -> None:
    """Nothing counts, nothing waits."""
    with store.look() as db:
        found = counts(db)

    assert ({}, None, 0) == (found["message"], found["oldest_waiting"], found["difference"])


def test_states_are_counted_and_the_oldest_waiting_item_is_known(store: Store) -> None:
    """A decided item waits no longer, however old."""
    with store.unit() as unit:
        _whole(unit, MessageState.QUEUED, "waiting", 2)
        _whole(unit, MessageState.QUEUED, "claimed", 3)
        _whole(unit, MessageState.DECIDED, "decided", 9)

    with store.look() as db:
        found = counts(db)

    assert {"queued": 2, "decided": 1} == found["message"]
    assert {"moved": 3} == found["delivery"]
    assert {"waiting": 1, "claimed": 1, "decided": 1} == found["review_item"]
    assert {"sent": 3} == found["outbox"]
    assert NOW - timedelta(hours=3) == found["oldest_waiting"]
    assert 0 == found["difference"]


def test_what_does_not_fit_together_is_a_difference(store: Store) -> None:
    """A message alone lacks its delivery; once queued also its item and the decision on an answer."""
    with store.unit() as unit:
        _whole(unit, MessageState.QUEUED, "waiting", 1)
        add_message(unit, MessageState.STORED)
        add_message(unit, MessageState.QUEUED)
        add_message(unit, MessageState.IGNORED)

    with store.look() as db:
        found = counts(db)

    assert (3, 1, 2, 6) == (
        found["without_delivery"],
        found["without_item"],
        found["without_acknowledgement"],
        found["difference"],
    )

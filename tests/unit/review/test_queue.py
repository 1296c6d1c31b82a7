"""The opening of review items."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from mailbot.review import attention, queue
from mailbot.review.sla import Clock
from mailbot.store import schema
from mailbot.store.ids import new_id
from mailbot.store.unit import Store
from mailbot.watch import facts, rules

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def put(store: Store, received_at: datetime, *flags: str, clock: Clock = queue.STANDARD) -> tuple[str, str]:
    """A message with its item; both ids."""
    message_id = new_id()
    row = {"message_id": message_id, "mailbox": "partnership", "raw_digest": message_id, "size": 1}
    with store.unit() as unit:
        times = {"received_at": received_at, "stored_at": NOON}
        unit.db.execute(insert(schema.message).values(**row, **times, state="stored"))
        return message_id, queue.open_item(unit, message_id, received_at, flags, NOON, clock)


def test_the_clock_starts_with_the_receipt(store: Store) -> None:
    """An item is due two hours after its message was received, however late we read it."""
    message_id, item_id = put(store, NOON - timedelta(hours=1))
    with store.look() as db:
        (item,) = queue.waiting(db)

    assert queue.Item(item_id, message_id, 0, NOON - timedelta(hours=1), NOON + timedelta(hours=1)) == item


def test_a_clock_that_is_ahead_gives_no_more_time(store: Store) -> None:
    """A server in the future does not postpone."""
    put(store, NOON + timedelta(days=1), clock=Clock(target=timedelta(minutes=30)))
    with store.look() as db:
        (item,) = queue.waiting(db)

    assert NOON + timedelta(minutes=30) == item.due_at


def test_one_message_has_one_item(store: Store) -> None:
    """Opening it again changes nothing and gives the same id."""
    message_id, item_id = put(store, NOON)
    with store.unit() as unit:
        again = queue.open_item(unit, message_id, NOON, ["urgent"], NOON + timedelta(days=1))
    with store.look() as db:
        items = queue.waiting(db)

    assert item_id == again
    assert [(item_id, 0)] == [(item.item_id, item.rank) for item in items]


def test_a_later_reading_moves_an_item_forward_and_never_back(store: Store) -> None:
    """What a form says was not understood at first; somebody in charge is told, too."""
    message_id, item_id = put(store, NOON)
    with store.unit() as unit:
        queue.press(unit, message_id, ["urgent"], NOON)
        queue.press(unit, message_id, [], NOON)
    with store.look() as db:
        items = queue.waiting(db)
        raised = attention.unsettled(db)

    assert [(item_id, queue.WEIGHTS["urgent"])] == [(item.item_id, item.rank) for item in items]
    assert [(item_id, attention.Concern.URGENT)] == [(one.item_id, one.concern) for one in raised]


def test_the_most_pressing_comes_first(store: Store) -> None:
    """Urgent before a source at risk, before anything else; among equals the one due first."""
    ids = [
        put(store, NOON - timedelta(minutes=1))[1],
        put(store, NOON - timedelta(minutes=9), "duplicate", "macro")[1],
        put(store, NOON, "crime_indicated", "contact_not_safe", "source_risk")[1],
        put(store, NOON, "urgent")[1],
        put(store, NOON, "urgent", "source_risk")[1],
    ]
    with store.look() as db:
        order = [item.item_id for item in queue.waiting(db)]

    assert [ids[4], ids[3], ids[2], ids[1], ids[0]] == order


def test_what_a_handler_has_is_not_waiting(store: Store) -> None:
    """Claimed and decided items are not offered."""
    _, item_id = put(store, NOON)
    with store.unit() as unit:
        unit.db.execute(
            update(schema.review_item).where(schema.review_item.c.item_id == item_id).values(state="claimed")
        )
    with store.look() as db:
        assert [] == queue.waiting(db)


def test_an_urgent_item_is_raised_at_once(store: Store) -> None:
    """With its place in the queue, once; others are not."""
    put(store, NOON, "urgent")
    put(store, NOON, "source_risk")
    with store.look() as db:
        assert {"urgent": 1} == attention.counts(db)
        assert (("urgent", 1),) == facts.gather(db, NOON, mailboxes=())["attention"]
    for concern in attention.Concern:
        assert f"attention_{concern.value}" in rules.SENTENCES

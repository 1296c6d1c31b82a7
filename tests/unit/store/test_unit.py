"""One transaction, on both databases."""

import contextlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailbot.domain.states import DeliveryState, MessageState
from mailbot.errors import IllegalMove, StoreUnavailable
from mailbot.store import audit
from mailbot.store.audit import Action
from mailbot.store.schema import job, message, poll
from mailbot.store.unit import Store
from tests.unit.store.rows import NOW, add_message


class _Halt(Exception):
    """What breaks a unit in these tests."""


def _state(store: Store, message_id: str) -> str | None:
    with store.look() as db:
        return db.scalar(select(message.c.state).where(message.c.message_id == message_id))


def test_a_unit_is_whole_or_nothing(store: Store) -> None:
    """An exception takes rows, tasks and audit entries with it."""
    with contextlib.suppress(_Halt), store.unit() as unit:
        lost = add_message(unit)
        unit.defer("read", lost, NOW)
        unit.audit("system", Action.COLLECTION, lost, NOW)
        raise _Halt
    with store.unit() as unit:
        kept = add_message(unit)
        unit.audit("system", Action.COLLECTION, kept, NOW)

    with store.look() as db:
        assert [kept] == list(db.scalars(select(message.c.message_id)))
        assert [] == db.execute(select(job)).all()
        assert [kept] == [link.entry.subject for link in audit.entries(db)]


def test_a_move_happens_once(store: Store) -> None:
    """The second one finds the row no longer in the old state."""
    with store.unit() as unit:
        message_id = add_message(unit)
        first = unit.move(message, message_id, MessageState.STORED, MessageState.PARSED, kind="cpi")
        second = unit.move(message, message_id, MessageState.STORED, MessageState.PARSED)
        other = unit.move(message, "unknown", MessageState.STORED, MessageState.PARSED)

    assert (True, False, False) == (first, second, other)
    assert "parsed" == _state(store, message_id)


def test_a_move_may_start_from_one_of_several_states(store: Store) -> None:
    """Both old states are looked for, and both must be allowed."""
    old = (MessageState.IGNORED, MessageState.DECIDED)
    with store.unit() as unit:
        ids = [add_message(unit, state) for state in MessageState]
        moved = [unit.move(message, message_id, old, MessageState.QUEUED) for message_id in ids]

    assert [state in old for state in MessageState] == moved


@pytest.mark.parametrize(
    "old",
    [MessageState.QUEUED, (MessageState.STORED, MessageState.QUEUED), DeliveryState.STORED],
)
def test_an_illegal_move_is_refused(store: Store, old: MessageState) -> None:
    """Also when only one of several old states is illegal, or the states are those of another thing."""
    with store.unit() as unit:
        message_id = add_message(unit, MessageState.QUEUED)
        with pytest.raises(IllegalMove):
            unit.move(message, message_id, old, MessageState.PARSED)

    assert "queued" == _state(store, message_id)


def test_an_unknown_state_is_an_error_in_the_database_too(store: Store) -> None:
    """The CHECK knows the same words."""
    with store.unit() as unit:
        message_id = add_message(unit)
    with pytest.raises(IntegrityError), store.unit() as unit:
        unit.db.execute(update(message).where(message.c.message_id == message_id).values(state="odd"))


def test_six_threads_lose_no_update(store: Store) -> None:
    """Read, add one, write, from six threads at once: the sum is right."""
    with store.unit() as unit:
        unit.db.execute(poll.insert().values(mailbox="partnership", listed=0))

    def count() -> None:
        for _ in range(20):
            with store.unit() as unit:
                listed = unit.db.scalar(select(poll.c.listed).with_for_update())
                unit.db.execute(update(poll).values(listed=listed + 1))
                unit.audit("system", Action.ALTERATION, "poll", NOW)

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.look() as db:
        assert 120 == db.scalar(select(poll.c.listed))
        assert audit.Verdict(True, 120) == audit.verify(db, store.vault.keyring)


def test_one_of_six_threads_wins_a_move(store: Store) -> None:
    """A claim is a conditional update: the row count says who won."""
    with store.unit() as unit:
        message_id = add_message(unit)
    won: list[bool] = []

    def claim() -> None:
        with store.unit() as unit:
            won.append(unit.move(message, message_id, MessageState.STORED, MessageState.PARSED))

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [False] * 5 + [True] == sorted(won)


def test_a_look_cannot_write_and_the_next_unit_can(store: Store) -> None:
    """The connection itself refuses; it is reused afterwards."""
    for _ in range(3):
        with pytest.raises((StoreUnavailable, DBAPIError)), store.look() as db:
            db.execute(poll.insert().values(mailbox="partnership"))
        with store.unit() as unit:
            unit.db.execute(update(poll).values(listed=1))

    with store.look() as db:
        assert [] == db.execute(select(poll)).all()


def test_a_unit_inside_a_unit_is_a_bug_that_shows(store: Store) -> None:
    """It says so instead of waiting for ever; the outer one is not harmed."""
    with store.unit() as outer:
        with pytest.raises(RuntimeError, match="inside"), store.unit():
            pass
        message_id = add_message(outer)

    assert "stored" == _state(store, message_id)


def test_a_task_is_deferred_once_at_the_earlier_time(store: Store) -> None:
    """Asking again is harmless, and can only make it sooner."""
    later, sooner = NOW + timedelta(hours=1), NOW + timedelta(minutes=1)
    for run_at in (later, sooner, later):
        with store.unit() as unit:
            unit.defer("read", "one", run_at)
    with store.unit() as unit:
        unit.defer("read", "other", later)

    with store.look() as db:
        rows = db.execute(select(job.c.subject, job.c.run_at).order_by(job.c.subject)).all()

    assert [("one", sooner), ("other", later)] == [tuple(row) for row in rows]


def test_asking_for_a_task_that_is_being_done_shows_in_its_row(store: Store) -> None:
    """Its worker sees another time than it claimed, and knows that it must look again."""
    with store.unit() as unit:
        unit.defer("tidy", "partnership", NOW)
        unit.db.execute(update(job).values(leased_until=NOW + timedelta(minutes=5)))
    with store.unit() as unit:
        unit.defer("tidy", "partnership", NOW + timedelta(seconds=3))

    with store.look() as db:
        assert NOW + timedelta(seconds=3) == db.scalar(select(job.c.run_at))


def test_another_engine_defers_in_its_own_way(store: Store) -> None:
    """What the store was given is called with the open transaction."""
    calls = []

    def defer(db: Connection, task: str, subject: str, run_at: object) -> None:
        calls.append((db.in_transaction(), task, subject, run_at))

    with Store(store.engine, store.vault, defer).unit() as unit:
        unit.defer("read", "one", NOW)

    assert [(True, "read", "one", NOW)] == calls

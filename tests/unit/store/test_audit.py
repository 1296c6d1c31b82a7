"""The audit chain, on both databases."""

import contextlib
from collections.abc import Callable
from datetime import timedelta, timezone

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from mailbot.store import audit
from mailbot.store.audit import Action, Head, Verdict
from mailbot.store.keys import KEY_BYTES, KeyClass, Keyring
from mailbot.store.schema import audit as table
from mailbot.store.unit import Store
from tests.unit.store.rows import NOW


def _fill(store: Store, count: int = 5) -> None:
    with store.unit() as unit:
        for number in range(count):
            unit.audit("system", Action.COLLECTION, f"message-{number}", NOW, size=number, code="new")


def _verdict(store: Store, known: Head | None = None) -> Verdict:
    with store.look() as db:
        return audit.verify(db, store.vault.keyring, known)


def _without_triggers(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
    else:
        db.execute(text("DROP TRIGGER audit_refuses_update"))
        db.execute(text("DROP TRIGGER audit_refuses_delete"))


def test_the_chain_counts_without_gaps_and_verifies(store: Store) -> None:
    """Several units, one of which broke: the numbers run on."""
    _fill(store)
    with contextlib.suppress(ZeroDivisionError), store.unit() as unit:
        unit.audit("system", Action.ERASURE, "lost", NOW)
        _ = 1 / 0
    _fill(store, 20)

    with store.look() as db:
        assert list(range(1, 26)) == [link.seq for link in audit.entries(db)]
    assert Verdict(True, 25) == _verdict(store)


def test_an_empty_chain_verifies(store: Store) -> None:
    """Nothing has happened yet."""
    assert Verdict(True, 0) == _verdict(store)
    with store.look() as db:
        assert audit.head(db) is None


def test_an_entry_says_who_did_what_when(store: Store) -> None:
    """The moment in UTC whatever zone it was given in, the detail as canonical JSON."""
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    with store.unit() as unit:
        unit.audit("handler-7", Action.CONSULTATION, "message-1", summer, reason="duty", count=2)

    with store.look() as db:
        (link,) = audit.entries(db)

    assert audit.Entry(
        "2026-11-02T09:30:00+00:00", "handler-7", "consultation", "message-1", '{"count":2,"reason":"duty"}'
    ) == (link.entry)


def test_entries_can_be_asked_for_by_place_and_thing(store: Store) -> None:
    """Those after a number, those about one message; also over the border of a page."""
    _fill(store, 1203)

    with store.look() as db:
        assert 203 == len(list(audit.entries(db, after=1000)))
        assert [4] == [link.seq for link in audit.entries(db, subject="message-3")]


@pytest.mark.parametrize("statement", [update(table).values(actor="nobody"), delete(table)])
def test_the_database_refuses_to_change_the_chain(store: Store, statement: object) -> None:
    """Triggers, on both databases."""
    _fill(store)

    with pytest.raises(DBAPIError, match="never changed"), store.unit() as unit:
        unit.db.execute(statement)  # type: ignore[call-overload]

    assert Verdict(True, 5) == _verdict(store)


def _change(db: Connection) -> None:
    db.execute(update(table).where(table.c.seq == 3).values(detail="{}"))


def _backdate(db: Connection) -> None:
    db.execute(update(table).where(table.c.seq == 3).values(at="2020-01-01T00:00:00+00:00"))


def _leave_out(db: Connection) -> None:
    db.execute(delete(table).where(table.c.seq == 3))


def _close_the_gap(db: Connection) -> None:
    db.execute(delete(table).where(table.c.seq == 3))
    db.execute(update(table).where(table.c.seq == 4).values(seq=3))
    db.execute(update(table).where(table.c.seq == 5).values(seq=4))


def _swap(db: Connection) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        db.execute(update(table).where(table.c.seq == old).values(seq=new))


@pytest.mark.parametrize("tamper", [_change, _backdate, _leave_out, _close_the_gap, _swap])
def test_the_first_broken_link_is_named(store: Store, tamper: Callable[[Connection], None]) -> None:
    """Changed, backdated, left out, with the gap closed, swapped: number 3 each time."""
    _fill(store)
    with store.unit() as unit:
        _without_triggers(unit.db)
        tamper(unit.db)

    assert Verdict(False, 2, 3) == _verdict(store)


def test_an_entry_that_somebody_else_wrote_is_found(store: Store) -> None:
    """Without the key nobody can go on with the chain."""
    _fill(store)
    with store.look() as db:
        last = db.execute(select(table).where(table.c.seq == 5)).one()
    forged = {**last._mapping, "seq": 6, "prev": last.mac}
    with store.unit() as unit:
        unit.db.execute(insert(table).values(forged))

    assert Verdict(False, 5, 6) == _verdict(store)


def test_a_cut_end_shows_against_an_exported_head(store: Store) -> None:
    """The chain alone cannot know; the head that left the machine does, also when it was continued."""
    _fill(store)
    with store.look() as db:
        known = audit.head(db)
    with store.unit() as unit:
        _without_triggers(unit.db)
        unit.db.execute(delete(table).where(table.c.seq > 3))

    assert Verdict(True, 3) == _verdict(store)
    assert Verdict(False, 3, 4) == _verdict(store, known)

    _fill(store, 4)

    assert Verdict(True, 7) == _verdict(store)
    assert Verdict(False, 4, 5) == _verdict(store, known)


def test_another_key_verifies_nothing(store: Store) -> None:
    """The chain belongs to its key."""
    _fill(store)
    other = Keyring({f"{kind.value}-1.key": b"k" * KEY_BYTES for kind in KeyClass})

    with store.look() as db:
        assert Verdict(False, 0, 1) == audit.verify(db, other)


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    """Nobody could say later when it was."""
    with pytest.raises(ValueError, match="time zone"), store.unit() as unit:
        unit.audit("system", Action.COLLECTION, "message-1", NOW.replace(tzinfo=None))

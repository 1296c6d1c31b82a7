"""Claims: one has it, for a time."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from mailbot.domain.states import ReviewState
from mailbot.errors import Declined, MailbotError
from mailbot.review import claims, lists
from mailbot.review.board import board
from mailbot.review.sla import Clocks
from mailbot.store import audit
from mailbot.store.unit import Store
from tests.unit.review.items import NOON, a_reading, add_item

LATER = NOON + claims.LEASE


def acts(store: Store, item_id: str) -> list[str]:
    """What the chain says was done to an item."""
    with store.look() as db:
        return [link.entry.detail for link in audit.entries(db, subject=item_id)]


def state(store: Store, item_id: str) -> tuple[ReviewState, str | None]:
    """How it stands and who has it."""
    with store.look() as db:
        found = lists.one(db, Clocks(), item_id, NOON)
    assert found is not None
    return found.state, found.claimed_by


def test_a_second_handler_cannot_take_it(store: Store) -> None:
    """Who has it, has it; who asks again holds it longer."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        claims.claim(unit, item, "bob", NOON + timedelta(minutes=1))
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON + timedelta(minutes=1))

    assert "taken" == refusal.value.code
    assert (ReviewState.CLAIMED, "ada") == state(store, item)
    assert ['{"what":"claimed"}'] == acts(store, item)


def test_a_claim_ends_by_itself(store: Store) -> None:
    """After the lease another may take it, and the list offers it again."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)

    assert 0 == claims.hand_back(store, LATER - timedelta(seconds=1))
    assert 1 == claims.hand_back(store, LATER)
    assert (ReviewState.WAITING, None) == state(store, item)
    assert ['{"what":"claimed"}', '{"what":"claim_expired"}'] == acts(store, item)


def test_a_lapsed_claim_can_be_taken_at_once(store: Store) -> None:
    """Nobody has to sweep first."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit:
        claims.claim(unit, item, "bob", LATER)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        claims.require(unit, item, "ada")

    assert "taken" == refusal.value.code


def test_a_lapsed_claim_that_nobody_took_is_still_good(store: Store) -> None:
    """Whoever comes back late loses nothing while nobody else was there."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit:
        assert "ada" == claims.require(unit, item, "ada").claimed_by


def test_of_many_who_ask_at_once_one_has_it(store: Store) -> None:
    """The row decides, on both databases."""
    item = add_item(store)
    won: list[str] = []
    start = Barrier(6)

    def ask(name: str) -> None:
        start.wait()
        try:
            with store.unit() as unit:
                claims.claim(unit, item, name, NOON)
            won.append(name)
        except MailbotError:
            pass

    threads = [Thread(target=ask, args=(f"handler{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [state(store, item)[1]] == won


def test_giving_back_and_handing_over(store: Store) -> None:
    """Released it waits; handed over a colleague has it; neither is for somebody else to do."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit, pytest.raises(Declined):
        claims.hand_over(unit, item, "bob", "bob", NOON)
    with store.unit() as unit:
        claims.hand_over(unit, item, "ada", "bob", NOON)
    assert (ReviewState.CLAIMED, "bob") == state(store, item)
    with store.unit() as unit, pytest.raises(Declined):
        claims.release(unit, item, "ada", NOON)
    with store.unit() as unit:
        claims.release(unit, item, "bob", NOON)

    assert (ReviewState.WAITING, None) == state(store, item)
    assert '{"to":"bob","what":"handed_over"}' in acts(store, item)


def test_a_supervisor_breaks_and_reassigns(store: Store) -> None:
    """Whoever had it; both are recorded with the supervisor's name."""
    item = add_item(store)
    with store.unit() as unit:
        claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit:
        claims.reassign(unit, item, "sue", "bob", NOON)
    assert (ReviewState.CLAIMED, "bob") == state(store, item)
    with store.unit() as unit:
        claims.break_claim(unit, item, "sue", NOON)

    assert (ReviewState.WAITING, None) == state(store, item)
    with store.look() as db:
        actors = [link.entry.actor for link in audit.entries(db, subject=item)]
    assert ["ada", "sue", "sue"] == actors


def test_a_changed_item_makes_a_form_stale(store: Store) -> None:
    """Whoever holds it, but with a page from before the change, is told."""
    item = add_item(store)
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        claims.require(unit, item, "ada", version)
        claims.touch(unit, item)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        claims.require(unit, item, "ada", version)

    assert "stale" == refusal.value.code


def test_an_item_that_is_none(store: Store) -> None:
    """An invented id is unknown, and nothing else."""
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        claims.claim(unit, "0" * 32, "ada", NOON)

    assert "unknown" == refusal.value.code


def test_the_lists(store: Store) -> None:
    """Waiting, mine, anybody's: each item is in the right one, the most pressing first, in pages."""
    plain = add_item(store, a_reading("duplicate"), NOON - timedelta(minutes=100))
    pressing = add_item(store, a_reading("urgent", "source_risk"))
    mine = add_item(store, a_reading())
    with store.unit() as unit:
        claims.claim(unit, mine, "ada", NOON)
    with store.look() as db:
        waiting = lists.waiting(db, Clocks(), NOON)
        first = lists.waiting(db, Clocks(), NOON, 1, 1)
        second = lists.waiting(db, Clocks(), NOON, 2, 1)
        own = lists.mine(db, Clocks(), "ada", NOON)
        others = lists.mine(db, Clocks(), "bob", NOON)
        wall = board(db, Clocks(), NOON)

    assert [pressing, plain] == [row.item_id for row in waiting.rows]
    assert [("urgent", "source_risk"), ("duplicate",)] == [row.flags for row in waiting.rows]
    assert ([pressing], True) == ([row.item_id for row in first.rows], first.more)
    assert ([plain], False) == ([row.item_id for row in second.rows], second.more)
    assert ([mine], ()) == ([row.item_id for row in own.rows], others.rows)
    assert (2, 1, 100, 20) == (wall.waiting, wall.claimed, wall.oldest_minutes, wall.next_minutes_left)

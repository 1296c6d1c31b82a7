"""Dip-sampling: chance draws from what was decided, never somebody's own, and each outcome is recorded."""

import json
from datetime import datetime, timedelta
from random import Random

import pytest

from mailbot.errors import Declined
from mailbot.review import decide, papers, sampling
from mailbot.store import audit, erasure
from mailbot.store.schema import review_item
from mailbot.store.unit import Store
from tests.unit.review.deciding import DESKS, GRADING, settle
from tests.unit.review.items import NOON, add_item

DAY = timedelta(days=1)


def decided(store: Store, count: int, actor: str = "ada") -> set[str]:
    """So many items that somebody has decided at noon."""
    items = {add_item(store) for _ in range(count)}
    for item in items:
        settle(store, item, actor=actor)
    return items


def draw(store: Store, size: int = 5, now: datetime = NOON + DAY, days: int = 7, lot: int = 1) -> set[str]:
    """What chance draws for a supervisor."""
    with store.unit() as unit:
        drawn = sampling.draw(unit, "boss", days, now, size, Random(lot))  # noqa: S311  a test draws the same each time
    assert len(drawn) == len(set(drawn))
    return set(drawn)


def answer(
    store: Store, item: str, text: str = "", now: datetime = NOON + 2 * DAY, who: str = "boss"
) -> None:
    """To be discussed where there is a text, satisfactory where there is none."""
    outcome = sampling.Outcome.TO_DISCUSS if text else sampling.Outcome.SATISFACTORY
    with store.unit() as unit:
        sampling.answer(unit, item, who, outcome, text, now)


def waiting(store: Store) -> set[str]:
    """What was drawn and has no outcome."""
    with store.look() as db:
        return {one.item_id for one in sampling.waiting(db)}


def acts(store: Store, item: str) -> list[tuple[str, dict[str, object]]]:
    """Who did what to it, of the sampling alone."""
    with store.look() as db:
        found = [link.entry for link in audit.entries(db, subject=item)]
    told = [(one.actor, json.loads(one.detail)) for one in found]
    return [(who, what) for who, what in told if str(what["what"]).startswith("dip_")]


def test_so_many_are_drawn_as_are_asked_for(store: Store) -> None:
    """Five where nothing is said; all, where there are fewer; others with another lot."""
    items = decided(store, 7)
    add_item(store)
    with store.unit() as unit:
        drawn = sampling.draw(unit, "boss", 7, NOON + DAY)

    assert 5 == len(set(drawn))
    assert items > set(drawn) == waiting(store)
    assert items - set(drawn) == draw(store)
    assert set() == draw(store)


def test_chance_draws(store: Store) -> None:
    """Every item has its turn, as the lot falls."""
    items = decided(store, 3)
    seen = set()
    for lot in range(20):
        drawn = draw(store, size=1, now=NOON + DAY * (2 * lot + 1), days=90, lot=lot)
        seen |= drawn
        answer(store, drawn.pop(), now=NOON + DAY * (2 * lot + 2))

    assert items == seen


def test_only_what_was_decided_in_the_period_is_drawn(store: Store) -> None:
    """A day too late is too late; what was erased or waits again is gone."""
    kept, reopened, erased = sorted(decided(store, 3))
    with store.unit() as unit:
        decide.reopen(unit, reopened, "boss", "Wrong", GRADING, DESKS, NOON)
        row = unit.db.execute(review_item.select().where(review_item.c.item_id == erased)).one()
        assert erasure.erase(unit, row.message_id, "mailbot", NOON)

    assert set() == draw(store, now=NOON + 8 * DAY)
    assert {kept} == draw(store, now=NOON + 8 * DAY, days=14)


def test_nobody_samples_their_own_decisions(store: Store) -> None:
    """Neither drawn for them nor answered by them, also where somebody has decided anew since."""
    own, others = decided(store, 1, "boss"), decided(store, 1)
    both = decided(store, 1, "boss")
    with store.unit() as unit:
        decide.reopen(unit, *both, "ada", "Wrong", GRADING, DESKS, NOON)
    settle(store, *both, actor="ada")

    assert others == draw(store)
    with store.unit() as unit:
        assert own == set(sampling.draw(unit, "chief", 7, NOON + DAY)) - both
    with pytest.raises(Declined) as refusal:
        answer(store, *own)
    assert "own_decision" == refusal.value.code
    assert own <= waiting(store)


def test_what_was_not_sampled_before_comes_first(store: Store) -> None:
    """Others fill up; what waits for its outcome is not drawn again."""
    items = decided(store, 4)
    first = draw(store, size=2)
    for item in first:
        answer(store, item)

    second = draw(store, size=3, now=NOON + 3 * DAY)

    assert items - first < second
    assert first - second == draw(store, now=NOON + 3 * DAY)


def test_a_new_decision_was_not_sampled_before(store: Store) -> None:
    """What was drawn is the decision: after another one, neither drawing nor outcome counts."""
    (item,) = decided(store, 1)
    draw(store, now=NOON - DAY / 2) or draw(store, now=NOON)
    with store.unit() as unit:
        decide.reopen(unit, item, "boss", "Wrong", GRADING, DESKS, NOON)

    assert set() == waiting(store)
    with pytest.raises(Declined) as refusal:
        answer(store, item)
    assert "not_decided" == refusal.value.code


def test_drawing_and_outcome_are_recorded(store: Store) -> None:
    """In the chain by their codes; in the notes of the item with the text."""
    (item,) = decided(store, 1)
    draw(store)
    answer(store, item, "Speak about the grading.")

    assert [
        ("boss", {"what": "dip_sampled", "days": 7}),
        ("boss", {"what": "dip_answered", "outcome": "dip_to_discuss"}),
    ] == acts(store, item)
    assert set() == waiting(store)
    with store.look() as db:
        kept = papers.notes(db, store.vault, item)
    assert ["dip_sampled", "dip_to_discuss"] == [one.kind for one in kept]
    assert "Speak about the grading." == kept[1].text


def test_an_outcome_is_recorded_once_for_what_was_drawn(store: Store) -> None:
    """Not before chance has drawn it, not twice, and with a word where there is something to discuss."""
    (item,) = decided(store, 1)
    with pytest.raises(Declined) as refusal:
        answer(store, item)
    assert "not_sampled" == refusal.value.code
    draw(store)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        sampling.answer(unit, item, "boss", sampling.Outcome.TO_DISCUSS, " \n", NOON + 2 * DAY)
    assert "empty" == refusal.value.code
    answer(store, item)
    with pytest.raises(Declined) as refusal:
        answer(store, item, who="chief")
    assert "not_sampled" == refusal.value.code
    assert 2 == len(acts(store, item))


def test_a_recalled_decision_is_not_sampled(store: Store) -> None:
    """There is nothing left to look at."""
    (item,) = decided(store, 1)
    draw(store)
    with store.unit() as unit:
        decide.recall(unit, item, "boss", "Wrong", GRADING, DESKS, NOON + 2 * DAY)

    assert set() == waiting(store)
    assert set() == draw(store, now=NOON + 3 * DAY)

"""Drafts, notes, openings, corrections, concerns."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mailbot.config import Review, SourceRules
from mailbot.domain.record import Record
from mailbot.domain.states import OpeningState
from mailbot.errors import Declined
from mailbot.review import (
    attention,
    claims,
    corrections,
    fields,
    lists,
    openings,
    papers,
    seals,
    view,
    vocabulary,
)
from mailbot.review.attention import Concern
from mailbot.review.board import first_look
from mailbot.review.sla import Clocks
from mailbot.store import audit, desk
from mailbot.store.schema import message
from mailbot.store.unit import Store
from tests.house.silence import canary
from tests.unit.review.items import NOON, a_part, a_reading, add_item
from tests.unit.review.people import invent, reading_of, shown_in

REQUIRED = SourceRules()
SECOND = SourceRules(second_person=True)
WORDS = vocabulary.load()


def acts(store: Store, item_id: str) -> list[tuple[str, str]]:
    """Action and detail of what was done to an item."""
    with store.look() as db:
        return [(link.entry.action, link.entry.detail) for link in audit.entries(db, subject=item_id)]


def test_a_draft_outlives_everything_but_the_decision(store: Store) -> None:
    """Saved over and over, one for each author; handed over where the colleague has none."""
    item = add_item(store)
    with store.unit() as unit:
        papers.save_draft(unit, item, "ada", {"text": ["first"]}, NOON)
        papers.save_draft(unit, item, "ada", {"text": ["second"], "persons": ["a", "b"]}, NOON)
        papers.give_draft(unit, item, "ada", "bob", NOON)
        papers.save_draft(unit, item, "bob", {"text": ["mine"]}, NOON)
        papers.give_draft(unit, item, "ada", "bob", NOON)
    with store.look() as db:
        ada = papers.load_draft(db, store.vault, item, "ada")
        bob = papers.load_draft(db, store.vault, item, "bob")
        sealed = db.scalars(select(desk.draft.c.sealed)).all()

    assert ({"text": ["second"], "persons": ["a", "b"]}, {"text": ["mine"]}) == (ada, bob)
    assert not any(b"second" in value for value in sealed)


def test_a_draft_has_a_limit(store: Store) -> None:
    """A megabyte."""
    item = add_item(store)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        papers.save_draft(unit, item, "ada", {"text": ["x" * 1_000_001]}, NOON)

    assert "too_long" == refusal.value.code


def test_an_opening_takes_a_reason_and_ends_by_itself(store: Store) -> None:
    """Without a reason it stays closed; with one it is open to that person alone, for its time."""
    item = add_item(store)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        openings.ask(unit, item, "ada", "   ", REQUIRED, NOON)
    with store.unit() as unit:
        assert OpeningState.OPEN is openings.ask(unit, item, "ada", "Risk to a child", REQUIRED, NOON)
    end = NOON + timedelta(minutes=15)
    with store.look() as db:
        assert end == openings.is_open(db, item, "ada", NOON)
        assert None is openings.is_open(db, item, "ada", end)
        assert None is openings.is_open(db, item, "bob", NOON)

    assert "reason" == refusal.value.code
    assert [("consultation", "source_opened")] == [
        (action, "source_opened") for action, detail in acts(store, item) if "source_opened" in detail
    ]
    assert not any("Risk to a child" in detail for _, detail in acts(store, item))


def test_it_can_be_closed_by_hand(store: Store) -> None:
    """And is closed then."""
    item = add_item(store)
    with store.unit() as unit:
        openings.ask(unit, item, "ada", "why", REQUIRED, NOON)
        openings.close(unit, item, "ada", NOON)
    with store.look() as db:
        assert None is openings.is_open(db, item, "ada", NOON)


@pytest.mark.parametrize("reason", ["off", "optional"])
def test_a_reason_is_policy(store: Store, reason: str) -> None:
    """Off and optional open without one."""
    item = add_item(store)
    rules = SourceRules(reason="off" if reason == "off" else "optional")
    with store.unit() as unit:
        assert OpeningState.OPEN is openings.ask(unit, item, "ada", "", rules, NOON)


def test_a_second_person_is_another_one(store: Store) -> None:
    """Asked, closed; approved by somebody else, open; nobody approves their own."""
    item = add_item(store)
    with store.unit() as unit:
        assert OpeningState.ASKED is openings.ask(unit, item, "ada", "why", SECOND, NOON)
    with store.look() as db:
        (asked,) = openings.to_answer(db, store.vault)
        assert None is openings.is_open(db, item, "ada", NOON)
        assert {"opening_asked": 1} == attention.counts(db)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        openings.answer(unit, asked.opening_id, "ada", SECOND, NOON, approve=True)
    with store.unit() as unit:
        openings.answer(unit, asked.opening_id, "sue", SECOND, NOON, approve=True)
    with store.unit() as unit, pytest.raises(Declined):
        openings.answer(unit, asked.opening_id, "sue", SECOND, NOON, approve=True)
    with store.look() as db:
        assert openings.is_open(db, item, "ada", NOON)
        assert {} == attention.counts(db)

    assert "same_person" == refusal.value.code


def test_what_is_withdrawn_asks_nobody_any_more(store: Store) -> None:
    """The alarm ends with the request, and nobody can agree to it later; another's goes on ringing."""
    item = add_item(store)
    with store.unit() as unit:
        openings.ask(unit, item, "ada", "why", SECOND, NOON)
        openings.ask(unit, item, "bob", "why", SECOND, NOON)
    with store.look() as db:
        asked = {one.who: one.opening_id for one in openings.to_answer(db, store.vault)}
    with store.unit() as unit:
        openings.close(unit, item, "ada", NOON)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        openings.answer(unit, asked["ada"], "sue", SECOND, NOON, approve=True)
    with store.look() as db:
        assert {"opening_asked": 1} == attention.counts(db)
        assert ["bob"] == [one.who for one in openings.to_answer(db, store.vault)]

    assert "answered" == refusal.value.code
    assert any("source_withdrawn" in detail for _, detail in acts(store, item))


def test_closing_leaves_broken_glass_to_be_reviewed(store: Store) -> None:
    """Whoever broke it cannot end the alarm by closing what they opened."""
    item = add_item(store)
    with store.unit() as unit:
        openings.ask(unit, item, "ada", "why", SECOND, NOON, break_glass=True)
        openings.close(unit, item, "ada", NOON)
    with store.look() as db:
        assert {"break_glass": 1} == attention.counts(db)


def test_a_refusal_keeps_it_closed(store: Store) -> None:
    """And is in the chain."""
    item = add_item(store)
    with store.unit() as unit:
        openings.ask(unit, item, "ada", "why", SECOND, NOON)
    with store.look() as db:
        (asked,) = openings.to_answer(db, store.vault)
    with store.unit() as unit:
        openings.answer(unit, asked.opening_id, "sue", SECOND, NOON, approve=False)
    with store.look() as db:
        assert None is openings.is_open(db, item, "ada", NOON)
        assert [] == openings.to_answer(db, store.vault)

    assert any("source_refused" in detail for _, detail in acts(store, item))


def test_broken_glass_is_reviewed_by_another(store: Store) -> None:
    """Open at once, raised at once, and reviewed by somebody who did not break it."""
    item = add_item(store)
    with store.unit() as unit, pytest.raises(Declined):
        openings.ask(unit, item, "ada", "", SECOND, NOON, break_glass=True)
    with store.unit() as unit:
        openings.ask(unit, item, "ada", "A child is in danger", SECOND, NOON, break_glass=True)
    with store.look() as db:
        assert openings.is_open(db, item, "ada", NOON)
        assert {"break_glass": 1} == attention.counts(db)
        (broken,) = openings.to_answer(db, store.vault)
    with store.unit() as unit, pytest.raises(Declined):
        openings.review(unit, broken.opening_id, "ada", NOON)
    with store.look() as db:
        (raised,) = attention.unsettled(db)
    with store.unit() as unit, pytest.raises(Declined):
        attention.settle(unit, raised.attention_id, "ada", NOON)
    with store.unit() as unit:
        openings.review(unit, broken.opening_id, "sue", NOON)
    with store.look() as db:
        assert {} == attention.counts(db)
        assert [] == openings.to_answer(db, store.vault)


def test_a_correction_keeps_the_original(store: Store) -> None:
    """What was read stays; the newest correction counts; a source field needs its own key."""
    item = add_item(store, reading_of(invent(1), "Vapes."))
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        version = corrections.correct(
            unit, item, "ada", version, "records[0].narrative", "Vapes, twice.", NOON
        )
        version = corrections.correct(
            unit, item, "ada", version, "records[0].subjects[2].dob", "2012-01-01", NOON
        )
        corrections.correct(unit, item, "ada", version, "records[0].submitter.name", "Dr New Namesake", NOON)
    with store.look() as db:
        closed = view.load(db, store.vault, WORDS, item, is_open=False)
        opened = view.load(db, store.vault, WORDS, item, is_open=True)
        kept = corrections.load(db, store.vault, item, source=False)

    told = next(one for one in closed.records[0].content if one.name == "narrative")
    assert ("Vapes, twice.", "Vapes.", "ada") == (told.value, told.original, told.corrected_by)
    assert 2 == len(kept)
    assert () == closed.records[0].source
    assert "Dr New Namesake" in [one.value for one in opened.records[0].source]
    assert ("submitter.name",) == closed.sanitiser.left_in("seen by Namesake")


def test_a_form_can_be_typed_in(store: Store) -> None:
    """A message without a record gets one, field by field."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        version = corrections.correct(unit, item, "ada", version, "records[0].narrative", "Typed.", NOON)
        corrections.correct(unit, item, "ada", version, "records[0].subjects[0].aliases", "Bo\nJo", NOON)
    with store.look() as db:
        (record,) = view.load(db, store.vault, WORDS, item, is_open=False).records

    assert {"Typed.", "Bo\nJo"} <= {one.value for one in record.content}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("records[0].nothing", "x", "field"),
        ("records[0].findings", "x", "field"),
        ("records[0].subjects[99].dob", "x", "field"),
        ("records[77].narrative", "x", "field"),
        ("records[0].__class__", "x", "field"),
        ("records[0].urgent", "perhaps", "value"),
        ("records[0].information_types", "drug_related_harm\nvapes", "value"),
        ("records[0].narrative", "x" * 100_001, "too_long"),
    ],
)
def test_what_fits_no_field_is_refused(store: Store, path: str, value: str, code: str) -> None:
    """Paths are ours, choices are the vocabulary's, lengths have limits."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        corrections.correct(unit, item, "ada", version, path, value, NOON)

    assert code == refusal.value.code


def test_every_field_can_be_put_and_got() -> None:
    """The fields are the record's own, list places included."""
    for name, kind in fields.kinds().items():
        place = name.replace("[]", "[1]")
        value = kind.choices[-1] if kind.choices else "Something"
        record = fields.put(Record(), place, value, kind.many)
        assert fields.get(record, place) == ((value,) if kind.many else value), name


def test_the_view_before_opening_says_nothing_of_the_source(store: Store) -> None:
    """For a hundred sources: content, grading view, body, document, unmapped text, parts."""
    for number in range(100):
        source = invent(number)
        canary(*source.values())
        item = add_item(store, reading_of(source, "Boys hand out vapes."))
        with store.look() as db:
            closed = view.load(db, store.vault, WORDS, item, is_open=False)

        assert [] == shown_in(source, repr(closed)), number
        assert closed.envelope is None


def test_the_grading_view_is_open(store: Store) -> None:
    """How it is known, without anybody's name."""
    item = add_item(store, reading_of(invent(3), "Vapes."))
    with store.look() as db:
        closed = view.load(db, store.vault, WORDS, item, is_open=False)
    graded = {one.name: one.value for one in closed.records[0].grading}

    assert "told_by_person" == graded["provenance.basis"]
    assert "serious" == graded["source_risk.level"]
    assert "reliable" == graded["provenance.submitter_view_reliability"]
    assert graded["handling_request"].startswith("Please do not tell ▒▒▒")
    assert "provenance.origin" not in graded


def test_the_opened_view_says_who(store: Store) -> None:
    """Once it is open."""
    source = invent(4)
    item = add_item(store, reading_of(source, "Vapes."))
    with store.look() as db:
        opened = view.load(db, store.vault, WORDS, item, is_open=True)

    assert opened.envelope is not None
    assert (source.email,) == opened.envelope.senders
    assert source.file_name == opened.parts[0].name
    assert {source.name, source.origin} <= {one.value for one in opened.records[0].source}


def test_a_look_is_a_consultation_and_stops_the_clock(store: Store) -> None:
    """The first look is the first; each is in the chain."""
    item = add_item(store, a_reading())
    for minute in (10, 50):
        with store.unit() as unit:
            view.look(unit, item, "ada", NOON + timedelta(minutes=minute))
    with store.look() as db:
        listed = lists.one(db, Clocks(), item, NOON + timedelta(hours=9))
        times = first_look(db, Clocks(), NOON)

    assert listed is not None
    assert NOON + timedelta(minutes=10) == listed.first_opened_at
    assert 110 == listed.clock.minutes_left
    assert (1, 10, 10, 1) == (times.count, times.median, times.p95, times.in_target)
    assert 2 == sum(action == "consultation" for action, _ in acts(store, item))


def test_a_sealed_picture_stays_sealed(store: Store) -> None:
    """Once, for everybody, and somebody in charge is told."""
    item = add_item(store, reading_of(invent(5), "x"))
    for _ in range(2):
        with store.unit() as unit:
            seals.seal(unit, item, a_part("2"), "ada", NOON)
            attention.raise_concern(unit, item, Concern.IMAGE_SEALED, "ada", NOON, "2")
    with store.look() as db:
        assert frozenset({"2"}) == view.load(db, store.vault, WORDS, item, is_open=False).sealed
        assert {"image_sealed": 1} == attention.counts(db)
        (raised,) = attention.unsettled(db)
    with store.unit() as unit:
        attention.settle(unit, raised.attention_id, "sue", NOON)
    with store.look() as db:
        assert [] == attention.unsettled(db)


def test_the_same_picture_in_another_message_is_sealed_with_it(store: Store) -> None:
    """The same mail by another route, or the picture sent again; another picture is not."""
    same, other = "a" * 64, "b" * 64
    parts = (a_part("2", sha256=same), a_part("3", sha256=other))
    again = (a_part("2", sha256=other), a_part("2.1", sha256=same))
    first, second = (add_item(store, a_reading(parts=some)) for some in (parts, again))
    with store.unit() as unit:
        seals.seal(unit, first, parts[0], "ada", NOON)
    with store.look() as db:
        found = [view.load(db, store.vault, WORDS, one, is_open=False).sealed for one in (first, second)]

    assert [frozenset({"2"}), frozenset({"2.1"})] == found


def test_late_clocks_are_raised_once(store: Store) -> None:
    """Escalated, then late; looked at in time, never."""
    add_item(store, a_reading())
    looked = add_item(store, a_reading())
    with store.unit() as unit:
        view.look(unit, looked, "ada", NOON)
    clocks = Clocks.of(Review())

    assert 0 == attention.watch_clocks(store, clocks, NOON + timedelta(minutes=80))
    assert 1 == attention.watch_clocks(store, clocks, NOON + timedelta(minutes=95))
    assert 0 == attention.watch_clocks(store, clocks, NOON + timedelta(minutes=96))
    assert 1 == attention.watch_clocks(store, clocks, NOON + timedelta(minutes=125))


def test_possible_duplicates_are_linked(store: Store) -> None:
    """Two messages with the same fingerprint know of each other, and stay two."""
    first, second = add_item(store, a_reading()), add_item(store, a_reading())
    with store.unit() as unit:
        unit.db.execute(update(message).values(fingerprint="f" * 64))
    with store.look() as db:
        assert (second,) == view.load(db, store.vault, WORDS, first, is_open=False).duplicates
        assert (first,) == view.load(db, store.vault, WORDS, second, is_open=False).duplicates

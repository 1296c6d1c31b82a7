"""Decisions: whole, once, never changed; nothing is preselected."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.domain.states import DispatchState, ReviewState
from mailbot.errors import Declined, MailbotError
from mailbot.review import attention, claims, clarify, corrections, decide, dispatch, lists, papers
from mailbot.review.grade import Decision, Grade, Problem, problems
from mailbot.review.sla import Clocks
from mailbot.store import audit, schema
from mailbot.store.unit import Store
from tests.unit.review.deciding import DESKS, GRADE, GRADING, HANDOVER, LOG, ROOM, a_decision, settle
from tests.unit.review.items import NOON, a_reading, add_item


def fields_of(found: tuple[Problem, ...]) -> set[str]:
    """Which fields are wrong."""
    return {problem.field for problem in found}


def state(store: Store, item_id: str) -> ReviewState:
    """How the item stands."""
    with store.look() as db:
        found = lists.one(db, Clocks(), item_id, NOON)
    assert found is not None
    return found.state


def documents(store: Store, item_id: str) -> list[tuple[str, str, str | None]]:
    """Kind, reference and what it stands in for, of each document."""
    with store.look() as db:
        return [(one.kind, one.reference, one.replaces) for one in dispatch.of_item(db, store.vault, item_id)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"priority": None}, "priority"),
        ({"priority": "low"}, "priority"),
        ({"priority": "high"}, "control_room"),
        ({"outcomes": ()}, "outcomes"),
        ({"outcomes": ("intelligence_log", "no_action")}, "outcomes"),
        ({"outcomes": ("no_action",), "logs": ()}, "rationale"),
        ({"logs": ()}, "logs-0-text"),
        ({"outcomes": ("crime_desk",), "logs": ()}, "outcomes"),
        ({"logs": (replace(LOG, text="  "),)}, "logs-0-text"),
        ({"logs": (replace(LOG, text="x" * 100_001),)}, "logs-0-text"),
        ({"logs": (replace(LOG, grade=Grade()),)}, "logs-0-source"),
        ({"logs": (replace(LOG, grade=replace(GRADE, marking=None)),)}, "logs-0-marking"),
        ({"logs": (replace(LOG, grade=replace(GRADE, source="3")),)}, "logs-0-source_reason"),
        ({"logs": (replace(LOG, grade=replace(GRADE, handling="C")),)}, "logs-0-action"),
        ({"logs": (replace(LOG, grade=replace(GRADE, action="A1")),)}, "logs-0-action"),
        ({"logs": (replace(LOG, grade=replace(GRADE, intelligence="F")),)}, "logs-0-intelligence"),
        (
            {
                "outcomes": ("intelligence_log", "safeguarding"),
                "handovers": (replace(HANDOVER, marking=None),),
            },
            "handover-safeguarding-marking",
        ),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], field: str) -> None:
    """Nothing has a default, conditions stand only where the code takes them."""
    assert field in fields_of(problems(a_decision(**change), GRADING))


@pytest.mark.parametrize(
    "decision",
    [
        a_decision(),
        a_decision(logs=(LOG, replace(LOG, text="Another matter."))),
        a_decision(outcomes=("no_action",), logs=(), rationale="Known and dealt with."),
        a_decision(outcomes=("intelligence_log", "safeguarding"), handovers=(HANDOVER,)),
        a_decision(priority="high", control_room=ROOM),
        a_decision(logs=(replace(LOG, grade=replace(GRADE, handling="C", action="A1", sanitisation="S2")),)),
    ],
)
def test_what_is_whole_stands(decision: Decision) -> None:
    """One log, several logs, several outcomes, none."""
    assert () == problems(decision, GRADING)


def test_an_empty_form_is_refused_in_every_field() -> None:
    """Nothing is preselected: an untouched form decides nothing."""
    assert {"priority", "outcomes"} <= fields_of(problems(Decision(), GRADING))


def test_a_decision_is_kept_and_its_documents_are_made(store: Store) -> None:
    """Item and message are decided, two logs and a handover wait for the worker, the draft is gone."""
    item = add_item(store, a_reading("urgent"))
    with store.unit() as unit:
        papers.save_draft(unit, item, "ada", {"text": ["half"]}, NOON)
    decision = a_decision(
        outcomes=("intelligence_log", "safeguarding"), logs=(LOG, LOG), handovers=(HANDOVER,)
    )
    settle(store, item, decision)
    with store.look() as db:
        kept = decide.versions(db, store.vault, item)
        made = dispatch.of_item(db, store.vault, item)
        words = set(db.scalars(select(schema.message.c.state)))
        tasks = db.execute(select(schema.job.c.task)).scalars().all()
        draft = papers.load_draft(db, store.vault, item, "ada")

    assert ReviewState.DECIDED is state(store, item)
    assert {"decided"} == words
    assert [("decided", "2026-1")] == [(one.kind, one.vocabulary) for one in kept]
    assert decision.logs == kept[0].decision.logs
    assert () == kept[0].decision.handovers[0].identities  # they stand in the handover alone
    assert ["handover", "intelligence_log", "intelligence_log"] == sorted(one.kind for one in made)
    assert {DispatchState.WAITING} == {one.state for one in made}
    assert 3 == len({one.reference for one in made})
    assert ["dispatch"] * 3 == list(tasks)
    assert draft is None


def test_of_two_who_decide_at_once_one_wins(store: Store) -> None:
    """The same form twice, from two threads: one decision, and the other is told."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
    outcome: list[str] = []
    start = Barrier(4)

    def press() -> None:
        start.wait()
        try:
            with store.unit() as unit:
                decide.decide(unit, item, "ada", version, a_decision(), GRADING, DESKS, NOON)
            outcome.append("won")
        except Declined as refusal:
            outcome.append(refusal.code)
        except MailbotError as error:
            outcome.append(type(error).__name__)

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["decided", "decided", "decided", "won"] == sorted(outcome)
    assert 1 == len(documents(store, item))


def test_a_stale_form_decides_nothing(store: Store) -> None:
    """Something was corrected after the page was made: look again first."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        corrections.correct(unit, item, "ada", version, "records[0].narrative", "New", NOON)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        decide.decide(unit, item, "ada", version, a_decision(), GRADING, DESKS, NOON)

    assert "stale" == refusal.value.code
    assert ReviewState.CLAIMED is state(store, item)


def test_nobody_decides_what_another_has(store: Store) -> None:
    """A claim that was taken over is no claim."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        claims.reassign(unit, item, "sue", "bob", NOON)
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        decide.decide(unit, item, "ada", version, a_decision(), GRADING, DESKS, NOON)

    assert "taken" == refusal.value.code


def test_an_incomplete_decision_changes_nothing(store: Store) -> None:
    """It says which fields, and the item stays claimed."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
    with store.unit() as unit, pytest.raises(decide.Incomplete) as refusal:
        decide.decide(unit, item, "ada", version, Decision(), GRADING, DESKS, NOON)

    assert {"priority", "outcomes"} <= fields_of(refusal.value.problems)
    assert ReviewState.CLAIMED is state(store, item)


def test_reopened_and_corrected(store: Store) -> None:
    """The old version stays; the desk hears that the log is under review, then that it is replaced."""
    item = add_item(store, a_reading())
    settle(store, item)
    ((_, first, _),) = documents(store, item)
    with store.unit() as unit:
        decide.reopen(unit, item, "sue", "A name was missed", GRADING, DESKS, NOON)
    assert ReviewState.WAITING is state(store, item)
    settle(store, item, a_decision(logs=(replace(LOG, text="Better."),)), "bob")
    with store.look() as db:
        kept = decide.versions(db, store.vault, item)
        told = papers.notes(db, store.vault, item)

    made = documents(store, item)
    assert ["decided", "reopened", "corrected"] == [one.kind for one in kept]
    assert [LOG.text] == [log.text for log in kept[0].decision.logs]
    assert {"under_review", "replaced"} == {kind for kind, _, old in made if old == first}
    assert ["A name was missed"] == [note.text for note in told]


def test_recalled(store: Store) -> None:
    """The desk hears it once, the decision stays in the history, the item stays decided."""
    item = add_item(store, a_reading())
    settle(store, item)
    with store.unit() as unit:
        decide.recall(unit, item, "sue", "Not ours to pass on", GRADING, DESKS, NOON)
    with store.unit() as unit:
        decide.recall(unit, item, "sue", "Again", GRADING, DESKS, NOON)

    kinds = sorted(kind for kind, _, _ in documents(store, item))
    assert ["intelligence_log", "withdrawn"] == kinds
    assert ReviewState.DECIDED is state(store, item)


def test_only_what_is_decided_can_be_taken_back(store: Store) -> None:
    """And only with a reason."""
    item = add_item(store, a_reading())
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        decide.reopen(unit, item, "sue", "why", GRADING, DESKS, NOON)
    settle(store, item)
    with store.unit() as unit, pytest.raises(Declined) as empty:
        decide.reopen(unit, item, "sue", "  ", GRADING, DESKS, NOON)

    assert ("not_decided", "empty") == (refusal.value.code, empty.value.code)


def test_high_priority_is_raised_at_once(store: Store) -> None:
    """With its decision, once."""
    item = add_item(store, a_reading())
    settle(store, item, a_decision(priority="high", control_room=ROOM))
    with store.look() as db:
        assert {"high_priority": 1} == attention.counts(db)


def test_what_was_left_in_knowingly_is_recorded(store: Store) -> None:
    """Kinds of value and the answer, in the chain and in the decision; no value."""
    item = add_item(store, a_reading())
    decision = a_decision(answered=("submitter.organisation",), answer="The school is the place itself")
    settle(store, item, decision)
    with store.look() as db:
        said = [link.entry.detail for link in audit.entries(db, subject=item)]
        kept = decide.versions(db, store.vault, item)

    assert any('"left_in":"submitter.organisation"' in detail for detail in said)
    assert "The school is the place itself" == kept[0].decision.answer


def test_the_force_has_a_number_of_its_own(store: Store) -> None:
    """It is kept with the document."""
    item = add_item(store, a_reading())
    settle(store, item)
    with store.look() as db:
        (made,) = dispatch.of_item(db, store.vault, item)
    with store.unit() as unit:
        dispatch.set_log_number(unit, made.dispatch_id, "ada", " 44/INT/0001 ", NOON)
    with store.unit() as unit, pytest.raises(Declined):
        dispatch.set_log_number(unit, made.dispatch_id, "ada", "", NOON)
    with store.look() as db:
        assert ["44/INT/0001"] == [one.log_number for one in dispatch.of_item(db, store.vault, item)]


def test_clarification_is_a_person_s_telephone_call(store: Store) -> None:
    """Who, why, how; the item stays with the one who asks; then the outcome; nothing is sent."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
        clarify.begin(unit, item, "ada", version, "the writer", "which shop", "telephone", NOON)
    assert ReviewState.CLARIFICATION is state(store, item)
    assert 0 == claims.hand_back(store, NOON + timedelta(days=2))
    with store.unit() as unit:
        later = claims.get(unit, item).version
        clarify.end(unit, item, "ada", later, "The corner shop", NOON + claims.LEASE, claims.LEASE)
    with store.look() as db:
        told = [note.text for note in papers.notes(db, store.vault, item)]
        mail = db.execute(select(schema.outbox)).all()

    assert ReviewState.CLAIMED is state(store, item)
    assert ["To ask the writer, by telephone: which shop", "Outcome: The corner shop"] == told
    assert [] == mail


def test_a_clarification_says_whom_why_and_how(store: Store) -> None:
    """E-mail is no way."""
    item = add_item(store, a_reading())
    with store.unit() as unit:
        version = claims.claim(unit, item, "ada", NOON)
    for who, why, how in (("", "x", "telephone"), ("x", "", "telephone"), ("x", "x", "email")):
        with store.unit() as unit, pytest.raises(Declined):
            clarify.begin(unit, item, "ada", version, who, why, how, NOON)

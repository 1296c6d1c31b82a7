"""
Clarification: a person asks somebody, by telephone first. The bot sends nothing.

GUARANTEES
    Who is to be asked, why and how is written down before, and what came of it after; both as notes that are
    sealed as source part. Meanwhile the item stays with the one who asks, and its clock goes on.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import update

from mailbot.domain.states import ReviewState
from mailbot.errors import Declined
from mailbot.review import claims, papers
from mailbot.store.audit import Action
from mailbot.store.schema import review_item as table
from mailbot.store.unit import Unit, check_way

How = Literal["telephone", "in_person", "through_a_colleague"]
WAYS: tuple[How, ...] = ("telephone", "in_person", "through_a_colleague")
_WORDS = {"telephone": "by telephone", "in_person": "in person", "through_a_colleague": "through a colleague"}


def begin(
    unit: Unit, item_id: str, actor: str, version: int, who: str, why: str, how: str, now: datetime
) -> None:
    """Note whom the actor is going to ask, why and how. `Declined("incomplete")` where one is missing."""
    row = claims.require(unit, item_id, actor, version)
    if not who.strip() or not why.strip() or how not in WAYS:
        raise Declined("incomplete")
    if row.state != ReviewState.CLAIMED.value:
        raise Declined("stale")
    papers.add_note(unit, item_id, "clarification", actor, f"To ask {who}, {_WORDS[how]}: {why}", now)
    _move(unit, item_id, ReviewState.CLAIMED, ReviewState.CLARIFICATION, None)
    unit.audit(actor, Action.ALTERATION, item_id, now, what="clarification", how=how)


def end(
    unit: Unit, item_id: str, actor: str, version: int, outcome: str, now: datetime, lease: timedelta
) -> None:
    """Note what came of it, and go on."""
    row = claims.require(unit, item_id, actor, version)
    if not outcome.strip():
        raise Declined("incomplete")
    if row.state != ReviewState.CLARIFICATION.value:
        raise Declined("stale")
    papers.add_note(unit, item_id, "clarification", actor, f"Outcome: {outcome}", now)
    _move(unit, item_id, ReviewState.CLARIFICATION, ReviewState.CLAIMED, now + lease)
    unit.audit(actor, Action.ALTERATION, item_id, now, what="clarified")


def _move(
    unit: Unit, item_id: str, old: ReviewState, new: ReviewState, claimed_until: datetime | None
) -> None:
    check_way(table, old, new)
    unit.db.execute(
        update(table)
        .where(table.c.item_id == item_id, table.c.state == old.value)
        .values(state=new.value, claimed_until=claimed_until, version=table.c.version + 1)
    )

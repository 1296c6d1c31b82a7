"""
Deciding, and what may become of a decision later: reopened, corrected, recalled.

GUARANTEES
    A decision is one transaction: the version, the state of item and message, a document for each desk, the
    audit entry. Of two who decide at once one wins and the other is `Declined`; a form that was made before
    the item changed is "stale". No version is ever changed; desks that got a document are told when it no
    longer stands. Nothing here makes a message to the source.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, literal, select, update

from mailbot.codec import decode, encode
from mailbot.domain.states import MessageState, ReviewState
from mailbot.errors import Declined
from mailbot.review import claims, dispatch, papers
from mailbot.review.attention import Concern, raise_concern
from mailbot.review.dispatch import Outgoing
from mailbot.review.grade import Decision, Problem, problems
from mailbot.review.vocabulary import Grading
from mailbot.store.audit import Action
from mailbot.store.desk import decision as table
from mailbot.store.ids import new_id
from mailbot.store.messages import TABLE as MESSAGE
from mailbot.store.schema import Moment, reading, review_item
from mailbot.store.unit import Unit, check_way
from mailbot.store.vault import Part, Vault


class Incomplete(Declined):
    """The decision may not stand yet; `problems` says why, field by field."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__("incomplete")
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of what was decided."""

    decision_id: str
    version: int
    kind: str  # "decided", "corrected", "reopened", "recalled"
    author: str
    at: datetime
    vocabulary: str
    decision: Decision


def decide(
    unit: Unit,
    item_id: str,
    actor: str,
    version: int,
    decision: Decision,
    grading: Grading,
    desks: dispatch.Desks,
    now: datetime,
) -> str:
    """Decide an item that the actor holds; the id of the decision. `Declined` or `Incomplete`."""
    claims.require(unit, item_id, actor, version)
    if found := problems(decision, grading):
        raise Incomplete(found)
    kind = "corrected" if _last(unit.db, item_id) else "decided"
    decision_id = _save(unit, item_id, kind, actor, decision, grading.version, now)
    dispatch.withdraw(unit, item_id, decision_id, kind, desks, now)
    for outgoing in _documents(decision, grading.version):
        dispatch.put(unit, item_id, decision_id, outgoing, desks, now)
    _end(unit, item_id, now)
    papers.drop_drafts(unit, item_id)
    if (chosen := grading.choice("priority", decision.priority)) is not None and chosen.control_room:
        raise_concern(unit, item_id, Concern.HIGH_PRIORITY, actor, now, decision_id)
    _record(unit, item_id, actor, kind, decision, now)
    return decision_id


def reopen(
    unit: Unit, item_id: str, actor: str, reason: str, grading: Grading, desks: dispatch.Desks, now: datetime
) -> None:
    """Let a decided item wait again; desks are told that what they have is under review."""
    message_id = _decided(unit, item_id)
    papers.add_note(unit, item_id, "reopened", actor, reason, now)
    decision_id = _save(unit, item_id, "reopened", actor, Decision(rationale=reason), grading.version, now)
    dispatch.withdraw(unit, item_id, decision_id, "reopened", desks, now)
    state = ReviewState.WAITING
    check_way(review_item, ReviewState.DECIDED, state)
    unit.db.execute(
        update(review_item)
        .where(review_item.c.item_id == item_id)
        .values(state=state.value, decided_at=None, version=review_item.c.version + 1)
    )
    unit.move(MESSAGE, message_id, MessageState.DECIDED, MessageState.QUEUED)
    unit.audit(actor, Action.ALTERATION, item_id, now, what="reopened")


def recall(
    unit: Unit, item_id: str, actor: str, reason: str, grading: Grading, desks: dispatch.Desks, now: datetime
) -> None:
    """Take a decision back without another: desks are told to withdraw what they have."""
    _decided(unit, item_id)
    papers.add_note(unit, item_id, "recalled", actor, reason, now)
    decision_id = _save(unit, item_id, "recalled", actor, Decision(rationale=reason), grading.version, now)
    dispatch.withdraw(unit, item_id, decision_id, "recalled", desks, now)
    claims.touch(unit, item_id)
    unit.audit(actor, Action.ALTERATION, item_id, now, what="recalled")


def versions(db: Connection, vault: Vault, item_id: str) -> list[Version]:
    """Every version, the first first."""
    mine = (table.c.item_id == item_id) & table.c.erased_at.is_(None)
    query = select(table).where(mine).order_by(table.c.version)
    return [
        Version(
            row.decision_id,
            row.version,
            row.kind,
            row.author,
            row.at,
            row.vocabulary,
            decode(vault.open(Part.CONTENT, row.sealed, _place(row.decision_id)), Decision),
        )
        for row in db.execute(query)
    ]


def _documents(decision: Decision, scheme: str) -> list[Outgoing]:
    priority = decision.priority or ""
    logs = [
        Outgoing("intelligence_log", "intelligence_log", priority, scheme, log=log) for log in decision.logs
    ]
    room = decision.control_room
    return logs + [
        Outgoing("handover", one.outcome, priority, scheme, handover=one, control_room=room)
        for one in decision.handovers
    ]


def _save(
    unit: Unit, item_id: str, kind: str, actor: str, decision: Decision, vocabulary: str, now: datetime
) -> str:
    decision_id = new_id()
    message_id = claims.get(unit, item_id).message_id
    newest = select(func.max(reading.c.version)).where(reading.c.message_id == message_id)
    unit.db.execute(
        table.insert().values(
            decision_id=decision_id,
            item_id=item_id,
            version=_last(unit.db, item_id) + 1,
            kind=kind,
            outcomes=json.dumps(decision.outcomes),
            priority=decision.priority,
            vocabulary=vocabulary,
            reading_version=unit.db.scalar(newest),
            author=actor,
            at=now,
            sealed=unit.vault.seal(Part.CONTENT, encode(_without_identities(decision)), _place(decision_id)),
        )
    )
    return decision_id


def _without_identities(decision: Decision) -> Decision:
    """As it is kept under the content key: who was named in a handover stands in the handover alone."""
    bare = tuple(replace(one, identities=(), wishes="") for one in decision.handovers)
    return replace(decision, handovers=bare)


def _end(unit: Unit, item_id: str, now: datetime) -> None:
    for state in claims.OPEN_STATES:
        check_way(review_item, state, ReviewState.DECIDED)
    row = unit.db.execute(
        update(review_item)
        .where(review_item.c.item_id == item_id)
        .values(
            state=ReviewState.DECIDED.value,
            decided_at=now,
            claimed_by=None,
            claimed_until=None,
            first_opened_at=func.coalesce(review_item.c.first_opened_at, literal(now, Moment)),
            version=review_item.c.version + 1,
        )
        .returning(review_item.c.message_id)
    ).one()
    unit.move(MESSAGE, row.message_id, (MessageState.QUEUED, MessageState.QUARANTINED), MessageState.DECIDED)


def _record(unit: Unit, item_id: str, actor: str, kind: str, decision: Decision, now: datetime) -> None:
    detail: dict[str, str | int] = {"what": kind, "outcomes": ",".join(decision.outcomes)}
    if decision.answered:  # a value of the source was left in, and the handler said so
        detail["left_in"] = ",".join(decision.answered)
    unit.audit(actor, Action.ALTERATION, item_id, now, **detail)


def _last(db: Connection, item_id: str) -> int:
    return int(db.scalar(select(func.max(table.c.version)).where(table.c.item_id == item_id)) or 0)


def _decided(unit: Unit, item_id: str) -> str:
    row = claims.get(unit, item_id, lock=True)
    if row.state != ReviewState.DECIDED.value:
        raise Declined("not_decided")
    return str(row.message_id)


def _place(decision_id: str) -> str:
    return f"decision.sealed.{decision_id}"

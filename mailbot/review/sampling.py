"""
Dip-sampling: a supervisor looks again at some decisions, which chance has drawn.

GUARANTEES
    Nobody chooses what is drawn. What was not sampled since it was decided comes first; what waits for its
    outcome is not drawn again. Nobody's own decision is drawn for them, nor answered by them. Each drawing
    and each outcome is in the audit chain, and a note of its item.
BUGS
    Whoever may see an item sees its notes, so its handler can see that it was drawn.

The codes of `Declined` here: "unknown", "not_decided", "not_sampled" (nothing of it waits for an outcome),
"own_decision", "empty" (there is something to discuss, and no word about it), "too_long".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random, SystemRandom
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from mailbot.domain.states import ReviewState
from mailbot.errors import Declined
from mailbot.review import claims
from mailbot.review.papers import Note, NoteKind, add_note, notes
from mailbot.store.audit import Action
from mailbot.store.desk import decision, note
from mailbot.store.schema import message, review_item
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault

SIZE = 5
MOST_WAITING = 100  # in one list
_CHANCE = SystemRandom()
_DRAWN: NoteKind = "dip_sampled"
_DECIDED = ("decided", "corrected")  # the kinds of a version that decides; the others take one back


class Outcome(Enum):
    """What the supervisor found; the kinds of the note."""

    SATISFACTORY = "dip_satisfactory"
    TO_DISCUSS = "dip_to_discuss"


_ANSWERS: Mapping[Outcome, NoteKind] = MappingProxyType(
    {Outcome.SATISFACTORY: "dip_satisfactory", Outcome.TO_DISCUSS: "dip_to_discuss"}
)


@dataclass(frozen=True, slots=True)
class Sampled:
    """A decided item that was drawn and has no outcome yet."""

    item_id: str
    drawn_by: str
    drawn_at: datetime
    deciders: tuple[str, ...]  # the last one decided it as it stands

    @property
    def decided_by(self) -> str:
        """Whose decision it is now."""
        return self.deciders[-1] if self.deciders else ""


def draw(
    unit: Unit, actor: str, days: int, now: datetime, size: int = SIZE, chance: Random = _CHANCE
) -> tuple[str, ...]:
    """Draw up to `size` of the items that others decided in the last `days`; their ids."""
    period = review_item.c.decided_at.between(now - timedelta(days=days), now)
    query = (
        _standing(review_item.c.item_id).where(period, ~_decided_by(actor)).order_by(review_item.c.item_id)
    )
    drawn = _drawn(unit.db, period)
    fresh, again = [], []
    for item_id in unit.db.scalars(query):
        if item_id not in drawn:
            fresh.append(item_id)
        elif not drawn[item_id]:
            again.append(item_id)
    chosen = chance.sample(fresh, min(size, len(fresh)))
    chosen += chance.sample(again, min(size - len(chosen), len(again)))
    for item_id in chosen:
        add_note(unit, item_id, _DRAWN, actor, f"Drawn by chance from {days} days.", now)
        unit.audit(actor, Action.ALTERATION, item_id, now, what=_DRAWN, days=days)
    return tuple(chosen)


def answer(unit: Unit, item_id: str, actor: str, outcome: Outcome, text: str, now: datetime) -> None:
    """Say what was found; `Declined` as the module says."""
    if claims.get(unit, item_id, lock=True).state != ReviewState.DECIDED.value:
        raise Declined("not_decided")
    this = review_item.c.item_id == item_id
    if unit.db.scalar(_standing(review_item.c.item_id).where(this, _decided_by(actor))) is not None:
        raise Declined("own_decision")
    if not _drawn(unit.db, this).get(item_id, False):
        raise Declined("not_sampled")
    if outcome is Outcome.SATISFACTORY:
        text = text.strip() or "Nothing to discuss."
    add_note(unit, item_id, _ANSWERS[outcome], actor, text, now)
    unit.audit(actor, Action.ALTERATION, item_id, now, what="dip_answered", outcome=outcome.value)


def waiting(db: Connection) -> list[Sampled]:
    """What was drawn and has no outcome, the first drawn first."""
    ids = [item_id for item_id, waits in _drawn(db).items() if waits]
    return sorted((_sampled(db, one) for one in ids[:MOST_WAITING]), key=lambda one: one.drawn_at)


def waits(db: Connection, item_id: str) -> Sampled | None:
    """What was drawn of this item, where its outcome is missing."""
    if not _drawn(db, review_item.c.item_id == item_id).get(item_id, False):
        return None
    return _sampled(db, item_id)


def told(db: Connection, vault: Vault, item_id: str) -> list[Note]:
    """What dip-samplings of an item came to, the first first."""
    kinds = {outcome.value for outcome in Outcome}
    return [one for one in notes(db, vault, item_id) if one.kind in kinds]


def _sampled(db: Connection, item_id: str) -> Sampled:
    last = select(note.c.author, note.c.at).where(note.c.item_id == item_id, note.c.kind == _DRAWN)
    row = db.execute(last.order_by(note.c.at.desc()).limit(1)).one()
    versions = select(decision.c.author).where(decision.c.item_id == item_id, decision.c.kind.in_(_DECIDED))
    deciders = tuple(db.scalars(versions.order_by(decision.c.version)))
    return Sampled(item_id, row.author, row.at, deciders)


def _drawn(db: Connection, *which: ColumnElement[bool]) -> dict[str, bool]:
    """What was drawn since it was decided, and whether it waits for its outcome."""
    drawn = func.max(note.c.at).filter(note.c.kind == _DRAWN)
    answered = func.max(note.c.at).filter(note.c.kind != _DRAWN)
    kinds = note.c.kind.in_([_DRAWN, *(outcome.value for outcome in Outcome)])
    since = and_(note.c.item_id == review_item.c.item_id, note.c.at >= review_item.c.decided_at)
    query = _standing(review_item.c.item_id, drawn, answered).join(note, since).where(kinds, *which)
    return {
        item_id: at is not None and (done is None or at > done)
        for item_id, at, done in db.execute(query.group_by(review_item.c.item_id))
    }


def _standing(*columns: ColumnElement[Any]) -> "Select[Any]":
    """Items whose decision stands and has not been erased."""
    mine = decision.c.item_id == review_item.c.item_id
    newest = select(decision.c.kind).where(mine).order_by(decision.c.version.desc()).limit(1)
    return (
        select(*columns)
        .select_from(review_item.join(message))
        .where(
            review_item.c.state == ReviewState.DECIDED.value,
            message.c.erased_at.is_(None),
            newest.scalar_subquery().in_(_DECIDED),
        )
    )


def _decided_by(actor: str) -> ColumnElement[bool]:
    mine = decision.c.item_id == review_item.c.item_id
    own = select(decision.c.item_id).where(mine, decision.c.author == actor, decision.c.kind.in_(_DECIDED))
    return own.exists()

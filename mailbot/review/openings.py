"""
Opening a source part: a reason, where policy says a second person, a record, and an end.

    off       open at once, the opening is recorded
    optional  a reason may be given
    required  a reason must be given

GUARANTEES
    Nobody sees a source part without an opening of their own that has not ended. Each is a consultation in
    the audit chain; so are a refusal, a broken glass and its review. It ends by itself.
    The second person is another one. Whoever broke the glass cannot review it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select, update

from mailbot.config import SourceRules
from mailbot.domain.states import OpeningState
from mailbot.errors import Declined
from mailbot.review.attention import Concern, raise_concern
from mailbot.store.audit import Action
from mailbot.store.desk import attention
from mailbot.store.desk import opening as table
from mailbot.store.ids import new_id
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

LONGEST_REASON = 500
_ENDS = {OpeningState.OPEN: "source_closed", OpeningState.ASKED: "source_withdrawn"}


@dataclass(frozen=True, slots=True)
class Opening:
    """One wish to see a source part."""

    opening_id: str
    item_id: str
    state: OpeningState
    who: str
    asked_at: datetime
    open_until: datetime | None
    approved_by: str | None
    break_glass: bool
    reviewed_by: str | None
    reason: str


def ask(
    unit: Unit,
    item_id: str,
    actor: str,
    untrusted_reason: str,
    rules: SourceRules,
    now: datetime,
    *,
    break_glass: bool = False,
) -> OpeningState:
    """Open it, or ask the second person. `Declined("reason")` where one is required and missing."""
    reason = " ".join(untrusted_reason.split())[:LONGEST_REASON] if rules.reason != "off" else ""
    if not reason and (rules.reason == "required" or break_glass):
        raise Declined("reason")
    waits = rules.second_person and not break_glass
    state = OpeningState.ASKED if waits else OpeningState.OPEN
    opening_id = new_id()
    sealed = unit.vault.seal(Part.SOURCE, reason.encode("utf-8", "replace"), _place(opening_id))
    unit.db.execute(
        table.insert().values(
            opening_id=opening_id,
            item_id=item_id,
            state=state.value,
            who=actor,
            asked_at=now,
            open_until=None if waits else now + timedelta(minutes=rules.open_minutes),
            break_glass=break_glass and rules.second_person,
            sealed=sealed,
        )
    )
    if waits:
        unit.audit(actor, Action.CONSULTATION, item_id, now, what="source_asked", opening=opening_id)
        raise_concern(unit, item_id, Concern.OPENING_ASKED, actor, now, opening_id)
        return state
    how = "source_break_glass" if break_glass and rules.second_person else "source_opened"
    unit.audit(actor, Action.CONSULTATION, item_id, now, what=how, opening=opening_id)
    if break_glass and rules.second_person:
        raise_concern(unit, item_id, Concern.BREAK_GLASS, actor, now, opening_id)
    return state


def answer(
    unit: Unit, opening_id: str, actor: str, rules: SourceRules, now: datetime, *, approve: bool
) -> None:
    """The second person agrees, or does not; `Declined("same_person")` for the one who asked."""
    row = unit.db.execute(select(table).where(table.c.opening_id == opening_id).with_for_update()).first()
    if row is None or row.state != OpeningState.ASKED.value:
        raise Declined("answered")
    if row.who == actor:
        raise Declined("same_person")
    new = OpeningState.OPEN if approve else OpeningState.REFUSED
    until = now + timedelta(minutes=rules.open_minutes) if approve else None
    unit.move(table, opening_id, OpeningState.ASKED, new, approved_by=actor, open_until=until)
    what = "source_approved" if approve else "source_refused"
    unit.audit(actor, Action.CONSULTATION, row.item_id, now, what=what, opening=opening_id, who=row.who)
    _settle(unit, opening_id, actor, now)


def close(unit: Unit, item_id: str, actor: str, now: datetime) -> None:
    """Close what the actor has open on this item, or asked for; nothing happens where there is none."""
    for state, what in _ENDS.items():
        ended = (
            update(table)
            .where(table.c.item_id == item_id, table.c.who == actor, table.c.state == state.value)
            .values(state=OpeningState.CLOSED.value)
            .returning(table.c.opening_id)
        )
        found = list(unit.db.scalars(ended))
        if found:
            unit.audit(actor, Action.CONSULTATION, item_id, now, what=what)
        if state is OpeningState.ASKED:  # of an open one, broken glass is still to be reviewed
            for opening_id in found:
                _settle(unit, opening_id, actor, now)


def review(unit: Unit, opening_id: str, actor: str, now: datetime) -> None:
    """Somebody in charge has looked at a broken glass; `Declined("same_person")` for the one who broke it."""
    row = unit.db.execute(select(table).where(table.c.opening_id == opening_id).with_for_update()).first()
    if row is None or not row.break_glass or row.reviewed_by is not None:
        raise Declined("answered")
    if row.who == actor:
        raise Declined("same_person")
    unit.db.execute(
        update(table)
        .where(table.c.opening_id == opening_id, table.c.reviewed_by.is_(None))
        .values(reviewed_by=actor, reviewed_at=now)
    )
    unit.audit(actor, Action.CONSULTATION, row.item_id, now, what="break_glass_reviewed", who=row.who)
    _settle(unit, opening_id, actor, now)


def is_open(db: Connection, item_id: str, actor: str, now: datetime) -> datetime | None:
    """Until when the actor may see the source part of an item; None when they may not."""
    query = select(table.c.open_until).where(
        table.c.item_id == item_id,
        table.c.who == actor,
        table.c.state == OpeningState.OPEN.value,
        table.c.open_until > now,
    )
    until: datetime | None = db.scalar(query.order_by(table.c.open_until.desc()).limit(1))
    return until


def is_asked(db: Connection, item_id: str, actor: str) -> bool:
    """Whether the actor waits for the second person."""
    asked = (table.c.item_id == item_id, table.c.who == actor, table.c.state == OpeningState.ASKED.value)
    return bool(db.scalar(select(exists().where(*asked))))


def to_answer(db: Connection, vault: Vault) -> list[Opening]:
    """What waits for a second person, and broken glass that nobody has reviewed, the oldest first."""
    waits = table.c.state == OpeningState.ASKED.value
    broken = table.c.break_glass & table.c.reviewed_by.is_(None)
    query = select(table).where(waits | broken, table.c.erased_at.is_(None)).order_by(table.c.asked_at)
    return [
        Opening(
            row.opening_id,
            row.item_id,
            OpeningState(row.state),
            row.who,
            row.asked_at,
            row.open_until,
            row.approved_by,
            row.break_glass,
            row.reviewed_by,
            vault.open(Part.SOURCE, row.sealed, _place(row.opening_id)).decode(),
        )
        for row in db.execute(query)
    ]


def _settle(unit: Unit, about: str, actor: str, now: datetime) -> None:
    unit.db.execute(
        update(attention)
        .where(attention.c.about == about, attention.c.settled_at.is_(None))
        .values(settled_by=actor, settled_at=now)
    )


def _place(opening_id: str) -> str:
    return f"opening.sealed.{opening_id}"

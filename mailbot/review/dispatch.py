"""
Documents on their way to the desks: a row each, handed to a route by the worker until it is done.

GUARANTEES
    A document is deferred in the transaction of its decision. It is handed over at least once, under a
    reference drawn by chance; a desk that gets one twice sees the same reference. What was handed over is a
    disclosure in the audit chain. A notice follows every document that no longer stands; what has not left by
    then does not leave.
SECURITY
    A log and a notice hold nothing of the source. A handover holds what a person put into it, and is sealed
    as source part.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailbot.codec import encode
from mailbot.config import Desks as DeskSettings
from mailbot.domain.states import DispatchState
from mailbot.errors import Declined
from mailbot.review.grade import ControlRoom, Handover, Log
from mailbot.store.audit import Action
from mailbot.store.desk import dispatch as table
from mailbot.store.ids import new_id
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

TASK = "dispatch"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read out over a telephone
_GROUPS, _GROUP = 4, 4  # 80 bits
_NOTICES = {"corrected": "replaced", "reopened": "under_review", "recalled": "withdrawn"}
_FINAL = ("replaced", "withdrawn")
WITHDRAWN = "withdrawn"  # the code of a document that did not leave because it no longer stands
ENOUGH = 120  # attempts; about a day, at the engine's pauses


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a desk gets: a log, a handover, or a notice about one of them."""

    kind: str  # "intelligence_log", "handover", or a notice: "replaced", "under_review", "withdrawn"
    desk: str
    priority: str = ""
    scheme: str = ""  # the version of the grading vocabulary
    log: Log | None = None
    handover: Handover | None = None
    control_room: ControlRoom = field(default_factory=ControlRoom)


@dataclass(frozen=True, slots=True)
class Desks:
    """By which route each desk is reached."""

    route_of: Mapping[str, str]

    @classmethod
    def of(cls, settings: DeskSettings) -> "Desks":
        """As the configuration has them: a folder, or mail."""
        desks = {
            "intelligence_log": settings.intelligence_log,
            "crime_desk": settings.crime_desk,
            "safeguarding": settings.safeguarding,
        }
        return cls({desk: "folder" if where == "folder" else "mail" for desk, where in desks.items()})


@dataclass(frozen=True, slots=True)
class Sent:
    """A document and how far it is."""

    dispatch_id: str
    kind: str
    desk: str
    route: str
    reference: str
    replaces: str | None
    state: DispatchState
    attempts: int
    code: str | None
    made_at: datetime
    done_at: datetime | None
    log_number: str


def new_reference() -> str:
    """A reference that says nothing: four groups of four letters."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def put(
    unit: Unit,
    item_id: str,
    decision_id: str,
    outgoing: Outgoing,
    desks: Desks,
    now: datetime,
    replaces: str | None = None,
) -> str:
    """Have a document made and handed over; its reference."""
    dispatch_id, reference = new_id(), new_reference()
    part = Part.SOURCE if outgoing.handover is not None else Part.CONTENT
    unit.db.execute(
        table.insert().values(
            dispatch_id=dispatch_id,
            decision_id=decision_id,
            item_id=item_id,
            kind=outgoing.kind,
            desk=outgoing.desk,
            route=desks.route_of.get(outgoing.desk, "folder"),
            reference=reference,
            replaces=replaces,
            state=DispatchState.WAITING.value,
            made_at=now,
            part=part.name.lower(),
            sealed=unit.vault.seal(part, encode(outgoing), place(dispatch_id)),
        )
    )
    unit.defer(TASK, dispatch_id, now)
    return reference


def withdraw(unit: Unit, item_id: str, decision_id: str, kind: str, desks: Desks, now: datetime) -> None:
    """Tell each desk that what it got no longer stands; a document is replaced or withdrawn once."""
    if kind not in _NOTICES:
        return
    documents = unit.db.execute(
        select(table.c.desk, table.c.reference)
        .where(table.c.item_id == item_id, table.c.kind.not_in(list(_NOTICES.values())))
        .order_by(table.c.made_at, table.c.reference)
    ).all()
    over = set(
        unit.db.scalars(select(table.c.replaces).where(table.c.item_id == item_id, table.c.kind.in_(_FINAL)))
    )
    for row in documents:
        if row.reference not in over:
            notice = Outgoing(_NOTICES[kind], row.desk)
            put(unit, item_id, decision_id, notice, desks, now, replaces=row.reference)


def of_item(db: Connection, vault: Vault, item_id: str) -> list[Sent]:
    """All documents of an item, the oldest first."""
    query = select(table).where(table.c.item_id == item_id).order_by(table.c.made_at, table.c.reference)
    return [_sent(row, vault) for row in db.execute(query)]


def stands(db: Connection, dispatch_id: str) -> bool:
    """Whether no notice says that a document is withdrawn, replaced or under review."""
    notice = table.alias()
    about = select(notice.c.dispatch_id).where(notice.c.replaces == table.c.reference)
    told = select(table.c.dispatch_id).where(
        table.c.dispatch_id == dispatch_id, table.c.replaces.is_(None), about.exists()
    )
    return db.execute(told).first() is None


def set_log_number(unit: Unit, dispatch_id: str, actor: str, number: str, now: datetime) -> str:
    """Note the number under which the force's own system has a log; the item's id."""
    number = " ".join(number.split())
    if not number or len(number) > 60:
        raise Declined("too_long" if number else "empty")
    place = f"dispatch.log_number.{dispatch_id}"
    sealed = unit.vault.seal(Part.CONTENT, number.encode("utf-8", "replace"), place)
    row = unit.db.execute(
        update(table)
        .where(table.c.dispatch_id == dispatch_id)
        .values(log_number=sealed)
        .returning(table.c.item_id)
    ).first()
    if row is None:
        raise Declined("unknown")
    unit.audit(actor, Action.ALTERATION, row.item_id, now, what="log_number", dispatch=dispatch_id)
    return str(row.item_id)


def send_again(unit: Unit, dispatch_id: str, actor: str, now: datetime) -> str:
    """A person asks for one that failed once more; the item's id. `Declined("withdrawn")`: it must not go."""
    if not stands(unit.db, dispatch_id):
        raise Declined("withdrawn")
    if not unit.move(table, dispatch_id, DispatchState.FAILED, DispatchState.WAITING, attempts=0, code=None):
        raise Declined("not_failed")
    unit.defer(TASK, dispatch_id, now)
    item_id = unit.db.scalar(select(table.c.item_id).where(table.c.dispatch_id == dispatch_id))
    unit.audit(actor, Action.ALTERATION, str(item_id), now, what="sent_again", dispatch=dispatch_id)
    return str(item_id)


def place(dispatch_id: str) -> str:
    """Where a document stands sealed."""
    return f"dispatch.sealed.{dispatch_id}"


def _sent(row: "Row[Any]", vault: Vault) -> Sent:
    number = ""
    if row.log_number is not None:
        sealed_at = f"dispatch.log_number.{row.dispatch_id}"
        number = vault.open(Part.CONTENT, row.log_number, sealed_at).decode()
    return Sent(
        dispatch_id=row.dispatch_id,
        kind=row.kind,
        desk=row.desk,
        route=row.route,
        reference=row.reference,
        replaces=row.replaces,
        state=DispatchState(row.state),
        attempts=row.attempts,
        code=row.code,
        made_at=row.made_at,
        done_at=row.done_at,
        log_number=number,
    )

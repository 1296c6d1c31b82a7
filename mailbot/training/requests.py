"""
Requests: opened from a message or by telephone, changed by admins from the version that they saw.

GUARANTEES
    One request for each message. A sender who floods us gets so many requests a day; the rest are counted at
    the newest of them, and stay messages like any other. `Declined("stale")` where somebody was quicker.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, update

from mailbot.codec import decode, encode
from mailbot.domain.record import Training
from mailbot.domain.states import TrainingState, is_legal
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.ids import new_id, new_token
from mailbot.store.office import training_request as TABLE
from mailbot.store.once import insert_once
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault
from mailbot.training.shapes import TRAINING, Details, Note, Request, Rules

DAY = timedelta(days=1)
# made once: making a statement takes longer than executing it
_THEIRS = (
    select(TABLE.c.request_id)
    .where(TABLE.c.requester_digest == bindparam("digest"), TABLE.c.received_at > bindparam("since"))
    .order_by(TABLE.c.received_at.desc())
    .limit(bindparam("most"))
)
_ONE_MORE = update(TABLE).where(TABLE.c.request_id == bindparam("newest")).values(also=TABLE.c.also + 1)
OPEN = (TrainingState.REQUESTED, TrainingState.NEED_INFO)
PAGE = 50


def open_request(
    unit: Unit,
    details: Details,
    matter: str,
    received_at: datetime,
    now: datetime,
    rules: Rules,
    message_id: str | None = None,
    *,
    by_mail: bool = False,
) -> str | None:
    """A new request, its id; None where its message has one, or whose sender has had enough for a day."""
    digest = address_digest(unit.vault, details.address)
    if (by_mail or message_id is not None) and _flooded(unit, digest, now, rules):
        return None
    request_id = new_id()
    row = {
        "request_id": request_id,
        "message_id": message_id,
        "state": TrainingState.REQUESTED.value,
        "matter": matter,
        "requester_digest": digest,
        "token": new_token(),
        "received_at": received_at,
        "changed_at": now,
        "sealed": _sealed(unit.vault, request_id, details),
        "purpose": "training",
        "review_on": now + rules.keep_months * timedelta(days=31),
    }
    return request_id if insert_once(unit.db, TABLE, row) else None


def _flooded(unit: Unit, digest: str, now: datetime, rules: Rules) -> bool:
    """Whether this sender has had their share; then one more is counted at their newest request."""
    found = unit.db.scalars(
        _THEIRS, {"digest": digest, "since": now - DAY, "most": rules.per_sender_day}
    ).all()
    if len(found) < rules.per_sender_day:
        return False
    unit.db.execute(_ONE_MORE, {"newest": found[0]})
    return True


def get(db: Connection, vault: Vault, request_id: str) -> Request:
    """A request; `Declined("gone")` where there is none."""
    row = db.execute(select(TABLE).where(TABLE.c.request_id == request_id)).first()
    if row is None or row.erased_at is not None:
        raise Declined("gone")
    return opened(vault, row)


def listed(
    db: Connection, vault: Vault, states: Collection[TrainingState], matter: str = "", number: int = 1
) -> tuple[list[Request], bool]:
    """A page of the list, whoever waits longest first; whether there is another."""
    query = _living().where(TABLE.c.state.in_([one.value for one in states]))
    if matter:
        query = query.where(TABLE.c.matter == matter)
    query = query.order_by(TABLE.c.received_at, TABLE.c.request_id)
    rows = db.execute(query.limit(PAGE + 1).offset(PAGE * (number - 1))).all()
    return [opened(vault, row) for row in rows[:PAGE]], len(rows) > PAGE


def counts(db: Connection) -> dict[TrainingState, int]:
    """How many there are in each state."""
    query = select(TABLE.c.state, func.count()).where(TABLE.c.erased_at.is_(None)).group_by(TABLE.c.state)
    found = {TrainingState(state): number for state, number in db.execute(query)}
    return {state: found.get(state, 0) for state in TrainingState}


def of_session(db: Connection, vault: Vault, session_id: str) -> tuple[list[Request], list[Request]]:
    """Those with a place in a session, and those who wait for one, the first first."""
    rows = db.execute(_living().where(TABLE.c.session_id == session_id).order_by(TABLE.c.received_at))
    found = [opened(vault, row) for row in rows]
    gone = (TrainingState.CANCELLED, TrainingState.DECLINED)
    waiting = [one for one in found if one.waits_since is not None and one.state not in gone]
    return (
        [one for one in found if one.waits_since is None and one.state not in gone],
        sorted(waiting, key=lambda one: (one.waits_since, one.request_id)),
    )


def of_school(db: Connection, vault: Vault, urn: str) -> list[Request]:
    """All requests of a school, the newest first: who was trained when, and when due again."""
    rows = db.execute(_living().where(TABLE.c.urn == urn).order_by(TABLE.c.received_at.desc()))
    return [opened(vault, row) for row in rows]


def due_again(db: Connection, vault: Vault, now: datetime) -> list[Request]:
    """Those whose school is due again."""
    query = _living().where(TABLE.c.due_again_at <= now).order_by(TABLE.c.due_again_at)
    return [opened(vault, row) for row in db.execute(query.limit(PAGE))]


def change(
    unit: Unit,
    request_id: str,
    version: int,
    actor: str,
    now: datetime,
    *,
    to: TrainingState | None = None,
    details: Details | None = None,
    what: str = "changed",
    **columns: Any,
) -> None:
    """Change a request that is still as it was seen. `Declined` with "gone", "stale" or "not_now"."""
    row = unit.db.execute(select(TABLE).where(TABLE.c.request_id == request_id).with_for_update()).first()
    if row is None or row.erased_at is not None:
        raise Declined("gone")
    if row.version != version:
        raise Declined("stale")
    state = TrainingState(row.state)
    if to is not None and to is not state:
        if not is_legal(state, to):
            raise Declined("not_now")
        columns["state"] = to.value
    if details is not None:
        columns["sealed"] = _sealed(unit.vault, request_id, details)
        columns["requester_digest"] = address_digest(unit.vault, details.address)
    statement = update(TABLE).where(TABLE.c.request_id == request_id)
    unit.db.execute(statement.values(version=version + 1, changed_at=now, **columns))
    unit.audit(actor, Action.ALTERATION, request_id, now, what=f"training_{what}")


def add_note(unit: Unit, request: Request, actor: str, text: str, now: datetime) -> None:
    """Write something down."""
    note = Note(actor, now.isoformat(timespec="seconds"), text)
    details = replace(request.details, notes=(*request.details.notes, note))
    change(unit, request.request_id, request.version, actor, now, details=details, what="note")


def by_telephone(
    unit: Unit, asked: Training, address: str, actor: str, now: datetime, rules: Rules, matter: str = TRAINING
) -> str:
    """What somebody asked for on the telephone."""
    request_id = open_request(unit, Details(asked, address, proven=True), matter, now, now, rules)
    assert request_id is not None  # noqa: S101  there is no message that could have one
    unit.audit(actor, Action.COLLECTION, request_id, now, what="training_telephone")
    return request_id


def address_digest(vault: Vault, address: str) -> str:
    """By which an address is found again; of the part before "+" alone, so that tags make nobody new."""
    local, _, domain = address.strip().casefold().rpartition("@")
    return vault.digest("training.address", f"{local.split('+')[0]}@{domain}".encode())


def opened(vault: Vault, row: Row[tuple[object, ...]]) -> Request:
    """A row of the table, with its sealed part."""
    return Request(
        request_id=row.request_id,
        state=TrainingState(row.state),
        matter=row.matter,
        token=row.token,
        received_at=row.received_at,
        changed_at=row.changed_at,
        also=row.also,
        urn=row.urn,
        session_id=row.session_id,
        waits_since=row.waits_since,
        attended=row.attended,
        due_again_at=row.due_again_at,
        answered_at=row.answered_at,
        by_telephone=row.message_id is None,
        version=row.version,
        details=decode(vault.open(Part.TRAINING, row.sealed, _place(row.request_id)), Details),
    )


def _living() -> Select[tuple[object, ...]]:
    return select(TABLE).where(TABLE.c.erased_at.is_(None))


def _sealed(vault: Vault, request_id: str, details: Details) -> bytes:
    return vault.seal(Part.TRAINING, encode(details), _place(request_id))


def _place(request_id: str) -> str:
    return f"training_request.sealed.{request_id}"

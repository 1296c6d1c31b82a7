"""
The lists of the console: what waits, what is mine, what is decided, what is held.

GUARANTEES
    A row says how an item stands: ids, flags, times, who has it. Nothing of what a message holds, who sent it
    or when it was written. The order is the clock's and the flags'. A page costs the same however long its
    list is: an index gives the order, and nothing is counted but what waits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from mailbot.domain.states import AckState, ReviewState
from mailbot.review.board import HELD
from mailbot.review.sla import Clocks, Standing
from mailbot.store.schema import message, outbox, reading
from mailbot.store.schema import review_item as table

PAGE = 25
_COLUMNS = (
    table.c.item_id,
    table.c.message_id,
    message.c.mailbox,
    message.c.kind,
    table.c.state,
    table.c.rank,
    table.c.opened_at,
    table.c.due_at,
    table.c.claimed_by,
    table.c.claimed_until,
    table.c.first_opened_at,
    table.c.decided_at,
    table.c.version,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An item in a list."""

    item_id: str
    message_id: str
    mailbox: str
    kind: str  # of the message; "" before it is known
    state: ReviewState
    rank: int
    flags: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    first_opened_at: datetime | None
    decided_at: datetime | None
    version: int
    clock: Standing


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, numbered from 1."""

    rows: tuple[Listed, ...]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class HeldMail:
    """An acknowledgement that a person must decide about; no address."""

    mail_id: str
    item_id: str | None
    state: AckState
    code: str | None
    decided_at: datetime


def waiting(db: Connection, clocks: Clocks, now: datetime, number: int = 1, size: int = PAGE) -> Page:
    """What nobody has, the most pressing first. Call `claims.hand_back` before."""
    here = table.c.state == ReviewState.WAITING.value
    order = (table.c.rank.desc(), table.c.due_at, table.c.item_id)
    return _page(db, clocks, now, _query(here).order_by(*order), number, size)


def mine(
    db: Connection, clocks: Clocks, actor: str, now: datetime, number: int = 1, size: int = PAGE
) -> Page:
    """What the actor has, the first due first."""
    here = and_(table.c.claimed_by == actor, table.c.state != ReviewState.DECIDED.value)
    return _page(db, clocks, now, _query(here).order_by(table.c.due_at, table.c.item_id), number, size)


def claimed(db: Connection, clocks: Clocks, now: datetime, number: int = 1, size: int = PAGE) -> Page:
    """What anybody has, for a supervisor; the first due first."""
    here = table.c.state.in_([ReviewState.CLAIMED.value, ReviewState.CLARIFICATION.value])
    return _page(db, clocks, now, _query(here).order_by(table.c.due_at, table.c.item_id), number, size)


def decided(db: Connection, clocks: Clocks, now: datetime, number: int = 1, size: int = PAGE) -> Page:
    """What has been decided, the latest first."""
    here = table.c.state == ReviewState.DECIDED.value
    return _page(db, clocks, now, _query(here).order_by(table.c.decided_at.desc()), number, size)


def one(db: Connection, clocks: Clocks, item_id: str, now: datetime) -> Listed | None:
    """One item as a list shows it."""
    page = _page(db, clocks, now, _query(table.c.item_id == item_id), 1, 1)
    return page.rows[0] if page.rows else None


def held(db: Connection, number: int = 1, size: int = PAGE) -> list[HeldMail]:
    """Acknowledgements that wait for a person, the oldest first."""
    query = _held_query().order_by(outbox.c.decided_at, outbox.c.mail_id)
    rows = db.execute(query.offset((max(number, 1) - 1) * PAGE).limit(size))
    return [_held(row) for row in rows]


def held_one(db: Connection, mail_id: str) -> HeldMail | None:
    """One of these; None where it waits no more."""
    row = db.execute(_held_query().where(outbox.c.mail_id == mail_id)).first()
    return _held(row) if row else None


def count_waiting(db: Connection) -> int:
    """How many nobody has."""
    query = select(func.count()).select_from(table).where(table.c.state == ReviewState.WAITING.value)
    return int(db.scalar(query) or 0)


def _held_query() -> "Select[Any]":
    return (
        select(outbox.c.mail_id, table.c.item_id, outbox.c.state, outbox.c.code, outbox.c.decided_at)
        .outerjoin(table, table.c.message_id == outbox.c.acknowledges)
        .where(outbox.c.kind == "acknowledgement", outbox.c.state.in_(HELD))
    )


def _held(row: "Row[Any]") -> HeldMail:
    return HeldMail(row.mail_id, row.item_id, AckState(row.state), row.code, row.decided_at)


def _query(where: ColumnElement[bool]) -> "Select[Any]":
    return select(*_COLUMNS).join(message).where(where)


def _page(
    db: Connection, clocks: Clocks, now: datetime, query: "Select[Any]", number: int, size: int
) -> Page:
    number = max(number, 1)
    rows = db.execute(query.offset((number - 1) * size).limit(size + 1)).all()
    flags = _flags(db, [row.message_id for row in rows[:size]])
    listed = tuple(_listed(row, flags.get(row.message_id, ()), clocks, now) for row in rows[:size])
    return Page(listed, number, len(rows) > size)


def _listed(row: "Row[Any]", flags: tuple[str, ...], clocks: Clocks, now: datetime) -> Listed:
    return Listed(
        item_id=row.item_id,
        message_id=row.message_id,
        mailbox=row.mailbox,
        kind=row.kind or "",
        state=ReviewState(row.state),
        rank=row.rank,
        flags=flags,
        opened_at=row.opened_at,
        due_at=row.due_at,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
        first_opened_at=row.first_opened_at,
        decided_at=row.decided_at,
        version=row.version,
        clock=clocks.read(row.mailbox, row.opened_at, row.first_opened_at, row.decided_at, now),
    )


def _flags(db: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The flags of the newest reading of each message."""
    query = (
        select(reading.c.message_id, reading.c.flags)
        .where(reading.c.message_id.in_(ids))
        .order_by(reading.c.version)
    )
    return {row.message_id: tuple(json.loads(row.flags)) for row in db.execute(query)}

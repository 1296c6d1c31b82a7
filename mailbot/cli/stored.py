"""The rows that `export`, `status` and `demo` show, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.domain.states import AckState
from mailbot.store.schema import delivery, message, outbox, poll, unfetched


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored message without its content."""

    message_id: str
    mailbox: str
    received_at: datetime
    state: str
    attempts: int
    raw_digest: str
    deliveries: int
    ack_state: str | None
    ack_code: str | None
    erased: bool


def all_messages(db: Connection, since: datetime | None) -> list[str]:
    """The ids of all messages, the oldest first."""
    query = select(message.c.message_id).order_by(message.c.received_at, message.c.message_id)
    if since is not None:
        query = query.where(message.c.received_at >= since)
    return list(db.scalars(query))


def messages(db: Connection, ids: list[str]) -> Iterator[Stored]:
    """These messages, in this order."""
    count = (
        select(delivery.c.message_id, func.count().label("deliveries"))
        .where(delivery.c.message_id.in_(ids))
        .group_by(delivery.c.message_id)
        .subquery()
    )
    query = (
        select(
            message.c.message_id,
            message.c.mailbox,
            message.c.received_at,
            message.c.state,
            message.c.attempts,
            message.c.raw_digest,
            func.coalesce(count.c.deliveries, 0),
            outbox.c.state,
            outbox.c.code,
            message.c.erased_at.is_not(None),
        )
        .outerjoin(count, count.c.message_id == message.c.message_id)
        .outerjoin(outbox, outbox.c.acknowledges == message.c.message_id)
        .where(message.c.message_id.in_(ids))
    )
    rows = {row[0]: Stored(*row) for row in db.execute(query)}
    return (rows[each] for each in ids if each in rows)


def polls(db: Connection) -> dict[str, dict[str, Any]]:
    """How the last poll of each mailbox went."""
    return {row.mailbox: dict(row._mapping) for row in db.execute(select(poll))}


def unfetched_count(db: Connection) -> int:
    """Messages that a server lists and did not serve."""
    return db.scalar(select(func.count()).select_from(unfetched)) or 0


def uncertain(db: Connection) -> list[str]:
    """The acknowledgements about which a person has to decide."""
    query = select(outbox.c.mail_id).where(outbox.c.state == AckState.UNCERTAIN.value)
    return list(db.scalars(query.order_by(outbox.c.decided_at)))

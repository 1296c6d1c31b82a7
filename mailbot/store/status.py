"""How things stand, in counts: what `mailbot status` prints. No content, no source, no ids."""

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Column, Connection, Table, exists, func, select

from mailbot.domain.states import MessageState, ReviewState
from mailbot.store.schema import delivery, message, outbox, review_item

_IN_QUEUE = (MessageState.QUEUED, MessageState.DECIDED, MessageState.QUARANTINED)
# not those in quarantine: what could not be read may have no sender to decide about
_ANSWERED_FOR = (MessageState.QUEUED, MessageState.DECIDED, MessageState.IGNORED)


class Counts(TypedDict):
    """Rows by state, the longest wait, and what does not fit together."""

    message: dict[str, int]
    delivery: dict[str, int]
    review_item: dict[str, int]
    outbox: dict[str, int]
    oldest_waiting: datetime | None  # when the undecided item opened that has waited longest
    without_delivery: int  # messages that no delivery brought
    without_item: int  # messages that belong in the queue and are not there
    without_acknowledgement: int  # messages that were read, and none was decided for
    difference: int  # the three together: 0 when all is well


def counts(db: Connection) -> Counts:
    """Count, in one look."""
    waits = review_item.c.state != ReviewState.DECIDED.value
    without_delivery = _without(db, delivery.c.message_id, tuple(MessageState))
    without_item = _without(db, review_item.c.message_id, _IN_QUEUE)
    without_acknowledgement = _without(db, outbox.c.acknowledges, _ANSWERED_FOR)
    return Counts(
        message=by_state(db, message),
        delivery=by_state(db, delivery),
        review_item=by_state(db, review_item),
        outbox=by_state(db, outbox),
        oldest_waiting=db.scalar(select(review_item.c.opened_at).where(waits).order_by("opened_at").limit(1)),
        without_delivery=without_delivery,
        without_item=without_item,
        without_acknowledgement=without_acknowledgement,
        difference=without_delivery + without_item + without_acknowledgement,
    )


def by_state(db: Connection, table: Table) -> dict[str, int]:
    """How many rows of a table are in each state."""
    rows = db.execute(select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state))
    return {row[0]: row[1] for row in rows}


def _without(db: Connection, column: Column[Any], states: tuple[MessageState, ...]) -> int:
    """Messages in these states to which no row of another table belongs."""
    query = select(func.count()).where(
        message.c.state.in_([state.value for state in states]),
        ~exists().where(column == message.c.message_id),
    )
    return db.scalar(query) or 0

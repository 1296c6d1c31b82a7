"""
What the watch knows at one moment: counts, times and words of ours, read in one look at the database.

GUARANTEES
    No content, no source: what stands here may stand in a metric, a log or an alert.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.domain.states import AckState, DeliveryState, MessageState, ReviewState
from mailbot.store import desk, lookout, schema, status

_STUCK_MOVES = 3  # so many moves were told to the server, and the message is in the inbox still
_UNFETCHED = 5  # so many attempts of its own
_BOUNCES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Poll:
    """How a mailbox was last looked through."""

    mailbox: str
    last_good_at: datetime | None = None
    error: str | None = None  # the class of what stands in the way


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a mailbox against the database."""

    mailbox: str
    role: str  # "inbox", "processed", "quarantine", "junk"
    counted: int
    expected: int
    least: int  # the smallest difference that was ever seen: what is above it came in behind our back

    @property
    def strays(self) -> int:
        """Messages that are there and did not come from us."""
        return max(0, self.counted - self.expected - self.least)


@dataclass(frozen=True, slots=True)
class Canary:
    """The last message that was sent to be received."""

    mailbox: str
    sent_at: datetime
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """See the module; times are None where there is nothing of the kind."""

    at: datetime
    since: datetime  # when this worker began to watch
    room: int  # bytes above the reserve
    scanner: bool = True  # whether it answers
    polls: tuple[Poll, ...] = ()
    folders: tuple[Folder, ...] = ()
    canaries: tuple[Canary, ...] = ()
    states: dict[str, dict[str, int]] | None = None  # by table and state
    oldest_stored: datetime | None = None  # not read yet
    oldest_unread: datetime | None = None  # in the queue, and no handler has looked
    oldest_due: datetime | None = None  # an acknowledgement that should have left
    last_sent: datetime | None = None
    unfetched: tuple[tuple[str, int], ...] = ()  # by mailbox
    stuck: tuple[tuple[str, int], ...] = ()
    bounces: int = 0
    attention: tuple[tuple[str, int], ...] = ()  # what supervisors must look at, by why
    difference: int = 0  # messages without their item or acknowledgement

    def count(self, table: str, *states: str) -> int:
        """How many rows of a table are in these states."""
        return sum((self.states or {}).get(table, {}).get(state, 0) for state in states)


def gather(db: Connection, now: datetime, *, mailboxes: tuple[str, ...]) -> dict[str, Any]:
    """What the database says, as arguments of `Facts`."""
    message, item, outbox = schema.message, schema.review_item, schema.outbox
    unread = (item.c.state == ReviewState.WAITING.value) & item.c.first_opened_at.is_(None)
    lately = schema.bounce.c.at.between(now - _BOUNCES, now + _BOUNCES)  # as the breaker has it
    due = (outbox.c.state == AckState.RESERVED.value) & (outbox.c.kind == "acknowledgement")
    return {
        "polls": _polls(db, mailboxes),
        "folders": _folders(db, mailboxes),
        "canaries": _canaries(db),
        "states": {
            table.name: status.by_state(db, table) for table in (message, schema.delivery, item, outbox)
        },
        "attention": _attention(db),
        "oldest_stored": _oldest(db, message.c.stored_at, message.c.state == MessageState.STORED.value),
        "oldest_unread": _oldest(db, item.c.opened_at, unread),
        "oldest_due": _oldest(db, outbox.c.due_at, due & (outbox.c.due_at <= now)),
        "last_sent": db.scalar(select(func.max(outbox.c.sent_at, type_=outbox.c.sent_at.type))),
        "unfetched": _unfetched(db),
        "stuck": _stuck(db),
        "bounces": db.scalar(select(func.count()).where(lately)) or 0,
    }


def _attention(db: Connection) -> tuple[tuple[str, int], ...]:
    raised = desk.attention
    query = select(raised.c.kind, func.count()).where(raised.c.settled_at.is_(None)).group_by(raised.c.kind)
    return tuple((row[0], row[1]) for row in db.execute(query.order_by(raised.c.kind)))


def _oldest(db: Connection, column: Any, which: Any) -> datetime | None:
    found: datetime | None = db.scalar(select(column).where(which).order_by(column).limit(1))
    return found


def _polls(db: Connection, mailboxes: tuple[str, ...]) -> tuple[Poll, ...]:
    table = schema.poll
    rows = {
        row[0]: Poll(*row) for row in db.execute(select(table.c.mailbox, table.c.last_good_at, table.c.error))
    }
    return tuple(rows.get(name, Poll(name)) for name in mailboxes)


def _folders(db: Connection, mailboxes: tuple[str, ...]) -> tuple[Folder, ...]:
    table = lookout.folder
    columns = (table.c.mailbox, table.c.role, table.c.counted, table.c.expected, table.c.least)
    rows = db.execute(select(*columns).where(table.c.mailbox.in_(mailboxes)).order_by(*columns[:2]))
    return tuple(Folder(*row) for row in rows)


def _canaries(db: Connection) -> tuple[Canary, ...]:
    table = lookout.canary
    rows = db.execute(select(table.c.mailbox, table.c.sent_at, table.c.arrived_at).order_by(table.c.sent_at))
    return tuple({row[0]: Canary(*row) for row in rows}.values())


def _unfetched(db: Connection) -> tuple[tuple[str, int], ...]:
    table = schema.unfetched
    query = select(table.c.mailbox, func.count()).where(table.c.attempts >= _UNFETCHED)
    return tuple((row[0], row[1]) for row in db.execute(query.group_by(table.c.mailbox)))


def _stuck(db: Connection) -> tuple[tuple[str, int], ...]:
    table = schema.delivery
    stuck = (table.c.state == DeliveryState.MOVING.value) & (table.c.attempts >= _STUCK_MOVES)
    query = select(table.c.mailbox, func.count()).where(stuck)
    return tuple((row[0], row[1]) for row in db.execute(query.group_by(table.c.mailbox)))

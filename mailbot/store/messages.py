"""
The rows of messages: what the pipeline asks of them.

A fingerprint is a keyed digest of Message-ID, sender and the decoded leaf parts. It recognises what is
likely the same message by another route; it only ever raises a flag, because anybody can send a guessed
Message-ID beforehand to make a real report look like a copy.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.engine import Connection

from mailbot.domain.mail import Reading
from mailbot.domain.states import MessageState
from mailbot.store.schema import message as TABLE
from mailbot.store.unit import Unit, check_way

__all__ = ["TABLE", "Claim", "Message", "Read", "claim_reading", "get", "give_back", "mark_kind", "mark_read"]

_CLAIM = (
    update(TABLE)
    .where(TABLE.c.message_id == bindparam("subject"), TABLE.c.state == MessageState.STORED.value)
    .values(attempts=TABLE.c.attempts + 1)
    .returning(TABLE.c.message_id, TABLE.c.mailbox, TABLE.c.raw_digest, TABLE.c.attempts, TABLE.c.stored_at)
)
_GIVE_BACK = (
    update(TABLE)
    .where(
        TABLE.c.message_id == bindparam("subject"),
        TABLE.c.state == MessageState.STORED.value,
        TABLE.c.attempts > 0,
    )
    .values(attempts=TABLE.c.attempts - 1)
)
_GET = select(
    TABLE.c.message_id,
    TABLE.c.mailbox,
    TABLE.c.state,
    TABLE.c.received_at,
    TABLE.c.attempts,
    TABLE.c.raw_digest,
).where(TABLE.c.message_id == bindparam("subject"))
_MARK = (
    update(TABLE)
    .where(TABLE.c.message_id == bindparam("subject"))
    .values(kind=bindparam("what"), fingerprint=bindparam("mark"))
)
_OTHER = TABLE.alias("other")
# of another row: a subquery beside RETURNING must not depend on the row that is being written
_IS_COPY = exists().where(
    _OTHER.c.fingerprint == bindparam("mark"), _OTHER.c.message_id != bindparam("subject")
)
_MARK_READ = (
    _MARK.where(TABLE.c.state == MessageState.STORED.value)
    .values(state=bindparam("end"))
    .returning(TABLE.c.mailbox, TABLE.c.received_at, TABLE.c.attempts, _IS_COPY)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a reading needs; `attempts` counts this one."""

    message_id: str
    mailbox: str
    raw_digest: str
    attempts: int
    stored_at: datetime
    may_wait: bool = False  # for the virus scanner


@dataclass(frozen=True, slots=True)
class Message:
    """A message's row, without anything personal."""

    message_id: str
    mailbox: str
    state: MessageState
    received_at: datetime
    attempts: int
    raw_digest: str


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of a message that has just been read; `is_copy` where its fingerprint is not new."""

    mailbox: str
    received_at: datetime
    attempts: int
    is_copy: bool


def claim_reading(unit: Unit, message_id: str) -> Claim | None:
    """Count an attempt, durably before it is made; None when the message is not waiting to be read."""
    row = unit.db.execute(_CLAIM, {"subject": message_id}).first()
    return Claim(*row) if row else None


def give_back(unit: Unit, message_id: str) -> None:
    """Take an attempt back that was none: what it waited for was away."""
    unit.db.execute(_GIVE_BACK, {"subject": message_id})


def get(db: Connection, message_id: str) -> Message | None:
    """The row, or None."""
    row = db.execute(_GET, {"subject": message_id}).first()
    if row is None:
        return None
    return Message(row[0], row[1], MessageState(row[2]), row[3], row[4], row[5])


def mark_read(unit: Unit, message_id: str, reading: Reading, *way: MessageState) -> Read | None:
    """From STORED along this way, and note what the message is; None when it is not STORED any more."""
    check_way(TABLE, MessageState.STORED, *way)
    row = unit.db.execute(_MARK_READ, _marks(unit, message_id, reading) | {"end": way[-1].value}).first()
    return Read(row[0], row[1], row[2], bool(row[3])) if row else None


def mark_kind(unit: Unit, message_id: str, reading: Reading) -> None:
    """Note what the message is, read again."""
    unit.db.execute(_MARK, _marks(unit, message_id, reading))


def _marks(unit: Unit, message_id: str, reading: Reading) -> dict[str, str | None]:
    leaves = sorted(part.sha256 for part in reading.parts)
    envelope = reading.envelope
    told = "\n".join([envelope.message_id, *envelope.senders, *leaves])
    mark = unit.vault.digest("fingerprint", told.encode("utf-8", "surrogatepass")) if leaves else None
    return {"subject": message_id, "what": reading.kind.value, "mark": mark}

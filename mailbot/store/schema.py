"""
The tables: one schema for SQLite and PostgreSQL, made by the migrations and described here.

* What a stranger wrote stands sealed (`LargeBinary`, see `vault`), the source part and the content part in
  tables of their own, under keys of their own. What must be found again stands as a keyed digest.
* States are words with a CHECK; `domain.states` has the moves.
* Tables with personal data carry `PRIVACY`: purpose, review date, hold, erasure.
* Times are UTC, timezone-aware on PostgreSQL, ISO text on SQLite (`Moment`).
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

from mailbot.domain.states import AckState, DeliveryState, MessageState, ReviewState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _state(kind: type[Enum], name: str = "state") -> tuple[Column[Any], CheckConstraint]:
    words = ", ".join(f"'{member.value}'" for member in kind)
    return Column(name, String(20), nullable=False), CheckConstraint(f"{name} IN ({words})", name=name)


def _privacy() -> list[Column[Any]]:
    """Why the row may exist and until when (DPA 2018 s.35 and s.39; UK GDPR for training)."""
    return [
        Column("purpose", String(20), nullable=False, server_default="law_enforcement"),  # or "training"
        Column("review_on", Moment),
        Column("hold", Boolean, nullable=False, server_default="0"),  # a disposal freeze
        Column("erased_at", Moment),
    ]


message = Table(
    "message",
    metadata,
    Column("message_id", String(32), primary_key=True),  # random hex of ours
    Column("mailbox", String(40), nullable=False),
    Column("raw_digest", String(64), nullable=False),  # keyed; names the blob
    Column("fingerprint", String(64)),  # keyed; "likely the same by another route"
    Column("size", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("stored_at", Moment, nullable=False),
    *_state(MessageState),
    Column("attempts", Integer, nullable=False, server_default="0"),  # counted before each reading
    Column("kind", String(20)),
    *_privacy(),
    UniqueConstraint("mailbox", "raw_digest"),
    Index("ix_message_state_received", "state", "received_at"),
    Index("ix_message_fingerprint", "fingerprint"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", String(32), primary_key=True),
    Column("mailbox", String(40), nullable=False),
    Column("locator", Text, nullable=False),
    Column("message_id", String(32), ForeignKey("message.message_id"), nullable=False),
    *_state(DeliveryState),
    Column("target_folder", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),  # of the move
    Column("stored_at", Moment, nullable=False),
    Column("moved_at", Moment),
    UniqueConstraint("mailbox", "locator"),
    Index("ix_delivery_mailbox_state", "mailbox", "state"),
    Index("ix_delivery_message_id", "message_id"),
)

unfetched = Table(  # listed, and not served
    "unfetched",
    metadata,
    Column("mailbox", String(40), primary_key=True),
    Column("locator", Text, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("reading_id", String(32), primary_key=True),
    Column("message_id", String(32), ForeignKey("message.message_id"), nullable=False),
    Column("version", Integer, nullable=False),  # from 1; the newest counts, none is overwritten
    Column("kind", String(20), nullable=False),
    Column("flags", Text, nullable=False),  # JSON list of codes
    Column("reader_version", String(40), nullable=False),
    Column("schema_version", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("message_id", "version"),
)

reading_content = Table(  # what handlers work on; key "content"
    "reading_content",
    metadata,
    Column("reading_id", String(32), ForeignKey("reading.reading_id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    *_privacy(),
)

reading_source = Table(  # who sent it, who told them, headers, file names; key "source"
    "reading_source",
    metadata,
    Column("reading_id", String(32), ForeignKey("reading.reading_id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    *_privacy(),
)

review_item = Table(
    "review_item",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("message_id", String(32), ForeignKey("message.message_id"), nullable=False, unique=True),
    *_state(ReviewState),
    Column("rank", Integer, nullable=False, server_default="0"),  # urgent and source risk first
    Column("opened_at", Moment, nullable=False),  # the clock starts when we received it
    Column("due_at", Moment, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_until", Moment),
    *_privacy(),
    Index("ix_review_item_state_rank_due", "state", "rank", "due_at"),
)

outbox = Table(  # all mail that leaves; `acknowledges` is set and unique for an acknowledgement
    "outbox",
    metadata,
    Column("mail_id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),  # "acknowledgement", "training", "route"
    Column("acknowledges", String(32), ForeignKey("message.message_id"), unique=True),
    *_state(AckState),
    Column("code", String(40)),  # why not, why held; words of ours
    Column("mailbox", String(40)),
    Column("recipient", LargeBinary),  # sealed, key "source"
    Column("recipient_digest", String(64)),  # keyed; of the exact address, folded
    Column("caps_digest", String(64)),  # keyed; of the address without its +tag
    Column("domain_digest", String(64)),
    Column("covered_by", String(32)),
    Column("content", LargeBinary),  # sealed; NULL for an acknowledgement: it is a constant
    Column("our_message_id", String(120), unique=True),
    Column("due_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_tried_at", Moment),
    Column("sent_at", Moment),
    Column("decided_at", Moment, nullable=False),
    *_privacy(),
    Index("ix_outbox_state_due", "state", "due_at"),
    Index("ix_outbox_recipient", "recipient_digest", "state"),
    Index("ix_outbox_kind_state_decided", "kind", "state", "decided_at"),
    Index("ix_outbox_caps", "caps_digest", "decided_at"),
    Index("ix_outbox_domain", "domain_digest", "decided_at"),
)

bounce = Table(  # reports and automatic replies that name a Message-ID of ours; they feed the breaker
    "bounce",
    metadata,
    Column("bounce_id", String(32), primary_key=True),
    Column("mail_id", String(32), ForeignKey("outbox.mail_id"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

job = Table(
    "job",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("task", String(40), nullable=False),
    Column("subject", String(64), nullable=False),  # an id; a task is idempotent by that thing's state
    Column("run_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("task", "subject"),
    Index("ix_job_run_at", "run_at"),
)

poll = Table(
    "poll",
    metadata,
    Column("mailbox", String(40), primary_key=True),
    Column("last_tried_at", Moment),
    Column("last_good_at", Moment),
    Column("listed", Integer),
    Column("error", String(60)),  # the class name of ours; NULL after a good poll
)

lease = Table(  # one worker per mailbox, also on several machines
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # without gaps
    Column("at", Text, nullable=False),  # exactly as it was signed
    Column("actor", String(120), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON: ids, codes and counts
    Column("prev", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
)

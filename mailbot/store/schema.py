"""
The tables: one schema for SQLite and PostgreSQL, made by the migrations and described here.

* What a stranger wrote stands sealed (`LargeBinary`, see `vault`), the source part and the content part in
  tables of their own, under keys of their own. What must be found again stands as a keyed digest.
* States are words with a CHECK; `domain.states` has the moves.
* Tables with personal data carry `PRIVACY`: purpose, review date, hold, erasure.
* The tables of the review desk stand in `desk`, those of the console's people in `people`, of the
  watch in `lookout`; `metadata` knows them all.
* Times are UTC, timezone-aware on PostgreSQL, ISO text on SQLite (`Moment`).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from mailbot.domain.states import AckState, DeliveryState, MessageState, ReviewState
from mailbot.store import desk, lookout, office, people
from mailbot.store.columns import Moment, metadata, privacy_columns, state_column

__all__ = ["Moment", "desk", "lookout", "metadata", "office", "people"]

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
    *state_column(MessageState),
    Column("attempts", Integer, nullable=False, server_default="0"),  # counted before each reading
    Column("kind", String(20)),
    *privacy_columns(),
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
    *state_column(DeliveryState),
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
    *privacy_columns(),
)

reading_source = Table(  # who sent it, who told them, headers, file names; key "source"
    "reading_source",
    metadata,
    Column("reading_id", String(32), ForeignKey("reading.reading_id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    *privacy_columns(),
)

review_item = Table(
    "review_item",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("message_id", String(32), ForeignKey("message.message_id"), nullable=False, unique=True),
    *state_column(ReviewState),
    Column("rank", Integer, nullable=False, server_default="0"),  # urgent and source risk first
    Column("opened_at", Moment, nullable=False),  # the clock starts when we received it
    Column("due_at", Moment, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_until", Moment),
    Column("version", Integer, nullable=False, server_default="1"),  # a form made from another is stale
    Column("first_opened_at", Moment),  # when a handler first looked
    Column("decided_at", Moment),
    *privacy_columns(),
    # in the order of the queue, so that its first page costs the same however much waits
    Index("ix_review_item_queue", "state", text("rank DESC"), "due_at", "item_id"),
    Index("ix_review_item_claimed_by", "claimed_by", "state"),
    Index("ix_review_item_state_decided", "state", "decided_at"),
    Index("ix_review_item_opened", "first_opened_at"),
)

outbox = Table(  # all mail that leaves; `acknowledges` is set and unique for an acknowledgement
    "outbox",
    metadata,
    Column("mail_id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),  # "acknowledgement", "training", "route"
    Column("acknowledges", String(32), ForeignKey("message.message_id"), unique=True),
    *state_column(AckState),
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
    *privacy_columns(),
    Index("ix_outbox_state_due", "state", "due_at"),
    Index("ix_outbox_recipient", "recipient_digest", "state"),
    Index("ix_outbox_kind_state_decided", "kind", "state", "decided_at"),
    Index("ix_outbox_caps", "caps_digest", "decided_at"),
    Index("ix_outbox_domain", "domain_digest", "decided_at"),
)

correspondent = Table(  # who wrote, where a partner directory is configured: nothing that can be read back
    "correspondent",
    metadata,
    Column("sender_digest", String(64), primary_key=True),  # keyed; of the folded address
    Column("domain_digest", String(64), nullable=False, index=True),  # keyed; of the partner's domain
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("last_unproven_at", Moment),
    Column("messages", Integer, nullable=False),
    Column("authenticated", Integer, nullable=False),  # so many of them
    *privacy_columns(),
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
    Column("subject", String(120), nullable=False, index=True),
    Column("detail", Text, nullable=False),  # canonical JSON: ids, codes and counts
    Column("prev", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
)

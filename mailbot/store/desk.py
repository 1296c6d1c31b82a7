"""The tables of the review desk; part of `schema`, which says what holds for all."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mailbot.domain.states import DispatchState, OpeningState
from mailbot.store.columns import Moment, metadata, privacy_columns, state_column

draft = Table(  # what a handler has typed and not decided yet; outlives lease and session
    "draft",
    metadata,
    Column("item_id", String(32), ForeignKey("review_item.item_id"), primary_key=True),
    Column("author", String(80), primary_key=True),
    Column("saved_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # key "source": a handover document is drafted here too
    *privacy_columns(),
)

note = Table(  # what handlers tell each other about an item; none is ever changed
    "note",
    metadata,
    Column("note_id", String(32), primary_key=True),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # "note", "handover", "clarification"
    Column("author", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # key "source": whom somebody telephoned
    *privacy_columns(),
)

correction = Table(  # what a handler typed for a field; the newest counts, what was read stays
    "correction",
    metadata,
    Column("correction_id", String(32), primary_key=True),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1 for each item
    Column("path", String(120), nullable=False),  # "records[0].subjects[1].dob"
    Column("part", String(10), nullable=False),  # "content" or "source": whose key
    Column("author", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    *privacy_columns(),
    UniqueConstraint("item_id", "number"),
)

opening = Table(  # of a source part: asked for, open until, closed, and reviewed where it must be
    "opening",
    metadata,
    Column("opening_id", String(32), primary_key=True),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False),
    *state_column(OpeningState),
    Column("who", String(80), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("open_until", Moment),
    Column("approved_by", String(80)),
    Column("break_glass", Boolean, nullable=False, server_default="0"),
    Column("reviewed_by", String(80)),
    Column("reviewed_at", Moment),
    Column("sealed", LargeBinary, nullable=False),  # the reason; key "source"
    *privacy_columns(),
    Index("ix_opening_item_who", "item_id", "who"),
    Index("ix_opening_state", "state"),
)

decision = Table(  # every version of what was decided about an item; none is ever changed
    "decision",
    metadata,
    Column("decision_id", String(32), primary_key=True),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False),
    Column("version", Integer, nullable=False),  # from 1
    Column("kind", String(20), nullable=False),  # "decided", "corrected", "reopened", "recalled"
    Column("outcomes", Text, nullable=False),  # JSON list of codes
    Column("priority", String(40)),
    Column("vocabulary", String(20), nullable=False),  # the version of the grading scheme
    Column("reading_version", Integer),
    Column("author", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # key "content"
    *privacy_columns(),
    UniqueConstraint("item_id", "version"),
    Index("ix_decision_at", "at"),
)

dispatch = Table(  # one document on its way to one desk
    "dispatch",
    metadata,
    Column("dispatch_id", String(32), primary_key=True),
    Column("decision_id", String(32), ForeignKey("decision.decision_id"), nullable=False),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False),
    Column("kind", String(30), nullable=False),  # "intelligence_log", "handover", "notice"
    Column("desk", String(40), nullable=False),
    Column("route", String(20), nullable=False),
    Column("reference", String(40), nullable=False, unique=True),  # random
    Column("replaces", String(40)),  # the reference of what this stands in for, or takes back
    *state_column(DispatchState),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("code", String(40)),  # the class of the last failure
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("part", String(10), nullable=False),  # "content", or "source" where a person put identities in
    Column("sealed", LargeBinary, nullable=False),
    Column("log_number", LargeBinary),  # the force's own, once it is known; key "content"
    *privacy_columns(),
    Index("ix_dispatch_item", "item_id"),
    Index("ix_dispatch_state", "state"),
)

attention = Table(  # what a supervisor must look at; a count and a link are all that leaves
    "attention",
    metadata,
    Column("attention_id", String(32), primary_key=True),
    Column("item_id", String(32), ForeignKey("review_item.item_id"), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("raised_by", String(80), nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("about", String(64), nullable=False, server_default=""),  # an id, where there may be several
    Column("settled_by", String(80)),
    Column("settled_at", Moment),
    UniqueConstraint("item_id", "kind", "about"),
    Index("ix_attention_settled", "settled_at", "kind"),
)

sealed_part = Table(  # pictures that nobody may see again
    "sealed_part",
    metadata,
    Column("message_id", String(32), ForeignKey("message.message_id"), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("sealed_by", String(80), nullable=False),
    Column("sealed_at", Moment, nullable=False),
    Column("digest", String(64), index=True),  # keyed; by which the same file is known elsewhere
)

"""
The tables of the admins' desk and of the monthly report; part of `schema`, which says what holds for all.

What the desk keeps of people is theirs under the UK GDPR, not law enforcement: its rows say `training`, are
sealed with a key of their own, and have a retention of their own. The register of schools is public.
"""

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

from mailbot.domain.states import ReportState, SessionState, TrainingState
from mailbot.store.columns import Moment, metadata, privacy_columns, state_column

school = Table(  # the public register of schools, as it was imported last
    "school",
    metadata,
    Column("urn", String(10), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(80), nullable=False),
    Column("area", String(80), nullable=False),
    Column("town", String(80), nullable=False),
    Column("postcode", String(10), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("domain", String(255), nullable=False),  # of its web site; "" where none is known
    Column("is_open", Boolean, nullable=False),
    Column("imported_at", Moment, nullable=False),
    Index("ix_school_domain", "domain"),
)

training_session = Table(
    "training_session",
    metadata,
    Column("session_id", String(32), primary_key=True),
    *state_column(SessionState),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("capacity", Integer, nullable=False),  # how many people; 0: as many as come
    Column("sequence", Integer, nullable=False, server_default="0"),  # of its invitation, RFC 5545
    Column("version", Integer, nullable=False, server_default="1"),
    Column("sealed", LargeBinary, nullable=False),  # place, trainer, audience, notes; key "training"
    *privacy_columns(),
    Index("ix_training_session_state_starts", "state", "starts_at"),
)

training_request = Table(
    "training_request",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("message_id", String(32), ForeignKey("message.message_id"), unique=True),  # NULL: by telephone
    *state_column(TrainingState),
    Column("matter", String(20), nullable=False),  # "training", "question", "form"
    Column("requester_digest", String(64), nullable=False),  # keyed; of the folded address
    Column("token", String(32), nullable=False, unique=True),  # random; in the address we want answers to
    Column("received_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("also", Integer, nullable=False, server_default="0"),  # more of the same that were not listed
    Column("urn", String(10)),
    Column("session_id", String(32), ForeignKey("training_session.session_id")),
    Column("waits_since", Moment),  # on the waiting list
    Column("attended", Integer),
    Column("due_again_at", Moment),
    Column("answered_at", Moment),  # the newest answer of theirs that nobody has looked at
    Column("version", Integer, nullable=False, server_default="1"),
    Column("sealed", LargeBinary, nullable=False),  # what they ask, and who; key "training"
    *privacy_columns(),
    Index("ix_training_request_state_received", "state", "received_at"),
    Index("ix_training_request_requester", "requester_digest", "state"),
    Index("ix_training_request_session", "session_id"),
    Index("ix_training_request_urn", "urn"),
)

training_answer = Table(  # what they wrote back, matched by address and token
    "training_answer",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column("request_id", String(32), ForeignKey("training_request.request_id"), nullable=False, index=True),
    Column("message_id", String(32), ForeignKey("message.message_id"), unique=True),
    Column("kind", String(20), nullable=False),  # "mail", "calendar", "mixed"
    Column("code", String(20), nullable=False),  # of a calendar: "accepted", "declined", "tentative"
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # key "training"
    *privacy_columns(),
)

training_letter = Table(  # what we wrote; one for each occasion
    "training_letter",
    metadata,
    Column("letter_id", String(32), primary_key=True),
    Column("request_id", String(32), ForeignKey("training_request.request_id"), nullable=False),
    Column("mail_id", String(32), ForeignKey("outbox.mail_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("occasion", String(60), nullable=False),  # the session and its version
    Column("written_by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("request_id", "kind", "occasion"),
)

report = Table(
    "report",
    metadata,
    Column("report_id", String(32), primary_key=True),
    Column("first_month", String(7), nullable=False),
    Column("last_month", String(7), nullable=False),
    Column("kind", String(20), nullable=False),  # "monthly", or "table": an answer to a request
    *state_column(ReportState),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("checked_against", Integer, nullable=False),  # so many were released when it was made
    Column("released_by", String(80)),
    Column("released_at", Moment),
    Column("shown", Text),  # what is public, once it is released: JSON, and nothing else
    Column("sealed", LargeBinary, nullable=False),  # the true numbers; key "source"
    *privacy_columns(),
    UniqueConstraint("first_month", "last_month", "kind"),
    Index("ix_report_state", "state"),
)

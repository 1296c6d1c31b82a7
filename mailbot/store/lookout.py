"""The tables of the watch; part of `schema`, which says what holds for all. Nothing personal is in them."""

from sqlalchemy import Column, Index, Integer, String, Table

from mailbot.store.columns import Moment, metadata

folder = Table(  # a folder of a mailbox, counted, against what the database put there
    "folder",
    metadata,
    Column("mailbox", String(40), primary_key=True),
    Column("role", String(20), primary_key=True),  # "inbox", "processed", "quarantine", "junk"
    Column("counted", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("least", Integer, nullable=False),  # the smallest difference ever seen
    Column("counted_at", Moment, nullable=False),
)

alert = Table(  # an alarm from its beginning to its end, and what was told of it
    "alert",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("about", String(40), nullable=False),  # a mailbox, or ""
    Column("number", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told", String(10)),  # "on", "over"
    Column("told_at", Moment),
    Column("told_number", Integer, nullable=False),
    Column("settled_by", String(80)),
    Column("ended_at", Moment),
    Index("ix_alert_ended", "ended_at"),
)

landmark = Table(  # moments that count for good
    "landmark",
    metadata,
    Column("name", String(40), primary_key=True),  # "restored"
    Column("at", Moment, nullable=False),
)

canary = Table(  # messages that were sent to be received
    "canary",
    metadata,
    Column("canary_id", String(32), primary_key=True),
    Column("mailbox", String(40), nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),  # its Message-ID, random and ours
    Column("sent_at", Moment, nullable=False),
    Column("arrived_at", Moment),
)

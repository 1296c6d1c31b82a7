"""The tables of the console's people; part of `schema`, which says what holds for all."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from mailbot.domain.states import AccountState
from mailbot.store.columns import Moment, metadata, state_column

account = Table(  # somebody who signs in; never deleted, because the audit speaks of them
    "account",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),  # as the audit and the claims have it
    Column("way", String(10), nullable=False),  # "local", or "oidc"
    Column("subject", String(250), unique=True),  # who it is at the provider: tenant and object, or sub
    Column("roles", Text, nullable=False),  # JSON list; of an OpenID account: as the last token had them
    *state_column(AccountState),
    Column("password", Text),  # argon2id; NULL until it is set up
    Column("totp", LargeBinary),  # sealed, key "source"
    Column("totp_step", BigInteger, nullable=False, server_default="0"),  # the last that was used
    Column("once", Text),  # argon2id of the password for setting it up
    Column("once_until", Moment),
    Column("made_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
)

recovery_code = Table(  # instead of the other device, once each
    "recovery_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # keyed
    Column("account_id", String(32), ForeignKey("account.account_id"), nullable=False, index=True),
    Column("used_at", Moment),
)

console_session = Table(  # somebody is signed in; the cookie holds a random id, and here is its digest
    "console_session",
    metadata,
    Column("digest", String(64), primary_key=True),  # keyed
    Column("account_id", String(32), ForeignKey("account.account_id"), nullable=False, index=True),
    Column("way", String(10), nullable=False),  # "local", "oidc", "demo", "setup", "board"
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_console_session_started", "started_at"),
)

calendar_feed = Table(  # an address by which somebody's own calendar reads the sessions
    "calendar_feed",
    metadata,
    Column("digest", String(64), primary_key=True),  # keyed; the address itself is kept nowhere
    Column("account_id", String(32), ForeignKey("account.account_id"), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
)

throttle = Table(  # who failed to sign in lately: a name, an address, both
    "throttle",
    metadata,
    Column("digest", String(64), primary_key=True),  # keyed
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

"""
Who is signed in: a random id in the browser, its keyed digest and everything else here.

GUARANTEES
    A session ends when nothing was clicked for a while, after some hours in any case, when somebody signs
    out, and when the account is disabled or reset. The roles are the account's at each click.
SECURITY
    The id is 256 random bits and new with each sign-in, so nobody can plant one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mailbot.config import Console
from mailbot.domain.roles import Permission, Role, permissions
from mailbot.domain.states import AccountState
from mailbot.store.people import account, console_session
from mailbot.store.unit import Store, Unit
from mailbot.store.vault import Vault
from mailbot.web.accounts import roles_of

TICK = timedelta(minutes=1)  # a click is noted at most so often: a page must not cost a write
SETUP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `name` is the actor in the audit and the holder of claims."""

    account_id: str
    name: str
    roles: frozenset[Role]
    allowed: frozenset[Permission]
    way: str
    digest: str

    def may(self, permission: Permission) -> bool:
        """Whether they have it."""
        return permission in self.allowed


def begin(unit: Unit, account_id: str, way: str, now: datetime) -> str:
    """Somebody has proved who they are; what the browser keeps."""
    token = secrets.token_urlsafe(32)
    row = {
        "digest": digest_of(unit.vault, token),
        "account_id": account_id,
        "way": way,
        "started_at": now,
        "seen_at": now,
    }
    oldest = now - timedelta(days=30)  # whatever the limits are or were, this is over
    unit.db.execute(delete(console_session).where(console_session.c.started_at < oldest))
    unit.db.execute(insert(console_session).values(**row))
    if way not in ("setup", "board"):
        unit.db.execute(update(account).where(account.c.account_id == account_id).values(signed_in_at=now))
    return token


def find(db: Connection, vault: Vault, token: str, limits: Console, now: datetime) -> "Row[Any] | None":
    """The session, if it goes on; None when it has ended, or never was."""
    query = (
        select(console_session, account.c.name, account.c.roles, account.c.state)
        .join(account)
        .where(console_session.c.digest == digest_of(vault, token))
    )
    row = db.execute(query).first()
    if row is None or row.state != AccountState.ACTIVE.value or now >= _end(row, limits):
        return None
    return row


def person_of(row: "Row[Any]") -> Person:
    """Who it is, and what this session lets them do."""
    roles = roles_of(row)
    allowed = permissions(roles)
    if row.way == "board":
        allowed &= {Permission.BOARD_SEE}
    elif row.way == "setup":
        allowed = frozenset()
    return Person(row.account_id, row.name, roles, allowed, row.way, row.digest)


def note(store: Store, row: "Row[Any]", now: datetime) -> None:
    """There was a click."""
    if now - row.seen_at < TICK or row.way == "board":
        return
    with store.unit() as unit:
        clicked = update(console_session).where(console_session.c.digest == row.digest)
        unit.db.execute(clicked.values(seen_at=now))


def end(unit: Unit, digest: str) -> None:
    """Somebody signs out."""
    unit.db.execute(delete(console_session).where(console_session.c.digest == digest))


def digest_of(vault: Vault, token: str) -> str:
    """What a session is found by."""
    return vault.digest("session", token.encode())


def _end(row: "Row[Any]", limits: Console) -> datetime:
    started: datetime = row.started_at
    if row.way == "board":
        return started + timedelta(hours=limits.board_hours)
    if row.way == "setup":
        return started + SETUP
    idle: datetime = row.seen_at + timedelta(minutes=limits.idle_minutes)
    return min(started + timedelta(hours=limits.absolute_hours), idle)

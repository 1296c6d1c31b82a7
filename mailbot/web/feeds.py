"""
Addresses by which somebody's own calendar reads the sessions: a calendar cannot sign in.

GUARANTEES
    An account has one address at most. A new one ends the old one at once; so do switching it off, and
    switching the account off. It opens only while its owner is active and may work at the admins' desk.
SECURITY
    The address is 256 random bits, shown once and kept as a keyed digest. Making and ending one is in the
    audit chain.
"""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from mailbot.domain.roles import Permission, permissions
from mailbot.domain.states import AccountState
from mailbot.store.audit import Action
from mailbot.store.people import account
from mailbot.store.people import calendar_feed as table
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault
from mailbot.web.accounts import roles_of


def renew(unit: Unit, account_id: str, actor: str, now: datetime) -> str:
    """A new address, instead of the one that there may be; what only its owner gets to know."""
    key = secrets.token_urlsafe(32)
    unit.db.execute(delete(table).where(table.c.account_id == account_id))
    row = {"digest": _digest(unit.vault, key), "account_id": account_id, "made_at": now}
    unit.db.execute(insert(table).values(**row))
    unit.audit(actor, Action.PERMISSION_CHANGE, account_id, now, what="calendar_address_made")
    return key


def end(unit: Unit, account_id: str, actor: str, now: datetime) -> None:
    """The address opens nothing any more."""
    if unit.db.execute(delete(table).where(table.c.account_id == account_id)).rowcount:
        unit.audit(actor, Action.PERMISSION_CHANGE, account_id, now, what="calendar_address_ended")


def made_at(db: Connection, account_id: str) -> datetime | None:
    """Since when somebody has one."""
    return db.scalar(select(table.c.made_at).where(table.c.account_id == account_id))


def opens(db: Connection, vault: Vault, untrusted_key: str) -> bool:
    """Whether this is the address of somebody who may see the sessions now."""
    query = select(account).join(table).where(table.c.digest == _digest(vault, untrusted_key[:100]))
    row = db.execute(query).first()
    if row is None or row.state != AccountState.ACTIVE.value:
        return False
    return Permission.TRAINING_WORK in permissions(roles_of(row))


def _digest(vault: Vault, key: str) -> str:
    return vault.digest("calendar", key.encode("utf-8", "replace"))

"""
The people of the console: making accounts, setting them up, checking who somebody is.

GUARANTEES
    An account is never deleted, only disabled: its name stands in the audit and in claims. Every change of
    roles and every reset is in the audit chain, in the same transaction. Disabling and resetting ends all
    sessions of the account.
SECURITY
    A password, a secret and a recovery code are given out once and kept as a hash, sealed, or as a keyed
    digest. A failed sign-in never tells what was wrong, and records the account, never what was typed.

The codes of `Declined` here: "unknown" (no such account), "taken" (the name is), "conflict" (roles that one
person must not have together), "no_roles", "bad_name", "reserved" (in the audit it is no person's).
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mailbot.domain.roles import Role, conflicts
from mailbot.domain.states import AccountState
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.once import insert_once
from mailbot.store.people import account, calendar_feed, console_session, recovery_code
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault
from mailbot.web import credentials

SETUP = timedelta(hours=72)  # how long the password for setting it up is good
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,79}")
RESERVED = frozenset({"mailbot", "system", "unknown", "nobody", "root", "worker"})


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    account_id: str
    name: str
    way: str
    roles: frozenset[Role]
    state: AccountState
    is_set_up: bool
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Once:
    """A password for setting an account up, and its hash; made before a unit begins: it takes time."""

    word: str
    kept: str

    @classmethod
    def make(cls) -> "Once":
        """A new one."""
        word = credentials.new_word()
        return cls(word, credentials.hashed(credentials.tidy(word)))


def add(unit: Unit, name: str, roles: Collection[Role], once: Once, actor: str, now: datetime) -> None:
    """A new local account, which its owner sets up within `SETUP`."""
    _check_name(name)
    _check(roles)
    row = {
        "account_id": new_id(),
        "name": name,
        "way": "local",
        "roles": _as_json(roles),
        "state": AccountState.ACTIVE.value,
        "made_at": now,
    }
    if not insert_once(unit.db, account, row):
        raise Declined("taken")
    _begin(unit, str(row["account_id"]), once, now)
    _audit_roles(unit, actor, str(row["account_id"]), name, roles, now, "account_added")


def reset(unit: Unit, name: str, once: Once, actor: str, now: datetime) -> None:
    """Active again; of a local account password, device and codes are forgotten, to be set up anew."""
    row = _get(unit, name)
    if row.way == "local":
        _begin(unit, row.account_id, once, now)
    back = update(account).where(account.c.account_id == row.account_id)
    unit.db.execute(back.values(state=AccountState.ACTIVE.value))
    unit.audit(actor, Action.PERMISSION_CHANGE, row.account_id, now, what="account_reset", name=name)


def disable(unit: Unit, name: str, actor: str, now: datetime) -> None:
    """Nobody signs in with it any more, and whoever is signed in is out."""
    row = _get(unit, name)
    off = update(account).where(account.c.account_id == row.account_id)
    unit.db.execute(off.values(state=AccountState.DISABLED.value))
    end_sessions(unit, row.account_id)
    unit.db.execute(delete(calendar_feed).where(calendar_feed.c.account_id == row.account_id))
    unit.audit(actor, Action.PERMISSION_CHANGE, row.account_id, now, what="account_disabled", name=name)


def set_roles(unit: Unit, name: str, roles: Collection[Role], actor: str, now: datetime) -> None:
    """Other roles than before; they count from the next click."""
    _check(roles)
    row = _get(unit, name)
    changed = update(account).where(account.c.account_id == row.account_id)
    unit.db.execute(changed.values(roles=_as_json(roles)))
    _audit_roles(unit, actor, row.account_id, name, roles, now, "roles_changed")


def know(unit: Unit, subject: str, name: str, roles: Collection[Role], now: datetime) -> str:
    """Somebody whom the provider has sent, with the roles of their token; the account's id."""
    _check(roles)
    row = unit.db.execute(select(account).where(account.c.subject == subject).with_for_update()).first()
    if row is None:
        _check_name(name)
        account_id = new_id()
        values = {
            "account_id": account_id,
            "name": name,
            "way": "oidc",
            "subject": subject,
            "roles": _as_json(roles),
            "state": AccountState.ACTIVE.value,
            "made_at": now,
        }
        if not insert_once(unit.db, account, values):
            raise Declined("taken")
        _audit_roles(unit, "mailbot", account_id, name, roles, now, "account_added")
        return account_id
    if row.state != AccountState.ACTIVE.value:
        raise Declined("unknown")
    if row.roles != _as_json(roles):
        changed = update(account).where(account.c.account_id == row.account_id)
        unit.db.execute(changed.values(roles=_as_json(roles)))
        _audit_roles(unit, "mailbot", row.account_id, row.name, roles, now, "roles_changed")
    return str(row.account_id)


def set_up(unit: Unit, account_id: str, kept: str, code: str, now: datetime) -> list[str] | None:
    """The hash of its own password, and a code that shows the device is ready; recovery codes, or None."""
    row = by_id(unit.db, account_id)
    secret = device(unit.vault, row)
    step = credentials.step_of(secret, code, now, row.totp_step)
    if step is None:
        return None
    ready = update(account).where(account.c.account_id == account_id)
    unit.db.execute(ready.values(password=kept, totp_step=step, once=None, once_until=None))
    end_sessions(unit, account_id)
    unit.audit(row.name, Action.PERMISSION_CHANGE, account_id, now, what="account_set_up")
    return _new_codes(unit, account_id)


def everybody(db: Connection) -> list[Account]:
    """All accounts, by name."""
    return [_account(row) for row in db.execute(select(account).order_by(account.c.name))]


def by_name(db: Connection, name: str) -> "Row[Any] | None":
    """The row of that name."""
    return db.execute(select(account).where(account.c.name == name)).first()


def by_id(db: Connection, account_id: str) -> "Row[Any]":
    """The row of that id."""
    return db.execute(select(account).where(account.c.account_id == account_id)).one()


def device(vault: Vault, row: "Row[Any]") -> str:
    """The secret that the account shares with its device."""
    return vault.open(Part.SOURCE, row.totp, f"account.totp.{row.account_id}").decode()


def roles_of(row: "Row[Any]") -> frozenset[Role]:
    """The roles that it has."""
    return frozenset(Role(word) for word in json.loads(row.roles))


def end_sessions(unit: Unit, account_id: str) -> None:
    """Whoever is signed in with it is out."""
    unit.db.execute(delete(console_session).where(console_session.c.account_id == account_id))


def _account(row: "Row[Any]") -> Account:
    return Account(
        row.account_id,
        row.name,
        row.way,
        roles_of(row),
        AccountState(row.state),
        row.way == "oidc" or row.password is not None,
        row.signed_in_at,
    )


def _begin(unit: Unit, account_id: str, once: Once, now: datetime) -> None:
    sealed = unit.vault.seal(Part.SOURCE, credentials.new_secret().encode(), f"account.totp.{account_id}")
    fresh = {
        "password": None,
        "totp": sealed,
        "totp_step": 0,
        "once": once.kept,
        "once_until": now + SETUP,
    }
    unit.db.execute(update(account).where(account.c.account_id == account_id).values(**fresh))
    unit.db.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    end_sessions(unit, account_id)


def _new_codes(unit: Unit, account_id: str) -> list[str]:
    codes = [credentials.new_word(3) for _ in range(credentials.RECOVERY_CODES)]
    digests: Sequence[str] = [code_digest(unit.vault, account_id, code) for code in codes]
    unit.db.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    unit.db.execute(
        insert(recovery_code), [{"digest": digest, "account_id": account_id} for digest in digests]
    )
    return codes


def code_digest(vault: Vault, account_id: str, code: str) -> str:
    """What a recovery code is found by."""
    return vault.digest("recovery", f"{account_id}\n{credentials.tidy(code)}".encode())


def _get(unit: Unit, name: str) -> "Row[Any]":
    row = by_name(unit.db, name)
    if row is None:
        raise Declined("unknown")
    return row


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Declined("bad_name")
    if re.sub("[^a-z0-9]", "", name.partition("@")[0]) in RESERVED:
        raise Declined("reserved")


def _check(roles: Collection[Role]) -> None:
    if not roles:
        raise Declined("no_roles")
    if conflicts(roles):
        raise Declined("conflict")


def _as_json(roles: Collection[Role]) -> str:
    return json.dumps(sorted(role.value for role in roles))


def _audit_roles(
    unit: Unit, actor: str, account_id: str, name: str, roles: Collection[Role], now: datetime, what: str
) -> None:
    words = ",".join(sorted(role.value for role in roles))
    unit.audit(actor, Action.ROLE_CHANGE, account_id, now, what=what, name=name, roles=words)

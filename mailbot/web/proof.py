"""
Checking who somebody is: name, password, and a code of their device or of their list.

The codes of `Declined` here: "early" (too many failures; later), "wrong" (something of it was; never what).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, update

from mailbot.domain.states import AccountState
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.people import account, recovery_code
from mailbot.store.unit import Store, Unit
from mailbot.web import accounts, credentials, sessions, throttle


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What was typed, and from where."""

    untrusted_name: str
    untrusted_password: str
    untrusted_code: str
    address: str

    @property
    def name(self) -> str:
        """The name as accounts have it."""
        return self.untrusted_name.strip().lower()[:80]


def sign_in(store: Store, claim: Claim, now: datetime) -> str:
    """The token of a new session; `Declined` where there is none."""
    with store.unit() as unit:
        counted = throttle.keys(unit, claim.name, claim.address)
        admitted = throttle.admit(unit, counted, now)
    if not admitted:
        raise Declined("early")
    with store.look() as db:
        row = accounts.by_name(db, claim.name)
    way = _way(row, claim, now)  # takes its time, so outside of any transaction
    with store.unit() as unit:
        if row is not None and way is not None and (way == "setup" or _use_code(unit, row, claim, now)):
            throttle.forgive(unit, counted)
            unit.audit(row.name, Action.SIGN_IN, row.account_id, now, way=way)
            return sessions.begin(unit, row.account_id, way, now)
        actor, subject = (row.name, row.account_id) if row else ("unknown", "unknown")
        unit.audit(actor, Action.SIGN_IN_FAILED, subject, now, way="local")
    raise Declined("wrong")


def _way(row: "Row[Any] | None", claim: Claim, now: datetime) -> str | None:
    """By which way the password lets in; None when it does not."""
    password = claim.untrusted_password[: credentials.MOST]
    if row is None or row.way != "local" or row.state != AccountState.ACTIVE.value:
        credentials.waste(password)
        return None
    if row.password is not None:
        return "local" if credentials.matches(row.password, password) else None
    known = row.once is not None and credentials.matches(row.once, credentials.tidy(password))
    return "setup" if known and now < row.once_until else None


def _use_code(unit: Unit, row: "Row[Any]", claim: Claim, now: datetime) -> bool:
    """Whether the code is good; it is used up by this."""
    code = credentials.tidy(claim.untrusted_code)
    secret = accounts.device(unit.vault, row)
    if (step := credentials.step_of(secret, code, now, row.totp_step)) is not None:
        # conditional: of two who send the same code at once, one is let in
        later = update(account).where(account.c.account_id == row.account_id, account.c.totp_step < step)
        return unit.db.execute(later.values(totp_step=step)).rowcount == 1
    digest = accounts.code_digest(unit.vault, row.account_id, code)
    fresh = update(recovery_code).where(recovery_code.c.digest == digest, recovery_code.c.used_at.is_(None))
    if unit.db.execute(fresh.values(used_at=now)).rowcount != 1:
        return False
    unit.audit(row.name, Action.PERMISSION_CHANGE, row.account_id, now, what="recovery_code_used")
    return True

"""
The audit chain: who did what to which thing, each entry signed together with the one before.

    mac = HMAC-SHA256(key, prev ‖ canonical JSON of seq, at, actor, action, subject, detail)

GUARANTEES
    An entry is written in the transaction of the change that it records, or neither is. `seq` has no gaps:
    it is drawn under the write lock (SQLite) or an advisory lock (PostgreSQL). Triggers refuse UPDATE and
    DELETE; `verify` names the first entry that was changed, left out or put in between.
SECURITY
    Ids, codes and counts only: the chain outlives what it speaks of. Whoever may change tables can cut off
    its end, which the chain itself cannot show; a head that was exported before can (`verify(…, known=)`).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, text

from mailbot.store.keys import KeyClass, Keyring
from mailbot.store.schema import audit

_GENESIS = "0" * 64
_LOCK = 0x6D61696C626F74  # "mailbot": one number in the whole database, for the chain alone
_PAGE = 1000
# made once: making a statement takes longer than executing it
_INSERT = insert(audit)
_HEAD = select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)


class Action(Enum):
    """What is recorded: the acts of DPA 2018 s.62, and what changes who may do them."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    ROLE_CHANGE = "role_change"
    PERMISSION_CHANGE = "permission_change"
    CONFIGURATION_CHANGE = "configuration_change"


class Entry(NamedTuple):
    """One act, as it will be or was written."""

    at: str  # UTC, ISO 8601, exactly as it was signed
    actor: str
    action: str
    subject: str
    detail: str  # canonical JSON


class Link(NamedTuple):
    """An entry in its place."""

    seq: int
    entry: Entry
    prev: str
    mac: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; exported, it shows later that nothing was cut off."""

    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds; `first_bad_seq` is where it does not."""

    ok: bool
    count: int
    first_bad_seq: int | None = None


def make_entry(actor: str, action: Action, subject: str, at: datetime, detail: dict[str, str | int]) -> Entry:
    """An entry, not written yet."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return Entry(at.astimezone(UTC).isoformat(), actor, action.value, subject, _canonical(detail))


def append(db: Connection, keyring: Keyring, entries: Sequence[Entry]) -> None:
    """Write them at the end of the chain, in the caller's transaction. Late: on PostgreSQL others wait."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = head(db)
    key = keyring.active(KeyClass.AUDIT)[1]
    seq, prev = (last.seq, last.mac) if last else (0, _GENESIS)
    rows = []
    for entry in entries:
        seq += 1
        mac = _mac(key, prev, seq, entry)
        rows.append({"seq": seq, **entry._asdict(), "prev": prev, "mac": mac})
        prev = mac
    db.execute(_INSERT, rows)


def head(db: Connection) -> Head | None:
    """The end of the chain."""
    row = db.execute(_HEAD).first()
    return Head(row.seq, row.mac) if row else None


def entries(db: Connection, after: int = 0, subject: str | None = None) -> Iterator[Link]:
    """The chain in its order, those after a `seq`, those about one thing."""
    query = select(audit).order_by(audit.c.seq).limit(_PAGE)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    while rows := db.execute(query.where(audit.c.seq > after)).all():
        for row in rows:
            yield Link(
                row.seq, Entry(row.at, row.actor, row.action, row.subject, row.detail), row.prev, row.mac
            )
        after = rows[-1].seq


def verify(db: Connection, keyring: Keyring, known: Head | None = None) -> Verdict:
    """Check each entry against the one before, and a head exported earlier against its entry."""
    key = keyring.active(KeyClass.AUDIT)[1]
    count, prev = 0, _GENESIS
    for link in entries(db):
        expected = _mac(key, prev, count + 1, link.entry)
        genuine = link.seq == count + 1 and link.prev == prev and hmac.compare_digest(expected, link.mac)
        if not genuine or (known is not None and known.seq == link.seq and known.mac != link.mac):
            return Verdict(False, count, count + 1)
        count, prev = count + 1, link.mac
    if known is not None and known.seq > count:
        return Verdict(False, count, count + 1)
    return Verdict(True, count)


def verify_end(db: Connection, keyring: Keyring, count: int = 200) -> Verdict:
    """The same for the last entries alone: quick, and what somebody changed just now is among them."""
    last = head(db)
    if last is None:
        return Verdict(True, 0)
    key = keyring.active(KeyClass.AUDIT)[1]
    first = max(last.seq - count, 0)
    before = db.scalar(select(audit.c.mac).where(audit.c.seq == first)) if first else _GENESIS
    seen, prev = first, before or ""
    for link in entries(db, after=first):
        expected = _mac(key, prev, seen + 1, link.entry)
        if link.seq != seen + 1 or link.prev != prev or not hmac.compare_digest(expected, link.mac):
            return Verdict(False, seen - first, seen + 1)
        seen, prev = seen + 1, link.mac
    return Verdict(True, seen - first)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _mac(key: bytes, prev: str, seq: int, entry: Entry) -> str:
    signed = prev + _canonical({"seq": seq, **entry._asdict()})
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()

"""
What must be true of a run when its faults are over and the worker has worked undisturbed for a while.

    I1 no loss · I2 no duplicate · I3 the mailbox is in order, and was told nothing too early · I4 at most one
    acknowledgement · I5 the state of an acknowledgement is the truth · I6 who earns one gets one, or a person
    decides · I7 nothing is left half-way · I8 records are those of a run without faults · I10 the database is
    whole, the disk had been full or not · I11 logs tell nothing

I9 (the order of syncs and commands) is shown by strace, I12 (no operator) by the harness, which starts
workers and does nothing else.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailbot.app import open_app
from mailbot.cli import stored
from mailbot.cli.export import of_stored
from mailbot.config import load
from mailbot.store import audit, status
from tests.faults.letters import Letter
from tests.faults.proxy import Told
from tests.installation import Installation

SENDER = re.compile(rb"(?m)^From: [^\r\n]*<([^>\r\n]+)>")
MAY_BE_SENT = {"sent": {1}, "uncertain": {0, 1}}
PERSONAL = re.compile(r"school\d|@[a-z]|Mockbury|Fabricated|Pretendson|vapes", re.IGNORECASE)
UNDER_WAY = (
    "SELECT count(*) FROM message WHERE state IN ('stored', 'parsed')",
    "SELECT count(*) FROM delivery WHERE state IN ('stored', 'moving')",
    "SELECT count(*) FROM outbox WHERE state IN ('reserved', 'sending')",
)
SETTLED = {"queued", "ignored", "quarantined"}
# of a run and of its time; the rest of an exported message must be the same without faults
PASSING = {
    "message_id", "received_at", "acknowledgement", "acknowledgement_code", "attempts", "deliveries",
    "mailbox",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """All that is known of a run at its end."""

    installation: Installation
    letters: Sequence[Letter]
    deliveries: Counter[bytes]  # by digest of what was delivered
    holdings: dict[str, list[bytes]]
    told: Sequence[Told]
    answered: Counter[str]  # acknowledgements by address
    doubts: int  # kills, and sessions of the relay that ended in doubt
    copies: int
    ghosts: set[str]  # digests of messages that somebody took away: stored or not, both are well
    clean: Sequence[dict[str, Any]]


def violations(run: Run) -> list[str]:
    """Everything that is not as it must be; empty is well."""
    all_of_it = exported(run.installation)
    found: list[str] = []
    for check in (_stored, _mailbox, _order, _acknowledged, _half_way, _records, _whole, _logs):
        found += check(run, all_of_it)
    return found


def exported(installation: Installation) -> list[dict[str, Any]]:
    """What `mailbot export` says; in this process, because each start costs a second."""
    with open_app(load(installation.folder / "mailbot.toml", {})) as app:
        with app.store.look() as db:
            ids = stored.all_messages(db, None)
            rows = list(stored.messages(db, ids))
        return [of_stored(app, row) for row in rows]


def busy(installation: Installation) -> int:
    """How many things are under way."""
    with closing(sqlite3.connect(installation.folder / "data" / "mailbot.db", timeout=30)) as db:
        return sum(db.execute(query).fetchone()[0] for query in UNDER_WAY)


def by_invariant(found: Sequence[str]) -> set[str]:
    """Which invariants were broken."""
    return {line.split(":")[0] for line in found}


def digest(data: bytes) -> str:
    """How an export names bytes."""
    return hashlib.sha256(data).hexdigest()


def sender_of(data: bytes) -> str:
    """Who wrote it."""
    found = SENDER.search(data)
    return found[1].decode() if found else ""


def _served(run: Run) -> dict[str, set[str]]:
    """The digests of what the server serves, by sender: bytes change a little on their way into a mailbox."""
    served: dict[str, set[str]] = {}
    for bodies in run.holdings.values():
        for data in bodies:
            served.setdefault(sender_of(data), set()).add(digest(data))
    return served


def _stored(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    rows = Counter(one["raw_sha256"] for one in exported)
    served = _served(run)
    known = set().union(*served.values())
    for letter in run.letters:
        mine = served.get(letter.sender, set())
        if not mine:
            yield "I1: a message is in no folder any more"
        elif not mine & rows.keys():
            yield "I1: a message was never stored, or not as it was served"
    for name, count in rows.items():
        if count > 1:
            yield f"I2: one message, {count} rows"
        if name not in known and name not in run.ghosts:
            yield "I2: a row without a message"


def _mailbox(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    times = Counter(digest(data) for bodies in run.holdings.values() for data in bodies)
    left = [
        data for data in run.holdings.get("INBOX", []) if digest(data) in {e["raw_sha256"] for e in exported}
    ]
    if left:
        yield f"I3: {len(left)} handled messages are in the inbox"
    wanted = Counter(one["raw_sha256"] for one in exported for _ in range(one["deliveries"]))
    extra = sum(max(0, count - max(1, wanted[name])) for name, count in times.items())
    if extra > run.copies:
        yield f"I3: {extra} messages are there more often than they came"


def _order(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Nothing was told of a message before its row was committed."""
    with closing(sqlite3.connect(run.installation.folder / "data" / "mailbot.db")) as db:
        rows = db.execute("SELECT locator, stored_at FROM delivery").fetchall()
    known = {locator: _moment(at) for locator, at in rows}
    never = [told for told in run.told if told.locator not in known]
    if never:
        yield f"I3: the server was told {never[0].verb} of {len(never)} messages that were never stored"
    soon = [told for told in run.told if told.locator in known and known[told.locator] > told.at]
    if soon and not _clock_moved(run):
        yield f"I3: the server was told {soon[0].verb} of {len(soon)} messages before they were stored"


def _clock_moved(run: Run) -> bool:
    return (run.installation.folder / "clock-moved").exists()


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _acknowledged(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    earns = {letter.sender: letter.earns for letter in run.letters}
    names = {name: sender for sender, mine in _served(run).items() for name in mine}
    uncertain = 0
    for address, count in run.answered.items():
        if count > 1:
            yield f"I4: {count} acknowledgements to one sender"
        if not earns.get(address, False):
            yield "I5: an acknowledgement to somebody who earns none"
    for one in exported:
        address, state = names.get(one["raw_sha256"], ""), one["acknowledgement"]
        if run.answered[address] not in MAY_BE_SENT.get(state, {0}):
            yield f"I5: {state}, and {run.answered[address]} acknowledgements"
        uncertain += state == "uncertain"
        if earns.get(address) and state not in MAY_BE_SENT:
            yield f"I6: an acknowledgement that is earned ended as {state}"
    if uncertain > run.doubts:
        yield f"I6: {uncertain} in doubt, by {run.doubts} faults"


def _half_way(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    states = Counter(one["state"] for one in exported if one["state"] not in SETTLED)
    if states:
        yield f"I7: left half-way: {dict(states)}"
    tried = [one["attempts"] for one in exported if one["attempts"] > 3]
    if tried:
        yield f"I7: {max(tried)} attempts at a message"
    with open_app(load(run.installation.folder / "mailbot.toml", {})) as app, app.store.look() as db:
        difference = status.counts(db)["difference"]
    if difference:
        yield "I7: messages without their item or acknowledgement"


def _records(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    clean = {one["raw_sha256"]: _lasting(one) for one in run.clean}
    for one in exported:
        wanted, got = clean.get(one["raw_sha256"]), _lasting(one)
        if wanted is not None and wanted != got:
            differ = sorted(key for key in wanted if wanted[key] != got.get(key))
            yield f"I8: {', '.join(differ)} differ from a run without faults"


def _lasting(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in PASSING}


def _whole(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    path: Path = run.installation.folder / "data" / "mailbot.db"
    with closing(sqlite3.connect(path)) as db:
        answer = db.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        yield "I10: the database is damaged"
    with open_app(load(run.installation.folder / "mailbot.toml", {})) as app, app.store.look() as look:
        verdict = audit.verify(look, app.keyring)
    if not verdict.ok:
        yield "I10: the audit chain does not verify"


def _logs(run: Run, exported: Sequence[dict[str, Any]]) -> Iterator[str]:
    found = PERSONAL.search(run.installation.log())
    if found:
        yield f"I11: a log tells something, at byte {found.start()}"

"""
Who fails to sign in must wait, longer each time.

An attempt is counted before it is looked at, and taken back when it was good; so a hundred at once are a
hundred. Counted are the name from one address, the address, and the name from anywhere: the last with much
patience, because otherwise a stranger could lock a handler out.

SECURITY
    Names and addresses stand as keyed digests: what somebody typed as a name may have been a password.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from mailbot.store.once import insert_once
from mailbot.store.people import throttle as table
from mailbot.store.unit import Unit

FORGOTTEN = timedelta(hours=1)  # after this without a failure
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 900))


def pause(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures, of which the first ones are free."""
    if failures < free:
        return timedelta()
    return _PAUSES[min(failures - free, len(_PAUSES) - 1)]


def keys(unit: Unit, name: str, address: str) -> tuple[tuple[str, int], ...]:
    """What an attempt is counted under, and how many failures are free there."""
    wanted = ((f"{name}\n{address}", 5), (f"\n{address}", 30), (f"{name}\n", 60))
    return tuple((unit.vault.digest("throttle", text.encode()), free) for text, free in wanted)


def admit(unit: Unit, counted: Sequence[tuple[str, int]], now: datetime) -> bool:
    """Count an attempt as failed; False, and not counted, when it is too early for one."""
    unit.db.execute(delete(table).where(table.c.last_at < now - FORGOTTEN))
    digests = [digest for digest, _ in counted]
    rows = unit.db.execute(select(table).where(table.c.digest.in_(digests)).with_for_update())
    known = {row.digest: row for row in rows}
    for digest, free in counted:
        row = known.get(digest)
        if row is not None and now < row.last_at + pause(row.failures, free):
            return False
    for digest, _ in counted:
        if not insert_once(unit.db, table, {"digest": digest, "failures": 1, "last_at": now}):
            again = update(table).where(table.c.digest == digest)
            unit.db.execute(again.values(failures=table.c.failures + 1, last_at=now))
    return True


def forgive(unit: Unit, counted: Sequence[tuple[str, int]]) -> None:
    """The attempt was good: what this name failed from this address is forgotten, the others are one less."""
    first, *others = [digest for digest, _ in counted]
    unit.db.execute(delete(table).where(table.c.digest == first))
    fewer = update(table).where(table.c.digest.in_(others), table.c.failures > 0)
    unit.db.execute(fewer.values(failures=table.c.failures - 1))

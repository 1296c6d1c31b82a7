"""
Leases: a name that one owner holds for a time, also among several machines.

A lease ends by itself, so that a dead worker gives its work back. It keeps two workers from doing the same
thing at once as a rule; what must never happen twice is held by constraints and states.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from mailbot.store.once import insert_once
from mailbot.store.schema import lease
from mailbot.store.unit import Unit


def take(unit: Unit, name: str, owner: str, now: datetime, seconds: float) -> bool:
    """Take a lease that is free, has ended or is ours already; False when another holds it."""
    until = now + timedelta(seconds=seconds)
    free = or_(lease.c.until <= now, lease.c.owner == owner)
    taken = update(lease).where(lease.c.name == name, free).values(owner=owner, until=until)
    if unit.db.execute(taken).rowcount == 1:
        return True
    return insert_once(unit.db, lease, {"name": name, "owner": owner, "until": until})


def renew(unit: Unit, name: str, owner: str, now: datetime, seconds: float) -> bool:
    """Hold it longer; False when it is no longer ours, and the work must stop."""
    longer = update(lease).where(lease.c.name == name, lease.c.owner == owner)
    return unit.db.execute(longer.values(until=now + timedelta(seconds=seconds))).rowcount == 1


def drop(unit: Unit, name: str, owner: str) -> None:
    """Give it back, if it is ours."""
    unit.db.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))

"""Moments that count for good: when a backup was restored."""

from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.store.lookout import landmark
from mailbot.store.once import insert_into
from mailbot.store.unit import Unit

RESTORED = "restored"


def when(db: Connection, name: str) -> datetime | None:
    """The moment of this name."""
    return db.scalar(select(landmark.c.at).where(landmark.c.name == name))


def put(unit: Unit, name: str, at: datetime) -> None:
    """The moment of this name is now this one."""
    statement = insert_into(unit.db.dialect.name, landmark).values(name=name, at=at)
    unit.db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))

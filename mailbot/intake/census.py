"""
Counting a mailbox's folders against the database: silence in one folder may be noise in another.

A message in `Processed` that mailbot did not put there was moved by a rule or a person before mailbot saw
it, and one in the junk folder was never seen at all: a report may be among them. The smallest difference ever
seen is the custom of the place (old mail, and what people take out); what is above it came in since.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from mailbot.domain.states import DeliveryState
from mailbot.intake.sources.base import SourceSession
from mailbot.store.lookout import folder
from mailbot.store.once import insert_into
from mailbot.store.schema import delivery
from mailbot.store.unit import Store

EVERY = timedelta(minutes=1)


def is_due(store: Store, mailbox: str, now: datetime) -> bool:
    """Whether the last census is a minute old."""
    query = select(func.max(folder.c.counted_at, type_=folder.c.counted_at.type))
    with store.look() as db:
        last = db.scalar(query.where(folder.c.mailbox == mailbox))
    return last is None or not last <= now < last + EVERY


def take(
    session: SourceSession,
    mailbox: str,
    folders: Mapping[str, str],
    listed: tuple[int, int],
    store: Store,
    now: datetime,
) -> None:
    """Count the `folders` (role to name), and note the inbox as it was `listed`: how many, of these known."""
    counted = {role: session.count(name) for role, name in folders.items()}
    expected = _moved(store, mailbox)
    rows = {
        role: (count, expected.get(folders[role], 0)) for role, count in counted.items() if count is not None
    }
    rows["inbox"] = listed
    with store.unit() as unit:
        known_least = select(folder.c.role, folder.c.least).where(folder.c.mailbox == mailbox)
        before = {row[0]: row[1] for row in unit.db.execute(known_least)}
        for role, (count, known) in rows.items():
            least = min(count - known, before.get(role, count - known))
            values = {"counted": count, "expected": known, "least": least, "counted_at": now}
            statement = insert_into(unit.db.dialect.name, folder).values(mailbox=mailbox, role=role, **values)
            unit.db.execute(statement.on_conflict_do_update(index_elements=["mailbox", "role"], set_=values))


def _moved(store: Store, mailbox: str) -> dict[str, int]:
    """How many messages mailbot put into each folder."""
    moved = (delivery.c.mailbox == mailbox) & (delivery.c.state == DeliveryState.MOVED.value)
    query = select(delivery.c.target_folder, func.count()).where(moved).group_by(delivery.c.target_folder)
    with store.look() as db:
        return {row[0]: row[1] for row in db.execute(query)}

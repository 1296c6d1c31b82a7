"""
Alerts: each alarm is told once when it begins, again when it gets worse or lasts, and once when it is over.

GUARANTEES
    What could not be told by any way stays news, and is told at the next look. A settled alert is silent
    until it gets worse or is over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.lookout import alert as table
from mailbot.store.lookout import folder
from mailbot.store.unit import Unit
from mailbot.watch.rules import Alarm

ON, OVER = "on", "over"
_ROLES = {"in_junk": "junk", "strays_processed": "processed", "strays_quarantine": "quarantine"}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm with its history."""

    alert_id: str
    code: str
    about: str
    number: int
    since: datetime
    told: str | None  # what was told of it last: ON, OVER, or nothing yet
    told_at: datetime | None
    told_number: int
    settled_by: str | None
    ended_at: datetime | None


_COLUMNS = [table.c[name] for name in Alert.__dataclass_fields__]


def note(unit: Unit, alarms: Collection[Alarm], now: datetime) -> None:
    """Bring the table to what is wrong now."""
    known = {(one.code, one.about): one for one in standing(unit.db)}
    for alarm in sorted(alarms):
        one = known.pop((alarm.code, alarm.about), None)
        if one is None:
            row = {"code": alarm.code, "about": alarm.about, "number": alarm.number, "since": now}
            unit.db.execute(insert(table), {"alert_id": new_id(), "told_number": 0, **row})
        elif one.number != alarm.number:
            least = min(one.told_number, alarm.number)  # more after less is worse again
            unit.db.execute(_one(one.alert_id).values(number=alarm.number, told_number=least))
    for one in known.values():
        unit.db.execute(_one(one.alert_id).values(ended_at=now))


def news(db: Connection, now: datetime, again: timedelta) -> list[Alert]:
    """What must be told: begun, worse, lasting, or over."""
    pending = table.c.ended_at.is_(None) | (table.c.told == ON)
    rows = db.execute(select(*_COLUMNS).where(pending).order_by(table.c.since, table.c.code))
    return [one for one in (Alert(*row) for row in rows) if _is_news(one, now, again)]


def mark_told(unit: Unit, told: Sequence[Alert], now: datetime) -> None:
    """Somebody knows."""
    for one in told:
        what = OVER if one.ended_at else ON
        unit.db.execute(_one(one.alert_id).values(told=what, told_at=now, told_number=one.number))


def standing(db: Connection) -> list[Alert]:
    """What is not over, the oldest first."""
    rows = db.execute(
        select(*_COLUMNS).where(table.c.ended_at.is_(None)).order_by(table.c.since, table.c.code)
    )
    return [Alert(*row) for row in rows]


def settle(unit: Unit, alert_id: str, actor: str, now: datetime) -> None:
    """A person knows, and wants to hear of it only when it gets worse. `Declined` for one that is over."""
    one = next((one for one in standing(unit.db) if one.alert_id == alert_id), None)
    if one is None:
        raise Declined("over")
    unit.db.execute(_one(alert_id).values(settled_by=actor, told_number=one.number, told=ON, told_at=now))
    if role := _ROLES.get(one.code):  # they looked: what lies there now is no stray any more
        place = (folder.c.mailbox == one.about) & (folder.c.role == role)
        unit.db.execute(update(folder).where(place).values(least=folder.c.counted - folder.c.expected))
    unit.audit(actor, Action.CONFIGURATION_CHANGE, alert_id, now, alert=one.code)


def _is_news(one: Alert, now: datetime, again: timedelta) -> bool:
    if one.ended_at is not None:
        return one.told == ON
    if one.told is None or one.number > one.told_number:
        return True
    if one.settled_by is not None or one.told_at is None:
        return False
    return not one.told_at <= now < one.told_at + again  # "told" later than now: the clock was set back


def _one(alert_id: str):  # type: ignore[no-untyped-def]
    return update(table).where(table.c.alert_id == alert_id)

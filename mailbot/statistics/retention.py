"""
How long reports and the numbers behind them are kept: `[report] keep_years`.

GUARANTEES
    The differencing check forgets nothing that it could still need: a report stays beyond its period while a
    message of its months is left, or another report that is kept tells of one of them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from mailbot.statistics.kept import Tables, publication_of
from mailbot.statistics.months import Month
from mailbot.statistics.releases import opened
from mailbot.store.audit import Action
from mailbot.store.office import report as TABLE
from mailbot.store.schema import message
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault


def due(db: Connection, vault: Vault, now: datetime) -> list[str]:
    """The ids of reports and drafts that `erase` would erase."""
    rows = db.execute(select(TABLE).order_by(TABLE.c.report_id)).all()
    months = {row.report_id: _months(opened(vault, row).tables) for row in rows}
    over = [row.report_id for row in rows if row.review_on <= now and not row.hold]
    found = [one for one in over if not any(_is_left(db, month) for month in months[one])]
    while True:
        kept = set().union(*(told for one, told in months.items() if one not in found))
        free = [one for one in found if not months[one] & kept]
        if len(free) == len(found):
            return found
        found = free


def erase(unit: Unit, ids: Sequence[str], actor: str, now: datetime) -> None:
    """Erase these, for good; what was published is elsewhere."""
    unit.db.execute(delete(TABLE).where(TABLE.c.report_id.in_(ids)))
    for one in ids:
        unit.audit(actor, Action.ERASURE, one, now, what="report")


def _months(tables: Sequence[Tables]) -> set[Month]:
    return {month for one in tables for month in publication_of(one).months}


def _is_left(db: Connection, month: Month) -> bool:
    received = message.c.received_at
    inside = exists().where(received >= month.begins, received < month.ends, message.c.erased_at.is_(None))
    return bool(db.scalar(select(inside)))

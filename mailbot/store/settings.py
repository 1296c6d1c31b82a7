"""
Changes of the settings, as the audit chain has them: which tables of the file differ from the last start.

GUARANTEES
    A start with the settings of the last one records nothing. Of a change the names of tables are recorded,
    and keyed digests that recognise the next change; no value, for one may be an address or a host.
BUGS
    Two processes that are given different files record a change at each start of either.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.store.audit import Action
from mailbot.store.schema import audit
from mailbot.store.unit import Store

SUBJECT = "settings"


def note(store: Store, tables: Mapping[str, bytes], actor: str, now: datetime) -> list[str]:
    """Record what differs from the last start; the names of the tables that do."""
    digests = {name: store.vault.digest("settings", value)[:16] for name, value in tables.items()}
    with store.look() as db:
        before = _last(db)
    if before is None:
        changed = sorted(digests)
    else:
        names = digests.keys() | before.keys()
        changed = sorted(name for name in names if digests.get(name) != before.get(name))
    if changed:
        shown = {f"table_{name}": digest for name, digest in digests.items()}
        with store.unit() as unit:
            unit.audit(actor, Action.CONFIGURATION_CHANGE, SUBJECT, now, what=",".join(changed), **shown)
    return changed


def _last(db: Connection) -> dict[str, str] | None:
    newest = select(audit.c.detail).where(audit.c.subject == SUBJECT).order_by(audit.c.seq.desc()).limit(1)
    detail = db.scalar(newest)
    if detail is None:
        return None
    known = json.loads(detail)
    return {name.removeprefix("table_"): value for name, value in known.items() if name.startswith("table_")}

"""
How many acknowledgements a day: for one address, for one domain, and in all.

Counted are those that were sent, will be, or may have been. A tag ("+anything") makes no other address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from mailbot.domain.states import AckState
from mailbot.send.settings import Settings
from mailbot.store.schema import outbox

DAY = timedelta(hours=24)
_COUNTED = [state.value for state in (AckState.RESERVED, AckState.SENDING, AckState.SENT, AckState.UNCERTAIN)]


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that is reached."""

    name: str
    count: int


def reached(
    db: Connection, caps_digest: str, domain_digest: str, settings: Settings, now: datetime
) -> Cap | None:
    """The first limit that one more would cross."""

    row = db.execute(
        select(
            func.count(case((outbox.c.caps_digest == caps_digest, 1))).label("address"),
            func.count(case((outbox.c.domain_digest == domain_digest, 1))).label("domain"),
            func.count().label("total"),
        ).where(
            outbox.c.decided_at > now - DAY,
            outbox.c.state.in_(_COUNTED),
            outbox.c.kind == "acknowledgement",
        )
    ).one()
    limits = (
        ("address", row.address, settings.per_address_day),
        ("domain", row.domain, settings.per_domain_day),
        ("total", row.total, settings.total_day),
    )
    return next((Cap(name, count) for name, count, most in limits if count >= most), None)

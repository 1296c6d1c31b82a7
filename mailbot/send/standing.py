"""How things stand for one sender, in one question to the database: it is asked for every message."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from mailbot.domain.states import AckState
from mailbot.send import breaker, caps, silence
from mailbot.send.caps import Cap
from mailbot.send.settings import Settings
from mailbot.store.schema import outbox

_RESERVED = (
    outbox.c.recipient_digest == bindparam("recipient_digest"),
    outbox.c.state == AckState.RESERVED.value,
    outbox.c.kind == "acknowledgement",
)
_QUESTION = select(
    silence.ASKED.label("silence"),
    select(outbox.c.mail_id).where(*_RESERVED).limit(1).scalar_subquery().label("reserved"),
    caps.BY_ADDRESS.label("address"),
    caps.BY_DOMAIN.label("domain"),
    caps.IN_ALL.label("total"),
    breaker.COUNT.label("reports"),
)
_HOLD = (
    select(outbox.c.mail_id)
    .where(outbox.c.mail_id == bindparam("mail_id"), outbox.c.state == AckState.RESERVED.value)
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a sender, and of the day."""

    silence: bool  # a form of theirs has just said that contact is not safe
    reserved: str | None  # the mail that waits for them
    cap: Cap | None
    breaker_open: bool


def look_up(
    db: Connection, digests: dict[str, str], settings: Settings, now: datetime, *, hold: bool = True
) -> Standing:
    """All of it, as it is now; what is reserved stays so until the transaction ends, unless not to `hold`."""
    moments = {
        "asked_since": silence.since(now, settings),
        "day_ago": now - caps.DAY,
        "day_ahead": now + caps.DAY,
        **breaker.around(now),
    }
    row = db.execute(_QUESTION, digests | moments).one()
    return Standing(
        silence=row.silence,
        # on PostgreSQL it may have left a moment ago
        reserved=db.scalar(_HOLD, {"mail_id": row.reserved}) if row.reserved and hold else row.reserved,
        cap=caps.reached(row.address, row.domain, row.total, settings),
        breaker_open=row.reports > breaker.MOST,
    )

"""
The breaker: when our acknowledgements come back, no more leave until a person looks.

GUARANTEES
    Only bounces and automatic replies that name a Message-ID of ours count. Those ids are random, so nobody
    who was not answered can make one up.
BUGS
    Whoever was answered once can send several reports about it, and so hold the acknowledgements of all for
    ten minutes. They are held, not lost.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select

from mailbot import events
from mailbot.domain.mail import Envelope
from mailbot.store.ids import new_id
from mailbot.store.schema import bounce, outbox
from mailbot.store.unit import Unit

WINDOW = timedelta(minutes=10)
MOST = 5  # so many are bad luck
_NAMES = 50  # Message-IDs looked up for one message: a thread is shorter, and a forged one is no work for us


COUNT = (  # none of what a clock wrote down that was ahead, and was set back since
    select(func.count())
    .where(bounce.c.at > bindparam("reports_since"), bounce.c.at <= bindparam("reports_until"))
    .scalar_subquery()
)
_NAMED = (
    select(outbox.c.mail_id).where(outbox.c.our_message_id.in_(bindparam("names", expanding=True))).limit(1)
)
# an absence note for what a person wrote says nothing about our acknowledgements
_IS_LETTER = select(outbox.c.kind == "training").where(outbox.c.mail_id == bindparam("mail_id"))
_INSERT = insert(bounce)
_COUNT = select(COUNT)


def note_report(unit: Unit, envelope: Envelope, now: datetime) -> bool:
    """Count a bounce or an automatic reply that speaks of a message of ours; whether it does."""
    if envelope.automatic not in ("automatic", "bounce"):
        return False
    mail_id = named_mail(unit.db, envelope)
    if mail_id is None or unit.db.scalar(_IS_LETTER, {"mail_id": mail_id}):
        return False
    unit.db.execute(_INSERT, {"bounce_id": new_id(), "mail_id": mail_id, "at": now})
    if (count := _count(unit.db, now)) == MOST + 1:
        events.breaker_opened(count)
    return True


def is_open(db: Connection, now: datetime) -> bool:
    """Whether more came back lately than bad luck explains."""
    return _count(db, now) > MOST


def named_mail(db: Connection, envelope: Envelope) -> str | None:
    """The mail of ours that this message replies to or reports on."""
    names = [f"<{name.strip().strip('<>')}>" for name in envelope.names_messages[:_NAMES]]
    if not names:
        return None
    return db.scalar(_NAMED, {"names": names})


def _count(db: Connection, now: datetime) -> int:
    return db.scalar(_COUNT, around(now)) or 0


def around(now: datetime) -> dict[str, datetime]:
    """The moments that `COUNT` asks for; on either side, because clocks are set back too."""
    return {"reports_since": now - WINDOW, "reports_until": now + WINDOW}

"""
"It is not safe to contact me": the one answer of a form that counts, heard for all that its sender sent about
the same time, with or without a tag in the address.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, select

from mailbot.domain.states import AckState
from mailbot.send.settings import Settings
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit

CODE = "not_safe"
TOGETHER = timedelta(minutes=5)
_MAY_LEAVE = (AckState.RESERVED, AckState.HELD)
_BLANK = {"recipient": None, "recipient_digest": None, "caps_digest": None, "domain_digest": None}

ASKED = exists().where(  # only the row of such a form carries both
    outbox.c.caps_digest == bindparam("caps_digest"),
    outbox.c.code == CODE,
    outbox.c.decided_at >= bindparam("asked_since"),
)
_ASKED = select(ASKED)


def suppress(unit: Unit, caps_digest: str) -> None:
    """Take back what has not left for this sender, and what that covers."""
    waiting = outbox.c.state.in_([state.value for state in _MAY_LEAVE])
    found = unit.db.scalars(
        select(outbox.c.mail_id)
        .where(outbox.c.caps_digest == caps_digest, waiting, outbox.c.kind == "acknowledgement")
        .with_for_update()
    ).all()
    for mail_id in found:
        take_back(unit, mail_id)


def take_back(unit: Unit, mail_id: str) -> None:
    """It will not be sent, nor does it speak for others."""
    if not unit.move(outbox, mail_id, _MAY_LEAVE, AckState.NOT_DUE, code=CODE, due_at=None, **_BLANK):
        return
    covered = select(outbox.c.mail_id).where(
        outbox.c.covered_by == mail_id, outbox.c.state == AckState.COVERED.value
    )
    for other in unit.db.scalars(covered).all():
        unit.move(outbox, other, AckState.COVERED, AckState.NOT_DUE, code=CODE, **_BLANK)


def asked_for(db: Connection, caps_digest: str, since: datetime) -> bool:
    """Whether a form of this sender has asked for it since then."""
    return bool(db.scalar(_ASKED, {"caps_digest": caps_digest, "asked_since": since}))


def since(decided_at: datetime, settings: Settings) -> datetime:
    """
    From when on a form counts: had it been answered, its answer might still have been waiting. However
    short that wait is, what came together counts together, in whatever order it was read.
    """
    return decided_at - max(timedelta(seconds=settings.delay_seconds[1]), TOGETHER)

"""
After a backup was restored: what it holds as not sent may have left since, and nobody is told twice.

GUARANTEES
    Every acknowledgement that was reserved is held for a person, and one for a message that was received
    before the restoration is held too, whenever it is read. What was being sent is in doubt, as after any
    crash.
"""

from datetime import datetime

from sqlalchemy import select

from mailbot.domain.states import AckState
from mailbot.store import landmarks
from mailbot.store.audit import Action
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit

CODE = "restored"


def hold_all(unit: Unit, actor: str, now: datetime, made_at: str) -> int:
    """Hold what is reserved, and remember when; how many."""
    kind = outbox.c.kind == "acknowledgement"
    waiting = select(outbox.c.mail_id).where(outbox.c.state == AckState.RESERVED.value, kind)
    ids = list(unit.db.scalars(waiting.with_for_update()))
    for mail_id in ids:
        unit.move(outbox, mail_id, AckState.RESERVED, AckState.HELD, code=CODE, due_at=None)
    landmarks.put(unit, landmarks.RESTORED, now)
    unit.audit(actor, Action.CONFIGURATION_CHANGE, "restore", now, made_at=made_at, held=len(ids))
    return len(ids)

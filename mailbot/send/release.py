"""
What a person decides about an acknowledgement that the machine left alone.

GUARANTEES
    One whose address has been erased is never let go: there is nobody to send it to.
"""

from datetime import datetime

from sqlalchemy import select

from mailbot.domain.states import AckState
from mailbot.store.audit import Action
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit

BY_HAND = "by_hand"  # the code of a row that a person let go: it is never late


def retry(unit: Unit, mail_id: str, actor: str, now: datetime) -> bool:
    """Send an `uncertain` or `refused` one again, under the Message-ID it has. False when it is neither."""
    return _let_go(unit, mail_id, (AckState.UNCERTAIN, AckState.REFUSED), actor, now)


def release(unit: Unit, mail_id: str, actor: str, now: datetime) -> bool:
    """Let one go that was held. False when it is not."""
    return _let_go(unit, mail_id, (AckState.HELD,), actor, now)


def _let_go(unit: Unit, mail_id: str, old: tuple[AckState, ...], actor: str, now: datetime) -> bool:
    erased_at = unit.db.scalar(select(outbox.c.erased_at).where(outbox.c.mail_id == mail_id))
    moved = erased_at is None and unit.move(
        outbox, mail_id, old, AckState.RESERVED, code=BY_HAND, due_at=now, attempts=0, first_tried_at=None
    )
    if moved:
        unit.audit(actor, Action.ALTERATION, mail_id, now, what="acknowledgement_let_go")
    return moved

"""
Letters in the outbox: what people of ours wrote to somebody, waiting to be sent. `send.letters` sends them.

What is queued is the whole message but for Date and Message-ID, sealed with the training desk's key.
"""

from datetime import datetime

from sqlalchemy import insert

from mailbot.domain.states import AckState
from mailbot.store.ids import new_id
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit
from mailbot.store.vault import Part

KIND = "training"


def put_letter(unit: Unit, recipient: str, message: bytes, due_at: datetime, now: datetime) -> str:
    """Queue a letter; its id. It leaves at most once, not before `due_at`."""
    mail_id = new_id()
    digest = unit.vault.digest("letter.recipient", recipient.strip().casefold().encode())
    unit.db.execute(
        insert(outbox).values(
            mail_id=mail_id,
            kind=KIND,
            state=AckState.RESERVED.value,
            recipient=unit.vault.seal(Part.TRAINING, recipient.encode(), recipient_place(mail_id)),
            recipient_digest=digest,
            content=unit.vault.seal(Part.TRAINING, message, content_place(mail_id)),
            due_at=due_at,
            decided_at=now,
            purpose="training",
        )
    )
    return mail_id


def take_back(unit: Unit, mail_id: str) -> bool:
    """Not to be sent after all; False where it has left, or is leaving."""
    return unit.move(outbox, mail_id, AckState.RESERVED, AckState.NOT_DUE, code="taken_back", due_at=None)


def recipient_place(mail_id: str) -> str:
    """Where the sealed address stands."""
    return f"outbox.recipient.{mail_id}"


def content_place(mail_id: str) -> str:
    """Where the sealed message stands."""
    return f"outbox.content.{mail_id}"

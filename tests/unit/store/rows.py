"""Rows that store tests begin with."""

from datetime import UTC, datetime

from sqlalchemy import insert

from mailbot.domain.states import MessageState
from mailbot.store.ids import new_id
from mailbot.store.schema import message
from mailbot.store.unit import Unit

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def add_message(unit: Unit, state: MessageState = MessageState.STORED) -> str:
    """A message with nothing around it; its id."""
    message_id = new_id()
    unit.db.execute(
        insert(message).values(
            message_id=message_id,
            mailbox="partnership",
            raw_digest=new_id() * 2,
            size=1,
            received_at=NOW,
            stored_at=NOW,
            state=state.value,
        )
    )
    return message_id

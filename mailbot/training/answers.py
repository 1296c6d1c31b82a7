"""The answers to a request, opened: those that the desk may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.domain.mail import Kind
from mailbot.store.office import training_answer as TABLE
from mailbot.store.office import training_request as REQUESTS
from mailbot.store.vault import Part, Vault
from mailbot.training.inbox import HELD_BACK, place, withheld


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    kind: str  # "mail" or "calendar"
    code: str  # of a calendar: "accepted", "declined", "tentative"
    at: datetime
    text: str


def of_request(db: Connection, vault: Vault, request_id: str) -> list[Answer]:
    """Those that are not the handlers' alone, the first first."""
    shown = (TABLE.c.request_id == request_id, TABLE.c.kind != HELD_BACK)
    rows = db.execute(select(TABLE).where(*shown).order_by(TABLE.c.at, TABLE.c.answer_id))
    return [
        Answer(
            row.kind, row.code, row.at, vault.open(Part.TRAINING, row.sealed, place(row.answer_id)).decode()
        )
        for row in rows
    ]


def is_held_back(db: Connection, message_id: str) -> bool:
    """Whether a message answers a letter of the desk, which does not see it."""
    query = select(TABLE.c.answer_id).where(TABLE.c.message_id == message_id, TABLE.c.kind == HELD_BACK)
    return db.scalar(query) is not None


def apart(db: Connection, message_id: str, kind: Kind, flags: Sequence[str]) -> str:
    """What the desk does not get of a message that concerns it: "answer", or what `withheld` says."""
    if is_held_back(db, message_id):
        return "answer"
    lacks = withheld(kind, flags)
    known = select(REQUESTS.c.request_id).where(REQUESTS.c.message_id == message_id)
    return "" if lacks == "request" and db.scalar(known) is None else lacks

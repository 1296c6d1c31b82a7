"""The answers to a request, opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.store.office import training_answer as TABLE
from mailbot.store.vault import Part, Vault
from mailbot.training.inbox import place


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    kind: str  # "mail", "calendar", or "mixed": handlers have it, and its text is not shown here
    code: str  # of a calendar: "accepted", "declined", "tentative"
    at: datetime
    text: str


def of_request(db: Connection, vault: Vault, request_id: str) -> list[Answer]:
    """All of them, the first first."""
    rows = db.execute(
        select(TABLE).where(TABLE.c.request_id == request_id).order_by(TABLE.c.at, TABLE.c.answer_id)
    )
    return [
        Answer(
            row.kind, row.code, row.at, vault.open(Part.TRAINING, row.sealed, place(row.answer_id)).decode()
        )
        for row in rows
    ]

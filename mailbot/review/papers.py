"""Drafts and notes: what a handler has typed. Sealed as source part, because both may name people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, select

from mailbot.codec import decode, encode
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.desk import draft, note
from mailbot.store.ids import new_id
from mailbot.store.once import insert_into
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

LONGEST_NOTE = 10_000
LONGEST_DRAFT = 1_000_000  # bytes of JSON
NoteKind = Literal[
    "note", "handover", "clarification", "reopened", "recalled", "original",
    "dip_sampled", "dip_satisfactory", "dip_to_discuss",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody told their colleagues."""

    kind: str
    author: str
    at: datetime
    text: str


def save_draft(unit: Unit, item_id: str, author: str, fields: dict[str, list[str]], now: datetime) -> None:
    """Keep what the author has typed, instead of what was kept before; `Declined("too_long")`."""
    plain = encode(fields)
    if len(plain) > LONGEST_DRAFT:
        raise Declined("too_long")
    sealed = unit.vault.seal(Part.SOURCE, plain, _draft_place(item_id, author))
    row = {"item_id": item_id, "author": author, "saved_at": now, "sealed": sealed}
    statement = insert_into(unit.db.dialect.name, draft).values(row)
    unit.db.execute(
        statement.on_conflict_do_update(
            index_elements=["item_id", "author"], set_={"saved_at": now, "sealed": sealed}
        )
    )


def load_draft(db: Connection, vault: Vault, item_id: str, author: str) -> dict[str, list[str]] | None:
    """What the author typed last; None where there is nothing."""
    sealed = db.scalar(select(draft.c.sealed).where(draft.c.item_id == item_id, draft.c.author == author))
    if sealed is None:
        return None
    plain = vault.open(Part.SOURCE, sealed, _draft_place(item_id, author))
    fields: dict[str, list[str]] = decode(plain, dict[str, list[str]])
    return fields


def give_draft(unit: Unit, item_id: str, author: str, to: str, now: datetime) -> None:
    """A colleague who takes over goes on where the author was, unless they have a draft of their own."""
    fields = load_draft(unit.db, unit.vault, item_id, author)
    if fields is not None and load_draft(unit.db, unit.vault, item_id, to) is None:
        save_draft(unit, item_id, to, fields, now)


def drop_drafts(unit: Unit, item_id: str) -> None:
    """It is decided: nobody's draft is needed."""
    unit.db.execute(delete(draft).where(draft.c.item_id == item_id))


def add_note(unit: Unit, item_id: str, kind: NoteKind, author: str, text: str, now: datetime) -> None:
    """Add a note; `Declined("empty")` or `Declined("too_long")`."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Declined("too_long" if text else "empty")
    note_id = new_id()
    sealed = unit.vault.seal(Part.SOURCE, text.encode("utf-8", "replace"), f"note.sealed.{note_id}")
    row = {"note_id": note_id, "item_id": item_id, "kind": kind, "author": author, "at": now}
    unit.db.execute(note.insert().values(**row, sealed=sealed))
    unit.audit(author, Action.ALTERATION, item_id, now, what="note", kind=kind)


def notes(db: Connection, vault: Vault, item_id: str) -> list[Note]:
    """All notes of an item, the oldest first."""
    query = select(note).where(note.c.item_id == item_id).order_by(note.c.at, note.c.note_id)
    return [
        Note(
            row.kind,
            row.author,
            row.at,
            vault.open(Part.SOURCE, row.sealed, f"note.sealed.{row.note_id}").decode(),
        )
        for row in db.execute(query)
    ]


def _draft_place(item_id: str, author: str) -> str:
    return f"draft.sealed.{item_id}.{author}"

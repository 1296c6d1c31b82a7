"""
What a handler corrects or types in: kept beside what was read, which stays as it is.

GUARANTEES
    A correction is never changed; the newest for a field counts. Reading a message again touches none. One of
    a source field is sealed as source part, and needs an opening to be made or seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from mailbot.domain.mail import Reading
from mailbot.domain.record import Record
from mailbot.errors import Declined
from mailbot.review import claims, fields
from mailbot.store.audit import Action
from mailbot.store.desk import correction as table
from mailbot.store.ids import new_id
from mailbot.store.schema import review_item
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

MOST = 500  # of one item


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that a handler typed."""

    path: str
    value: str
    author: str
    at: datetime


def correct(
    unit: Unit, item_id: str, actor: str, version: int, path: str, untrusted_value: str, now: datetime
) -> int:
    """Say what should stand in a field; the item's new version. `Declined` as its parts say."""
    claims.require(unit, item_id, actor, version)
    kind = fields.kind_of(path)[2]
    value = fields.checked(path, untrusted_value)
    number = int(unit.db.scalar(select(func.max(table.c.number)).where(table.c.item_id == item_id)) or 0) + 1
    if number > MOST:
        raise Declined("too_many")
    correction_id = new_id()
    part = Part.SOURCE if kind.part == "source" else Part.CONTENT
    unit.db.execute(
        table.insert().values(
            correction_id=correction_id,
            item_id=item_id,
            number=number,
            path=path,
            part=kind.part,
            author=actor,
            at=now,
            sealed=unit.vault.seal(part, value.encode("utf-8", "replace"), _place(correction_id)),
        )
    )
    unit.audit(actor, Action.ALTERATION, item_id, now, what="correction", field=path)
    return claims.touch(unit, item_id)


def load(db: Connection, vault: Vault, item_id: str, *, source: bool) -> list[Correction]:
    """All corrections of an item, the first first; those of source fields only where they may be seen."""
    query = select(table).where(table.c.item_id == item_id).order_by(table.c.number)
    if not source:
        query = query.where(table.c.part == "content")
    return [
        Correction(
            row.path,
            vault.open(Part[row.part.upper()], row.sealed, _place(row.correction_id)).decode(),
            row.author,
            row.at,
        )
        for row in db.execute(query)
    ]


def are_there(db: Connection, message_id: str) -> bool:
    """Whether a handler has corrected anything of a message."""
    its = table.c.item_id == review_item.c.item_id
    query = select(table.c.number).join(review_item, its).where(review_item.c.message_id == message_id)
    return db.execute(query.limit(1)).first() is not None


def apply(records: Sequence[Record], corrections: Sequence[Correction]) -> tuple[Record, ...]:
    """The records as they stand after the corrections; typed ones are added at the end."""
    changed = list(records)
    for one in corrections:
        number, name, kind = fields.kind_of(one.path)
        while len(changed) <= number:
            changed.append(Record())
        changed[number] = fields.put(changed[number], name, one.value, kind.many)
    return tuple(changed)


def corrected(reading: Reading, corrections: Sequence[Correction]) -> Reading:
    """The reading as it stands after the corrections."""
    return replace(reading, records=apply(reading.records, corrections))


def _place(correction_id: str) -> str:
    return f"correction.sealed.{correction_id}"

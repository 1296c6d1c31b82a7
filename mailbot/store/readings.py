"""
Readings: what each message was understood to be, version beside version, in two sealed parts.

GUARANTEES
    A version is never overwritten; reading again adds the next one.
SECURITY
    `load_content` does not touch the table of sources: it works where that one cannot be read. Whoever
    calls `load_reading` for a person records it first (`Unit.audit`). What stands unsealed beside the parts
    comes from a reading child too, so it must have the form of our own code words.
"""

import json
import re
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select

from mailbot.codec import decode, encode
from mailbot.domain.mail import Reading
from mailbot.errors import Unreadable
from mailbot.store.ids import new_id
from mailbot.store.parts import Source, join, split
from mailbot.store.schema import message, reading_content, reading_source
from mailbot.store.schema import reading as table
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

_CODE = re.compile(r"[a-z][a-z0-9_]*(:[A-Za-z][A-Za-z0-9_.\[\]]*)?")
_VERSION = re.compile(r"[A-Za-z0-9.+_/-]{0,40}")
_LONGEST_CODE = 80
_LONGEST_SCHEMA = 20  # its column

# made once: making a statement takes longer than executing it
_INSERT_CONTENT, _INSERT_SOURCE = insert(reading_content), insert(reading_source)
_MESSAGE: BindParameter[str] = bindparam("subject")
_LOCK = select(message.c.message_id).where(message.c.message_id == _MESSAGE).with_for_update()
_NEXT = select(func.coalesce(func.max(table.c.version), 0) + 1).where(table.c.message_id == _MESSAGE)
_INSERT = insert(table).values(version=_NEXT.scalar_subquery())


def save_reading(unit: Unit, message_id: str, reading: Reading, now: datetime) -> str:
    """Add it as the newest version; its id. `Unreadable("answer")` for codes that are none of ours."""
    _check(reading)
    reading_id = new_id()
    row = {
        "reading_id": reading_id,
        "message_id": message_id,
        "subject": message_id,
        "kind": reading.kind.value,
        "flags": json.dumps(reading.flags),
        "reader_version": reading.reader_version,
        "schema_version": reading.schema_version,
        "made_at": now,
    }
    if unit.db.dialect.name == "postgresql":  # two workers at one message must not draw the same version
        unit.db.execute(_LOCK, {"subject": message_id})
    unit.db.execute(_INSERT, row)
    content, source = split(reading)
    sealed = unit.vault.seal(Part.CONTENT, encode(content), _place("reading_content", reading_id))
    unit.db.execute(_INSERT_CONTENT, {"reading_id": reading_id, "sealed": sealed})
    sealed = unit.vault.seal(Part.SOURCE, encode(source), _place("reading_source", reading_id))
    unit.db.execute(_INSERT_SOURCE, {"reading_id": reading_id, "sealed": sealed})
    return reading_id


def load_reading(db: Connection, vault: Vault, message_id: str, version: int | None = None) -> Reading | None:
    """The whole reading, the newest unless one is named; None where there is none."""
    found = _content(db, vault, message_id, version)
    if found is None:
        return None
    reading_id, content = found
    sealed = db.scalar(select(reading_source.c.sealed).where(reading_source.c.reading_id == reading_id))
    if sealed is None:
        return content  # erased
    plain = vault.open(Part.SOURCE, sealed, _place("reading_source", reading_id))
    return join(content, decode(plain, Source))


def load_content(db: Connection, vault: Vault, message_id: str, version: int | None = None) -> Reading | None:
    """The content part alone: a reading whose source fields are empty."""
    found = _content(db, vault, message_id, version)
    return found[1] if found else None


def _content(
    db: Connection, vault: Vault, message_id: str, version: int | None
) -> tuple[str, Reading] | None:
    query = (
        select(table.c.reading_id, reading_content.c.sealed)
        .join(reading_content, reading_content.c.reading_id == table.c.reading_id)
        .where(table.c.message_id == message_id)
        .order_by(table.c.version.desc())
        .limit(1)
    )
    if version is not None:
        query = query.where(table.c.version == version)
    row = db.execute(query).first()
    if row is None:
        return None
    plain = vault.open(Part.CONTENT, row.sealed, _place("reading_content", row.reading_id))
    return row.reading_id, decode(plain, Reading)


def _place(name: str, reading_id: str) -> str:
    return f"{name}.sealed.{reading_id}"


def _check(untrusted_reading: Reading) -> None:
    for code in untrusted_reading.flags:
        if len(code) > _LONGEST_CODE or not _CODE.fullmatch(code):
            raise Unreadable("answer")
    reader, form = untrusted_reading.reader_version, untrusted_reading.schema_version
    if not _VERSION.fullmatch(reader) or not _VERSION.fullmatch(form) or len(form) > _LONGEST_SCHEMA:
        raise Unreadable("answer")

"""
What a handler sees of one item: the content part, the grading view without identity, and the source part.

GUARANTEES
    `load` touches nothing; `look` records that somebody saw it, and stops the clock where looking does. The
    source part is in a view only where the caller says that it is open, and says so after `openings.is_open`.
SECURITY
    A document or body may hold the whole form, names and all. While the source is closed, its text, what went
    into no field and the free text of the grading view are shown with every value of the source left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, literal, select, update

from mailbot.domain.mail import Envelope, Kind, Part, Reading
from mailbot.domain.record import Record
from mailbot.errors import Declined
from mailbot.review import corrections, fields
from mailbot.review.corrections import Correction
from mailbot.review.sanitise import Sanitiser, Segment
from mailbot.review.seals import sealed
from mailbot.review.vocabulary import Vocabulary
from mailbot.store import parts
from mailbot.store.audit import Action
from mailbot.store.readings import load_reading
from mailbot.store.schema import Moment, message, reading, review_item
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault

DUPLICATES = 10  # that are named


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with its value, where it came from and how sure we are."""

    path: str
    name: str  # "subjects[].dob"
    value: str
    segments: tuple[Segment, ...]
    label: str = ""  # as printed on the form
    where: str = ""
    confidence: float | None = None  # None where nothing was read
    conflict: str = ""  # another value that was found for it
    original: str = ""  # what was read, where a handler has corrected it
    corrected_by: str = ""
    coded: bool = False  # the value is a word of the vocabulary, or a line each
    veiled: bool = False  # something of the value is left out, because the source is closed


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record: what it says, how it is known, and who said so (empty while that is closed)."""

    number: int
    content: tuple[Shown, ...]
    grading: tuple[Shown, ...]
    source: tuple[Shown, ...]
    persons: tuple[str, ...]  # a line each, for a log


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item, as far as it may be seen."""

    item_id: str
    message_id: str
    reading_version: int
    kind: str
    flags: tuple[str, ...]
    problems: tuple[str, ...]
    records: tuple[RecordView, ...]
    unmapped: tuple[str, ...]
    body: str
    parts: tuple[Part, ...]  # names are empty while the source is closed
    sealed: frozenset[str]  # paths of parts that nobody may see again
    duplicates: tuple[str, ...]  # items that may be the same message by another route
    envelope: Envelope | None  # None while the source is closed
    sanitiser: Sanitiser


def look(unit: Unit, item_id: str, actor: str, now: datetime) -> None:
    """Somebody sees the item: recorded, and the first look is noted."""
    row = unit.db.execute(
        update(review_item)
        .where(review_item.c.item_id == item_id)
        .values(first_opened_at=func.coalesce(review_item.c.first_opened_at, literal(now, Moment)))
        .returning(review_item.c.item_id)
    ).first()
    if row is None:
        raise Declined("unknown")
    unit.audit(actor, Action.CONSULTATION, item_id, now, what="item")


def load(db: Connection, vault: Vault, vocabulary: Vocabulary, item_id: str, *, is_open: bool) -> ItemView:
    """The item; `Declined("unknown")` where there is none."""
    row = db.execute(
        select(review_item.c.message_id, message.c.fingerprint)
        .join(message)
        .where(review_item.c.item_id == item_id)
    ).first()
    if row is None:
        raise Declined("unknown")
    read = load_reading(db, vault, row.message_id) or _nothing()
    every = corrections.load(db, vault, item_id, source=True)
    whole = corrections.corrected(read, every)
    content, source = parts.split(whole)
    sanitiser = Sanitiser(vocabulary, source, whole.records)
    newest = select(func.max(reading.c.version)).where(reading.c.message_id == row.message_id)
    shown = whole if is_open else content
    return ItemView(
        item_id=item_id,
        message_id=row.message_id,
        reading_version=int(db.scalar(newest) or 0),
        kind=whole.kind.value,
        flags=whole.flags,
        problems=whole.problems,
        records=_records(read, whole, every, sanitiser, is_open),
        unmapped=tuple(_veiled(text, sanitiser, is_open) for text in shown.unmapped),
        body=_veiled(shown.body, sanitiser, is_open),
        parts=tuple(replace(one, text=_veiled(one.text, sanitiser, is_open)) for one in shown.parts),
        sealed=sealed(db, vault, row.message_id, whole.parts),
        duplicates=_duplicates(db, row.message_id, row.fingerprint),
        envelope=whole.envelope if is_open else None,
        sanitiser=sanitiser,
    )


def _nothing() -> Reading:
    return Reading(Envelope(), Kind.UNREADABLE, problems=("erased",))


def _records(
    read: Reading,
    whole: Reading,
    every: Sequence[Correction],
    sanitiser: Sanitiser,
    is_open: bool,
) -> tuple[RecordView, ...]:
    newest = {one.path: one for one in every}
    views = []
    for number, record in enumerate(whole.records):
        was = read.records[number] if number < len(read.records) else Record()
        shower = _Shower(number, record, was, newest, sanitiser, is_open)
        names = list(_names(record))
        grading = [name for name in names if _plain(name).startswith(("provenance.", "source_risk."))]
        views.append(
            RecordView(
                number,
                tuple(shower.content(name) for name in names if _is_content(_plain(name))),
                tuple(
                    shower.graded(name)
                    for name in [*grading, "handling_request"]
                    if name in fields.GRADING or name == "provenance.origin_aware"
                ),
                tuple(
                    shower.graded(name)
                    for name in names
                    if fields.is_source(_plain(name)) and name != "handling_request"
                )
                if is_open
                else (),
                _persons(record),
            )
        )
    return tuple(views)


@dataclass(frozen=True)
class _Shower:
    """Shows the fields of one record."""

    number: int
    record: Record
    was: Record
    newest: dict[str, Correction]
    sanitiser: Sanitiser
    is_open: bool

    def content(self, name: str) -> Shown:
        value = _text(fields.get(self.record, name))
        return self._shown(name, value, self.sanitiser.segments(value, is_open=self.is_open))

    def graded(self, name: str) -> Shown:
        whole = _text(fields.get(self.record, name))
        value = _veiled(whole, self.sanitiser, self.is_open)
        shown = replace(self._shown(name, value, (Segment(value),) if value else ()), veiled=value != whole)
        if self.is_open:
            return shown
        return replace(shown, original="", conflict="")

    def _shown(self, name: str, value: str, segments: tuple[Segment, ...]) -> Shown:
        path = f"records[{self.number}].{name}"
        correction = self.newest.get(path)
        finding = next((one for one in self.record.findings if one.path == name), None)
        return Shown(
            path=path,
            name=_plain(name),
            value=value,
            segments=segments,
            label=finding.label if finding else "",
            where=finding.where if finding else "",
            confidence=finding.confidence if finding else None,
            conflict=finding.conflict if finding else "",
            original=_text(fields.get(self.was, name)) if correction else "",
            corrected_by=correction.author if correction else "",
            coded=bool(fields.kinds()[_plain(name)].choices),
        )


def _plain(name: str) -> str:
    return re.sub(r"\[\d+\]", "[]", name)


def _is_content(plain: str) -> bool:
    return not fields.is_source(plain) and not plain.startswith(("provenance.", "source_risk."))


def _names(record: Record) -> list[str]:
    """The fields of a record, its lists spelt out place by place."""
    found: list[str] = []
    things: dict[str, list[str]] = {}
    for name in fields.kinds():
        holder, bracket, inner = name.partition("[].")
        if not bracket:
            found.append(name)
            continue
        if holder not in things:
            things[holder] = []
            found.append(f"{holder}[]")
        things[holder].append(inner)
    spelt: list[str] = []
    for name in found:
        if not name.endswith("[]"):
            spelt.append(name)
            continue
        holder = name[:-2]
        for number in range(len(getattr(record, holder))):
            spelt += [f"{holder}[{number}].{inner}" for inner in things[holder]]
    return spelt


def _persons(record: Record) -> tuple[str, ...]:
    lines = []
    for one in record.subjects:
        name = one.full_name or " ".join(filter(None, (one.given_names, one.family_name)))
        aliases = f"also {', '.join(one.aliases)}" if one.aliases else ""
        born = f"born {one.dob}" if one.dob else (f"age {one.age}" if one.age else "")
        line = ", ".join(filter(None, (name, aliases, born, (one.role or "").replace("_", " "))))
        if line:
            lines.append(line)
    return tuple(lines)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _veiled(text: str, sanitiser: Sanitiser, is_open: bool) -> str:
    return text if is_open or not text else sanitiser.masked(text)


def _duplicates(db: Connection, message_id: str, fingerprint: str | None) -> tuple[str, ...]:
    if fingerprint is None:
        return ()
    query = (
        select(review_item.c.item_id)
        .join(message)
        .where(message.c.fingerprint == fingerprint, message.c.message_id != message_id)
        .order_by(message.c.received_at)
        .limit(DUPLICATES)
    )
    return tuple(db.scalars(query))

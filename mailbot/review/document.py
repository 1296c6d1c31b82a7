"""
What a desk gets, as DOCX and JSON: an intelligence log, a handover, or a notice about one of them.

The DOCX is a template of ours, or of the site, with words in double braces that are filled in.

GUARANTEES
    A log and a notice are made of what they are given here: sanitised text, grade, marking, a random
    reference. No author, no title, no time of day, no name of a file stands in the metadata.
SECURITY
    Text is text: control characters and marks that turn the direction of writing are left out; nothing in it
    becomes a field, a link or markup.
BUGS
    A placeholder is filled where its paragraph holds it; what its runs looked like is the look of the first.
"""

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from docx import Document as open_docx

from mailbot import resources
from mailbot.review.dispatch import Outgoing
from mailbot.review.grade import ControlRoom, Handover, Log
from mailbot.review.routes.base import Document

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_HIGHEST = "OFFICIAL-SENSITIVE"  # what a notice is marked with: it names a document that may have been
_NOTICES = {
    "replaced": "The document below has been replaced by a corrected one. Do not use it any more.",
    "under_review": "The document below is under review. Do not act on it until you hear more.",
    "withdrawn": "The document below is withdrawn. Do not use it, and take it out of your systems.",
}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # a time in the metadata that tells nothing


def render(
    outgoing: Outgoing, reference: str, replaces: str | None, day: date, site: Path | None = None
) -> Document:
    """The finished document."""
    facts: dict[str, Any] = {
        "reference": reference,
        "kind": outgoing.kind,
        "desk": outgoing.desk,
        "date": day.isoformat(),
        "priority": outgoing.priority,
        "scheme": outgoing.scheme,
        "replaces": replaces or "",
    }
    if outgoing.log is not None:
        name, facts = "intelligence-log", facts | _log(outgoing.log)
    elif outgoing.handover is not None:
        name, facts = "handover", facts | _handover(outgoing.handover, outgoing.control_room)
    else:
        name, facts = "notice", facts | {"marking": _HIGHEST, "text": _NOTICES[outgoing.kind]}
    template = resources.find(f"templates/documents/{name}.docx", site)
    return Document(
        reference=reference,
        desk=outgoing.desk,
        kind=outgoing.kind,
        marking=str(facts["marking"]),
        docx=_filled(template, {key: _as_text(value) for key, value in facts.items()}),
        json=json.dumps(facts, ensure_ascii=True, indent=1).encode(),
    )


def clean(untrusted_text: str) -> str:
    """Text without control characters and without marks that turn the direction of writing."""
    return "".join(
        letter
        for letter in untrusted_text.replace("\r\n", "\n").replace("\r", "\n")
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _log(log: Log) -> dict[str, Any]:
    grade = log.grade
    return {
        "marking": grade.marking or "",
        "grade": f"{grade.source or ''}{grade.intelligence or ''}{grade.handling or ''}",
        "source_reason": clean(grade.source_reason),
        "conditions": " ".join(filter(None, (grade.action, grade.sanitisation))),
        "instructions": clean(grade.instructions),
        "wishes": clean(log.wishes),
        "types": list(log.information_types),
        "persons": [clean(person) for person in log.persons],
        "text": clean(log.text),
    }


def _handover(handover: Handover, room: ControlRoom) -> dict[str, Any]:
    return {
        "marking": handover.marking or "",
        "instructions": clean(handover.instructions),
        "wishes": clean(handover.wishes),
        "identities": [f"{one.label}: {clean(one.value)}" for one in handover.identities],
        "control_room": clean(" · ".join(filter(None, (room.taken_by, room.taken_at, room.incident)))),
        "text": clean(handover.text),
    }


def _as_text(value: object) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _filled(template: Path, values: dict[str, str]) -> bytes:
    document: Any = open_docx(str(template))
    for paragraph in _paragraphs(document):
        said = paragraph.text
        if _PLACEHOLDER.search(said):
            text = _PLACEHOLDER.sub(lambda match: values.get(match[1], "") or "–", said)
            first, *others = paragraph.runs
            first.text = text
            for run in others:
                run.text = ""
    about = document.core_properties
    for name in ("author", "last_modified_by", "title", "subject", "comments", "keywords", "category"):
        setattr(about, name, "")
    about.created = about.modified = _EPOCH.replace(tzinfo=None)
    about.revision = 1
    out = io.BytesIO()
    document.save(out)
    return _timeless(out)


def _timeless(made: io.BytesIO) -> bytes:
    """The same archive with one and the same time on all its members: made again it is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraphs(document: Any) -> Iterator[Any]:
    for section in document.sections:
        for part in (section.header, section.footer):
            yield from _in(part)
    yield from _in(document)


def _in(holder: Any) -> Iterator[Any]:
    yield from holder.paragraphs
    for table in holder.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _in(cell)

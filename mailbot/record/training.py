"""
Requests for a training session: a template's answers, or what a letter says in passing.
"""

import re
from dataclasses import replace

from mailbot.domain.record import Finding, Training
from mailbot.record import rich, words
from mailbot.record.answers import Sheet
from mailbot.record.forms import FormDef
from mailbot.record.match import Book
from mailbot.record.rows import Cell, Row
from mailbot.record.values import Values

_VERSION = re.compile(r"\bv(?:ersion)?\.?\s?(\d{1,2}(?:\.\d{1,2}){0,2})\b", re.I)


def booked(book: Book) -> Book:
    """The same meanings: every label counts in a request's only section."""
    return book


def under_one_heading(part: list[Row]) -> list[Row]:
    """The rows as they are; a request has one section, whatever its headings say."""
    return part


def template(book: Book, sheet: Sheet) -> tuple[Training, list[str]]:
    """The request that a filled-in template makes, and what went into no field."""
    values = Values(book)
    found: dict[str, object] = {}
    findings: list[Finding] = []
    unmapped = list(sheet.unmapped)
    for answer in sheet.answers:
        value = values.value(answer)
        unmapped.extend(value.rest)
        for path, part in value.parts.items():
            if path in found or part in ("", ()):
                unmapped.append(value.raw)
                continue
            found[path] = part
            findings.append(Finding(path, value.raw, answer.label, answer.section, answer.where, answer.sure))
    return replace(Training(findings=tuple(findings)), **found), unmapped  # type: ignore[arg-type]


def definition(forms: tuple[FormDef, ...], part: list[Row]) -> tuple[str | None, str | None]:
    """The form definition whose title or marks a document prints, and the version printed on it."""
    texts = [row.text for row in part if row.text and len(row.text) < 160]
    norms = {words.heading(text)[0] for text in texts}
    best, most = None, 0
    for form in forms:
        titled = any(words.heading(title)[0] in norms for title in form.titles)
        marks = sum(words.heading(mark)[0] in norms for mark in form.marks)
        if 2 * titled + marks > most:
            best, most = form, 2 * titled + marks
    version = next((hit.group(1) for text in texts[-6:] + texts[:6] if (hit := _VERSION.search(text))), None)
    return (best.id if best else None), version


def cell(text: str) -> Cell:
    """A cell of plain text."""
    return Cell([rich.of(text)])

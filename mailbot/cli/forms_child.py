"""
Looks at one file as the reader does, and tells what it saw and what it made of it. Runs in a reading child.

GUARANTEES
    The definitions may come with the question, so a form can be tried before anybody installs it.
SECURITY
    Handles hostile bytes like `mailbot.reading`, in the same kind of child; it opens nothing itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot import codec
from mailbot.domain.document import Block, Box, Document, Entry, Inline, Paragraph, Table
from mailbot.domain.mail import Border, ParsedMail, Part
from mailbot.domain.record import Finding
from mailbot.parse.mail import take_apart, take_apart_document
from mailbot.reading import read_headers, read_message
from mailbot.record.books import build, library
from mailbot.record.forms import Definitions
from mailbot.record.pieces import Desk, Found
from mailbot.record.understand import understand

__all__ = ["Asked", "Explained", "Form", "Outline", "Shown", "read_document", "read_headers", "read_message"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at, beside its bytes."""

    name: str
    message: bool = False
    definitions: Definitions | None = None  # those to try; else the ones that reading uses


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a document: its kind, where it stands, and its cells."""

    kind: str  # heading, text, row, field, or an aside's kind
    where: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A document as the reader saw it."""

    name: str
    format: str
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One form, or one stretch of writing without any (`kind` is then empty)."""

    kind: str
    form: str | None
    version: str | None
    findings: tuple[Finding, ...]
    unmapped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything about one file."""

    kind: str
    flags: tuple[str, ...]
    outlines: tuple[Outline, ...]
    forms: tuple[Form, ...]
    unread: tuple[str, ...]  # parts that could not be read, and why


def read_document(untrusted: bytes, asked: str) -> Explained:
    """Answers one question; its name is the one under which a child is asked about documents."""
    question = codec.decode(asked.encode(), Asked)
    mail = (
        take_apart(untrusted, Border()) if question.message else take_apart_document(untrusted, question.name)
    )
    desk = Desk(build(question.definitions) if question.definitions is not None else library())
    reading = understand(mail)
    return Explained(
        reading.kind.value,
        reading.flags,
        tuple(outline for outline in _outlines(mail)),
        tuple(_form(one) for piece in mail.pieces for one in desk.piece(piece) if not mail.report),
        tuple(
            f"{part.name or part.path}: {part.reason or part.state}" for part in mail.parts if _unread(part)
        ),
    )


def _unread(part: Part) -> bool:
    return bool(part.reason) or (part.state == "empty" and part.role == "attachment")


def _form(found: Found) -> Form:
    read = found.record or found.training
    record = found.record
    return Form(
        found.kind,
        record.form if record else None,
        record.form_version if record else None,
        read.findings if read else (),
        tuple(found.unmapped),
    )


def _outlines(mail: ParsedMail) -> Iterator[Outline]:
    for piece in mail.pieces:
        name = piece.part.name or f"part {piece.part.path} ({piece.part.role})"
        yield Outline(name, piece.document.format, tuple(_lines(piece.document)))


def _lines(document: Document) -> Iterator[Shown]:
    yield from _blocks(document.blocks)
    for field in document.fields:
        value = field.value if field.checked is None else "☒" if field.checked else "☐"
        yield Shown("field", f"page {field.page}" if field.page else "", (field.label or field.name, value))
    for aside in document.asides:
        yield Shown(aside.kind, aside.where, (aside.text,))


def _blocks(blocks: Iterable[Block]) -> Iterator[Shown]:
    for block in blocks:
        if isinstance(block, Table):
            yield from _rows(block)
        elif text := _text(block):
            yield Shown("heading" if block.heading else "text", block.where, (text,))


def _rows(table: Table) -> Iterator[Shown]:
    for number, row in enumerate(table.rows, 1):
        cells = tuple(
            "\n".join(_text(block) for block in cell.blocks if isinstance(block, Paragraph)) for cell in row
        )
        yield Shown("row", f"{table.where} row {number}", cells)
        for cell in row:
            yield from _blocks(block for block in cell.blocks if isinstance(block, Table))


def _text(paragraph: Paragraph) -> str:
    return "".join(_inline(inline) for inline in paragraph.inlines).strip()


def _inline(inline: Inline) -> str:
    """A control stands in angle quotes, so that one sees what was typed into one."""
    if isinstance(inline, Entry):
        return f"‹{inline.text}›"
    if isinstance(inline, Box):
        return "☒" if inline.checked else "☐"
    return inline.text

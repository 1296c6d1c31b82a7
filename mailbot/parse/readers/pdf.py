"""
PDF: pypdf for form fields, PDFium for text and where it stands, one flow of blocks out of both.

GUARANTEES
    A PDF with no text and no field is `Unreadable("image")`: an empty result is never "no content".
    Nothing in it is run, followed or drawn.
BUGS
    A value that only the drawn appearance of a field shows, and its data does not, is not seen.
"""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
from pypdf import PdfReader

from mailbot.domain.document import Aside, Document, Entry, NamedField
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers import pdf_danger, pdf_fields, pdf_xfa
from mailbot.parse.readers.pdf_fields import RAISES, Widget
from mailbot.parse.readers.pdf_layout import across_pages, blocks
from mailbot.parse.readers.pdf_lines import Line, inlines, rows
from mailbot.parse.readers.pdf_page import Item, Page, read_page
from mailbot.parse.readers.symbols import clean

MARGIN = 62.0  # points at head and foot in which running lines stand
PAGE_NUMBER = re.compile(r"(page|p\.?)?\s*\d{1,3}\s*((of|/)\s*\d{1,3})?", re.IGNORECASE)


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` ("password", "corrupt", "image") or `LimitExceeded`."""
    pages = _pages(untrusted, limits)
    reader = _reader(untrusted)
    widgets = list(pdf_fields.widgets(reader)) if reader else []
    pages = [_with_fields(page, [w for w in widgets if w.page == page.number - 1]) for page in pages]
    pages, asides = _without_running_lines(pages)
    edge = max((item.right for page in pages for item in page.items), default=0.0)
    flow = across_pages([blocks(page, edge) for page in pages], edge)
    fields = _loose_fields(reader, widgets, limits) if reader else []
    if not flow and not fields:
        raise Unreadable("image")
    flags = ("unsafe_document",) if reader and pdf_danger.is_active(reader) else ()
    return Document("pdf", tuple(flow), tuple(fields), tuple(asides), flags, _properties(reader))


def _pages(untrusted: bytes, limits: Limits) -> list[Page]:
    try:
        with pypdfium2.PdfDocument(untrusted) as document:
            if len(document) > limits.pdf_pages:
                raise LimitExceeded("pdf_pages")
            return [read_page(document[number], number + 1) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise Unreadable("password" if code == pypdfium2.raw.FPDF_ERR_PASSWORD else "corrupt") from error


def _reader(untrusted: bytes) -> PdfReader | None:
    """pypdf's view of it, or None where it gives up: PDFium's text counts then."""
    try:
        reader = PdfReader(io.BytesIO(untrusted), strict=False)
        return None if reader.is_encrypted and not reader.decrypt("") else reader
    except (*RAISES, OSError, NotImplementedError, ImportError):
        return None


def _with_fields(page: Page, widgets: Sequence[Widget]) -> Page:
    placed = []
    for widget in widgets:
        left, bottom, right, top = widget.box
        placed.append(Item(left, page.height - top, right, page.height - bottom, widget.inline))
    return replace(page, items=(*page.items, *placed)) if placed else page


def _loose_fields(reader: PdfReader, widgets: Sequence[Widget], limits: Limits) -> list[NamedField]:
    if widgets:
        return []
    return pdf_xfa.fields(reader, limits) or pdf_fields.unplaced(reader, set())


def _without_running_lines(pages: list[Page]) -> tuple[list[Page], list[Aside]]:
    """Lines that stand at the head or foot of every page, and page numbers, go beside the flow."""
    margins = [_margin(page) for page in pages]
    seen = Counter(key for lines in margins for key in {_key(line) for line in lines})
    asides: dict[str, Aside] = {}
    kept: list[Page] = []
    for page, lines in zip(pages, margins, strict=True):
        running = [line for line in lines if _runs(line, seen[_key(line)], len(pages))]
        gone = {id(item) for line in running for item in line.items}
        kept.append(replace(page, items=tuple(item for item in page.items if id(item) not in gone)))
        for line in running:
            kind = "header" if line.top < MARGIN else "footer"
            asides.setdefault(_key(line), Aside(kind, _shown(line), f"page {page.number}"))  # type: ignore[arg-type]
    return kept, list(asides.values())


def _margin(page: Page) -> list[Line]:
    inside = [
        item
        for item in page.items
        if (item.bottom < MARGIN or item.top > page.height - MARGIN) and not isinstance(item.inline, Entry)
    ]
    return [Line(tuple(row)) for row in rows(inside)]


def _runs(line: Line, pages_with_it: int, pages: int) -> bool:
    return (pages > 1 and pages_with_it == pages) or PAGE_NUMBER.fullmatch(_shown(line).strip()) is not None


def _key(line: Line) -> str:
    return f"{round(line.top / 8)} {re.sub(r'[0-9]+', '#', _shown(line))}"


def _shown(line: Line) -> str:
    return "".join(getattr(part, "text", "") for part in inlines(line))


def _properties(reader: PdfReader | None) -> dict[str, str]:
    try:
        told = reader.metadata if reader else None
        return {key.strip("/").lower(): clean(str(value)) for key, value in (told or {}).items() if value}
    except RAISES:
        return {}

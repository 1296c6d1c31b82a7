"""
PDF: PDFium for text, drawings and form fields, and where they stand; one flow of blocks out of all.

GUARANTEES
    A PDF with no text and no field is `Unreadable("image")`: an empty result is never "no content".
    Nothing in it is run, followed or drawn.
BUGS
    A value that only the drawn appearance of a field shows, and its data does not, is not seen.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pypdfium2

from mailbot.domain.document import Aside, Box, Document, Entry, Text
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers import pdf_danger, pdf_xfa
from mailbot.parse.readers.pdf_across import across_pages
from mailbot.parse.readers.pdf_fields import Forms, Widget
from mailbot.parse.readers.pdf_items import Item, Page
from mailbot.parse.readers.pdf_layout import blocks
from mailbot.parse.readers.pdf_lines import Line, inlines, rows, segments
from mailbot.parse.readers.pdf_marks import understood
from mailbot.parse.readers.pdf_page import read_page
from mailbot.parse.readers.pdf_squares import MARKS
from mailbot.parse.readers.symbols import clean

MARGIN = 62.0  # points at head and foot in which running lines stand
PAGE_NUMBER = re.compile(
    r"(page|p\.?|pg\.?)\s*\d{1,3}(\s*(of|/)\s*\d{1,3})?|\d{1,3}\s*(of|/)\s*\d{1,3}", re.I
)


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` ("password", "corrupt", "image") or `LimitExceeded`."""
    try:
        with pypdfium2.PdfDocument(untrusted) as document:
            if len(document) > limits.pdf_pages:
                raise LimitExceeded("pdf_pages")
            forms = Forms(document)
            opened = [_page(document, number, forms, limits) for number in range(len(document))]
            drawn = any(widgets for _, widgets in opened)
            loose, whole = ([], True) if drawn else pdf_xfa.fields(document, limits)
            properties = _properties(document)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise Unreadable("password" if code == pypdfium2.raw.FPDF_ERR_PASSWORD else "corrupt") from error
    pages, asides = _without_running_lines([page for page, _ in opened])
    asides += [aside for page, widgets in opened for aside in _beside(page, widgets)]
    edge = _edge(pages)
    flow = across_pages([blocks(page, edge) for page in pages], edge)
    if not flow and not loose:
        raise Unreadable("image")
    flags = ["unsafe_document"] if pdf_danger.is_active(untrusted) else []
    flags += [] if whole else ["unreadable_part"]
    return Document("pdf", tuple(flow), tuple(loose), tuple(asides), tuple(flags), properties)


def _edge(pages: list[Page]) -> float:
    """Where running text ends: at its longest line, or where the right margin is as wide as the left."""
    items = [item for page in pages for item in page.items]
    longest = max((item.right for item in items), default=0.0)
    widest = max((page.width for page in pages), default=0.0)
    return (
        max(longest, widest - min(item.left for item in items))
        if longest < 0.7 * widest and items
        else longest
    )


def _page(
    document: pypdfium2.PdfDocument, number: int, forms: Forms, limits: Limits
) -> tuple[Page, list[Widget]]:
    """A page, with its fields among its words; and the fields and notes themselves."""
    try:
        opened = document[number]
    except pypdfium2.PdfiumError:  # one broken page does not take the others with it
        return Page(number + 1, 0.0, 0.0, ()), []
    try:
        page = read_page(opened, number + 1, limits)
        widgets = list(forms.widgets(opened))
    finally:
        opened.close()
    placed = [_placed(page, widget) for widget in widgets if not widget.hidden and not widget.note]
    return understood(replace(page, items=(*page.items, *placed))), widgets


def _placed(page: Page, widget: Widget) -> Item:
    inline = widget.inline
    if isinstance(inline, Text) and not (len(inline.text) <= 2 and set(inline.text) <= MARKS):
        inline = Entry(inline.text)  # typed over the page: a control like any other
    return Item(*page.shown.box(*widget.box), inline)


def _beside(page: Page, widgets: Sequence[Widget]) -> Iterator[Aside]:
    """Notes, and what nobody sees: fields that are hidden, text that a scanner guessed."""
    for widget in widgets:
        text = "" if isinstance(widget.inline, Box) else widget.inline.text
        if text and (widget.note or widget.hidden):
            yield Aside("comment" if widget.note else "hidden", text, f"page {page.number}")
    if page.invisible:
        yield Aside("hidden", page.invisible, f"page {page.number}")


def _without_running_lines(pages: list[Page]) -> tuple[list[Page], list[Aside]]:
    """Lines that stand at the head or foot of every page, and page numbers, go beside the flow."""
    margins = [_margin(page) for page in pages]
    seen = Counter(key for lines in margins for key in {_key(line) for line in lines})
    asides: dict[str, Aside] = {}
    kept: list[Page] = []
    for page, lines in zip(pages, margins, strict=True):
        running = [line for line in lines if _runs(line, seen[_key(line)], len(pages), page.number)]
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


def _runs(line: Line, pages_with_it: int, pages: int, number: int) -> bool:
    if pages > 1 and pages_with_it == pages:
        return True
    if _shown(line).strip() == str(number):
        return True
    return any(PAGE_NUMBER.fullmatch(_shown(part).strip()) for part in segments(line.items))


def _key(line: Line) -> str:
    return f"{round(line.top / 8)} {re.sub(r'[0-9]+', '#', _shown(line))}"


def _shown(line: Line) -> str:
    return "".join(getattr(part, "text", "") for part in inlines(line))


def _properties(document: pypdfium2.PdfDocument) -> dict[str, str]:
    told = document.get_metadata_dict(skip_empty=True)
    return {key.lower(): clean(value) for key, value in told.items()}

"""
The blank form as a PDF that can be filled in.

reportlab lays the pages out; it is needed for making the form only, and comes with the extra `forms`.

GUARANTEES
    The same definition gives the same bytes. No author, no program's name and no date of today is in it.
    Every field has a tool tip that says its question, and the tab key goes through them in reading order.
BUGS
    The file has no structure tree, so a screen reader goes from field to field but not from heading to
    heading. The Word file has headings. Letters beyond western Europe are kept, but some viewers do not
    draw them.
"""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, NameObject
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Table, TableStyle

from mailbot.record.blank import arrange
from mailbot.record.blank.model import Block, Box, Part, Sheet
from mailbot.record.blank.pdf_fields import Checks, Field
from mailbot.record.blank.pdf_looks import BORDER, LOOKS, SHADE, escaped

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
COLUMNS = (0.22 * WIDTH, 0.28 * WIDTH, 0.22 * WIDTH, 0.28 * WIDTH)
PADDING = 4
LINE = 13


def make(sheet: Sheet) -> bytes:
    """The file."""
    foot = f"Version {sheet.version} (model form)"
    story = [Paragraph(escaped(sheet.title), LOOKS["title"]), Paragraph(foot, LOOKS["subtitle"])]
    for number, (lead, rest) in enumerate(sheet.introduction):
        look = LOOKS["body" if number else "warning"]
        story.append(Paragraph(f"<b>{escaped(lead)}</b> {escaped(rest)}", look))
    for part in sheet.parts:
        story += _part(part)
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, title=sheet.title, lang="en-GB", invariant=1, displayDocTitle=True,
        leftMargin=MARGIN - 6, rightMargin=MARGIN - 6, topMargin=16 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    document.build(story, onFirstPage=_foot(foot), onLaterPages=_foot(foot))
    return _finished(written, sheet.title)


def _part(part: Part) -> list[Any]:
    head: list[Any] = [Paragraph(escaped(part.heading), LOOKS[f"heading{part.level}"])]
    if part.note:
        head.append(Paragraph(escaped(part.note), LOOKS["note"]))
    story: list[Any] = []
    for block in part.blocks:
        if block.heading:
            head.append(Paragraph(escaped(block.heading), LOOKS["heading2"]))
        tables = [_grid(block)] if block.grid else _questions(block)
        story += [KeepTogether([*head, tables[0]]), *tables[1:]]
        head = []
    return story + head


def _questions(block: Block) -> list[Table]:
    """One table, in two pieces: the first rows stay with their heading."""
    rows: list[list[Any]] = []
    heights: list[float] = []
    style: list[Any] = list(_STYLE)
    for boxes in arrange.rows(block):
        for cells, height, spans in _rows(boxes):
            at = len(rows)
            style += [("SPAN", (first, at), (last, at)) for first, last in spans]
            style += [
                ("BACKGROUND", (c, at), (c, at), SHADE) for c, one in enumerate(cells) if _is_label(one)
            ]
            rows.append(cells)
            heights.append(height)
    table = Table(rows, COLUMNS, heights, TableStyle(style), splitByRow=1)
    pieces = table.split(WIDTH, sum(heights[: min(4, len(heights))]) + 1) if len(heights) > 4 else [table]
    return list(pieces)


def _rows(boxes: tuple[Box, ...]) -> list[tuple[list[Any], float, list[tuple[int, int]]]]:
    """The row of one or two questions, or the two rows of one with a tall box."""
    first = boxes[0]
    if arrange.tall(first):
        label, height = _label(first, WIDTH), _height(_label(first, WIDTH), WIDTH)
        field = LINE * first.lines + 6
        return [
            ([label, "", "", ""], height, [(0, 3)]),
            ([Field(first, WIDTH - 2 * PADDING, field - 4), "", "", ""], field, [(0, 3)]),
        ]
    height = max([_height(_label(box, COLUMNS[0]), COLUMNS[0]) for box in boxes] + [LINE * first.lines + 6])
    if first.kind == "checks":
        checks = Checks(first)
        return [([_label(first, COLUMNS[0]), checks, "", ""], max(height, checks.height + 6), [(1, 3)])]
    wide = COLUMNS[1] if len(boxes) == 2 else WIDTH - COLUMNS[0]
    cells: list[Any] = []
    for box in boxes:
        cells += [_label(box, COLUMNS[0]), Field(box, wide - 2 * PADDING, height - 4)]
    return [(cells, height, [])] if len(boxes) == 2 else [([*cells, "", ""], height, [(1, 3)])]


def _grid(block: Block) -> Table:
    count = len(block.rows[0])
    width = WIDTH / count
    heads = [_label(box, width) for box in block.rows[0]]
    height = LINE + 6
    rows = [[Field(box, width - 2 * PADDING, height - 4) for box in row] for row in block.rows]
    heights = [max(_height(head, width) for head in heads), *([height] * len(rows))]
    style = TableStyle([*_STYLE, ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    return Table([heads, *rows], [width] * count, heights, style, repeatRows=1)


def _label(box: Box, width: float) -> list[Paragraph]:
    hint = [Paragraph(f"({escaped(box.hint)})", LOOKS["hint"])] if box.hint else []
    return [Paragraph(f"<b>{escaped(box.label)}</b>", LOOKS["label"]), *hint]


def _height(label: list[Paragraph], width: float) -> float:
    return float(sum(one.wrap(width - 2 * PADDING, 1000)[1] for one in label)) + 8


def _is_label(cell: Any) -> bool:
    return isinstance(cell, list)


_DINGBATS = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/ZapfDingbats"),
    }
)
_STYLE = (
    ("GRID", (0, 0), (-1, -1), 0.7, HexColor(BORDER)),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
)


def _foot(text: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.setFillColor(HexColor("#50565E"))
        canvas.drawCentredString(A4[0] / 2, 11 * mm, f"{text} · page {document.page}")

    return draw


def _finished(written: io.BytesIO, title: str) -> bytes:
    """Without the name and the address of the library, and with its tab order said."""
    writer = PdfWriter(clone_from=PdfReader(written))
    for page in writer.pages:
        page[NameObject("/Tabs")] = NameObject("/R")
        for field in page.get("/Annots", ()):
            field.get_object().pop("/I", None)  # a list's index, which some viewers leave as it was
    form: Any = writer.root_object["/AcroForm"]
    form["/DR"]["/Font"][NameObject("/ZaDb")] = writer._add_object(
        _DINGBATS
    )  # for viewers that draw the ticks anew
    writer.metadata = {"/Title": title}
    writer._ID = ArrayObject([ByteStringObject(b"\0" * 16)] * 2)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()

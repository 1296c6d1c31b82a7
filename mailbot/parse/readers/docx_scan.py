"""
Reads the body of a Word document from its text, as most documents are written: runs of text in paragraphs,
and those in tables. An expression takes in a paragraph or many rows at a time; equal properties are
understood once.

What stands in there in another way (controls, revisions, drawings, whatever else) becomes a tree of its own
and goes to the walker, which knows everything; it sees the same things in the same order, so that nobody can
tell afterwards who read what. A test holds that.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.document import Block, Inline, Paragraph, Table
from mailbot.parse.readers.docx_flow import FIXED, SILENT, Walker, int_of
from mailbot.parse.readers.docx_names import W
from mailbot.parse.readers.docx_patterns import (
    CELL,
    CHAR,
    FONT,
    INLINE,
    KIND,
    LINE_BY_LINE,
    OPENING,
    PARAGRAPH,
    PIECES,
    ROW,
    ROWS,
    RUNS,
    TABLE,
)
from mailbot.parse.readers.docx_source import IrregularError, Source, plain_text
from mailbot.parse.readers.docx_styles import Layout, plain_layout, read_layout, run_look
from mailbot.parse.readers.docx_table import (
    AROUND_CELLS,
    AROUND_ROWS,
    CellLook,
    Grid,
    RowLook,
    cell_look,
    row_look,
)
from mailbot.parse.readers.flow import HIDDEN, Flow, text_run
from mailbot.parse.readers.symbols import clean, in_font, symbol

_FIXED: Final = {name.removeprefix(W): text for name, text in FIXED.items()}
_SILENT: Final = frozenset(name.replace(W, "w:") for name in SILENT)


class Scan:
    """One pass over one body."""

    def __init__(self, source: Source, walker: Walker) -> None:
        self._source = source
        self._text = source.text
        self._walker = walker
        self._fields = walker.fields
        self._usual = plain_layout(walker.styles)
        self._layouts: dict[str | None, Layout] = {None: self._usual, "": self._usual}
        self._looks: dict[tuple[str, int], tuple[int, str]] = {}
        self._unusual = 0  # where the rows end that were found to hold more than lines
        self._blank: dict[Layout, Paragraph] = {}
        self._cells: dict[str | None, CellLook] = {None: CellLook(), "": CellLook()}
        self._rows: dict[str | None, RowLook] = {None: RowLook(), "": RowLook()}

    def body(self) -> list[Block]:
        """All blocks; raises `IrregularError` where only a parser of the whole can tell."""
        out: list[Block] = []
        end = self._blocks(self._source.start, "</w:body>", out)
        if self._text[end:].strip() != "</w:document>":
            raise IrregularError
        return out

    def _blocks(self, position: int, closing: str, out: list[Block]) -> int:
        """Everything before the closing tag; where that ends."""
        text, walker = self._text, self._walker
        walker.enter()
        while True:
            paragraph = PARAGRAPH.match(text, position)
            if paragraph is not None and self._plain(paragraph, out):
                position = paragraph.end()
            elif text.startswith(closing, position):
                walker.depth -= 1
                return position + len(closing)
            elif (opening := OPENING.match(text, position)) is not None:
                position = self._paragraph(opening, out)
            elif (table := TABLE.match(text, position)) is not None:
                position = self._table(table.end(), out)
            else:
                position = self._other(position, out)

    def _other(self, position: int, out: list[Block]) -> int:
        name, end = self._source.end_of(position)
        if name not in _SILENT:
            self._walker.into((self._source.element(self._text[position:end]),), out)
        return end

    def _plain(self, paragraph: re.Match[str], out: list[Block]) -> bool:
        """A paragraph of visible text; False when it is more than that."""
        if self._fields.open:
            return False
        properties, marks, said, runs = paragraph.groups()
        layout = self._layouts.get(properties) or self._layout(properties)
        parts: list[Inline] = []
        if said is not None:
            look = layout.look if marks is None else self._look(marks, layout.look)
            if look >= HIDDEN:
                return False
            text = clean(plain_text(said))
            if text:
                parts.append(text_run(text, look))
        elif runs and not self._runs(paragraph.span(4), layout.look, parts):
            return False
        bullet = self._walker.bullet(layout) if layout.list_id else ""
        where = self._walker.where() if self._walker.depth == 1 else ""
        out.append(_paragraph(tuple(parts), layout, bullet, where))
        return True

    def _runs(self, span: tuple[int, int], base: int, parts: list[Inline]) -> bool:
        flow = Flow()
        for marks, said, content, _ in RUNS.findall(self._text, *span):
            look = self._look(marks, base) if marks else base
            if look >= HIDDEN:
                return False
            if not content:
                flow.add(plain_text(said), look)
            else:
                for name, _, words in PIECES.findall(content):
                    flow.add(_FIXED.get(name, "") if name != "t" else plain_text(words), look)
        parts += flow.take()
        return True

    def _look(self, marks: str, base: int) -> int:
        """The look of a plain run; one in a symbol font is none."""
        look, font = self._look_and_font(marks, base)
        return HIDDEN if font else look

    def _look_and_font(self, marks: str, base: int) -> tuple[int, str]:
        known = self._looks.get((marks, base))
        if known is None:
            properties = self._source.element(f"<w:rPr>{marks}</w:rPr>")
            known = self._looks[marks, base] = run_look(properties, base, self._walker.styles)
        return known

    def _layout(self, properties: str) -> Layout:
        known = self._layouts.get(properties)
        if known is None:
            element = self._source.element(f"<w:pPr>{properties}</w:pPr>")
            known = self._layouts[properties] = read_layout(element, self._walker.styles)
        return known

    def _paragraph(self, opening: re.Match[str], out: list[Block]) -> int:
        """A paragraph of anything; where it ends."""
        walker = self._walker
        where = walker.where() if walker.depth == 1 else ""
        flow, position = Flow(), opening.end()
        layout = self._layout(opening[2]) if opening[2] else self._usual
        if not opening[1] and self._text.startswith("<w:pPr", position):
            _, end = self._source.end_of(position)
            layout = read_layout(self._source.element(self._text[position:end]), walker.styles)
            position = end
        if not opening[1]:
            position = self._inline(position, flow, layout.look)
        walker.finish(flow, layout, where, out)
        return position

    def _inline(self, position: int, flow: Flow, base: int) -> int:
        text, walker = self._text, self._walker
        while True:
            piece = INLINE.match(text, position)
            if piece is None:
                name, end = self._source.end_of(position)
                if name not in _SILENT:
                    walker.inline((self._source.element(text[position:end]),), flow, base)
                position = end
                continue
            position = piece.end()
            if piece[3]:
                return position
            if piece[2]:
                look, font = (base, "") if not piece[1] else self._look_and_font(piece[1], base)
                self._run(piece[2], flow, look, font)

    def _run(self, content: str, flow: Flow, look: int, font: str) -> None:
        walker = self._walker
        for name, attributes, untrusted_words in PIECES.findall(content):
            if name in ("t", "delText"):
                words = plain_text(untrusted_words)
                walker.text(in_font(words, font) if font else words, flow, look)
            elif name == "fldChar":
                walker.field_mark(_only(KIND, attributes), None, flow)
            elif name == "instrText":
                self._fields.instruct(plain_text(untrusted_words))
            elif name == "sym":
                code = int_of(_only(CHAR, attributes))
                walker.text(symbol(code, plain_text(_only(FONT, attributes))), flow, look)
            elif name in _FIXED:
                walker.text(_FIXED[name], flow, look)

    def _table(self, position: int, out: list[Block]) -> int:
        text, walker = self._text, self._walker
        where = walker.begin_table()
        grid = Grid(walker)
        while True:
            position = self._usual_rows(position, grid)
            row = ROW.match(text, position)
            if row is not None and (look := self._row_look(row[2])).kept:
                grid.begin(look)
                position = self._row(row.end(), grid)
            elif text.startswith("</w:tbl>", position):
                out.append(Table(tuple(map(tuple, grid.rows)), where))
                return position + len("</w:tbl>")
            else:
                name, end = self._source.end_of(position)
                if name in AROUND_ROWS:
                    grid.read_rows((self._source.element(text[position:end]),))
                position = end

    def _row(self, position: int, grid: Grid) -> int:
        text = self._text
        while True:
            cell = CELL.match(text, position)
            if cell is not None:
                look = self._cells.get(cell[1]) or self._cell_look(cell[1])
                blocks: list[Block] = []
                position = self._blocks(cell.end(), "</w:tc>", blocks)
                grid.place(look, blocks)
            elif text.startswith("</w:tr>", position):
                return position + len("</w:tr>")
            else:
                name, end = self._source.end_of(position)
                if name in AROUND_CELLS:
                    grid.read_cells((self._source.element(text[position:end]),))
                position = end

    def _usual_rows(self, position: int, grid: Grid) -> int:
        """Rows of short cells, as many as there are; where they end."""
        if position < self._unusual or self._fields.open:
            return position
        rows = ROWS.match(self._text, position)
        if rows is None or self._rows_of_lines(rows.span(), grid):
            return position if rows is None else rows.end()
        self._unusual = rows.end()  # not to be tried again at each of its rows
        return position

    def _rows_of_lines(self, span: tuple[int, int], grid: Grid) -> bool:
        """False, and nothing done, when there is more in a cell than visible text."""
        layouts, cells = self._layouts.get, self._cells.get
        found: list[tuple[RowLook | None, CellLook, tuple[Paragraph]]] = []
        for begins, row, cell, properties, marks, said in LINE_BY_LINE.findall(self._text, *span):
            layout = layouts(properties) or self._layout(properties)
            look = self._look(marks, layout.look) if marks else layout.look
            row_look_ = self._row_look(row) if begins else None
            if look >= HIDDEN or layout.list_id or not (row_look_ is None or row_look_.kept):
                return False
            text = clean(plain_text(said)) if said else ""
            line = _paragraph((text_run(text, look),), layout) if text else self._empty(layout)
            found.append((row_look_, cells(cell) or self._cell_look(cell), (line,)))
        for row_look_, cell_look_, blocks in found:
            if row_look_ is not None:
                grid.begin(row_look_)
            grid.place(cell_look_, blocks)
        return True

    def _empty(self, layout: Layout) -> Paragraph:
        known = self._blank.get(layout)
        if known is None:
            known = self._blank[layout] = _paragraph((), layout)
        return known

    def _cell_look(self, properties: str) -> CellLook:
        element = self._source.element(f"<w:tcPr>{properties}</w:tcPr>")
        known = self._cells[properties] = cell_look(element, self._walker.limits)
        return known

    def _row_look(self, properties: str | None) -> RowLook:
        known = self._rows.get(properties)
        if known is None:
            element = self._source.element(f"<w:trPr>{properties}</w:trPr>")
            known = self._rows[properties] = row_look(element)
        return known


def _paragraph(parts: tuple[Inline, ...], layout: Layout, bullet: str = "", where: str = "") -> Paragraph:
    return Paragraph(parts, layout.heading, layout.style, bullet, layout.level, 0, where)


def _only(pattern: re.Pattern[str], attributes: str) -> str:
    found = pattern.search(attributes)
    if found is None:
        raise IrregularError
    return found[1]

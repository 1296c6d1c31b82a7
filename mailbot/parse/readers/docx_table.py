"""Word's tables: rows of cells with their spans, whatever wraps rows and cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from mailbot.domain.document import Aside, Block, Cell, Table
from mailbot.parse.readers.docx_controls import Control, as_blocks, control
from mailbot.parse.readers.docx_names import MC, VAL, W, is_on, number, shaded, value
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, text_of

if TYPE_CHECKING:
    from mailbot.parse.readers.docx_flow import Walker

_TC = W + "tc"
_TR = W + "tr"
_SDT = W + "sdt"
_CONTENT = W + "sdtContent"
_SDT_PROPERTIES = W + "sdtPr"
_TRPR = W + "trPr"
_TCPR = W + "tcPr"
_SPAN = W + "gridSpan"
_MERGE = W + "vMerge"
_ACROSS = W + "hMerge"
_SHADE = W + "shd"
_WRAPPERS = frozenset((W + "ins", W + "moveTo", W + "customXml", W + "smartTag", MC + "AlternateContent"))
_WRAPPERS |= {MC + "Choice", _CONTENT}


class _Grid:
    """The rows so far, and which cell is still open downwards in which column."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.rows: list[list[Cell]] = []
        self._open: dict[int, tuple[list[Cell], int]] = {}  # by column: the row and the place in it
        self._column = 0
        self._heading = True  # header rows only count at the top

    def row(self, element: Element) -> None:
        properties = _row_properties(element)
        if properties is not None and properties.find(W + "del") is not None:
            text = clean(text_of(element, W + "t", W + "delText")).strip()
            if text:
                self.walker.asides.append(Aside("deleted", text))
            return
        self._heading = self._heading and properties is not None and is_on(properties, "tblHeader")
        before = 0 if properties is None else number(value(properties, "gridBefore"), 0)
        self._column = min(max(before, 0), self._most)
        self.rows.append([])
        self._cells(element, None)

    @property
    def _most(self) -> int:
        return self.walker.limits.table_columns

    def _cells(self, parent: Iterable[Element], around: Control | None) -> None:
        for child in parent:
            if child.tag == _TC:
                self._cell(child, around)
            elif child.tag == _SDT:
                self._cells(child.iterchildren(_CONTENT), control(child.find(_SDT_PROPERTIES)))
            elif child.tag in _WRAPPERS:
                self._cells(child, around)

    def _cell(self, element: Element, around: Control | None) -> None:
        columns, merge, across, shade = 1, None, None, False
        events = element.iterdescendants()
        properties = element[0] if len(element) else None
        if properties is not None and properties.tag == _TCPR:
            next(events)
            for child in properties:
                for _ in child.iter() if len(child) else (child,):
                    next(events)
                tag = child.tag
                if tag == _SPAN:
                    columns = max(1, min(number(child.get(VAL), 1), self._most))
                elif tag == _MERGE:
                    merge = child.get(VAL, "continue")
                elif tag == _ACROSS:
                    across = child.get(VAL, "continue")
                elif tag == _SHADE:
                    shade = shaded(child)
        column, self._column = self._column, min(self._column + columns, self._most)
        usual = self.walker.plain_blocks(element, events)
        blocks = self.walker.blocks(element) if usual is None else usual
        if around is not None:
            blocks = as_blocks(blocks, around)
        if across == "continue" and self.rows[-1]:
            wide = self.rows[-1][-1]
            self.rows[-1][-1] = replace(wide, columns=wide.columns + columns)
        elif merge == "continue" and column in self._open:
            row, place = self._open[column]
            row[place] = replace(row[place], rows=row[place].rows + 1)
        else:
            row = self.rows[-1]
            self._open[column] = row, len(row)
            row.append(Cell(tuple(blocks), columns, 1, column, self._heading, shade))
            return
        self._covered(blocks)

    def _covered(self, blocks: list[Block]) -> None:
        """Another cell lies over this one; what stands in it is not shown."""
        text = "\n".join(block.text for block in blocks).strip()
        if text:
            self.walker.asides.append(Aside("hidden", text, "covered cell"))


def _row_properties(row: Element) -> Element | None:
    for child in row:
        if child.tag == _TRPR:
            return child
        if child.tag == _TC:
            return None
    return None


def table(walker: Walker, element: Element, where: str) -> Table:
    """A table; rows that are wholly covered stay, empty, so that rows count as on the page."""
    grid = _Grid(walker)
    _rows(element, grid)
    return Table(tuple(map(tuple, grid.rows)), where)


def _rows(parent: Iterable[Element], grid: _Grid) -> None:
    for child in parent:
        if child.tag == _TR:
            grid.row(child)
        elif child.tag == _SDT:
            _rows(child.iterchildren(_CONTENT), grid)
        elif child.tag in _WRAPPERS:
            _rows(child, grid)

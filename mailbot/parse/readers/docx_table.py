"""Word's tables: rows of cells with their spans, whatever wraps rows and cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mailbot.domain.document import Aside, Block, Cell, Table
from mailbot.parse.limits import Limits
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


AROUND_ROWS = frozenset((
    "w:tr", "w:sdt", "w:ins", "w:moveTo", "w:customXml", "w:smartTag", "mc:AlternateContent",
))  # fmt: skip
AROUND_CELLS = AROUND_ROWS - {"w:tr"} | {"w:tc"}


class CellLook(NamedTuple):
    """What a cell says about itself."""

    columns: int = 1
    merge: str | None = None  # downwards
    across: str | None = None
    shade: bool = False


class RowLook(NamedTuple):
    """What a row says about itself."""

    kept: bool = True  # not deleted
    header: bool = False
    before: int = 0  # columns that are left out


class Grid:
    """The rows so far, and which cell is still open downwards in which column."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.rows: list[list[Cell]] = []
        self._open: dict[int, tuple[list[Cell], int]] = {}  # by column: the row and the place in it
        self._column = 0
        self._most = walker.limits.table_columns
        self._heading = True  # header rows only count at the top

    def read_rows(self, elements: Iterable[Element]) -> None:
        """Rows, and what wraps rows."""
        for child in elements:
            if child.tag == _TR:
                self._row(child)
            elif child.tag == _SDT:
                self.read_rows(child.iterchildren(_CONTENT))
            elif child.tag in _WRAPPERS:
                self.read_rows(child)

    def _row(self, element: Element) -> None:
        look = row_look(_row_properties(element))
        if look.kept:
            self.begin(look)
            self.read_cells(element)
            return
        text = clean(text_of(element, W + "t", W + "delText")).strip()
        if text:
            self.walker.asides.append(Aside("deleted", text))

    def begin(self, look: RowLook) -> None:
        """A row begins."""
        self._heading = self._heading and look.header
        self._column = min(max(look.before, 0), self._most)
        self.rows.append([])

    def read_cells(self, parent: Iterable[Element], around: Control | None = None) -> None:
        """Cells, and what wraps cells."""
        for child in parent:
            if child.tag == _TC:
                self._cell(child, around)
            elif child.tag == _SDT:
                self.read_cells(child.iterchildren(_CONTENT), control(child.find(_SDT_PROPERTIES)))
            elif child.tag in _WRAPPERS:
                self.read_cells(child, around)

    def _cell(self, element: Element, around: Control | None) -> None:
        properties = element[0] if len(element) else None
        if properties is not None and properties.tag != _TCPR:
            properties = None
        look = cell_look(properties, self.walker.limits)
        blocks = self.walker.blocks(element)
        self.place(look, blocks if around is None else as_blocks(blocks, around))

    def place(self, look: CellLook, blocks: Sequence[Block]) -> None:
        """The next cell with what stands in it, or the rest of a wide or a high one."""
        column = self._column
        columns, merge, across, shade = look
        self._column = column + columns if column + columns < self._most else self._most
        row = self.rows[-1]
        if across == "continue" and row:
            row[-1] = row[-1]._replace(columns=row[-1].columns + columns)
        elif merge == "continue" and column in self._open:
            above, place = self._open[column]
            above[place] = above[place]._replace(rows=above[place].rows + 1)
        else:
            self._open[column] = row, len(row)
            row.append(Cell(tuple(blocks), columns, 1, column, self._heading, shade))
            return
        self._covered(blocks)

    def _covered(self, blocks: Sequence[Block]) -> None:
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


def row_look(properties: Element | None) -> RowLook:
    """What `w:trPr` says."""
    if properties is None:
        return RowLook()
    before = number(value(properties, "gridBefore"), 0)
    return RowLook(properties.find(W + "del") is None, is_on(properties, "tblHeader"), before)


def cell_look(properties: Element | None, limits: Limits) -> CellLook:
    """What `w:tcPr` says."""
    columns, merge, across, shade = 1, None, None, False
    for child in () if properties is None else properties:
        tag = child.tag
        if tag == _SPAN:
            columns = max(1, min(number(child.get(VAL), 1), limits.table_columns))
        elif tag == _MERGE:
            merge = child.get(VAL, "continue")
        elif tag == _ACROSS:
            across = child.get(VAL, "continue")
        elif tag == _SHADE:
            shade = shaded(child)
    return CellLook(columns, merge, across, shade)


def table(walker: Walker, element: Element, where: str) -> Table:
    """A table; rows that are wholly covered stay, empty, so that rows count as on the page."""
    grid = Grid(walker)
    grid.read_rows(element)
    return Table(tuple(map(tuple, grid.rows)), where)

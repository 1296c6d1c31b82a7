"""OpenDocument's tables: spans, covered cells, and repetitions, which are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mailbot.domain.document import Aside, Block, Cell, Table
from mailbot.parse.readers.odt_names import TABLE, count
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element

if TYPE_CHECKING:
    from mailbot.parse.readers.odt_flow import Walker

_ROW: Final = TABLE + "table-row"
_CELL: Final = TABLE + "table-cell"
_COVERED: Final = TABLE + "covered-table-cell"
_HEADER_ROWS: Final = TABLE + "table-header-rows"
_GROUPS: Final = frozenset((_HEADER_ROWS, TABLE + "table-rows", TABLE + "table-row-group"))


def table(walker: Walker, element: Element, where: str) -> Table:
    """A table with its rows in reading order."""
    rows: list[tuple[Cell, ...]] = []
    _rows(walker, element, rows, header=False)
    return Table(tuple(rows), where)


def _rows(walker: Walker, parent: Element, rows: list[tuple[Cell, ...]], *, header: bool) -> None:
    for child in parent:
        if child.tag == _ROW:
            row = _row(walker, child, header)
            again = count(child, TABLE + "number-rows-repeated", walker.repeats_left + 1)
            walker.repeats_left -= again - 1
            rows.extend([row] * again)
        elif child.tag in _GROUPS:
            _rows(walker, child, rows, header=header or child.tag == _HEADER_ROWS)


def _row(walker: Walker, element: Element, header: bool) -> tuple[Cell, ...]:
    most = walker.limits.table_columns
    cells: list[Cell] = []
    column = 0
    for child in element:
        if child.tag not in (_CELL, _COVERED):
            continue
        again = count(child, TABLE + "number-columns-repeated", most)
        blocks = walker.blocks(child)
        if child.tag == _COVERED:
            _covered(walker, blocks)
        else:
            shaded = walker.styles.get("table-cell", child.get(TABLE + "style-name")).shaded
            columns = count(child, TABLE + "number-columns-spanned", most)
            rows = count(child, TABLE + "number-rows-spanned", walker.limits.table_repeats)
            for step in range(min(again, max(most - column, 1))):
                cells.append(Cell(tuple(blocks), columns, rows, min(column + step, most), header, shaded))
        column = min(column + again, most)
    return tuple(cells)


def _covered(walker: Walker, blocks: list[Block]) -> None:
    """Another cell lies over this one; what stands in it is not shown."""
    text = clean("\n".join(block.text for block in blocks)).strip()
    if text:
        walker.asides.append(Aside("hidden", text, "covered cell"))

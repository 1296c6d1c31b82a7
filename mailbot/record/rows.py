"""
Every document as rows of cells: a line of text is a row with one cell, tables are flattened in reading order.

A table that is only a frame round other tables or around a whole page disappears; a table inside a cell
follows the row in which it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from mailbot.domain.document import Block, Paragraph, Table
from mailbot.domain.document import Cell as Given
from mailbot.record import rich
from mailbot.record.rich import Line

_DEEPEST = 12


@dataclass(slots=True)
class Cell:
    """What stands in one cell."""

    lines: list[Line]
    column: int = 0
    columns: int = 1
    rows: int = 1
    shaded: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        lines = self.lines
        self.text = (lines[0].text if len(lines) == 1 else "\n".join(line.text for line in lines)).strip()


@dataclass(slots=True)
class Row:
    """A row of a table (`table` > 0), or a line; a line with tabs has several cells."""

    cells: list[Cell]
    table: int = 0
    where: str = ""
    quoted: int = 0
    last: bool = False  # of its table
    text: str = field(init=False)  # all text in it

    def __post_init__(self) -> None:
        self.text = (
            self.cells[0].text if len(self.cells) == 1 else "\t".join(cell.text for cell in self.cells)
        )

    @property
    def line(self) -> Line:
        """The line of a row that is a line."""
        return (
            self.cells[0].lines[0]
            if len(self.cells) == 1
            else rich.join([c.lines[0] for c in self.cells], "\t")
        )


def rows(blocks: tuple[Block, ...]) -> list[Row]:
    """All rows of a document, in reading order."""
    return list(_blocks(blocks, count(1), 0))


def _blocks(blocks: tuple[Block, ...], ids: Iterator[int], depth: int) -> Iterator[Row]:
    for block in blocks:
        if isinstance(block, Paragraph):
            for line in rich.lines(block):
                yield Row(_tabbed(line), where=block.where, quoted=block.quoted)
        elif depth < _DEEPEST:
            yield from _table(block, ids, depth + 1)


def _tabbed(line: Line) -> list[Cell]:
    """One cell, or one for each stretch between tabs."""
    if "\t" not in line.text:
        return [Cell([line])]
    cells: list[Cell] = []
    position = 0
    for column, part in enumerate(line.text.split("\t")):
        cells.append(Cell([_part(line, position, len(part))], column))
        position += len(part) + 1
    return cells


def _part(line: Line, start: int, size: int) -> Line:
    rest = line.after(start) if start else line
    spans = []
    for span in rest.spans:
        if size <= 0 and span.text:
            break
        spans.append(span._replace(text=span.text[:size]))
        size -= len(span.text)
    return Line(tuple(spans), line.where, line.level)


def _table(table: Table, ids: Iterator[int], depth: int) -> Iterator[Row]:
    number = next(ids)
    last = len(table.rows) - 1
    for index, given in enumerate(table.rows):
        if len(given) == 1 and _frame(given[0]):
            yield from _blocks(given[0].blocks, ids, depth)
            continue
        cells = [_cell(one, position) for position, one in enumerate(given)]
        if cells:
            yield Row(cells, number, f"{table.where} row {index + 1}".strip(), last=index == last)
        for one in given:
            for block in one.blocks:
                if isinstance(block, Table) and depth < _DEEPEST:
                    yield from _table(block, ids, depth + 1)


def _frame(cell: Given) -> bool:
    """Whether a cell only holds other tables together."""
    return any(isinstance(block, Table) for block in cell.blocks)


def _cell(given: Given, position: int) -> Cell:
    found: list[Line] = []
    for block in given.blocks:
        if isinstance(block, Paragraph):
            found.extend(rich.lines(block))
    while len(found) > 1 and not found[-1].text.strip() and not found[-1].entries:
        found.pop()
    return Cell(
        found or [rich.of("")],
        given.column or position,
        given.columns,
        given.rows,
        given.shaded or given.header,
    )

"""The tables of a web page: which grid column a cell stands in, whatever spans reach down to it."""

from dataclasses import dataclass, field

from mailbot.domain.document import Block, Cell, Table
from mailbot.parse.limits import Limits


@dataclass(slots=True)
class TableDraft:
    """A table that is still open."""

    where: str
    limits: Limits
    rows: list[list[Cell]] = field(default_factory=list)
    _column: int = 0
    _until: list[int] = field(default_factory=list)  # by column: the last row that a cell above covers

    def open_row(self) -> None:
        """The next row begins."""
        self.rows.append([])
        self._column = 0

    def add(self, blocks: list[Block], columns: int, rows: int, *, header: bool, shaded: bool) -> None:
        """The next cell of the row."""
        if not self.rows:
            self.open_row()
        row, most, until = len(self.rows), self.limits.table_columns, self._until
        column = self._column
        while column < len(until) and until[column] >= row:
            column += 1
        columns = max(1, min(columns, most - column))
        rows = max(1, min(rows, self.limits.table_repeats))
        if rows > 1 and column < most:
            until.extend([0] * (column + columns - len(until)))
            until[column : column + columns] = [row + rows - 1] * columns
        self._column = min(column + columns, most)
        self.rows[-1].append(Cell(tuple(blocks), columns, rows, column, header, shaded))

    def finish(self) -> list[Block]:
        """The table; one that only lays out a page in a single column is opened."""
        cells = [cell for row in self.rows for cell in row]
        one_column = all(len(row) <= 1 for row in self.rows)
        if one_column and any(isinstance(block, Table) for cell in cells for block in cell.blocks):
            return [block for cell in cells for block in cell.blocks]
        return [Table(tuple(tuple(row) for row in self.rows), self.where)] if cells else []


def span(untrusted_number: str | None) -> int:
    """A colspan or rowspan as written; the draft cuts it."""
    digits = (untrusted_number or "").strip()[:6]
    return int(digits) if digits.isascii() and digits.isdigit() else 1

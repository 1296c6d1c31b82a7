"""Tables of Rich Text: rows come with the right edges of their cells, from which spans are worked out."""

from bisect import bisect_left
from dataclasses import dataclass, field

from mailbot.domain.document import Block, Cell, Table

_SAME = 60  # twips; edges that people drew by hand differ by a hair


@dataclass(slots=True)
class CellForm:
    """What a row's definition says about one cell."""

    edge: int = 0
    across: bool = False  # merged into the cell before
    down: bool = False  # merged into the cell above
    shaded: bool = False


@dataclass(slots=True)
class RowForm:
    """A row's definition, `\\trowd` and what follows."""

    left: int = 0
    header: bool = False
    cells: list[CellForm] = field(default_factory=list)
    next: CellForm = field(default_factory=CellForm)


@dataclass(slots=True)
class TableDraft:
    """A table that is still open, and its open row and cell."""

    form: RowForm = field(default_factory=RowForm)
    rows: list[tuple[RowForm, list[list[Block]]]] = field(default_factory=list)
    cells: list[list[Block]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def end_cell(self) -> None:
        """`\\cell`."""
        self.cells.append(self.blocks)
        self.blocks = []

    def end_row(self) -> None:
        """`\\row`."""
        if self.blocks:
            self.end_cell()
        if self.cells:
            self.rows.append((self.form, self.cells))
        self.cells = []

    def finish(self, where: str, most: int) -> list[Block]:
        """The table, when it has any cell."""
        self.end_row()
        if not self.rows:
            return []
        edges = _edges([form for form, _ in self.rows])
        drafts = [_row(form, cells, edges, most) for form, cells in self.rows]
        return [Table(_merged(drafts), where)]


def _edges(forms: list[RowForm]) -> list[int]:
    """The lines of the whole table's grid, from left to right."""
    found: list[int] = []
    for edge in sorted({edge for form in forms for edge in (form.left, *(cell.edge for cell in form.cells))}):
        if not found or edge - found[-1] > _SAME:
            found.append(edge)
    return found


def _at(edges: list[int], edge: int) -> int:
    return max(bisect_left(edges, edge - _SAME), 0)


def _row(form: RowForm, cells: list[list[Block]], edges: list[int], most: int) -> list[tuple[CellForm, Cell]]:
    """Cells with columns and spans; rows without a usable definition count simply."""
    drafts: list[tuple[CellForm, Cell]] = []
    column, left = 0, form.left
    for index, blocks in enumerate(cells):
        shape = form.cells[index] if index < len(form.cells) else CellForm(edge=left)
        if shape.edge > left:
            column = _at(edges, left)
        columns = max(1, _at(edges, shape.edge) - column) if shape.edge > left else 1
        left = max(left, shape.edge)
        if shape.across and drafts:
            before, cell = drafts[-1]
            drafts[-1] = (before, _with(cell, cell.blocks + tuple(blocks), cell.columns + columns, cell.rows))
        else:
            start = min(column, most)
            cell = Cell(tuple(blocks), min(columns, most), 1, start, form.header, shape.shaded)
            drafts.append((shape, cell))
        column += columns
    return drafts


def _merged(rows: list[list[tuple[CellForm, Cell]]]) -> tuple[tuple[Cell, ...], ...]:
    """Cells that go on downwards become one."""
    above: dict[int, tuple[int, int]] = {}
    out: list[list[Cell]] = []
    for row in rows:
        out.append([])
        for shape, cell in row:
            place = above.get(cell.column)
            if shape.down and place is not None:
                top = out[place[0]][place[1]]
                out[place[0]][place[1]] = _with(top, top.blocks + _shown(cell), top.columns, top.rows + 1)
            else:
                above[cell.column] = (len(out) - 1, len(out[-1]))
                out[-1].append(cell)
    return tuple(tuple(row) for row in out)


def _shown(cell: Cell) -> tuple[Block, ...]:
    return cell.blocks if cell.text.strip() else ()


def _with(cell: Cell, blocks: tuple[Block, ...], columns: int, rows: int) -> Cell:
    return Cell(blocks, columns, rows, cell.column, cell.header, cell.shaded)

"""
What reading one table needs to remember, and what a single cell can be.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.answers import Answer
from mailbot.record.forms import FieldDef
from mailbot.record.lines import Match
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    from mailbot.record.reader import Reader


@dataclass(slots=True)
class Column:
    """A column of a small table, or of a row of labels above their answers."""

    start: int
    size: int
    field: FieldDef | None
    label: str


class Cells:
    """The state between the rows of a table, and the judging of one cell."""

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader
        self.above = 0  # the table in which the open question stands
        self.paired = -1  # the table in which a label had its answer beside it
        self.tail: Answer | None = (
            None  # the long answer that a row just gave; the next row may go on with it
        )
        # by the id of a cell, with the cell itself: the line that can be a label
        self.bare: dict[int, tuple[Cell, Line | None]] = {}
        self.forget()

    def forget(self) -> None:
        """Nothing of the rows before counts any more."""
        self.table = -1
        self.columns: list[Column] = []
        self.group = ""
        self.filled = 0
        self.answers: dict[int, str] = {}  # column -> option, for answers ticked in columns
        self.people: dict[int, int] = {}  # column -> block number
        self.spanning: tuple[Answer, int] | None = None

    def _pure(self, cell: Cell, leading: bool = False, glance: bool = False) -> Match | None:
        """A cell that is a label and nothing else; `leading` where labels usually stand.

        `glance` where the cell is only looked at: what it says of the section does not count yet.
        """
        if (known := self.bare.get(id(cell))) is None:
            known = self.bare[id(cell)] = cell, self._bare(cell)
        line = known[1]
        if line is None:
            return None
        see = self.reader.glance if glance else self.reader.match
        match = see(line, leading or cell.shaded)
        if match is None or not match.whole:
            return None
        several = len(cell.lines) > 1 and not cell.text.endswith((":", "?"))
        return None if several and match.meaning.sure < 1 else match

    def _bare(self, cell: Cell) -> Line | None:
        """All of a cell as one line; None where it cannot be a label and nothing else."""
        if not cell.text or len(cell.text) > 300 or MARK.search(cell.text):
            return None
        if any(line.entries for line in cell.lines):
            return None
        return rich.join(cell.lines, " ")

    def _labelled(self, cell: Cell, leading: bool = False) -> Match | None:
        """A cell that begins with a label; the answer may stand in it."""
        if not cell.text:
            return None
        if match := self._pure(cell, leading):
            return match
        match = self.reader.match(cell.lines[0])
        if match is None or not (match.ended or match.bold or match.whole or match.rest.entries):
            return None
        if not match.ended and not match.whole and not match.rest.entries and match.meaning.sure < 1:
            return None
        return match

    def _is_option(self, field: FieldDef, text: str) -> bool:
        return words.words(text) in self.reader.book.options[field.vocabulary].exact

    def _next(self, index: int) -> Row | None:
        for row in self.reader.rows[index + 1 : index + 3]:
            if row.table or row.text.strip():
                return row
        return None

    def _led_by_label(self, row: Row) -> bool:
        cell = row.cells[0]
        if not cell.text:
            return False
        if self._pure(cell, glance=True) is not None:
            return True
        first, rest = cell.lines[0], cell.lines[1:]  # a question with its answer below it, in one cell
        return bool(rest) and first.bold and not rest[0].bold and self.reader.glance(first) is not None


def printed(cell: Cell) -> bool:
    """Whether a cell looks like a printed label."""
    return cell.shaded or cell.lines[0].bold or asking(cell)


def asking(cell: Cell) -> bool:
    """Whether a cell ends as questions and labels do."""
    return cell.text.rstrip().endswith(("?", ":"))

"""
Rows below a header row: one thing or person each, a row of answers, or marks in columns.
"""

import re
from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.answers import Answer
from mailbot.record.headers import Headers
from mailbot.record.heads import THINGS
from mailbot.record.match import Meaning
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    pass


_TICK = re.compile(r"^\s*(?:[xX✓✔☒☑✗✘■●]|yes|\[[xX✓]\]|\([xX✓]\))\s*$", re.I)


class Grids(Headers):
    """Reads what stands below header rows."""

    def _data(self, row: Row, cells: list[Cell]) -> bool:
        """A row of answers below their labels."""
        scribe = self.reader.scribe
        if self.group in ("", "subjects") and self._led_by_label(row) and not self._aligned(cells):
            self.columns = []
            return False
        if self.group not in ("", "subjects", "agencies") and len(cells) == 1 and len(self.columns) > 1:
            self.columns = []
            return False
        if (not row.table and len(cells) == 1) or self._asks(cells[0]):
            self.columns = []
            return False
        block = 0
        if self.group in THINGS:
            block = scribe.thing(self.group).number
            scribe.sheet.blocks[block - 1].printed = -1  # a row is whole: nothing may be added later
        elif self.group == "subjects":
            block = scribe.person(scribe.role, f"{scribe.section} row {self.filled + 1}").number
        for cell in cells:
            self._under(row, cell, block)
        self.filled += 1
        if not self.group:
            self.columns = []
        return True

    def _aligned(self, cells: list[Cell]) -> bool:
        """Whether a row that begins with a label's word still looks like the row of answers that was due."""
        return (
            self.filled == 0
            and len(cells) == len(self.columns)
            and not all(self._pure(cell) is not None or not cell.text for cell in cells[:1])
        )

    def _asks(self, cell: Cell) -> bool:
        """Whether the first cell below a header of things is a question of the form, not a thing."""
        if self.group not in THINGS:
            return False
        match = self._pure(cell)
        known = match is not None and words.label(match.label) in self.reader.book.anywhere
        return match is not None and known and not match.meaning.field.path.startswith(self.group)

    def _under(self, row: Row, cell: Cell, block: int) -> None:
        scribe = self.reader.scribe
        column = next((one for one in self.columns if one.start <= cell.column < one.start + one.size), None)
        if not cell.text and not any(line.entries for line in cell.lines):
            return
        if column is None or column.field is None or column.field.path == "unmapped":
            scribe.keep(cell.text)
            return
        if block:
            answer = Answer(column.field, block, column.label, scribe.section, row.where, lines=cell.lines)
            scribe.sheet.answers.append(answer)
        else:
            scribe.begin(Meaning(column.field), column.label, row.where).lines.extend(cell.lines)
            scribe.close()

    def _ticked(self, row: Row, cells: list[Cell]) -> bool:
        """A question, and a mark in the column of its answer."""
        match = self._pure(cells[0])
        if match is None or not match.meaning.field.vocabulary:
            return False
        chosen = [
            self.answers[cell.column]
            for cell in cells[1:]
            if cell.column in self.answers and _TICK.match(cell.text)
        ]
        answer = self.reader.scribe.begin(match.meaning, match.label, row.where, match.hint)
        answer.lines.extend(rich.of(word, row.where) for word in chosen)
        self.reader.scribe.close()
        return True

    def _persons_row(self, row: Row, cells: list[Cell]) -> bool:
        """A label, and one answer for each person."""
        match = self._pure(cells[0], True)
        if match is None:
            return False
        scribe = self.reader.scribe
        for cell in cells[1:]:
            number = self.people.get(cell.column)
            if number is None:
                scribe.keep(cell.text)
                continue
            if cell.text or any(line.entries for line in cell.lines):
                scribe.sheet.blocks[number - 1].seen[match.meaning.field.path] = None
                scribe.sheet.answers.append(
                    Answer(
                        match.meaning.field, number, match.label, scribe.section, row.where, lines=cell.lines
                    )
                )
        scribe.sheet.labels.add(words.label(match.label))
        return True

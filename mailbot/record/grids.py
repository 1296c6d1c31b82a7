"""
Rows below a header row: one thing or person each, a row of answers, or marks in columns.
"""

import re
from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.answers import Answer
from mailbot.record.forms import FieldDef
from mailbot.record.headers import Headers
from mailbot.record.heads import THINGS
from mailbot.record.match import Meaning
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    pass


_OWN = {
    "phones": ("phones.number", re.compile(r"(?:\+|\(?0)[\d\s()-]{8,18}")),
    "vehicles": ("vehicles.vrm", re.compile(r"[A-Za-z]{2}\d{2}\s?[A-Za-z?]{3}")),
}
_FRAGMENT = re.compile(
    r"(?!(?:a|i|an|as|at|be|by|do|go|he|if|in|is|it|me|my|no|of|on|or|so|to|up|us|we)$)[a-z]{1,2}"
)
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
        cut = self.reader.paged and any(
            _FRAGMENT.fullmatch(line.text.strip()) for cell in cells for line in cell.lines[1:]
        )  # a column so narrow that words are cut: what has more lines is not what was written
        for cell in cells:
            if cut and len(cell.lines) > 1:
                scribe.keep(cell.text)
            else:
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
        field = column.field or self._by_content(cell.text) if column is not None else None
        if column is None or field is None or field.path == "unmapped":
            scribe.keep(f"{column.label if column is not None else ''} {cell.text}")
            return
        if block:
            answer = Answer(
                field, block, column.label, scribe.section, scribe.context, row.where, lines=cell.lines
            )
            scribe.sheet.answers.append(answer)
        else:
            scribe.begin(Meaning(field), column.label, row.where).lines.extend(cell.lines)
            scribe.close()

    def _ticked(self, row: Row, cells: list[Cell]) -> bool:
        """A question, and a mark in the column of its answer."""
        match = self._pure(cells[0])
        chosen = [
            self.answers[cell.column]
            for cell in cells[1:]
            if cell.column in self.answers and _TICK.match(cell.text)
        ]
        nobody = match is None or match.meaning.field.path == "unmapped"
        if nobody and chosen and cells[0].text:
            self.reader.scribe.keep(f"{cells[0].text} {', '.join(chosen)}")
            self._beside(cells[1:])
            return True
        if match is None or not match.meaning.field.vocabulary:
            return False
        self._beside(cells[1:])
        answer = self.reader.scribe.begin(match.meaning, match.label, row.where, match.hint)
        answer.lines.extend(rich.of(word, row.where) for word in chosen)
        self.reader.scribe.close()
        return True

    def _by_content(self, text: str) -> FieldDef | None:
        """What a number or a mark is in a list of telephones or vehicles that has no known column for it."""
        path, looks = _OWN.get(self.group, ("", _TICK))
        there = any(column.field is not None and column.field.path == path for column in self.columns)
        if not path or there or not looks.fullmatch(text):
            return None
        return self.reader.book.paths[path]

    def _beside(self, cells: list[Cell]) -> None:
        """What is written outside the columns of the answers is kept."""
        for cell in cells:
            if cell.column not in self.answers:
                self.reader.scribe.keep(cell.text)

    def _persons_row(self, row: Row, cells: list[Cell]) -> bool:
        """A label, and one answer for each person."""
        match, scribe = self._pure(cells[0], True), self.reader.scribe
        if match is None and cells[0].text and len(cells) > len(self.people):
            scribe.keep("\n".join(cell.text for cell in cells if cell.text))  # a question that nobody knows
            return True
        if match is None:
            return False
        for cell in cells[1:]:
            number = self.people.get(cell.column)
            if number is None:
                scribe.keep(cell.text)
                continue
            if cell.text or any(line.entries for line in cell.lines):
                scribe.sheet.blocks[number - 1].seen[match.meaning.field.path] = None
                scribe.sheet.answers.append(
                    Answer(
                        match.meaning.field,
                        number,
                        match.label,
                        scribe.section,
                        scribe.context,
                        row.where,
                        lines=cell.lines,
                    )
                )
        scribe.sheet.labels.add(words.label(match.label))
        return True

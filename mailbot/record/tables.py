"""
Reads the rows of tables: label left of its answer, label above it, several pairs in a row, small tables
with a header row, one column for each person, answers ticked in columns.
"""

from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.cells import printed
from mailbot.record.grids import Grids
from mailbot.record.headings import Opening
from mailbot.record.lines import Match
from mailbot.record.match import Meaning
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    pass


_QUESTION = 120  # characters; what is longer is no question


class Tables(Grids):
    """Reads the rows of tables."""

    def row(self, index: int, row: Row) -> None:
        """One row."""
        if row.table != self.table:
            self.forget()
            self.table = row.table
        cells = row.cells
        if not row.text.strip() and not any(line.entries for cell in cells for line in cell.lines):
            self._empty(row)
            return
        if self._side_heading(cells):
            cells = cells[1:]
        if self._header(index, row, cells):
            return
        if self.answers and self._ticked(row, cells):
            return
        if self.people and self._persons_row(row, cells):
            return
        if self.columns and self._data(row, cells):
            return
        self._pairs(row, cells)

    def _empty(self, row: Row) -> None:
        scribe = self.reader.scribe
        if scribe.waits and self.above == row.table:
            scribe.close()
        elif not row.table and scribe.open is None:
            self.forget()

    def _side_heading(self, cells: list[Cell]) -> bool:
        """A heading merged down the first column."""
        first = cells[0]
        if first.rows < 2 or len(cells) < 2 or not first.text:
            return False
        head, _ = self.reader.book.head(first.text.replace("\n", " "))
        if head is None:
            return False
        table = self.table
        self.reader.open_section(Opening(first.text.replace("\n", " "), head, True))
        self.table = table
        return True

    def _pairs(self, row: Row, cells: list[Cell]) -> None:
        """Label, answer, label, answer."""
        scribe = self.reader.scribe
        if len(cells) == 1 and scribe.waits and self.above == row.table and self._below(row, cells[0]):
            return
        position = 0
        while position < len(cells):
            cell = cells[position]
            match = self._labelled(cell, position == 0 and len(cells) > 1 and self._leads(row))
            if match is None:
                position += self._unlabelled(row, cells, position)
                continue
            due = match.whole and not self._own(match, cell)
            follow = position + 1
            while follow < len(cells) and (
                not cells[follow].text or not self._new_label(match, cells, follow, due)
            ):
                if row.table and self._stranger(cells, position, follow):
                    break
                follow += 1
            self._pair(row, match, cell, cells[position + 1 : follow])
            position = follow

    def _leads(self, row: Row) -> bool:
        """Whether the first cell is where labels stand: in a table, or before a tab on a form with tabs."""
        return bool(row.table) or "\t" in self.reader.matcher.signs

    def _new_label(self, match: Match, cells: list[Cell], position: int, due: bool) -> bool:
        """Whether the next cell is another question, not the answer to this one."""
        cell = cells[position]
        field = match.meaning.field
        if field.vocabulary and self._is_option(field, cell.text):
            return False
        if due and position % 2 and len(cells) % 2 == 0 and len(cells) > 2 and not cell.shaded:
            return False  # label, answer, label, answer
        if due and len(cell.lines) > 1 and cell.lines[0].bold and self._asks_itself(cell):
            return True
        # while an answer is still due, a cell that only begins like a label is that answer
        other = self._pure(cell) if due else self._labelled(cell)
        if other is None:
            return False
        if other.whole and (position + 1 < len(cells) or other.ended or cell.shaded or len(cells) == 2):
            # a word that is only an answer stands last in its row and has no colon
            return not (len(cells) == 2 and not other.ended and not cell.shaded and not cell.lines[0].bold)
        return other.ended or other.bold

    def _stranger(self, cells: list[Cell], label: int, position: int) -> bool:
        """Whether a cell is printed as the label before it is, with a cell of its own beside it."""
        between, cell = cells[label + 1 : position], cells[position]
        return (
            bool(between)
            and (position - label) % 2 == 0
            and (len(cells) - position) % 2 == 0
            and printed(cells[label])
            and printed(cell)
            and not any(printed(one) for one in (*between, cells[position + 1]) if one.text)
        )

    def _pair(self, row: Row, match: Match, cell: Cell, answers: list[Cell]) -> None:
        scribe = self.reader.scribe
        self.tail = None
        if not row.table:
            self.reader.seen_look(match)
        scribe.begin(match.meaning, match.label, row.where, match.hint)
        scribe.sheet.labels.add(words.label(match.label))
        own = self._own(match, cell)
        for line in own:
            scribe.add(line)
        for one in answers:
            if one.text or any(line.entries for line in one.lines):
                for line in one.lines:
                    scribe.add(line)
        if answers or own:
            if cell.rows > 1 and scribe.open is not None:
                self.spanning = (scribe.open, row.table)
            if row.table:
                self._remember()
                scribe.close()
                self.paired = row.table
        elif row.last and row.table and len(row.cells) > 1:
            scribe.close()
        else:
            self.above = row.table

    def _own(self, match: Match, cell: Cell) -> list[Line]:
        """The answer that stands in the label's own cell."""
        if match.whole and self._pure(cell) is not None:
            return []
        lines = [match.rest] if match.rest.text.strip() or match.rest.entries else []
        for line in cell.lines[1:]:
            if not lines and self.reader.printed(line):
                continue
            lines.append(line)
        return lines if any(line.text.strip() or line.entries for line in lines) else []

    def _below(self, row: Row, cell: Cell) -> bool:
        """A cell below its label: an answer, unless it is nothing but the next label."""
        scribe = self.reader.scribe
        other = self._pure(cell)
        if other is not None and (other.ended or cell.shaded or cell.lines[0].bold):
            return False
        if self._asks_itself(cell):
            return False
        for line in cell.lines:
            scribe.add(line)
        self._remember()
        scribe.close()
        return True

    def _asks_itself(self, cell: Cell) -> bool:
        """Whether a cell has a question and its answer in it, as the cell above had."""
        first, rest = cell.lines[0], cell.lines[1:]
        match = self.reader.match(first)
        if match is None:
            return bool(rest) and first.bold and not rest[0].bold
        opened = self.reader.scribe.open
        if opened is not None and match.meaning.field is opened.field:
            return False
        if match.whole and rest:
            return match.ended or match.meaning.sure >= 1 or (first.bold and not rest[0].bold)
        return bool(match.rest.spans) and match.ended and (match.meaning.sure >= 1 or match.bold)

    def _remember(self) -> None:
        """The answer just given may go on below, where a page or a row breaks it."""
        opened = self.reader.scribe.open
        self.tail = opened if opened is not None and opened.field.type == "text" else None

    def goes_on(self, lines: list[Line]) -> bool:
        """More of a long answer that a page or a row broke; False where none was broken."""
        if (
            self.tail is None
            or self.reader.other_label(lines[0])
            or (lines[0].bold and bool(self.tail.lines) and not self.tail.lines[-1].bold)
            or any(self.reader.printed(line) for line in lines)
        ):
            return False
        self.tail.lines.extend(lines)
        return True

    def _unlabelled(self, row: Row, cells: list[Cell], position: int) -> int:
        """A cell that is no label: more of what stands open, lines of its own, or unmapped."""
        scribe, cell = self.reader.scribe, cells[position]
        if not cell.text:
            return 1
        alone = not any(one.text for index, one in enumerate(cells) if index != position)
        if row.table and alone and len(cell.lines) > 1 and cell.lines[0].bold and not cell.lines[1].bold:
            scribe.close()
            scribe.keep(cell.text)  # a question that nobody knows, with its answer
            return len(cells)
        if alone and len(cells) == 1 and self.reader.looks_asked(row) and len(cell.text) <= _QUESTION:
            scribe.begin(Meaning(self.reader.book.unmapped, sure=0.5), cell.text, row.where)
            self.above = row.table
            return 1
        if row.table and alone and (len(cells) == 1 or position > 0) and self.goes_on(cell.lines):
            return len(cells)
        if self.spanning and self.spanning[1] == row.table and cell.column > 0 and position == 0:
            self.spanning[0].lines.extend(cell.lines)
            return 1
        if row.table and position > 1 and self._stranger(cells, position - 2, position):
            self._unknown(row, cell, cells[position + 1])
            return 2
        rest = [one for one in cells[position + 1 :] if one.text]
        boxed = row.table and alone and len(cell.lines) > 1
        if boxed and self.reader.by_options(cell.lines[0].text, cell.lines[1:], row.where):
            return len(cells)
        if row.table and alone and len(cells) > 1 and position == 0 and len(cell.text) <= _QUESTION:
            scribe.close()
            scribe.keep(cell.text)  # a question that nobody knows, and nothing at it
            return len(cells)
        if (not row.table and scribe.open is not None and position == len(cells) - 1) or (
            position == 0 and not rest
        ):
            self._lines(row, cell)
            return len(cells)
        boxes = position == 0 and len(rest) == 1 and bool(row.table) and not MARK.search(cell.text)
        if boxes and self.reader.by_options(cell.text, rest[0].lines, row.where):
            return len(cells)
        if self._options_row(row, cells, position):
            return len(cells)
        if position == 0 and len(rest) >= 1 and row.table:
            if any(self._labelled(one) for one in rest):
                scribe.keep(cell.text)
                return 1
            if len(rest) == 1 and self.reader.by_options(cell.text, rest[0].lines, row.where):
                return len(cells)
            if len(rest) == 1 and len(cell.text) <= _QUESTION:
                self._unknown(row, cell, rest[0])
                return len(cells)
            scribe.close()
            scribe.keep(" ".join([cell.text, *(one.text for one in rest)]))
            return len(cells)
        if not row.table:
            self._lines(row, Cell([row.line]))
            return len(cells)
        scribe.keep(cell.text)
        return 1

    def _unknown(self, row: Row, asked: Cell, answer: Cell) -> None:
        """A question that nobody knows, with what stands beside it."""
        scribe = self.reader.scribe
        scribe.begin(Meaning(self.reader.book.unmapped, sure=0.5), asked.text, row.where)
        for line in answer.lines:
            scribe.add(line)
        scribe.close()

    def _options_row(self, row: Row, cells: list[Cell], position: int) -> bool:
        """Boxes and options in cells of their own, below the question or below a heading that asks it."""
        scribe = self.reader.scribe
        text = " ".join(cell.text for cell in cells[position:])
        if not MARK.search(text):
            return False
        opened = scribe.open
        if opened is None or not opened.field.vocabulary:
            path = scribe.loose
            if path not in self.reader.book.paths or not self.reader.book.paths[path].vocabulary:
                return False
            opened = scribe.begin(Meaning(self.reader.book.paths[path], sure=0.9), scribe.section, row.where)
        opened.lines.append(rich.join([line for cell in cells[position:] for line in cell.lines], " "))
        return True

    def _lines(self, row: Row, cell: Cell) -> None:
        """A cell that is read as lines of text."""
        for line in cell.lines:
            self.reader.one_line(line, row.where)

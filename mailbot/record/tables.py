"""
Reads the rows of tables: label left of its answer, label above it, several pairs in a row, small tables
with a header row, one column for each person, answers ticked in columns.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.answers import Answer
from mailbot.record.forms import FieldDef
from mailbot.record.lines import Match
from mailbot.record.match import THINGS, Meaning
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    from mailbot.record.reader import Reader

_TICK = re.compile(r"^\s*(?:[xX✓✔☒☑✗✘■●]|yes|\[[xX✓]\]|\([xX✓]\))\s*$", re.I)


@dataclass(slots=True)
class Column:
    """A column of a small table, or of a row of labels above their answers."""

    start: int
    size: int
    field: FieldDef | None
    label: str


class Tables:
    """The state between the rows of a table."""

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader
        self.above = 0  # the table in which the open question stands
        self.tail: Answer | None = (
            None  # the long answer that a row just gave; the next row may go on with it
        )
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

    # ------------------------------------------------------------ headers

    def _side_heading(self, cells: list[Cell]) -> bool:
        """A heading merged down the first column."""
        first = cells[0]
        if first.rows < 2 or len(cells) < 2 or not first.text:
            return False
        head, _ = self.reader.book.head(first.text.replace("\n", " "))
        if head is None:
            return False
        from mailbot.record.headings import Opening

        table = self.table
        self.reader.open_section(Opening(first.text.replace("\n", " "), head, True))
        self.table = table
        return True

    def _header(self, index: int, row: Row, cells: list[Cell]) -> bool:
        """A row of labels, of options, or of people, above the rows that answer."""
        filled = [cell for cell in cells if cell.text]
        if len(filled) < 2 or any(len(cell.text) > 90 or MARK.search(cell.text) for cell in filled):
            return False
        if any(line.entries for cell in cells for line in cell.lines):
            return False
        return (
            self._people_header(cells)
            or self._option_header(index, cells)
            or self._label_header(index, row, cells)
        )

    def _people_header(self, cells: list[Cell]) -> bool:
        heads = [self.reader.book.head(cell.text)[0] if cell.text else None for cell in cells[1:]]
        if not heads or not all(head is not None and head.person for head in heads):
            return False
        if self._pure(cells[0]) is not None:
            return False  # a question about one person, answered "Associate"
        scribe = self.reader.scribe
        scribe.close()
        self.people = {}
        for cell, head in zip(cells[1:], heads, strict=True):
            self.people[cell.column] = scribe.person(head.role if head else "", cell.text).number
        scribe.block = None
        scribe.context, scribe.firm = "subject", True
        return True

    def _option_header(self, index: int, cells: list[Cell]) -> bool:
        exact = self.reader.book.options["yes_no_unknown"].exact
        found = {cell.column: exact.get(words.words(cell.text), "") for cell in cells[1:] if cell.text}
        if len(found) < 2 or not all(found.values()) or len(set(found.values())) < 2:
            return False
        if cells[0].text and self._pure(cells[0]) is not None and not self._pure_is_caption(cells[0]):
            return False
        after = self._next(index)
        if after is None or after.table != self.table:
            return False
        self.answers = found
        return True

    def _pure_is_caption(self, cell: Cell) -> bool:
        match = self._pure(cell)
        return match is None or match.meaning.field.vocabulary != "yes_no_unknown"

    def _label_header(self, index: int, row: Row, cells: list[Cell]) -> bool:
        """Every filled cell is a label, and what follows answers below."""
        group, columns = self._columns(cells)
        if not columns:
            return False
        after = self._next(index)
        if after is None or (after.table != row.table and row.table):
            if not group or len(columns) < 2 or any(column.field is None for column in columns):
                return False
            after = row  # a caption without a row below: nothing was filled in
        scribe = self.reader.scribe
        if not group and (len(columns) < len([c for c in cells if c.text]) or self._led_by_label(after)):
            return False
        if (
            group
            and group not in ("subjects",)
            and len(cells) == 2
            and self._led_by_label(after)
            and not self._is_group(group)
        ):
            return False
        scribe.drop()
        self.columns, self.group, self.filled = columns, group, 0
        scribe.sheet.labels.update(words.label(column.label) for column in columns)
        if group in THINGS:
            scribe.sheet.contexts.add("things")
        return True

    def _is_group(self, group: str) -> bool:
        return self.reader.scribe.group == group

    def _columns(self, cells: list[Cell]) -> tuple[str, list[Column]]:
        """The columns that a row of labels makes, and the group they belong to: things, people, or none."""
        scribe, book = self.reader.scribe, self.reader.book
        filled = [cell for cell in cells if cell.text]
        norms = [words.label(cell.text.replace("\n", " ")) for cell in filled]
        wanted = [scribe.group] if scribe.group else []
        if scribe.context == "agencies":
            wanted.append("agencies")
        for group in (*wanted, *(THINGS if scribe.context not in ("submitter", "agencies") else ())):
            known = book.columns[group]
            hits = [known.get(norm) for norm in norms]
            sure = group in wanted or any(
                field is not None and norm in book.every and field.path.startswith(group)
                for norm, field in zip(norms, hits, strict=True)
            )
            enough = len(norms) - 1 if group in wanted or len(norms) > 2 else len(norms)
            if sure and sum(hit is not None for hit in hits) >= max(1, enough) and hits[0] is not None:
                return group, [
                    Column(cell.column, cell.columns, field, cell.text)
                    for cell, field in zip(filled, hits, strict=True)
                ]
        if (
            scribe.context == "subject"
            and len(filled) > 2
            and all(norm in book.columns["subjects"] for norm in norms)
        ) and len({book.columns["subjects"][norm].path for norm in norms}) == len(norms):
            return "subjects", [
                Column(cell.column, cell.columns, book.columns["subjects"][norm], cell.text)
                for cell, norm in zip(filled, norms, strict=True)
            ]
        matches = [self._pure(cell) for cell in filled]
        if len(filled) == len(cells) and all(matches):
            first = matches[0]
            if (
                first
                and first.meaning.field.vocabulary
                and len(filled) == 2
                and self._is_option(first.meaning.field, filled[1].text)
            ):
                return "", []
            return "", [
                Column(cell.column, cell.columns, match.meaning.field, cell.text)
                for cell, match in zip(filled, matches, strict=True)
                if match is not None
            ]
        return "", []

    def _is_option(self, field: FieldDef, text: str) -> bool:
        return words.words(text) in self.reader.book.options[field.vocabulary].exact

    def _next(self, index: int) -> Row | None:
        for row in self.reader.rows[index + 1 : index + 3]:
            if row.table or row.text.strip():
                return row
        return None

    def _led_by_label(self, row: Row) -> bool:
        return bool(row.cells[0].text) and self._pure(row.cells[0]) is not None

    # ------------------------------------------------------------ rows below a header

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
        match = self._pure(cells[0])
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

    # ------------------------------------------------------------ labels beside their answers

    def _pure(self, cell: Cell, leading: bool = False) -> Match | None:
        """A cell that is a label and nothing else; `leading` where labels usually stand."""
        if (
            not cell.text
            or len(cell.text) > 300
            or any(line.entries for line in cell.lines)
            or MARK.search(cell.text)
        ):
            return None
        line = rich.join(cell.lines, " ") if len(cell.lines) > 1 else cell.lines[0]
        match = self.reader.match(line, leading or cell.shaded)
        return match if match is not None and match.whole else None

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

    def _pairs(self, row: Row, cells: list[Cell]) -> None:
        """Label, answer, label, answer."""
        scribe = self.reader.scribe
        if len(cells) == 1 and scribe.waits and self.above == row.table and self._below(row, cells[0]):
            return
        position = 0
        while position < len(cells):
            cell = cells[position]
            match = self._labelled(cell, position == 0 and len(cells) > 1 and bool(row.table))
            if match is None:
                position += self._unlabelled(row, cells, position)
                continue
            follow = position + 1
            while follow < len(cells) and (
                not cells[follow].text or not self._new_label(match, cells, follow)
            ):
                follow += 1
            self._pair(row, match, cell, cells[position + 1 : follow])
            position = follow

    def _new_label(self, match: Match, cells: list[Cell], position: int) -> bool:
        """Whether the next cell is another question, not the answer to this one."""
        cell = cells[position]
        field = match.meaning.field
        if field.vocabulary and self._is_option(field, cell.text):
            return False
        if match.whole and position % 2 and len(cells) % 2 == 0 and len(cells) > 2 and not cell.shaded:
            return False  # label, answer, label, answer
        # while an answer is still due, a cell that only begins like a label is that answer
        other = self._pure(cell) if match.whole else self._labelled(cell)
        if other is None:
            return False
        if other.whole and (position + 1 < len(cells) or other.ended or cell.shaded or len(cells) == 2):
            # a word that is only an answer stands last in its row and has no colon
            return not (len(cells) == 2 and not other.ended and not cell.shaded and not cell.lines[0].bold)
        return other.ended or other.bold

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
        for line in cell.lines:
            scribe.add(line)
        self._remember()
        scribe.close()
        return True

    def _remember(self) -> None:
        """The answer just given may go on below, where a page or a row breaks it."""
        opened = self.reader.scribe.open
        self.tail = opened if opened is not None and opened.field.type == "text" else None

    def goes_on(self, lines: list[Line]) -> bool:
        """More of a long answer that a page or a row broke; False where none was broken."""
        if (
            self.tail is None
            or self.reader.other_label(lines[0])
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
        if row.table and alone and (len(cells) == 1 or position > 0) and self.goes_on(cell.lines):
            return len(cells)
        if self.spanning and self.spanning[1] == row.table and cell.column > 0 and position == 0:
            self.spanning[0].lines.extend(cell.lines)
            return 1
        rest = [one for one in cells[position + 1 :] if one.text]
        if (not row.table and scribe.open is not None and position == len(cells) - 1) or (
            position == 0 and not rest
        ):
            self._lines(row, cell)
            return len(cells)
        if self._options_row(row, cells, position):
            return len(cells)
        if position == 0 and len(rest) >= 1 and row.table:
            if any(self._labelled(one) for one in rest):
                scribe.keep(cell.text)
                return 1
            scribe.close()
            scribe.keep(" ".join([cell.text, *(one.text for one in rest)]))
            return len(cells)
        if not row.table:
            self._lines(row, Cell([row.line]))
            return len(cells)
        scribe.keep(cell.text)
        return 1

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

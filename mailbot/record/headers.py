"""
Rows that say what the rows below them answer: labels, options, or people across the columns.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mailbot.record import words
from mailbot.record.cells import Cells, Column, asking, printed
from mailbot.record.forms import FieldDef
from mailbot.record.heads import THINGS
from mailbot.record.rich import MARK
from mailbot.record.rows import Cell, Row

if TYPE_CHECKING:
    pass


_NAMED = frozenset({"subjects.full_name", "subjects.family_name"})
_VALUE = re.compile(r"\d{3}|@")
_PERSONAL = frozenset(
    {"subjects.dob", "subjects.dob_age", "subjects.age", "subjects.sex", "subjects.school_year"}
)


class Headers(Cells):
    """Recognises header rows."""

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
        """One column for each person; what else has a column is kept with its heading."""
        heads = [self.reader.book.head(cell.text)[0] if cell.text else None for cell in cells[1:]]
        if len(heads) < 2 and cells[0].text:
            return False  # a question that nobody listed, answered "Witness"
        persons = [head is not None and head.person for head in heads]
        if not persons or not persons[0] or (not all(persons) and sum(persons) < 2):
            return False
        if self._pure(cells[0]) is not None:
            return False  # a question about one person, answered "Associate"
        scribe = self.reader.scribe
        scribe.close()
        self.people = {}
        for cell, head in zip(cells[1:], heads, strict=True):
            if head is not None and head.person:
                self.people[cell.column] = scribe.person(head.role, cell.text).number
        scribe.block = None
        scribe.context, scribe.firm = "subject", True
        return True

    def _option_header(self, index: int, cells: list[Cell]) -> bool:
        exact = self.reader.book.options["yes_no_unknown"].exact
        named = [(cell.column, exact.get(words.words(cell.text), "")) for cell in cells[1:] if cell.text]
        found = {column: option for column, option in named if option}
        if len(found) < 2 or len(named) - len(found) > 1 or len(set(found.values())) < 2:
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
        group, columns = self._columns(index, cells)
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
            and (self._led_by_label(after) or self.paired == row.table)
            and not self._is_group(group)
        ):
            return False
        scribe.drop()
        self.columns, self.group, self.filled = columns, group, 0
        scribe.sheet.labels.update(words.label(column.label) for column in columns)
        if group in THINGS:
            scribe.sheet.contexts.add("things")
        return True

    def _only(self, group: str, hits: list[FieldDef | None], norms: list[str]) -> bool:
        """Whether these columns are all of one kind of things, and of no other."""
        if None in hits or len({field.path for field in hits if field}) < len(hits):
            return False
        book = self.reader.book
        return not any(all(book.column(norm, other) for norm in norms) for other in THINGS if other != group)

    def _column(self, cell: Cell, norm: str, group: str) -> FieldDef | None:
        """What a column is for; a cell with more lines than its label's own is not guessed at."""
        book = self.reader.book
        return book.columns[group].get(norm) if len(cell.lines) > 1 else book.column(norm, group)

    def _band(self, index: int) -> bool:
        """Whether labels stand above one row of answers and others follow: one person in bands, no list."""
        below = [row for row in self.reader.rows[index + 1 : index + 3] if row.table == self.table]
        if len(below) < 2:
            block = self.reader.scribe.block
            return block is not None and bool(block.seen)
        return self._led_by_label(below[1])

    def _is_group(self, group: str) -> bool:
        return self.reader.scribe.group == group

    def _columns(self, index: int, cells: list[Cell]) -> tuple[str, list[Column]]:
        """The columns that a row of labels makes, and the group they belong to: things, people, or none.

        A label that nobody knows makes a column without a field, where the others or the looks of the row
        say that it is one of labels: what stands below it is kept, and its neighbours are read.
        """
        scribe, book = self.reader.scribe, self.reader.book
        filled = [cell for cell in cells if cell.text]
        norms = [words.label(cell.text.replace("\n", " ")) for cell in filled]
        if any(book.numbered(norm) for norm in norms[:1]):
            return "", []  # "Phone 1 notes" is no column's: it names its item
        over = partial(self._over, index, cells)
        wanted = [name for name in (scribe.group, scribe.kind) if name]
        if scribe.context == "agencies":
            wanted.append("agencies")
        own = scribe.context == "subject" and all(book.column(norm, "subjects") for norm in norms)
        groups = [*wanted, *(THINGS if scribe.context not in ("submitter", "agencies") else ())]
        for group in dict.fromkeys(groups):
            hits = [self._column(cell, norm, group) for cell, norm in zip(filled, norms, strict=True)]
            known = sum(hit is not None for hit in hits)
            listed = sum(norm in book.columns[group] for norm in norms)
            if len(norms) == 2 and not listed:
                continue  # a question and its answer look so, too
            if own and group not in wanted and listed * 2 <= len(norms):
                continue  # they may all be questions about the person
            sure = group in wanted or any(
                field is not None and norm in book.every and field.path.startswith(group)
                for norm, field in zip(norms, hits, strict=True)
            )
            sure = sure or (scribe.context == "things" and self._only(group, hits, norms))
            enough = len(norms) - 1 if group == scribe.group or len(norms) > 2 else len(norms)
            most = known >= max(1, enough) and hits[0] is not None
            if sure and (most or (group in wanted and known * 2 >= len(norms) and over())):
                return group, _made(filled, hits)
        people = scribe.context == "subject" or not scribe.firm
        if people and len(filled) > 2 and not self._band(index):
            asked = [self._column(cell, norm, "subjects") for cell, norm in zip(filled, norms, strict=True)]
            paths = [field.path for field in asked if field is not None]
            named = scribe.context == "subject" or bool(set(paths) & _NAMED and set(paths) & _PERSONAL)
            most = len(paths) == len(norms) or (len(paths) * 3 >= len(norms) * 2 and over())
            if named and most and len(paths) == len(set(paths)):
                return "subjects", _made(filled, asked)
        return "", self._one_row(cells, over)

    def _one_row(self, cells: list[Cell], over: Callable[[], bool]) -> list[Column]:
        """The columns of labels over one row of answers."""
        filled = [cell for cell in cells if cell.text]
        firm = self.reader.scribe.firm
        matches = [self._pure(cell, glance=firm) for cell in filled]
        if not firm and not all(matches):  # every label that was seen told of the section: once more
            matches = [self._pure(cell) for cell in filled]
        if len(filled) < len(cells):
            return []
        if not all(matches):
            known = [match for match in matches if match is not None]
            if len(filled) < 3 or len(known) * 2 < len(filled) or not over():
                return []
            return _made(filled, [match.meaning.field if match else None for match in matches])
        first = matches[0]
        if (
            first
            and first.meaning.field.vocabulary
            and len(filled) == 2
            and self._is_option(first.meaning.field, filled[1].text)
        ):
            return []
        return _made(filled, [match.meaning.field for match in matches if match is not None])

    def _over(self, index: int, cells: list[Cell]) -> bool:
        """Whether a row stands over answers: it looks like labels, or asks where an answer would be.

        The next row of the table has the same cells, and none of that.
        """
        rows, paged = self.reader.rows, self.reader.paged  # a page's narrow columns cut words
        after = rows[index + 1] if index + 1 < len(rows) and not paged else None
        if after is None or not after.table or after.table != self.table or len(after.cells) != len(cells):
            return False
        if not all(cell.text and not _VALUE.search(cell.text) for cell in cells) or self._led_by_label(after):
            return False
        below = [cell for cell in after.cells if cell.text]
        if all(printed(cell) for cell in cells) and not any(printed(cell) for cell in below):
            return True
        if any(asking(cell) for cell in cells[1::2]) and not any(asking(cell) for cell in below):
            return True
        known = [self._pure(cell, glance=True) for cell in cells]
        listed = any(match is not None and match.meaning.sure >= 1 for match in known[1::2])
        return listed and sum(match is not None for match in known) * 3 >= len(cells) * 2 > 4


def _made(cells: list[Cell], fields: Sequence[FieldDef | None]) -> list[Column]:
    return [
        Column(cell.column, cell.columns, field, cell.text) for cell, field in zip(cells, fields, strict=True)
    ]

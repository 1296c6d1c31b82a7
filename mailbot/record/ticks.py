"""
Options in a table of two columns, with a cross or nothing beside each: made lines with a box.

GUARANTEES
    As many rows come out as went in, in their order. Only where the words are answers of one vocabulary.
"""

import re
from itertools import groupby

from mailbot.record import rich
from mailbot.record.evidence import known
from mailbot.record.match import Book
from mailbot.record.rows import Cell, Row

_TICK = re.compile(r"^\s*(?:[xX✓✔☒☑✗✘■●]|\[[xX✓]\]|\([xX✓]\))\s*$")
_LONGEST = 90


def ticked(rows: list[Row], book: Book) -> list[Row]:
    """The rows, with tables of options as lines of options."""
    found: list[Row] = []
    for table, group in groupby(rows, lambda row: row.table):
        many = list(group)
        found.extend(_lines(many, book) if table and len(many) > 1 else many)
    return found


def _lines(many: list[Row], book: Book) -> list[Row]:
    for mark, said in ((1, 0), (0, 1)):
        if all(_is_option(row, mark, said) for row in many):
            words = [row.cells[said].text for row in many]
            if max(known(book, name, words) for name in book.options) * 3 >= 2 * min(len(words), 9):
                return [_line(row, bool(row.cells[mark].text), said) for row in many]
    return many


def _is_option(row: Row, mark: int, said: int) -> bool:
    """Whether one cell holds some words and the other a cross or nothing."""
    if len(row.cells) != 2 or any(line.entries for cell in row.cells for line in cell.lines):
        return False
    text, sign = row.cells[said].text, row.cells[mark].text
    return bool(text) and len(text) <= _LONGEST and (not sign or bool(_TICK.match(sign)))


def _line(row: Row, on: bool, said: int) -> Row:
    text = row.cells[said].text.replace("\n", " ")
    return Row([Cell([rich.of(f"{'☒' if on else '☐'} {text}", row.where)])], 0, row.where, row.quoted)

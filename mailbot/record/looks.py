"""
How the questions of a form look, and how its headings do.
"""

import re
from collections import Counter
from collections.abc import Set

from mailbot.record import words
from mailbot.record.match import Book
from mailbot.record.rich import MARK
from mailbot.record.rows import Row

Look = tuple[bool, bool, bool]
LONGEST = 140
_MANY = 6
_FIRST = 250  # rows show how a form looks
_LETTER = re.compile(r"[^\W\d_]")
_RULE = re.compile(r"^\s*([-=_*~#])\1{3,}\s*$")


def looks(rows: list[Row], book: Book) -> tuple[frozenset[Look], frozenset[Look]]:
    """How the known questions of this form look and no known heading does, and the other way round."""
    asked: Counter[Look] = Counter()
    headed: Counter[Look] = Counter()
    short: Counter[Look] = Counter()
    for row in rows[:_FIRST]:
        if not row.text or len(row.text) > 2 * LONGEST:
            continue
        seen = look(row)
        if not any(seen) and asked[seen] >= _MANY:
            continue  # plain lines are no evidence; that there are questions among them is known
        known = any(norm in book.every for norm in norms_of(row)[:2])
        alone = any(seen) and possible(row)
        short[seen] += alone
        if known and not (alone and book.headings.get(words.heading(row.text)[0])):
            asked[seen] += 1
        elif alone and book.head(row.text)[0] is not None:
            headed[seen] += 1
    return (
        frozenset(
            look for look, count in asked.items() if any(look) and count >= _MANY and headed[look] * 6 < count
        ),
        frozenset(
            seen
            for seen, count in short.items()
            if seen[0] and not seen[2] and headed[seen] and asked[seen] * 3 < count
            if sum(asked.values()) - asked[seen] >= _MANY
        ),
    )


def look(row: Row) -> Look:
    """The looks of how a row begins: bold, in capitals, in a table."""
    line = row.cells[0].lines[0]
    if len(line.spans) == 1:
        return line.spans[0].bold, line.text.isupper(), bool(row.table)
    end = line.bold_until() or len(line.text)
    return line.bold or bool(line.bold_until()), line.text[:end].isupper(), bool(row.table)


def possible(row: Row) -> bool:
    """Whether a row can be a heading at all: some words, and nothing beside them."""
    filled = row.cells[0].text
    if (
        not filled
        or len(filled) > LONGEST
        or (len(row.cells) > 1 and any(cell.text for cell in row.cells[1:]))
        or not _LETTER.search(filled)
    ):
        return False
    line = row.cells[0].lines[0]
    return not (line.entries or MARK.search(filled) or _RULE.match(filled))


def norms_of(row: Row) -> list[str]:
    """What could be labels in a row: whole first lines of cells, and what stands before a separator."""
    found = []
    for cell in row.cells[:6]:
        first = cell.lines[0].text[:LONGEST]
        found.append(words.label(first))
        for sign in (":", "?", "\t"):
            if sign in first:
                found.append(words.label(first[: first.index(sign)]))
                break
    return found


def run_of(numbers: Set[str]) -> int:
    """How far some numbers count without a gap: house numbers and dates do not."""
    last = 0
    while str(last + 1) in numbers:
        last += 1
    return last


def alone_in_table(row: Row) -> bool:
    """Whether a row of a table is one cell."""
    return bool(row.table) and len(row.cells) == 1

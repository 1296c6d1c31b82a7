"""
Options in cells of their own, with a cross or nothing beside or below each: made lines with a box.

GUARANTEES
    As many rows come out as went in, in their order. Only where the words are answers of one vocabulary.
"""

import re
from itertools import groupby

from mailbot.record import rich, words
from mailbot.record.evidence import known
from mailbot.record.match import Book
from mailbot.record.options import CROSS
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Cell, Row
from mailbot.record.wording import find

_TICK = re.compile(r"^\s*(?:[xX✓✔☒☑✗✘■●]|\[[xX✓]\]|\([xX✓]\))\s*$")
_ASKED = re.compile(r"^[^:?]{3,120}[:?]\s+(?=\S)")
_WORD = re.compile(r"\W*([\w'’]+|[✓✔√])")
_LONGEST = 90
_MOST = 14  # options in a row


def ticked(rows: list[Row], book: Book) -> list[Row]:
    """The rows, with tables of options as lines of options."""
    found: list[Row] = []
    for table, group in groupby(rows, lambda row: row.table):
        many = list(group)
        if not table:
            _listed(many, book)
        found.extend(_lines(_below(many, book), book) if table and len(many) > 1 else many)
    return found


def _listed(many: list[Row], book: Book) -> None:
    """Lines that are the printed answers of one question, a cross behind or before one of them."""
    index = 0
    while index < len(many):
        end, name = _run(many, index, book) if _may_begin(many[index], book) else (0, "")
        if end:
            first = index - 1 if index and _begins(many[index - 1], name, book) else index
            crossed = any(_crossed(_last(row).text)[1] for row in many[first:end])
            values = {book.options[name].exact.get(words.words(_last(row).text)) for row in many[first:end]}
            if (crossed and end - first > 1) or len(values) * 3 > 2 * len(book.options[name].values):
                for place in range(first, end):
                    many[place] = _boxed(many[place])
        index = max(end, index + 1)


def _may_begin(row: Row, book: Book) -> bool:
    """Whether a line begins as some answer does; a quick look before the close one."""
    text = row.text
    if not text or len(row.cells) > 1 or len(text) > _LONGEST:
        return False
    first = _WORD.match(text)
    return first is not None and first[1].casefold().replace("'", "").replace("’", "") in book.answer_starts


def _run(many: list[Row], index: int, book: Book) -> tuple[int, str]:
    """Where a run of answers of one vocabulary ends that begins here, and the vocabulary."""
    names: frozenset[str] = frozenset()
    end = index
    while end < len(many):
        row = many[end]
        line = row.cells[0].lines[0]
        if (
            len(row.cells) > 1
            or len(row.text) > _LONGEST
            or line.entries
            or line.bold
            or MARK.search(row.text)
        ):
            break
        here = book.answers.get(words.words(_crossed(row.text)[0]), frozenset())
        if not here and names and end > index:
            here = frozenset(name for name in names if find(row.text, book.options[name], one=True)[0])
        both = names & here if names else here
        if not both:
            break
        names, end = both, end + 1
    return (end, min(names)) if names else (0, "")


def _begins(row: Row, name: str, book: Book) -> bool:
    """Whether the first of the answers stands in the line of the question, behind a tab or a colon."""
    last = _last(row)
    return bool(row.text.strip()) and name in book.answers.get(words.words(_crossed(last.text)[0]), ())


def _last(row: Row) -> Line:
    """What stands behind the question in a line, or the line."""
    line = row.cells[-1].lines[0]
    if len(row.cells) > 1:
        return line
    hit = _ASKED.match(line.text)
    return line.after(hit.end()) if hit else line


def _crossed(text: str) -> tuple[str, bool]:
    """An answer without its cross, and whether it has one."""
    hit = CROSS.match(text.strip())
    return (hit["after"] or hit["before"], True) if hit else (text, False)


def _boxed(row: Row) -> Row:
    """A line with a box before its answer."""
    last, line = _last(row), row.cells[-1].lines[0]
    said, on = _crossed(last.text)
    start = line.text[: len(line.text) - len(last.text)]
    cell = Cell([rich.of(f"{start}{'☒' if on else '☐'} {said}", row.where)], row.cells[-1].column)
    return Row([*row.cells[:-1], cell], 0, row.where, row.quoted)


def _lines(many: list[Row], book: Book) -> list[Row]:
    """Options below each other, a cross in the cell beside."""
    for mark, said in ((1, 0), (0, 1)):
        start = 0
        while start < len(many):
            end = start
            while end < len(many) and _is_option(many[end], mark, said):
                end += 1
            whole = (start, end) == (0, len(many)) and _only_crosses(many, mark, said, book)
            for first, last in [(0, end)] if whole else _stretches(many[start:end], said, book):
                for index in range(start + first, start + last):
                    row = many[index]
                    many[index] = _line(row, [(row.cells[said].text, bool(row.cells[mark].text))])
            start = max(end, start + 1)
    return many


def _only_crosses(many: list[Row], mark: int, said: int, book: Book) -> bool:
    """Whether a table is nothing but words with a cross at some, and none of the words is a question."""
    texts = [words.label(row.cells[said].text) for row in many]
    crossed = sum(bool(row.cells[mark].text) for row in many)
    return len(many) > 1 and 0 < crossed and not any(text in book.every for text in texts)


def _stretches(many: list[Row], said: int, book: Book) -> list[tuple[int, int]]:
    """Where the options of one vocabulary stand in rows that could be some."""
    if len(many) < 2:
        return []
    texts = [row.cells[said].text for row in many]
    if sum(words.words(text) in book.answers for text in texts) < 2:
        return []
    name = max(book.options, key=lambda name: known(book, name, texts))
    hits = [bool(find(text, book.options[name], one=True)[0]) for text in texts]
    if hits.count(True) < 2 or _exactly(book, name, texts) < 2:
        return []
    first, last = hits.index(True), len(hits) - hits[::-1].index(True)
    most = min(last - first, 9)
    return [(first, last)] if known(book, name, texts[first:last]) * 3 >= 2 * most else []


def _below(many: list[Row], book: Book) -> list[Row]:
    """Options beside each other, a cross in the cell below; perhaps with their question before them."""
    for index in range(len(many) - 1):
        options, marks = many[index], many[index + 1]
        cells, below = options.cells, marks.cells
        if not 2 <= len(cells) <= _MOST or len(cells) != len(below) or not _all_marks(marks):
            continue
        asked = 0 if _all_options(cells, book) else 1
        if (below[0].text and asked) or not _all_options(cells[asked:], book):
            continue
        chosen = [(cell.text, bool(mark.text)) for cell, mark in zip(cells, below, strict=True)][asked:]
        many[index] = _line(options, chosen, cells[:asked])
        many[index + 1] = Row([Cell([rich.of("")])], 0, marks.where, marks.quoted)
    return many


def _all_marks(row: Row) -> bool:
    return all(
        not any(line.entries for line in cell.lines) and (not cell.text or _TICK.match(cell.text))
        for cell in row.cells
    )


def _all_options(cells: list[Cell], book: Book) -> bool:
    texts = [cell.text for cell in cells]
    if len(texts) < 2 or not all(text and len(text) <= _LONGEST and not _TICK.match(text) for text in texts):
        return False
    if sum(words.words(text) in book.answers for text in texts) < 2:
        return False
    return max(_exactly(book, name, texts) for name in book.options) * 3 >= 2 * min(len(texts), 9)


def _exactly(book: Book, name: str, texts: list[str]) -> int:
    """How many different answers of a vocabulary are these texts, and nothing besides."""
    found = [find(text, book.options[name], one=True) for text in texts if not text.endswith((":", "?"))]
    return len({values[0] for values, rest in found if values and not rest})


def _is_option(row: Row, mark: int, said: int) -> bool:
    """Whether one cell holds some words and the other a cross or nothing."""
    if len(row.cells) != 2 or any(line.entries for cell in row.cells for line in cell.lines):
        return False
    text, sign = row.cells[said].text, row.cells[mark].text
    if text.endswith((":", "?")):
        return False
    return bool(text) and len(text) <= _LONGEST and (not sign or bool(_TICK.match(sign)))


def _line(row: Row, options: list[tuple[str, bool]], before: list[Cell] | None = None) -> Row:
    """The options as a line; in their table where their question stands before them."""
    said = "   ".join(f"{'☒' if on else '☐'} {text}" for text, on in options).replace("\n", " ")
    cells = [*(before or []), Cell([rich.of(said, row.where)], 1 if before else 0)]
    return Row(cells, row.table if before else 0, row.where, row.quoted)

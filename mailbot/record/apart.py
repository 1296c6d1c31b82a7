"""
Which rows stand apart from a form's questions, so that they can only be headings, whatever they say.

A form prints its questions in one way: in tables, with a sign behind them, in bold with a colon. A short line
that is printed otherwise, above some of them, opens a section.
"""

import re
from collections import Counter
from collections.abc import Container, Sequence

from mailbot.record import words
from mailbot.record.looks import possible
from mailbot.record.rows import Row

_MANY = 6  # questions in one way show that it is this form's
_WORDS = 12  # what is longer is no heading
_ENDED = (".", ",", ";", "!")
_SIGNED = re.compile(
    r"^\s*[^\s:][^:?]{1,110}?(?::(?:\s|$)|\?\s+\S|\.{3,}|…|\s=(?:\s|$)|\s\|(?:\s|$)|\s[-–—](?:\s|$)|\t)"
)
_TOP = re.compile(r"^\s*(?:section\s+|part\s+)?(\d{1,2}|[A-Z])[.):]?\s+\S", re.I)
_UNDER = re.compile(r"^\s*(\d{1,2}|[A-Za-z])[./]?(?:1|a)[.):]?\s+\S")
_QUESTION = re.compile(r"^\s*q(?:uestion)?\.?\s?\d{1,2}\b", re.I)
_SECOND = re.compile(r"^\s*(?:\d{1,2}\.\d{1,2}|[A-Z]\.?\d{1,2})[.):]?\s+\S")
_FRAMED = re.compile(r"^\s*([-=*_~#])\1{2,}\s*[^\W_].*[^\s]\s*\1{3,}\s*$")
_TICKED = re.compile(r"[xX✓✔☒☑]?")
_DATED = re.compile(r"\d{1,2}[./-]\d{1,2}|\b(?:19|20)\d\d\b|@|\d{3}")

_TITLE = 14  # words
_PAPERS = frozenset(
    [
        "form",
        "forms",
        "report",
        "return",
        "sheet",
        "template",
        "proforma",
        "submission",
        "notification",
        "card",
        "questionnaire",
    ]
)


def under(rows: Sequence[Row]) -> frozenset[int]:
    """The rows that are counted as questions are: "Q4", or "3.2" on a form that counts its sections too."""
    counted = [(index, row.text) for index, row in enumerate(rows) if _counts(row.text)]
    asked = [index for index, text in counted if _QUESTION.match(text)]
    below = [index for index, text in counted if _SECOND.match(text)]
    return frozenset((*(asked if len(asked) >= _MANY else ()), *(below if len(below) >= _MANY else ())))


def _counts(text: str) -> bool:
    """A quick look: whether a text may begin with a number."""
    head = text[:4].lstrip()
    return head[:1].isdigit() or any(sign.isdigit() for sign in head[1:]) or head[:1] in ("q", "Q")


def apart(rows: Sequence[Row], can: Sequence[bool], answers: Container[str]) -> frozenset[int]:
    """The numbers of rows that can only be headings, of those that can be; `answers` are known options."""
    found: set[int] = set()
    tables = Counter(row.table for row in rows if row.table)
    wide = Counter(row.table for row in rows if row.table and len(row.cells) > 1)
    lines = [row for row in rows if not row.table and row.text.strip()]
    signed = sum(bool(_SIGNED.match(row.text)) for row in lines)
    bold = sum(bool(row.cells[0].lines[0].bold_until()) and bool(_SIGNED.match(row.text)) for row in lines)
    beside = sum(
        bool(_SIGNED.match(row.text)) and not row.text.rstrip().endswith((":", "?")) for row in lines
    )
    in_tables = sum(tables.values()) >= 2 * _MANY and signed < _MANY
    for index, row in enumerate(rows):
        if not can[index] or not _short(row):
            continue
        after = _after(rows, index)
        if after is None:
            continue
        if row.table:
            here = _bar(row, after, tables, wide)
        elif in_tables:
            here = _over_table(rows, index, after) and not _options(rows, after, answers)
        elif bold >= _MANY:
            here = row.cells[0].lines[0].bold and not _SIGNED.match(row.text)
        else:
            here = signed >= _MANY and _unsigned(rows, index, after, beside * 2 > signed)
        if here or _FRAMED.match(row.text) or _numbers_over(row, after):
            found.add(index)
    return frozenset(found)


def _short(row: Row) -> bool:
    text = row.text.rstrip()
    return (
        len(row.cells[0].lines) == 1
        and len(text.split()) <= _WORDS
        and not text.endswith(_ENDED)
        and not text.lstrip().startswith(("(", ">", "*"))
        and text.count("(") == text.count(")")  # else a label goes on in the next line
        and not _DATED.search(text)
    )


def _after(rows: Sequence[Row], index: int) -> Row | None:
    return next((row for row in rows[index + 1 : index + 6] if row.text.strip()), None)


def _bar(row: Row, after: Row, tables: Counter[int], wide: Counter[int]) -> bool:
    """A bar over the whole width of a table of pairs, or a table that is nothing but a bar."""
    cell, pairs = row.cells[0], wide[row.table]
    if tables[row.table] == 1:
        return cell.shaded and after.table != row.table
    if pairs < _MANY or pairs * 2 < tables[row.table] or len(row.cells) > 1:
        return False
    return after.table == row.table and (len(after.cells) > 1 or (cell.shaded and not after.cells[0].shaded))


def _over_table(rows: Sequence[Row], index: int, after: Row) -> bool:
    """A line between tables, on a form whose questions all stand in them."""
    before = rows[index - 1] if index else None
    broken = before is not None and before.table and before.table == after.table
    return bool(after.table) and not broken


def _options(rows: Sequence[Row], after: Row, answers: Container[str]) -> bool:
    """Whether the table below lists the answers to a question, with a cell beside each to tick."""
    list_ = [row for row in rows if row.table == after.table]
    if not all(len(row.cells) == 2 and _TICKED.fullmatch(row.cells[1].text) for row in list_):
        return False
    told = [words.words(row.cells[0].text) in answers for row in list_]
    return any(row.cells[1].text for row in list_) or sum(told) * 2 >= len(told)


def _unsigned(rows: Sequence[Row], index: int, after: Row, beside: bool) -> bool:
    """A line without the sign that stands behind this form's questions, a blank above and a question below.

    `beside` says that answers stand behind their questions, not below them.
    """
    blank = index == 0 or not rows[index - 1].text.strip()
    before = next(
        (row.text.rstrip() for row in reversed(rows[max(0, index - 4) : index]) if row.text.strip()), ""
    )
    answer = not beside and before.endswith((":", "?"))
    asks = bool(_SIGNED.match(after.text)) and not after.text.lstrip()[:1].islower()
    return blank and asks and not answer and not _SIGNED.match(rows[index].text)


def _numbers_over(row: Row, after: Row) -> bool:
    """ "3. How you know" over "3.1 Source": the number goes on below."""
    top, under = _TOP.match(row.text), _UNDER.match(after.text)
    return bool(top and under and top[1].casefold() == under[1].casefold() and words.words(row.text))


def headline(rows: Sequence[Row]) -> frozenset[int]:
    """The first row, where it says what the whole paper is: "Education Partners: Information Form"."""
    for index, row in enumerate(rows):
        if row.text.strip():
            said = words.words(row.text).split()
            paper = possible(row) and len(said) <= _TITLE and not row.text.rstrip().endswith((":", "?", "."))
            return frozenset({index} if paper and _PAPERS & set(said[-2:]) else ())
    return frozenset()

"""Labels that a mail program or a narrow page broke, joined again with the lines that hold the rest."""

from typing import TYPE_CHECKING

from mailbot.record import rich, words
from mailbot.record.rich import Line
from mailbot.record.rows import Row

if TYPE_CHECKING:
    from mailbot.record.reader import Reader


def unwrapped(reader: "Reader", index: int, line: Line) -> tuple[Line, int]:
    """A label that was wrapped, joined again with the lines that hold the rest of it."""
    text = line.text
    if len(text) < (30 if reader.letter else 12) or index + 1 >= len(reader.rows):
        return line, 0
    if (both := _in_two_lines(reader, line, reader.rows[index + 1])) is not None:
        return both, 1
    open_bracket = text.count("(") > text.count(")") and "(" in text
    if open_bracket:
        head = words.label(text[: text.rindex("(")])
        if reader.book.label(head, reader.scribe.context) is None:
            return line, 0
    elif not reader.book.begins(words.label(text)) or reader.match(line) is not None:
        return line, 0
    parts = [line]
    for row in reader.rows[index + 1 : index + 4]:
        if row.table or not row.text.strip():
            return line, 0
        parts.append(row.line)
        joined = rich.join(parts, " ")
        if open_bracket and ")" not in row.text:
            continue
        match = reader.match(joined)
        longer = match is not None and len(match.label) > len(text) - 2
        return (joined, len(parts) - 1) if longer or (open_bracket and match is not None) else (line, 0)
    return line, 0


def _in_two_lines(reader: "Reader", line: Line, after: Row) -> Line | None:
    """A question that a mail program broke, on a form that asks in lines of their own; or None."""
    if after.table or not reader.asks_below() or line.entries or line.text.rstrip()[-1:] in ".:?!":
        return None
    joined = rich.join([line, after.line], " ")
    return joined if reader.asked_below(joined.text) else None

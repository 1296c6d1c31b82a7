"""
Words to lines, lines to paragraphs: what belongs together because of where it stands.

A line break is a wrap when the next word would not have fitted; else somebody meant it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from mailbot.domain.document import Box, Entry, Inline, Paragraph, Text
from mailbot.parse.readers.pdf_items import Item

_left = attrgetter("left")
COLUMN_GAP = 1.9  # of the font size: a wider gap parts columns
_Look = tuple[bool, bool, bool, bool, bool, bool]
BOXES = frozenset("☐☑☒□■❏❑✓✔✗✘")


@dataclass(frozen=True, slots=True)
class Line:
    """Items on one base line, from left to right, with no column gap between them."""

    items: tuple[Item, ...]

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.items[0].left

    @property
    def right(self) -> float:
        """Its right edge."""
        return max(item.right for item in self.items)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(item.top for item in self.items)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(item.bottom for item in self.items)

    @property
    def size(self) -> float:
        """Of its first word."""
        return self.items[0].size


def is_box(item: Item) -> bool:
    """A tick box: a field, or a character that is drawn as one."""
    inline = item.inline
    return isinstance(inline, Box) or (isinstance(inline, Text) and inline.text[:1] in BOXES)


def rows(items: Sequence[Item]) -> list[list[Item]]:
    """Items that share a base line, rows from the top, each from left to right."""
    found: list[list[Item]] = []
    total = 0.0  # of the middles of the last row
    for middle, _, _, item in sorted((one.middle, one.left, place, one) for place, one in enumerate(items)):
        row = found[-1] if found else []
        if row and abs(middle - total / len(row)) < 0.45 * max(item.size, row[0].size):
            row.append(item)
            total += middle
        else:
            found.append([item])
            total = middle
    return [sorted(row, key=_left) for row in found]


def segments(row: Sequence[Item]) -> list[Line]:
    """One row, parted where a column gap is; the options behind a box stay together."""
    parts: list[list[Item]] = [[row[0]]]
    for item in row[1:]:
        before = parts[-1][-1]
        wide = item.left - before.right > COLUMN_GAP * max(item.size, before.size)
        field = isinstance(item.inline, Entry) or isinstance(before.inline, Entry)
        options = any(is_box(one) for one in parts[-1])
        first_box = is_box(item) and not options and item.left - before.right > 0.8 * item.size
        if (wide and not options) or field or (first_box and _labelled(parts[-1])):
            parts.append([item])
        else:
            parts[-1].append(item)
    return [Line(tuple(part)) for part in parts]


def _labelled(items: Sequence[Item]) -> bool:
    last = items[-1].inline
    return isinstance(last, Text) and last.text.endswith((":", "?"))


def inlines(line: Line) -> list[Inline]:
    """The line's words as runs."""
    found: list[Inline] = []
    run: list[str] = []
    look: _Look | None = None  # of the run
    for index, item in enumerate(line.items):
        space = "" if index == 0 or item.glued else " "
        inline = item.inline
        now = _look(inline) if isinstance(inline, Text) else None
        if run and look is not None and now != look:
            found.append(Text("".join(run), *look))
            run = []
        look = now
        if isinstance(inline, Text):
            run += (space, inline.text)
        else:
            found += [Text(" "), inline] if space else [inline]
    if run and look is not None:
        found.append(Text("".join(run), *look))
    return found


def _look(text: Text) -> _Look:
    return text.bold, text.italic, text.underline, text.strike, text.highlight, text.circled


def paragraphs(lines: Sequence[Line], edge: float, where: str) -> list[Paragraph]:
    """Lines of one column as paragraphs; `edge` is where the column ends."""
    return [paragraph(group, where) for group in grouped(lines, edge)]


def grouped(lines: Sequence[Line], edge: float) -> list[list[Line]]:
    """Lines that are one paragraph, together."""
    found: list[list[Line]] = []
    for line in lines:
        if found and wraps(found[-1][-1], line, edge):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def wraps(line: Line, following: Line, edge: float) -> bool:
    """Whether `following` goes on where `line` had no more room."""
    first = following.items[0]
    if following.top - line.bottom > 0.9 * line.size or abs(following.size - line.size) > 1 or is_box(first):
        return False
    if isinstance(first.inline, Entry) or isinstance(line.items[-1].inline, Entry):
        return False
    if abs(following.left - line.left) > 3 * line.size:
        return False
    if _bold(following.items[:1]) != _bold(line.items[-1:]):  # a label begins, or a heading has ended
        return False
    return is_full(line, following, edge)


def is_full(line: Line, following: Line, edge: float) -> bool:
    """Whether the first word of `following` would not have fitted on the line."""
    first = following.items[0]
    return edge - line.right < first.right - first.left + 0.35 * line.size


def _bold(items: Sequence[Item]) -> bool:
    return all(isinstance(item.inline, Text) and item.inline.bold for item in items)


def broken(item: Item) -> bool:
    """Whether a word was parted at its hyphen."""
    return (
        isinstance(item.inline, Text) and item.inline.text[-1:] == "-" and item.inline.text[-2:-1].isalnum()
    )


def paragraph(lines: Sequence[Line], where: str) -> Paragraph:
    """One paragraph of these lines."""
    items: list[Item] = []
    for line in lines:
        items += [line.items[0]._replace(glued=bool(items) and broken(items[-1])), *line.items[1:]]
    return Paragraph(tuple(inlines(Line(tuple(items)))), where=where)

"""Rules to write on, drawn or dotted, as controls with what stands on them."""

import re
from collections.abc import Iterator, Sequence

from mailbot.domain.document import Box, Entry, Inline, Text
from mailbot.parse.readers.pdf_grid import NEAR
from mailbot.parse.readers.pdf_items import ASCENT, DESCENT, Item
from mailbot.parse.readers.pdf_shapes import Stroke

MOST_RULES = 300
LEADER = re.compile(r"_{3,}|\.{4,}|…{2,}|(?:\.…)+\.?")
SHORT = 28.0  # points; a rule to write on is longer


def written(items: Sequence[Item], strokes: Sequence[Stroke]) -> list[Item]:
    """The items with controls among them."""
    plain, blanks = _leaders(items)
    blanks += _rules(plain, strokes)
    if not blanks or len(blanks) > MOST_RULES:
        return plain
    for blank in blanks:
        on = sorted(
            (i for i in plain if isinstance(i.inline, Text) and _stands_on(i, blank)), key=lambda i: i.left
        )
        gone = {id(item) for item in on}
        text = "".join(
            ("" if index == 0 or item.glued else " ") + item.inline.text
            for index, item in enumerate(on)
            if not isinstance(item.inline, Box)
        )
        plain = [item for item in plain if id(item) not in gone]
        plain.append(blank._replace(inline=Entry(text)))
    return plain


def _stands_on(item: Item, blank: Item) -> bool:
    center = (item.left + item.right) / 2
    return blank.left - 1 <= center <= blank.right + 1 and abs(item.bottom - blank.bottom) < 0.6 * item.size


def _leaders(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Underscores and dots taken out of the words; where they stood."""
    plain: list[Item] = []
    blanks: list[Item] = []
    for item in items:
        text = item.inline.text if isinstance(item.inline, Text) else ""
        if len(text) < 2 or LEADER.search(text) is None:
            plain.append(item)
            continue
        wide = (item.right - item.left) / len(text)
        for start, end, leader in _stretches(text):
            part = item._replace(left=item.left + start * wide, right=item.left + end * wide)
            if leader:
                blanks.append(part)
            else:
                plain.append(part._replace(inline=_cut(item.inline, text[start:end])))
    return plain, blanks


def _cut(inline: Inline, text: str) -> Inline:
    return inline._replace(text=text) if isinstance(inline, Text) else inline


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for hit in LEADER.finditer(text):
        if hit.start() > at:
            yield at, hit.start(), False
        yield hit.start(), hit.end(), True
        at = hit.end()
    if at < len(text):
        yield at, len(text), False


def _rules(items: Sequence[Item], strokes: Sequence[Stroke]) -> list[Item]:
    """Level lines on the base line of a label, to the right of it, that are no side of a cell."""
    flat = [s for s in strokes if s.flat and s.right - s.left > SHORT]
    uprights = [s for s in strokes if not s.flat]
    if len(flat) > MOST_RULES or len(uprights) > 10 * MOST_RULES:
        return []
    labels = [i for i in items if isinstance(i.inline, Text) and i.inline.text.endswith((":", "?"))]
    found: list[Item] = []
    for line in flat:
        if any(meets(upright, line) for upright in uprights):
            continue
        label = next((i for i in labels if _before(i, line)), None)
        if label is not None:
            bottom = line.top + DESCENT * label.size
            top = bottom - (ASCENT + DESCENT) * label.size
            found.append(Item(line.left, top, line.right, bottom, Entry(""), label.size))
    return found


def meets(upright: Stroke, line: Stroke) -> bool:
    """Whether a side of a cell touches the line."""
    return (
        upright.top <= line.top + NEAR
        and upright.bottom >= line.top - NEAR
        and line.left - NEAR <= upright.left <= line.right + NEAR
    )


def _before(item: Item, line: Stroke) -> bool:
    base = item.bottom - DESCENT * item.size
    return -2 <= line.left - item.right < 2.5 * item.size and -1.5 < line.top - base < 0.5 * item.size

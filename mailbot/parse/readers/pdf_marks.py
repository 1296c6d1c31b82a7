"""What drawings mean on a form: words struck out, underlined, ringed, marked; tick boxes; writing rules."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import replace

from mailbot.domain.document import Box, Text
from mailbot.parse.readers.pdf_grid import Frame
from mailbot.parse.readers.pdf_items import DESCENT, Item, Page
from mailbot.parse.readers.pdf_rules import MOST_RULES, meets, written
from mailbot.parse.readers.pdf_shapes import Shape, Stroke
from mailbot.parse.readers.pdf_squares import LARGE, SMALL, is_short, spelled, squares, ticked

LONG = 400.0  # points; a line through or below words is not longer
HIGH = 30.0  # points; what a marker leaves is not higher


def understood(page: Page) -> Page:
    """The page with tick boxes, rules and looks instead of the lines that draw them."""
    alone, together = squares(page)
    items, combs = spelled(page.items, together)
    page = replace(page, items=tuple(items))
    items, boxes = ticked(page, alone)
    strokes = _without(page.strokes, alone + combs)
    items = written(_looks(items, page, strokes), strokes)
    return replace(page, items=(*items, *boxes), strokes=tuple(strokes))


def _without(strokes: Sequence[Stroke], gone: Sequence[Frame]) -> list[Stroke]:
    """The strokes that are no side of those squares."""
    ordered = sorted(gone, key=lambda one: one.top)
    tops = [square.top for square in ordered]
    kept = []
    for stroke in strokes:
        low, high = bisect_left(tops, stroke.top - 2 * LARGE), bisect_left(tops, stroke.top + SMALL)
        if not (is_short(stroke) and any(_of(stroke, square) for square in ordered[low:high])):
            kept.append(stroke)
    return kept


def _of(stroke: Stroke, square: Frame) -> bool:
    return (
        stroke.left >= square.left - 1.5
        and stroke.right <= square.right + 1.5
        and stroke.top >= square.top - 1.5
        and stroke.bottom <= square.bottom + 1.5
    )


def _looks(items: list[Item], page: Page, strokes: Sequence[Stroke]) -> list[Item]:
    """Words with a line through them, a line right below, a ring around or a marker's colour behind."""
    rings = [m for m in page.drawn.marks if m.curved and not m.filled and m.right - m.left > LARGE]
    bright = [s for s in page.drawn.shades if s.bright and s.bottom - s.top < HIGH]
    struck, under = _lined(items, strokes)
    ringed = _behind(items, rings[:MOST_RULES])
    marked = _behind(items, bright[:MOST_RULES])
    special = struck | under | ringed | marked
    if not special:
        return items
    found = []
    for item in items:
        key, inline = id(item), item.inline
        if key in special and isinstance(inline, Text):
            word = inline._replace(strike=key in struck, underline=key in under)
            item = item._replace(inline=word._replace(circled=key in ringed, highlight=key in marked))
        found.append(item)
    return found


def _behind(items: Sequence[Item], shapes: Collection[Shape]) -> set[int]:
    """The items whose middle lies in one of the shapes."""
    if not shapes:
        return set()
    return {
        id(item)
        for item in items
        if any(_around(shape, (item.left + item.right) / 2, item.middle) for shape in shapes)
    }


def _around(shape: Shape, x: float, y: float) -> bool:
    return shape.left <= x <= shape.right and shape.top <= y <= shape.bottom


def _lined(items: Sequence[Item], strokes: Sequence[Stroke]) -> tuple[set[int], set[int]]:
    """Which words have a line through them, and which a line below that is theirs and no side of a cell."""
    flat = sorted((s for s in strokes if s.flat and s.right - s.left < LONG), key=lambda s: s.top)
    uprights = [s for s in strokes if not s.flat]
    struck, below = _crossed(items, flat)
    under: set[int] = set()
    for line, words in below[:MOST_RULES]:
        ends = line.right < max(word.right for word in words) + SMALL
        if ends and not any(meets(one, line) for one in uprights):
            under |= {id(word) for word in words}
    return struck, under


def _crossed(
    items: Sequence[Item], flat: Sequence[Stroke]
) -> tuple[set[int], list[tuple[Stroke, list[Item]]]]:
    """Which words have a line through them; the lines that stand below words, with those."""
    tops = [line.top for line in flat]
    struck: set[int] = set()
    below: dict[int, list[Item]] = {}
    for item in items if flat else ():
        size = item.size
        base = item.bottom - DESCENT * size
        place = bisect_left(tops, base - 0.5 * size)
        last = min(place + MOST_RULES, len(tops))
        while place < last and tops[place] < base + 0.3 * size:
            line = flat[place]
            if (
                line.left <= item.left + 1
                and line.right >= item.right - 1
                and not isinstance(item.inline, Box)
            ):
                if line.top < base - 0.06 * size:
                    struck.add(id(item))
                else:
                    below.setdefault(place, []).append(item)
            place += 1
    return struck, [(flat[place], words) for place, words in below.items()]

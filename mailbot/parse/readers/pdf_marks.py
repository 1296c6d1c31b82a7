"""
What drawings mean on a form: tick boxes made of lines, crosses in them, rules to write on, words struck out,
underlined, ringed or marked.

GUARANTEES
    A small square is a tick box only where it stands alone and holds nothing but a mark: the boxes for the
    digits of a date are none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailbot.domain.document import Box, Entry, Inline, Text
from mailbot.parse.readers.pdf_grid import NEAR, Frame, frames
from mailbot.parse.readers.pdf_items import ASCENT, DESCENT, Item, Page
from mailbot.parse.readers.pdf_paths import Shape, Stroke

SMALL, LARGE = 5.0, 18.0  # points; sides of a tick box
COMB = 4  # boxes side by side that are for single characters
MOST_SQUARES = 300  # of a page; more are a pattern
MOST_RULES = 300
MARKS = frozenset("xX×✕✖✗✘✓✔√☒☑■●•◆/\\*vVyY+")
LEADER = re.compile(r"_{3,}|\.{4,}|…{2,}|(?:\.…)+\.?")
SHORT, LONG = 28.0, 400.0  # points; a rule to write on is longer than one, a strike not longer than the other


def understood(page: Page) -> Page:
    """The page with tick boxes, rules and looks instead of the lines that draw them."""
    found = _squares(page)
    alone = [one for one in found if not any(_neighbour(one, other) for other in found)]
    items, spelled = _spelled(page.items, [one for one in found if one not in alone])
    page = replace(page, items=tuple(items))
    items, ticked = _ticked(page, alone)
    gone = alone + spelled
    strokes = [s for s in page.strokes if not (_short(s) and any(_of(s, square) for square in gone))]
    items = _looks(items, page, strokes)
    items = _written(items, strokes)
    return replace(page, items=(*items, *ticked), strokes=tuple(strokes))


def _squares(page: Page) -> list[Frame]:
    short = [s for s in page.strokes if _short(s)]
    if len(short) > 8 * MOST_SQUARES or len(page.drawn.marks) > MOST_SQUARES:
        return []
    found = [f for f in frames(short, SMALL - 1) if _square(f.right - f.left, f.bottom - f.top)]
    rings = [m for m in page.drawn.marks if m.curved and _square(m.right - m.left, m.bottom - m.top)]
    outer = [m for m in rings if not any(m is not o and _within(m, o) for o in rings)]
    found += [Frame(m.left, m.top, m.right, m.bottom) for m in outer if not m.dark]
    if len(found) > MOST_SQUARES:
        return []
    return found


def _short(stroke: Stroke) -> bool:
    return max(stroke.right - stroke.left, stroke.bottom - stroke.top) <= LARGE


def _square(wide: float, high: float) -> bool:
    return SMALL <= wide <= LARGE and SMALL <= high <= LARGE and abs(wide - high) <= 3.5


def _within(one: Shape, other: Shape) -> bool:
    return (
        one.left >= other.left - 0.5
        and one.right <= other.right + 0.5
        and one.top >= other.top - 0.5
        and one.bottom <= other.bottom + 0.5
        and one.right - one.left < other.right - other.left
    )


def _neighbour(one: Frame, other: Frame) -> bool:
    """Boxes for single characters stand side by side."""
    beside = min(abs(one.right - other.left), abs(one.left - other.right)) < NEAR
    return one is not other and beside and abs(one.top - other.top) < NEAR


def _spelled(items: Sequence[Item], squares: Sequence[Frame]) -> tuple[list[Item], list[Frame]]:
    """What was written into boxes for single characters, as the one answer that it is; and those boxes."""
    kept, used = list(items), []
    runs: list[list[Frame]] = []
    for square in sorted(squares, key=lambda one: (round(one.top / NEAR), one.left)):
        if runs and _neighbour(runs[-1][-1], square):
            runs[-1].append(square)
        else:
            runs.append([square])
    for run in runs:
        whole = Frame(run[0].left, run[0].top, run[-1].right, run[-1].bottom)
        inside = [
            i for i in kept if isinstance(i.inline, Text) and whole.holds((i.left + i.right) / 2, i.middle)
        ]
        text = "".join(
            i.inline.text for i in sorted(inside, key=lambda i: i.left) if isinstance(i.inline, Text)
        )
        if len(run) >= COMB and len(text) <= len(run) and not (text and set(text) <= MARKS):
            gone = {id(item) for item in inside}
            kept = [item for item in kept if id(item) not in gone]
            kept.append(Item(whole.left, whole.top, whole.right, whole.bottom, Entry(text)))
            used += run
    return kept, used


def _ticked(page: Page, squares: Sequence[Frame]) -> tuple[list[Item], list[Item]]:
    """The other items, and the tick boxes with their state."""
    gone: set[int] = set()
    boxes: list[Item] = []
    items = sorted(page.items, key=_middle)
    middles = [item.middle for item in items]
    for square in squares:
        near = items[bisect_left(middles, square.top - 2) : bisect_left(middles, square.bottom + 2)]
        inside = [i for i in near if square.holds((i.left + i.right) / 2, i.middle)]
        if any(isinstance(item.inline, Box) for item in inside):
            continue
        text = "".join(item.inline.text for item in inside if not isinstance(item.inline, Box)).strip()
        if text and (len(text) > 2 or not set(text) <= MARKS):
            continue
        on = bool(text) or _drawn_in(page, square)
        gone |= {id(item) for item in inside}
        boxes.append(Item(square.left, square.top, square.right, square.bottom, Box(on)))
    return [item for item in page.items if id(item) not in gone], boxes


def _middle(item: Item) -> float:
    return item.middle


def _drawn_in(page: Page, square: Frame) -> bool:
    side = square.right - square.left
    for mark in page.drawn.marks:
        middle = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
        ring = mark.curved and not mark.dark and abs(mark.right - mark.left - side) < 1
        if (
            square.holds(*middle)
            and not ring
            and max(mark.right - mark.left, mark.bottom - mark.top) > side / 4
        ):
            return True
    return any(
        shade.dark and square.holds((shade.left + shade.right) / 2, (shade.top + shade.bottom) / 2)
        and side / 4 < shade.right - shade.left < 1.2 * side
        for shade in page.drawn.shades
    )  # fmt: skip


def _of(stroke: Stroke, square: Frame) -> bool:
    return (
        stroke.left >= square.left - 1.5
        and stroke.right <= square.right + 1.5
        and stroke.top >= square.top - 1.5
        and stroke.bottom <= square.bottom + 1.5
    )


def _looks(items: Sequence[Item], page: Page, strokes: Sequence[Stroke]) -> list[Item]:
    """Words with a line through them, a line right below, a ring around or a marker's colour behind."""
    uprights = [s for s in strokes if not s.flat]
    flat = [s for s in strokes if s.flat and s.right - s.left < LONG]
    rings = [m for m in page.drawn.marks if m.curved and not m.filled and m.right - m.left > LARGE][
        :MOST_RULES
    ]
    bright = [s for s in page.drawn.shades if s.bright and s.bottom - s.top < 30][:MOST_RULES]
    struck, below = _lined(items, sorted(flat, key=lambda s: s.top))
    under: set[int] = set()
    for line, words in below[:MOST_RULES]:
        if line.right < max(w.right for w in words) + SMALL and not any(
            _meets(one, line) for one in uprights
        ):
            under |= {id(word) for word in words}
    found = []
    for item in items:
        center = (item.left + item.right) / 2
        ringed = any(_around(ring, center, item.middle) for ring in rings)
        behind = any(_around(shade, center, item.middle) for shade in bright)
        if isinstance(item.inline, Text) and (ringed or behind or id(item) in struck or id(item) in under):
            word = replace(item.inline, strike=id(item) in struck, underline=id(item) in under)
            item = item._replace(inline=replace(word, circled=ringed, highlight=behind))
        found.append(item)
    return found


def _lined(items: Sequence[Item], flat: Sequence[Stroke]) -> tuple[set[int], list[tuple[Stroke, list[Item]]]]:
    """Which words have a line through them; the lines that stand below words, with those."""
    tops = [line.top for line in flat]
    struck: set[int] = set()
    below: dict[int, list[Item]] = {}
    for item in items:
        base = item.bottom - DESCENT * item.size
        low, high = bisect_left(tops, base - 0.5 * item.size), bisect_left(tops, base + 0.3 * item.size)
        for place in range(low, min(high, low + MOST_RULES)):
            line = flat[place]
            if line.left > item.left + 1 or line.right < item.right - 1 or isinstance(item.inline, Box):
                continue
            if line.top < base - 0.06 * item.size:
                struck.add(id(item))
            else:
                below.setdefault(place, []).append(item)
    return struck, [(flat[place], words) for place, words in below.items()]


def _around(shape: Shape, x: float, y: float) -> bool:
    return shape.left <= x <= shape.right and shape.top <= y <= shape.bottom


def _written(items: Sequence[Item], strokes: Sequence[Stroke]) -> list[Item]:
    """Rules to write on, drawn or dotted, as controls with what stands on them."""
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
    return replace(inline, text=text) if isinstance(inline, Text) else inline


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
        if any(_meets(upright, line) for upright in uprights):
            continue
        label = next((i for i in labels if _before(i, line)), None)
        if label is not None:
            bottom = line.top + DESCENT * label.size
            top = bottom - (ASCENT + DESCENT) * label.size
            found.append(Item(line.left, top, line.right, bottom, Entry(""), label.size))
    return found


def _meets(upright: Stroke, line: Stroke) -> bool:
    return (
        upright.top <= line.top + NEAR
        and upright.bottom >= line.top - NEAR
        and line.left - NEAR <= upright.left <= line.right + NEAR
    )


def _before(item: Item, line: Stroke) -> bool:
    base = item.bottom - DESCENT * item.size
    return -2 <= line.left - item.right < 2.5 * item.size and -1.5 < line.top - base < 0.5 * item.size

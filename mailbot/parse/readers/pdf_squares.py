"""
Tick boxes that are drawn, and what is drawn or typed in them.

GUARANTEES
    A small square is a tick box only where it stands alone and holds nothing but a mark: the boxes for the
    digits of a date are none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from mailbot.domain.document import Box, Entry, Text
from mailbot.parse.readers.pdf_grid import NEAR, Frame, frames
from mailbot.parse.readers.pdf_items import Item, Page
from mailbot.parse.readers.pdf_shapes import Shape, Stroke

SMALL, LARGE = 5.0, 18.0  # points; sides of a tick box
COMB = 4  # boxes side by side that are for single characters
MOST_SQUARES = 300  # of a page; more are a pattern
_top, _middle = attrgetter("top"), attrgetter("middle")
MARKS = frozenset("xX×✕✖✗✘✓✔√☒☑■●•◆/\\*vVyY+")


def squares(page: Page) -> tuple[list[Frame], list[Frame]]:
    """Those that stand alone, and those that stand side by side."""
    found = _all(page)
    ordered = sorted(found, key=_top)
    tops = [one.top for one in ordered]
    alone: list[Frame] = []
    together: list[Frame] = []
    for one in found:
        level = ordered[bisect_left(tops, one.top - NEAR) : bisect_right(tops, one.top + NEAR)]
        (together if any(_neighbour(one, other) for other in level) else alone).append(one)
    return alone, together


def _all(page: Page) -> list[Frame]:
    short = [s for s in page.strokes if is_short(s)]
    if len(short) > 8 * MOST_SQUARES or len(page.drawn.marks) > MOST_SQUARES:
        return []
    found = [f for f in frames(short, SMALL - 1) if _square(f.right - f.left, f.bottom - f.top)]
    rings = [m for m in page.drawn.marks if m.curved and _square(m.right - m.left, m.bottom - m.top)]
    outer = [m for m in rings if not any(m is not o and _within(m, o) for o in rings)]
    found += [Frame(m.left, m.top, m.right, m.bottom) for m in outer if not m.dark]
    if len(found) > MOST_SQUARES:
        return []
    return found


def _neighbour(one: Frame, other: Frame) -> bool:
    """Boxes for single characters stand side by side."""
    beside = min(abs(one.right - other.left), abs(one.left - other.right)) < NEAR
    return one is not other and beside and abs(one.top - other.top) < NEAR


def spelled(items: Sequence[Item], squares: Sequence[Frame]) -> tuple[list[Item], list[Frame]]:
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


def ticked(page: Page, squares: Sequence[Frame]) -> tuple[list[Item], list[Item]]:
    """The other items, and the tick boxes with their state."""
    gone: set[int] = set()
    boxes: list[Item] = []
    items = sorted(page.items, key=_middle) if squares else []
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


def is_short(stroke: Stroke) -> bool:
    """Whether it may be a side of a tick box."""
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

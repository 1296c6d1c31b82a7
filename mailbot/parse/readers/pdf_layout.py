"""
Pages to blocks: ruled tables, columns without rules, and running text, in reading order.

Form fields stand among the words as controls, so that a label reads the same beside a field of a PDF as
beside a control of a Word file.
"""

from collections.abc import Iterable, Sequence

from mailbot.parse.readers.pdf_free import free
from mailbot.parse.readers.pdf_grid import Frame, frames
from mailbot.parse.readers.pdf_items import Item, Page
from mailbot.parse.readers.pdf_placed import Placed
from mailbot.parse.readers.pdf_ruled import groups, ruled, stacked

STRIPE = 24  # points; frames are looked up by where they stand


def blocks(page: Page, edge: float) -> list[Placed]:
    """The page's blocks from top to bottom; `edge` is where its running text ends."""
    tables = [group for group in groups(frames(page.strokes)) if len(group) > 1]
    inside, outside = _homes(page.items, [frame for group in tables for frame in group])
    found = [ruled(part, inside, page) for group in tables for part in stacked(group)]
    found += free(outside, [group[0].top for group in tables], edge, page.number)
    return sorted(found, key=lambda one: one.top)


def _homes(items: Iterable[Item], cells: Sequence[Frame]) -> tuple[dict[Frame, list[Item]], list[Item]]:
    """What stands in each cell, and what in none."""
    inside: dict[Frame, list[Item]] = {frame: [] for frame in cells}
    outside: list[Item] = []
    near: dict[int, list[Frame]] = {}
    for frame in inside:
        for stripe in range(int(frame.top - 2) // STRIPE, int(frame.bottom + 2) // STRIPE + 1):
            near.setdefault(stripe, []).append(frame)
    for item in items:
        x, y = (item.left + item.right) / 2, item.middle
        home = outside
        for frame in near.get(int(y) // STRIPE, ()):
            if frame.holds(x, y):
                home = inside[frame]
                break
        home.append(item)
    return inside, outside

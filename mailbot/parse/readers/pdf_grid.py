"""
Ruled tables of a page: from strokes to cells.

A cell is a smallest rectangle whose four sides are ruled. Strokes that do not close a rectangle (a line
under a heading, an underlined word) make no cell.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from mailbot.parse.readers.pdf_shapes import Stroke

NEAR = 2.5  # points; edges nearer than this are one
MOST = 300  # different edges in one direction; a real page has 60
MOST_CELLS = 1_200  # of a page; squared paper has more and is no form


class Frame(NamedTuple):
    """A ruled cell."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.left - NEAR / 2 <= x <= self.right + NEAR / 2 and self.top - 1 <= y <= self.bottom + 1


def frames(strokes: Iterable[Stroke], shortest: float = 5.0) -> list[Frame]:
    """All cells of a page, from top to bottom and left to right."""
    rules = [s for s in strokes if s.right - s.left > shortest or s.bottom - s.top > shortest]
    flats = [stroke for stroke in rules if stroke.flat]
    uprights = [stroke for stroke in rules if not stroke.flat]
    xs = _edges([stroke.left for stroke in uprights])
    ys = _edges([stroke.top for stroke in flats])
    if len(xs) < 2 or len(ys) < 2 or len(xs) > MOST or len(ys) > MOST:
        return []
    across = _cover(flats, ys, xs, flat=True)
    down = _cover(uprights, xs, ys, flat=False)
    cells = _cells(xs, ys, across, down)
    return cells if len(cells) <= MOST_CELLS else []


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > NEAR:
            edges.append(value)
    return edges


def _cover(
    strokes: list[Stroke], lines: list[float], marks: list[float], *, flat: bool
) -> dict[int, set[int]]:
    """For each line, the stretches between two neighbouring marks that are ruled."""
    ruled: dict[int, set[int]] = defaultdict(set)
    for stroke in strokes:
        at, start, end = (
            (stroke.top, stroke.left, stroke.right) if flat else (stroke.left, stroke.top, stroke.bottom)
        )
        right = min(bisect_left(lines, at), len(lines) - 1)
        line = right - 1 if right and at - lines[right - 1] < lines[right] - at else right
        first = bisect_left(marks, start - NEAR)
        last = bisect_right(marks, end + NEAR) - 1
        ruled[line].update(range(first, last))
    return ruled


def _cells(
    xs: list[float], ys: list[float], across: dict[int, set[int]], down: dict[int, set[int]]
) -> list[Frame]:
    found: list[Frame] = []
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken or column not in across[row] or row not in down[column]:
                continue
            right = next((c for c in range(column, len(xs) - 1) if row in down[c + 1]), None)
            low = next((r for r in range(row, len(ys) - 1) if column in across[r + 1]), None)
            if right is None or low is None or not _closed(row, column, low, right, across, down):
                continue
            taken |= {(r, c) for r in range(row, low + 1) for c in range(column, right + 1)}
            found.append(Frame(xs[column], ys[row], xs[right + 1], ys[low + 1]))
    return found


def _closed(
    row: int, column: int, low: int, right: int, across: dict[int, set[int]], down: dict[int, set[int]]
) -> bool:
    columns, rows = range(column, right + 1), range(row, low + 1)
    return all(c in across[row] and c in across[low + 1] for c in columns) and all(
        r in down[column] and r in down[right + 1] for r in rows
    )

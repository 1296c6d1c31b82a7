"""Ruled cells to tables, with what stands in them."""

from collections.abc import Mapping, Sequence

from mailbot.domain.document import Cell, Table
from mailbot.parse.readers.pdf_grid import NEAR, Frame
from mailbot.parse.readers.pdf_items import Item, Page
from mailbot.parse.readers.pdf_lines import Line, paragraphs, rows
from mailbot.parse.readers.pdf_placed import ALIGNED, PADDING, Placed
from mailbot.parse.readers.pdf_shapes import Shape

SHADED = 8.0  # points; a lower filled rectangle is a line or an ornament


def groups(cells: Sequence[Frame]) -> list[list[Frame]]:
    """Cells that touch make one table; tables from top to bottom."""
    found: list[list[Frame]] = []
    for cell in cells:
        touching = [group for group in found if any(_touch(cell, other) for other in reversed(group))]
        found = [group for group in found if group not in touching]
        found.append([*(other for group in touching for other in group), cell])
    ordered = [sorted(group, key=lambda frame: (frame.top, frame.left)) for group in found]
    return sorted(ordered, key=lambda group: group[0].top)


def _touch(one: Frame, other: Frame) -> bool:
    return (
        one.left <= other.right + NEAR
        and other.left <= one.right + NEAR
        and one.top <= other.bottom + NEAR
        and other.top <= one.bottom + NEAR
    )


def stacked(group: list[Frame]) -> list[list[Frame]]:
    """Tables that stand on each other without a gap: rows that share no upright rule are not of one table."""
    parts: list[list[Frame]] = [[]]
    edges: set[int] = set()
    bottom = group[0].top
    for top in _distinct([frame.top for frame in group]):
        row = [frame for frame in group if abs(frame.top - top) <= NEAR]
        inner = {round(frame.left / NEAR) for frame in row} - {round(min(f.left for f in row) / NEAR)}
        near = {edge + step for edge in inner for step in (-1, 0, 1)}
        if parts[-1] and edges and inner and not edges & near and bottom <= top + NEAR:
            parts.append([])
        edges = inner or edges
        bottom = max(bottom, *(frame.bottom for frame in row))
        parts[-1] += row
    return parts


def ruled(group: Sequence[Frame], inside: Mapping[Frame, list[Item]], page: Page) -> Placed:
    """One table."""
    shades = [shade for shade in page.drawn.shades if shade.bottom - shade.top > SHADED]
    lefts = _distinct([frame.left for frame in group])
    tops = _distinct([frame.top for frame in group])
    where = f"page {page.number} table"
    table: list[tuple[Cell, ...]] = []
    for top in tops:
        row = sorted((frame for frame in group if abs(frame.top - top) <= NEAR), key=lambda frame: frame.left)
        cells = [_cell(frame, inside[frame], lefts, tops, where) for frame in row]
        if shades:
            cells = [c._replace(shaded=_shaded(f, shades)) for c, f in zip(cells, row, strict=True)]
        table.append(tuple(cells))
    return Placed(tops[0], Table(tuple(table), where), tuple(lefts), ruled=True)


def _cell(frame: Frame, items: list[Item], lefts: list[float], tops: list[float], where: str) -> Cell:
    column = sum(left < frame.left - NEAR for left in lefts)
    columns = sum(frame.left - NEAR <= left < frame.right - NEAR for left in lefts)
    high = sum(frame.top - NEAR <= top < frame.bottom - NEAR for top in tops)
    lines = [Line(tuple(row)) for row in rows(items)]
    return Cell(tuple(paragraphs(lines, frame.right - PADDING, where)), max(columns, 1), max(high, 1), column)


def _shaded(frame: Frame, shades: Sequence[Shape]) -> bool:
    return any(
        shade.left <= frame.left + ALIGNED
        and shade.right >= frame.right - ALIGNED
        and shade.top <= frame.top + ALIGNED
        and shade.bottom >= frame.bottom - ALIGNED
        for shade in shades
    )


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found

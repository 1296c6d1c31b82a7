"""
Pages to blocks: ruled tables, columns without rules, and running text, in reading order.

Form fields stand among the words as controls, so that a label reads the same beside a field of a PDF as
beside a control of a Word file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailbot.domain.document import Block, Box, Cell, Entry, Paragraph, Table, Text
from mailbot.parse.readers.pdf_grid import NEAR, Frame, frames
from mailbot.parse.readers.pdf_items import Item, Page
from mailbot.parse.readers.pdf_lines import (
    Line,
    broken,
    grouped,
    is_box,
    is_full,
    paragraph,
    paragraphs,
    rows,
    segments,
    wraps,
)
from mailbot.parse.readers.pdf_paths import Shape

PADDING = 5.0  # points between a cell's text and its rule
NEXT_LINE = 1.0  # of the font size: half a line and a little, from a line to what is centred on two
STRIPE = 24  # points; frames are looked up by where they stand
SHADED = 8.0  # points; a lower filled rectangle is a line or an ornament
ALIGNED = 6.0  # points; columns that begin nearer than this are one


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where it stands; `starts` are the left edges of a table's columns."""

    top: float
    block: Block
    starts: tuple[float, ...] = ()
    ruled: bool = False
    lines: tuple[Line, ...] = ()  # of running text
    bottom: float = 0.0
    tail: Line | None = None  # the last line of the last column of a row without rules


def blocks(page: Page, edge: float) -> list[Placed]:
    """The page's blocks from top to bottom; `edge` is where its running text ends."""
    groups = [group for group in _groups(frames(page.strokes)) if len(group) > 1]
    inside: dict[Frame, list[Item]] = {frame: [] for group in groups for frame in group}
    free: list[Item] = []
    near: dict[int, list[Frame]] = {}
    for frame in inside:
        for stripe in range(int(frame.top - 2) // STRIPE, int(frame.bottom + 2) // STRIPE + 1):
            near.setdefault(stripe, []).append(frame)
    for item in page.items:
        x, y = (item.left + item.right) / 2, item.middle
        home = next((frame for frame in near.get(int(y) // STRIPE, ()) if frame.holds(x, y)), None)
        (free if home is None else inside[home]).append(item)
    found = [_ruled(part, inside, page) for group in groups for part in _stacked(group)]
    found += _free(free, [group[0].top for group in groups], edge, page.number)
    return sorted(found, key=lambda one: one.top)


def _groups(cells: list[Frame]) -> list[list[Frame]]:
    """Cells that touch make one table."""
    groups: list[list[Frame]] = []
    for cell in cells:
        touching = [group for group in groups if any(_touch(cell, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append(
            sorted([cell, *(other for group in touching for other in group)], key=lambda f: (f.top, f.left))
        )
    return sorted(groups, key=lambda group: group[0].top)


def _touch(one: Frame, other: Frame) -> bool:
    return (
        one.left <= other.right + NEAR
        and other.left <= one.right + NEAR
        and one.top <= other.bottom + NEAR
        and other.top <= one.bottom + NEAR
    )


def _stacked(group: list[Frame]) -> list[list[Frame]]:
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


def _ruled(group: list[Frame], inside: dict[Frame, list[Item]], page: Page) -> Placed:
    number = page.number
    shades = [shade for shade in page.drawn.shades if shade.bottom - shade.top > SHADED]
    lefts = _distinct([frame.left for frame in group])
    tops = _distinct([frame.top for frame in group])
    where = f"page {number} table"
    table: list[tuple[Cell, ...]] = []
    for top in tops:
        row = sorted((frame for frame in group if abs(frame.top - top) <= NEAR), key=lambda frame: frame.left)
        cells = [_cell(frame, inside[frame], lefts, tops, where) for frame in row]
        if shades:
            cells = [replace(c, shaded=_shaded(f, shades)) for c, f in zip(cells, row, strict=True)]
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


def _free(items: list[Item], tables: list[float], edge: float, number: int) -> list[Placed]:
    """What stands in no ruled table: bands of one column are text, of several a row of a table."""
    found: list[Placed] = []
    text: list[Line] = []
    for band in _bands(items):
        columns = _columns(band)
        crossed = bool(text) and any(text[-1].top < top <= band[0][0].top for top in tables)
        if text and (len(columns) > 1 or crossed):
            found += _text(text, edge, number)
            text = []
        if len(columns) == 1:
            text += columns[0]
        else:
            found.append(_row(columns, edge, number))
    found += _text(text, edge, number)
    return list(_joined(found, edge))


def _bands(items: list[Item]) -> list[list[list[Item]]]:
    """Rows, together where a field is so high that it stands beside several of them."""
    found: list[list[list[Item]]] = []
    low = 0.0
    for row in rows(items):
        bottom = max((item.bottom for item in row if isinstance(item.inline, Entry)), default=0.0)
        beside = found and sum(item.middle for item in row) / len(row) < low
        if beside or (found and (_beside(found[-1], row) or _second(found[-1], row))):
            band = found.pop()
            while found and _beside(found[-1], row):  # a label of three lines
                band = found.pop() + band
            found.append([*band, row])
            low = max(low, bottom)
        else:
            found.append([row])
            low = bottom
    return found


def _beside(band: list[list[Item]], row: list[Item]) -> bool:
    """A label of two lines, the first of which stands above the middle of its field or tick boxes."""
    above = [item for line in band for item in line]
    for field in row:
        left = [item for item in above if item.right <= field.left + 1]
        if isinstance(field.inline, Entry) and any(field.top - 1 <= i.middle <= field.bottom for i in left):
            return True
        if isinstance(field.inline, Box):
            return any(field.middle - i.middle < NEXT_LINE * i.size and not is_box(i) for i in left)
    return False


def _second(band: list[list[Item]], row: list[Item]) -> bool:
    """The second line of a label whose tick boxes stand to the right of both lines."""
    boxes = [item for line in band for item in line if isinstance(item.inline, Box)]
    labels = [item for item in band[0] if boxes and item.right <= boxes[0].left + 1]
    if not labels or is_box(row[0]) or not isinstance(row[0].inline, Text):
        return False
    last = max(
        (item for line in band for item in line if item.right <= boxes[0].left + 1), key=lambda i: i.middle
    )
    aligned = abs(row[0].left - labels[0].left) < ALIGNED
    near = row[0].middle - last.middle < 1.45 * row[0].size and row[0].size == last.size
    alone = all(item.right <= boxes[0].left + 1 for item in row)
    open_ended = isinstance(last.inline, Text) and not last.inline.text.endswith((":", "?", "."))
    if alone and row[0].middle - boxes[-1].middle < NEXT_LINE * row[0].size and last in band[-1] + band[0]:
        return aligned and near and open_ended
    beside = any(isinstance(item.inline, Box) and abs(item.left - boxes[0].left) < ALIGNED for item in row)
    return aligned and near and open_ended and beside


def _columns(band: list[list[Item]]) -> list[list[Line]]:
    """The band's segments, column by column; segments that overlap sideways are in one."""
    found: list[list[Line]] = []
    ends: list[float] = []  # right edges of the columns
    for line in sorted((part for row in band for part in segments(row)), key=lambda one: one.left):
        home = next((place for place, end in enumerate(ends) if line.left < end - 1), None)
        if home is None:
            found.append([line])
            ends.append(line.right)
        else:
            found[home].append(line)
            ends[home] = max(ends[home], line.right)
    return [sorted(column, key=lambda one: one.top) for column in found]


def _text(lines: list[Line], edge: float, number: int) -> list[Placed]:
    return [
        Placed(group[0].top, paragraph(group, f"page {number}"), lines=tuple(group), bottom=group[-1].bottom)
        for group in grouped(lines, edge)
    ]


def _row(columns: list[list[Line]], edge: float, number: int) -> Placed:
    starts = tuple(column[0].left for column in columns)
    ends = (*(start - PADDING for start in starts[1:]), edge)
    where = f"page {number} line"
    cells = tuple(
        Cell(tuple(paragraphs(column, end, where)), column=place)
        for place, (column, end) in enumerate(zip(columns, ends, strict=True))
    )
    top = min(line.top for column in columns for line in column)
    bottom = max(line.bottom for column in columns for line in column)
    return Placed(top, Table((cells,), where), starts, bottom=bottom, tail=columns[-1][-1])


def _joined(found: list[Placed], edge: float) -> Iterator[Placed]:
    """Rows whose columns begin at the same places are one table; hanging lines go on with a row."""
    last: Placed | None = None
    for one in found:
        if last is not None and last.starts and _same(last.starts, one.starts):
            last = replace(last, block=_add(last.block, one.block), bottom=one.bottom, tail=one.tail)
            continue
        if last is not None and _hangs(last, one):
            last = replace(last, block=_under(last, one, edge), bottom=one.bottom, tail=one.lines[-1])
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _same(starts: tuple[float, ...], others: tuple[float, ...]) -> bool:
    return len(starts) == len(others) and all(
        abs(a - b) < ALIGNED for a, b in zip(starts, others, strict=True)
    )


def _hangs(last: Placed, one: Placed) -> bool:
    """Text right under the last column of a row without rules."""
    if len(last.starts) < 2 or last.ruled or not one.lines:
        return False
    first = one.lines[0]
    if one.top - last.bottom >= 1.2 * first.size:
        return False
    return first.left > last.starts[-1] - ALIGNED or (
        abs(first.left - last.starts[0]) < ALIGNED and _plain(last, one)
    )


def _plain(last: Placed, one: Placed) -> bool:
    """A value behind a tab goes on below its label, which is bold where the value is not."""
    if isinstance(last.block, Paragraph) or isinstance(one.block, Table):
        return False
    label, value = last.block.rows[-1][0], last.block.rows[-1][-1]
    looks = [_bold(label), _bold(value), _bold(Cell((one.block,)))]
    return looks == [True, False, False] and ":" not in one.block.text[:40]


def _bold(cell: Cell) -> bool:
    """Whether its first visible word is bold."""
    words = [
        i
        for b in cell.blocks
        if isinstance(b, Paragraph)
        for i in b.inlines
        if isinstance(i, Text) and i.text.strip()
    ]
    return bool(words) and words[0].bold


def _under(last: Placed, one: Placed, edge: float) -> Block:
    """The row with the text in its last cell: of the same paragraph, where the line before it was full."""
    table, text = last.block, one.block
    if isinstance(table, Paragraph):
        return table
    *cells, cell = table.rows[-1]
    before = cell.blocks[-1] if cell.blocks else None
    full = (
        last.tail is not None and is_full(last.tail, one.lines[0], edge) and not is_box(one.lines[0].items[0])
    )
    if full and last.tail and isinstance(before, Paragraph) and isinstance(text, Paragraph):
        between = () if broken(last.tail.items[-1]) else (Text(" "),)
        joined = replace(before, inlines=(*before.inlines, *between, *text.inlines))
        blocks: tuple[Block, ...] = (*cell.blocks[:-1], joined)
    else:
        blocks = (*cell.blocks, text)
    return Table((*table.rows[:-1], (*cells, replace(cell, blocks=blocks))), table.where)


def _add(table: Block, more: Block) -> Block:
    if isinstance(table, Paragraph) or isinstance(more, Paragraph):
        return table
    return Table(table.rows + more.rows, table.where)


def across_pages(pages: list[list[Placed]], edge: float) -> list[Block]:
    """All blocks; a ruled table or a paragraph that goes on at the head of the next page is one."""
    found: list[Placed] = []
    for page in pages:
        for index, one in enumerate(page):
            last = found[-1] if found else None
            if (
                index == 0
                and last is not None
                and one.ruled
                and last.ruled
                and _same(last.starts, one.starts)
            ):
                found[-1] = Placed(last.top, _continue(last.block, one.block), last.starts, ruled=True)
            elif index == 0 and last is not None and _goes_on(last, one, edge):
                lines = (*last.lines, *one.lines)
                found[-1] = Placed(
                    last.top, paragraph(lines, last.block.where), lines=lines, bottom=one.bottom
                )
            else:
                found.append(one)
    return [one.block for one in found]


def _goes_on(last: Placed, one: Placed, edge: float) -> bool:
    return bool(last.lines and one.lines) and wraps(last.lines[-1], one.lines[0], edge)


def _continue(table: Block, more: Block) -> Block:
    """A first row without a label goes on with the row before the page broke."""
    if isinstance(table, Paragraph) or isinstance(more, Paragraph):
        return table
    before, after = table.rows[-1], more.rows[0]
    if len(before) == len(after) > 1 and not after[0].text.strip() and before[0].text.strip():
        merged = tuple(replace(a, blocks=a.blocks + b.blocks) for a, b in zip(before, after, strict=True))
        return Table((*table.rows[:-1], merged, *more.rows[1:]), table.where)
    return Table(table.rows + more.rows, table.where)

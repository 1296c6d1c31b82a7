"""What stands in no ruled table: running text, and columns without rules."""

from collections.abc import Sequence

from mailbot.domain.document import Box, Cell, Entry, Table, Text
from mailbot.parse.readers.pdf_items import Item
from mailbot.parse.readers.pdf_joined import joined
from mailbot.parse.readers.pdf_lines import Line, grouped, is_box, paragraph, paragraphs, rows, segments
from mailbot.parse.readers.pdf_placed import ALIGNED, PADDING, Placed

NEXT_LINE = 1.0  # of the font size: half a line and a little, from a line to what is centred on two


def free(items: Sequence[Item], tables: Sequence[float], edge: float, number: int) -> list[Placed]:
    """Bands of one column are text, of several a row of a table."""
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
    return list(joined(found, edge))


def _bands(items: Sequence[Item]) -> list[list[list[Item]]]:
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

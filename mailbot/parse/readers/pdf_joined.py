"""Rows without rules that are one table, and the lines that go on with a row."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailbot.domain.document import Block, Cell, Paragraph, Table, Text
from mailbot.parse.readers.pdf_lines import broken, is_box, is_full
from mailbot.parse.readers.pdf_placed import ALIGNED, Placed, same


def joined(found: Iterable[Placed], edge: float) -> Iterator[Placed]:
    """Rows whose columns begin at the same places are one table; hanging lines go on with a row."""
    last: Placed | None = None
    for one in found:
        if last is not None and last.starts and same(last.starts, one.starts):
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
        joined = before._replace(inlines=(*before.inlines, *between, *text.inlines))
        blocks: tuple[Block, ...] = (*cell.blocks[:-1], joined)
    else:
        blocks = (*cell.blocks, text)
    return Table((*table.rows[:-1], (*cells, cell._replace(blocks=blocks))), table.where)


def _add(table: Block, more: Block) -> Block:
    if isinstance(table, Paragraph) or isinstance(more, Paragraph):
        return table
    return Table(table.rows + more.rows, table.where)

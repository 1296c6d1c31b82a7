"""Pages to one flow: what goes on at the head of the next page is one."""

from collections.abc import Iterable

from mailbot.domain.document import Block, Paragraph, Table
from mailbot.parse.readers.pdf_lines import paragraph, wraps
from mailbot.parse.readers.pdf_placed import Placed, same


def across_pages(pages: Iterable[list[Placed]], edge: float) -> list[Block]:
    """All blocks; a ruled table or a paragraph that goes on at the head of the next page is one."""
    found: list[Placed] = []
    for page in pages:
        if found and page and (whole := _whole(found[-1], page[0], edge)) is not None:
            found[-1:] = [whole, *page[1:]]
        else:
            found += page
    return [one.block for one in found]


def _whole(last: Placed, one: Placed, edge: float) -> Placed | None:
    """Both as one block; None where they are two."""
    if one.ruled and last.ruled and same(last.starts, one.starts):
        return Placed(last.top, _continue(last.block, one.block), last.starts, ruled=True)
    if last.lines and one.lines and wraps(last.lines[-1], one.lines[0], edge):
        lines = (*last.lines, *one.lines)
        text = paragraph(lines, last.block.where)
        return Placed(last.top, text, lines=lines, bottom=one.bottom)
    return None


def _continue(table: Block, more: Block) -> Block:
    """A first row without a label goes on with the row before the page broke."""
    if isinstance(table, Paragraph) or isinstance(more, Paragraph):
        return table
    before, after = table.rows[-1], more.rows[0]
    if len(before) == len(after) > 1 and not after[0].text.strip() and before[0].text.strip():
        merged = tuple(a._replace(blocks=a.blocks + b.blocks) for a, b in zip(before, after, strict=True))
        return Table((*table.rows[:-1], merged, *more.rows[1:]), table.where)
    return Table(table.rows + more.rows, table.where)

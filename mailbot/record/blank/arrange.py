"""Short questions stand two in a row: the same arrangement in the Word file and in the PDF."""

from mailbot.record.blank.model import Block, Box

SHORT = 31  # characters of a label that stands beside another question
_SHORT_KINDS = frozenset({"line", "date", "choice"})


def rows(block: Block) -> list[tuple[Box, ...]]:
    """The questions of a block, one or two in a row, in their order."""
    found: list[tuple[Box, ...]] = []
    for (box,) in block.rows:
        if found and len(found[-1]) == 1 and _short(found[-1][0]) and _short(box):
            found[-1] = (found[-1][0], box)
        else:
            found.append((box,))
    return found


def tall(box: Box) -> bool:
    """Whether a box is so high that its question stands above it, over the whole width."""
    return box.lines > 4


def _short(box: Box) -> bool:
    return box.kind in _SHORT_KINDS and not box.hint and len(box.label) <= SHORT

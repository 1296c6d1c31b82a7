"""Blocks of a page of a PDF before they are joined: each with where it stands."""

from dataclasses import dataclass

from mailbot.domain.document import Block
from mailbot.parse.readers.pdf_lines import Line

PADDING = 5.0  # points between a cell's text and its rule
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


def same(starts: tuple[float, ...], others: tuple[float, ...]) -> bool:
    """Whether the columns of two tables begin at the same places."""
    return len(starts) == len(others) and all(
        abs(a - b) < ALIGNED for a, b in zip(starts, others, strict=True)
    )

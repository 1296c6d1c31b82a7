"""What stands on a page of a PDF, in points from the top left: words, fields, drawings."""

from dataclasses import dataclass, field
from typing import NamedTuple

from mailbot.domain.document import Inline
from mailbot.parse.readers.pdf_matrix import Matrix
from mailbot.parse.readers.pdf_shapes import Drawing, Stroke

ASCENT, DESCENT = 0.75, 0.22  # of the font size, from the base line


class Item(NamedTuple):
    """A word or a field, and where it stands. A page has thousands, so it is a tuple."""

    left: float
    top: float
    right: float
    bottom: float
    inline: Inline
    size: float = 10.0  # of the font
    glued: bool = False  # no space before it

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    number: int
    width: float
    height: float
    items: tuple[Item, ...]
    strokes: tuple[Stroke, ...] = ()
    drawn: Drawing = field(default_factory=Drawing)
    shown: Matrix = field(default_factory=Matrix)
    invisible: str = ""

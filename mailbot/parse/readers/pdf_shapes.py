"""What may be drawn on a page of a PDF, in points from the top left."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Stroke(NamedTuple):
    """A thin straight line; horizontal or vertical."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def flat(self) -> bool:
        """Whether it is horizontal."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn that is no straight line: a diagonal, a curve, a filled rectangle."""

    left: float
    top: float
    right: float
    bottom: float
    curved: bool = False
    filled: bool = False
    dark: bool = False
    bright: bool = False  # a marker's colour


@dataclass(slots=True)
class Drawing:
    """All of a page."""

    strokes: list[Stroke] = field(default_factory=list)
    shades: list[Shape] = field(default_factory=list)  # filled rectangles, not white
    marks: list[Shape] = field(default_factory=list)  # small shapes with diagonals or curves

"""
What is drawn on a page of a PDF, without its text: ruled lines, shadings, and small shapes that tick.

A path is taken apart into its segments: a whole table may be one path, and the diagonal of a cross must not
pass for the side of a cell. Coordinates are points from the top left of the page as it is shown.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from mailbot.parse.readers.pdf_matrix import Matrix

THIN = 2.5  # points; a ruled line is never thicker
DEEP = 4  # drawings inside drawings
MOST_OBJECTS, MOST_SEGMENTS = 20_000, 40_000  # of a page; a map has more, a form never
WHITE = 245  # of 255: paper
MARK = 30.0  # points; a tick, a cross or a ring around a word is not higher


@dataclass(frozen=True, slots=True)
class Stroke:
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


def drawing(page: Any, shown: Matrix) -> Drawing:
    """What is drawn on it; `shown` goes from the page's own space to points from the top left."""
    found = Drawing()
    budget = [MOST_OBJECTS, MOST_SEGMENTS]
    for thing, matrix in _paths(
        page, shown, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0, budget
    ):
        _add(found, thing, matrix, budget)
    return found


def _paths(
    holder: Any, matrix: Matrix, count: Any, get: Any, depth: int, budget: list[int]
) -> Iterator[tuple[Any, Matrix]]:
    for index in range(count(holder)):
        budget[0] -= 1
        if budget[0] < 0:
            return
        thing = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield thing, matrix
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEP:
            inner = matrix.after(_matrix(thing))
            yield from _paths(
                thing, inner, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1, budget
            )


def _matrix(thing: Any) -> Matrix:
    told = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, told):
        return Matrix()
    return Matrix(told.a, told.b, told.c, told.d, told.e, told.f)


def _add(found: Drawing, thing: Any, shown: Matrix, budget: list[int]) -> None:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(thing, *edges):
        return
    left, top, right, bottom = shown.box(*(edge.value for edge in edges))
    wide, high = right - left, bottom - top
    filled, stroked, dark, bright = _look(thing)
    if not filled and not stroked:
        return
    if wide <= THIN or high <= THIN:
        if max(wide, high) > THIN:
            found.strokes.append(Stroke(left, top, right, bottom))
        return
    count = pdfium.FPDFPath_CountSegments(thing)
    budget[1] -= count
    if budget[1] < 0:
        return
    lines, odd, curved = _segments(thing, count, shown.after(_matrix(thing)))
    if not odd:
        found.strokes += lines
        if filled:
            found.shades.append(Shape(left, top, right, bottom, False, True, dark, bright))
    elif high <= MARK:
        found.marks.append(Shape(left, top, right, bottom, curved, filled, dark))


def _look(thing: Any) -> tuple[bool, bool, bool, bool]:
    """Whether its filling is seen on paper, whether its edge is drawn; whether it is dark, or bright."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(thing, mode, stroked)
    if not mode.value:
        return False, bool(stroked.value), False, False
    colour = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(thing, *colour):
        return True, bool(stroked.value), False, False
    red, green, blue, alpha = (part.value for part in colour)
    seen = alpha > 10 and min(red, green, blue) < WHITE
    most, least = max(red, green, blue), min(red, green, blue)
    return seen, bool(stroked.value), seen and most < 110, seen and most > 200 and most - least > 100


def _segments(thing: Any, count: int, matrix: Matrix) -> tuple[list[Stroke], bool, bool]:
    """Its upright and level lines; whether there are others; whether those are curves."""
    x, y = ctypes.c_float(), ctypes.c_float()
    lines: list[Stroke] = []
    odd = curved = False
    start = last = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(thing, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.at(x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = last = point
            continue
        curved |= kind == pdfium.FPDF_SEGMENT_BEZIERTO
        odd |= curved or not _line(lines, last, point)
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            odd |= not _line(lines, last, start)
            last = start
    return lines, odd, curved


def _line(lines: list[Stroke], one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Adds an upright or level line; whether it was one."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    if right - left > 0.8 and bottom - top > 0.8:
        return False
    if max(right - left, bottom - top) > THIN:
        lines.append(Stroke(left, top, right, bottom))
    return True

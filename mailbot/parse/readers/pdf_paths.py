"""
What is drawn on a page of a PDF, without its text: ruled lines, shadings, and small shapes that tick.

A path is taken apart into its segments: a whole table may be one path, and the diagonal of a cross must not
pass for the side of a cell.
"""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from mailbot.parse.readers.pdf_calls import HANDLE, INT, ROOM, Room, function
from mailbot.parse.readers.pdf_matrix import Matrix
from mailbot.parse.readers.pdf_shapes import Drawing, Shape, Stroke

THIN = 2.5  # points; a ruled line is never thicker
DEEP = 4  # drawings inside drawings
MOST_OBJECTS, MOST_SEGMENTS = 20_000, 40_000  # of a page; a map has more, a form never
WHITE = 245  # of 255: paper
MARK = 30.0  # points; a tick, a cross or a ring around a word is not higher

_bounds = function("FPDFPageObj_GetBounds", INT, HANDLE, ROOM, ROOM, ROOM, ROOM)
_mode = function("FPDFPath_GetDrawMode", INT, HANDLE, ROOM, ROOM)
_colour = function("FPDFPageObj_GetFillColor", INT, HANDLE, ROOM, ROOM, ROOM, ROOM)
_turned = function("FPDFPageObj_GetMatrix", INT, HANDLE, ROOM)
_count = function("FPDFPath_CountSegments", INT, HANDLE)
_segment = function("FPDFPath_GetPathSegment", HANDLE, HANDLE, INT)
_kind = function("FPDFPathSegment_GetType", INT, HANDLE)
_point = function("FPDFPathSegment_GetPoint", INT, HANDLE, ROOM, ROOM)
_closes = function("FPDFPathSegment_GetClose", INT, HANDLE)


def drawing(page: Any, shown: Matrix) -> Drawing:
    """What is drawn on it; `shown` goes from the page's own space to points from the top left."""
    found = _Found()
    found.walk(page, shown, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)
    return found.drawing


class _Found:
    """What was found so far, path by path."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self._objects, self._parts = MOST_OBJECTS, MOST_SEGMENTS  # that may still come
        self._edges, self._six, self._at = Room("f", 4), Room("f", 6), Room("f", 2)
        self._modes, self._colours = Room("i", 2), Room("I", 4)

    def walk(self, holder: Any, shown: Matrix, count: Any, get: Any, depth: int) -> None:
        """All paths of a page, or of a drawing inside it."""
        for index in range(count(holder)):
            self._objects -= 1
            if self._objects < 0:
                return
            thing = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(thing)
            handle = ctypes.cast(thing, ctypes.c_void_p).value or 0
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._add(handle, shown)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEP:
                inner = shown.after(self._matrix(handle))
                self.walk(
                    thing, inner, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1
                )

    def _add(self, thing: int, shown: Matrix) -> None:
        if not _bounds(thing, *self._edges.places):
            return
        left, top, right, bottom = shown.box(*self._edges.read())
        wide, high = right - left, bottom - top
        filled, stroked, dark, bright = self._look(thing)
        if not filled and not stroked:
            return
        if wide <= THIN or high <= THIN:
            if max(wide, high) > THIN:
                self.drawing.strokes.append(Stroke(left, top, right, bottom))
            return
        count = _count(thing)
        self._parts -= count
        if self._parts < 0:
            return
        lines, odd, curved = self._segments(thing, count, shown.after(self._matrix(thing)))
        if not odd:
            self.drawing.strokes += lines
            if filled:
                self.drawing.shades.append(Shape(left, top, right, bottom, False, True, dark, bright))
        elif high <= MARK:
            self.drawing.marks.append(Shape(left, top, right, bottom, curved, filled, dark))

    def _matrix(self, thing: int) -> Matrix:
        return Matrix(*self._six.read()) if _turned(thing, self._six.places[0]) else Matrix()

    def _look(self, thing: int) -> tuple[bool, bool, bool, bool]:
        """Whether its filling is seen on paper, whether its edge is drawn; whether it is dark, or bright."""
        told = _mode(thing, *self._modes.places)
        mode, stroked = self._modes.read() if told else (0, 0)
        if not mode:
            return False, bool(stroked), False, False
        if not _colour(thing, *self._colours.places):
            return True, bool(stroked), False, False
        red, green, blue, alpha = self._colours.read()
        most, least = max(red, green, blue), min(red, green, blue)
        seen = alpha > 10 and least < WHITE
        return seen, bool(stroked), seen and most < 110, seen and most > 200 and most - least > 100

    def _segments(self, thing: int, count: int, matrix: Matrix) -> tuple[list[Stroke], bool, bool]:
        """Its upright and level lines; whether there are others; whether those are curves."""
        lines: list[Stroke] = []
        odd = curved = False
        start = last = (0.0, 0.0)
        for index in range(count):
            segment = _segment(thing, index)
            kind = _kind(segment)
            _point(segment, *self._at.places)
            point = matrix.at(*self._at.read())
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = last = point
                continue
            curved |= kind == pdfium.FPDF_SEGMENT_BEZIERTO
            odd |= curved or not _line(lines, last, point)
            last = point
            if _closes(segment):
                odd |= not _line(lines, last, start)
                last = start
        return lines, odd, curved


def _line(lines: list[Stroke], one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Adds an upright or level line; whether it was one."""
    (left, top), (right, bottom) = one, other
    if right < left:
        left, right = right, left
    if bottom < top:
        top, bottom = bottom, top
    if right - left > 0.8 and bottom - top > 0.8:
        return False
    if max(right - left, bottom - top) > THIN:
        lines.append(Stroke(left, top, right, bottom))
    return True

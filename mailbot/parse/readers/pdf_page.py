"""
What stands where on a page of a PDF: words, ruled lines and form fields, in points from the top left.

PDFium gives characters with their boxes; everything above that (words, lines, columns) is geometry.

BUGS
    Text that is turned is read as if it were not. A word in a font without a Unicode table comes out as
    PDFium guesses it.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.domain.document import Inline, Text

BOLD_WEIGHT = 600
THIN = 2.5  # points; a ruled line is never thicker
SPACE = 0.22  # of the font size: a gap that wide is a space, even where no space character stands


@dataclass(frozen=True, slots=True)
class Item:
    """A word or a field, and where it stands."""

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
class Page:
    """One page."""

    number: int
    width: float
    height: float
    items: tuple[Item, ...]
    strokes: tuple[Stroke, ...]


def read_page(page: pypdfium2.PdfPage, number: int) -> Page:
    """The words and ruled lines of one page."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        words = list(_words(textpage, height))
    finally:
        textpage.close()
    strokes = tuple(_strokes(page, height))
    return Page(number, width, height, tuple(_marked(words, strokes)), strokes)


def _words(textpage: pypdfium2.PdfTextPage, height: float) -> Iterator[Item]:
    raw = textpage.raw
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    text: list[str] = []
    frame = [0.0, 0.0, 0.0, 0.0]
    first, size, glued = 0, 10.0, False
    for index in range(textpage.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(raw, index))
        pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
        edges = left.value, height - top.value, right.value, height - bottom.value
        blank = character.isspace() or character in "\x00\ufffe"
        apart = bool(text) and _apart(frame, edges, size)
        if text and (blank or apart):
            yield _word(raw, first, text, frame, size, glued)
            text, glued = [], not blank and abs(edges[0] - frame[2]) < SPACE * size
        if blank:
            glued = False
            continue
        if not text:
            first, frame = index, list(edges)
            size = pdfium.FPDFText_GetFontSize(raw, index) or 10.0
        text.append(character)
        frame = [
            min(frame[0], edges[0]),
            min(frame[1], edges[1]),
            max(frame[2], edges[2]),
            max(frame[3], edges[3]),
        ]
    if text:
        yield _word(raw, first, text, frame, size, glued)


def _apart(frame: list[float], edges: tuple[float, float, float, float], size: float) -> bool:
    gap = edges[0] - frame[2]
    other_line = edges[1] > frame[3] + size * 0.2 or edges[3] < frame[1] - size * 0.2
    return gap > SPACE * size or gap < -size or other_line


def _word(raw: Any, first: int, text: list[str], frame: list[float], size: float, glued: bool) -> Item:
    bold = pdfium.FPDFText_GetFontWeight(raw, first) >= BOLD_WEIGHT or _bold_by_name(raw, first)
    left, top, right, bottom = frame
    return Item(left, top, right, bottom, Text("".join(text), bold=bold), size, glued)


def _bold_by_name(raw: Any, index: int) -> bool:
    """Some writers give no weight, but a font called …-Bold."""
    name, flags = ctypes.create_string_buffer(80), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, index, name, 80, flags)
    return b"bold" in name.value.lower()


def _strokes(page: pypdfium2.PdfPage, height: float) -> Iterator[Stroke]:
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = thing.get_bounds()
        yield from _sides(left, height - top, right, height - bottom)


def _sides(left: float, top: float, right: float, bottom: float) -> Iterator[Stroke]:
    """A thin path is a line; a larger one is a frame or a filled cell, whose four sides rule as well."""
    if right - left <= THIN or bottom - top <= THIN:
        if max(right - left, bottom - top) > THIN:
            yield Stroke(left, top, right, bottom)
        return
    yield Stroke(left, top, right, top)
    yield Stroke(left, bottom, right, bottom)
    yield Stroke(left, top, left, bottom)
    yield Stroke(right, top, right, bottom)


def _marked(words: list[Item], strokes: tuple[Stroke, ...]) -> Iterator[Item]:
    """Words with a line drawn through them are struck out; a line just below underlines."""
    flat = [stroke for stroke in strokes if stroke.flat and stroke.bottom - stroke.top <= THIN]
    for word in words:
        over = [
            s
            for s in flat
            if s.left <= word.left + 1 and s.right >= word.right - 1 and s.right - s.left < 400
        ]
        struck = any(word.top + 0.3 * _high(word) < s.top < word.bottom - 0.25 * _high(word) for s in over)
        if struck and isinstance(word.inline, Text):
            yield replace(word, inline=replace(word.inline, strike=True))
        else:
            yield word


def _high(word: Item) -> float:
    return word.bottom - word.top

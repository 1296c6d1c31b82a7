"""
What stands where on a page of a PDF: words, drawings and form fields, in points from the top left.

PDFium gives characters with their boxes; everything above that (words, lines, columns) is geometry. Asking
for a box costs more than all the rest, so a word is asked for its ends only, where it is of one piece.

GUARANTEES
    Text that is drawn invisibly (what a scanner guessed) is kept apart: it is not what the page shows.
BUGS
    A word in a font without a Unicode table comes out as PDFium guesses it.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.domain.document import Inline, Text
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf_paths import Drawing, Matrix, Stroke, drawing
from mailbot.parse.readers.symbols import clean, drawn

BOLD_WEIGHT = 600
SPACE = 0.22  # of the font size: a gap that wide is a space, even where no space character stands
ASCENT, DESCENT = 0.75, 0.22  # of the font size, from the base line
BLANKS = frozenset((0, 0xFFFE, 0xFFFF, 9, 10, 11, 12, 13, 32, 0xA0, 0x2002, 0x2003, 0x2009, 0x200B, 0x3000))
HYPHENS = frozenset((0x02, 0xFFFE))  # what PDFium makes of one at the end of a line
INVISIBLE, OUTLINED = 3, 2  # text render modes


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


class Look(NamedTuple):
    """How a piece of text is set."""

    size: float
    bold: bool
    italic: bool
    font: str
    upright: bool
    visible: bool


def read_page(page: pypdfium2.PdfPage, number: int, limits: Limits) -> Page:
    """The words and drawings of one page."""
    width, height = page.get_size()
    shown = _shown(page)
    textpage = page.get_textpage()
    try:
        words = _Words(textpage, shown)
        if words.count > limits.body_characters:
            raise LimitExceeded("body_characters")
        items = tuple(words.all())
    finally:
        textpage.close()
    drawn = drawing(page.raw, shown)
    return Page(number, width, height, items, tuple(drawn.strokes), drawn, shown, " ".join(words.invisible))


def _shown(page: pypdfium2.PdfPage) -> Matrix:
    """From the page's own space, which may begin anywhere and be turned, to points from the top left."""
    left, bottom, right, top = page.get_bbox()
    turned = pdfium.FPDFPage_GetRotation(page.raw) % 4
    if turned == 1:
        return Matrix(0, 1, 1, 0, -bottom, -left)
    if turned == 2:
        return Matrix(-1, 0, 0, 1, right, -bottom)
    if turned == 3:
        return Matrix(0, -1, -1, 0, top, right)
    return Matrix(1, 0, 0, -1, -left, top)


class _Words:
    """The words of one page, in the order in which they were drawn."""

    def __init__(self, textpage: pypdfium2.PdfTextPage, shown: Matrix) -> None:
        self.raw = textpage.raw
        self.shown = shown
        self.count = textpage.count_chars()
        self.invisible: list[str] = []
        self._looks: dict[int, Look] = {}
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._at = ctypes.c_double(), ctypes.c_double()

    def all(self) -> Iterator[Item]:
        """Every visible word."""
        unicode, raw = pdfium.FPDFText_GetUnicode, self.raw
        codes = [unicode(raw, index) for index in range(self.count)]
        for index, code in enumerate(codes):
            if code in HYPHENS and pdfium.FPDFText_IsHyphen(raw, index) == 1:
                codes[index] = ord("-")
        start = 0
        last: Item | None = None
        while start < self.count:
            if codes[start] in BLANKS:
                start, last = start + 1, None
                continue
            end = start + 1
            while end < self.count and codes[end] not in BLANKS:
                end += 1
            for word in self._pieces(start, end, codes):
                yield self._glued(last, word)
                last = word
            start = end

    def _glued(self, last: Item | None, word: Item) -> Item:
        if last is None or abs(word.left - last.right) >= SPACE * word.size or abs(word.top - last.top) > 3:
            return word
        return Item(word.left, word.top, word.right, word.bottom, word.inline, word.size, True)

    def _pieces(self, start: int, end: int, codes: list[int]) -> Iterator[Item]:
        """One word, or several that stand apart without a space between them."""
        key, first = self._look(start)
        whole = end - start == 1 or self._look(end - 1)[0] == key
        if whole:
            left, right = self._box(start), self._box(end - 1)
            room = (end - start) * first.size * 1.3 + first.size
            if abs(right[1] - left[1]) < first.size and 0 <= right[2] - left[0] < room:
                yield from self._word(start, codes[start:end], first, left, right)
                return
        yield from self._apart(start, end, codes)

    def _apart(self, start: int, end: int, codes: list[int]) -> Iterator[Item]:
        begin, left = start, self._box(start)
        key, look = self._look(start)
        before = left
        for index in range(start + 1, end):
            box = self._box(index)
            other, style = self._look(index)
            gap = box[0] - before[2]
            same = other == key or style == look
            lower = box[1] > before[3] + look.size * 0.2 or box[3] < before[1] - look.size * 0.2
            if gap > SPACE * look.size or gap < -look.size or lower or not same:
                yield from self._word(begin, codes[begin:index], look, left, before)
                begin, left, key, look = index, box, other, style
            before = box
        yield from self._word(begin, codes[begin:end], look, left, before)

    def _word(
        self, index: int, codes: list[int], look: Look, left: tuple[float, ...], right: tuple[float, ...]
    ) -> Iterator[Item]:
        text = "".join(map(chr, codes))
        if look.font or not text.isascii() or not text.isprintable():
            text = clean(drawn(text, look.font))
        if not text:
            return
        if not look.visible:
            self.invisible.append(text)
            return
        top, bottom = min(left[1], right[1]), max(left[3], right[3])
        if look.upright:
            x, y = self._at
            pdfium.FPDFText_GetCharOrigin(self.raw, index, x, y)
            base = self.shown.at(x.value, y.value)[1]
            top, bottom = base - ASCENT * look.size, base + DESCENT * look.size
        inline = Text(text, bold=look.bold, italic=look.italic)
        yield Item(left[0], top, max(left[2], right[2]), bottom, inline, look.size)

    def _box(self, index: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = self._edges
        pdfium.FPDFText_GetCharBox(self.raw, index, left, right, bottom, top)
        return self.shown.box(left.value, bottom.value, right.value, top.value)

    def _look(self, index: int) -> tuple[int, Look]:
        thing = pdfium.FPDFText_GetTextObject(self.raw, index)
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = self._ask(index, thing)
        return key, look

    def _ask(self, index: int, thing: Any) -> Look:
        told, flags = pdfium.FS_MATRIX(), ctypes.c_int()
        turned = Matrix()
        if pdfium.FPDFText_GetMatrix(self.raw, index, told):
            turned = Matrix(self.shown.a, self.shown.b, self.shown.c, self.shown.d).after(
                Matrix(told.a, told.b, told.c, told.d)
            )
        name = ctypes.create_string_buffer(120)
        pdfium.FPDFText_GetFontInfo(self.raw, index, name, 120, flags)
        font = name.value.decode("latin-1").casefold()
        mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if thing else 0
        size = (pdfium.FPDFText_GetFontSize(self.raw, index) or 10.0) * hypot(turned.c, turned.d)
        weight = pdfium.FPDFText_GetFontWeight(self.raw, index)
        return Look(
            min(max(size, 1.0), 200.0),
            weight >= BOLD_WEIGHT or "bold" in font or mode == OUTLINED,
            "italic" in font or "oblique" in font,
            font if any(kind in font for kind in ("dings", "symbol", "marlett")) else "",
            turned.a > 0 and abs(turned.b) < 0.2 * turned.a,
            mode != INVISIBLE,
        )

"""How text of a PDF is set: size, weight, slant; and whether anybody sees it."""

import ctypes
from math import hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from mailbot.parse.readers.pdf_matrix import Matrix

BOLD_WEIGHT = 600
INVISIBLE, OUTLINED = 3, 2  # text render modes
SYMBOLS = ("dings", "symbol", "marlett")  # in the names of fonts whose letters are pictures
SMALLEST, LARGEST = 1.0, 200.0  # points
LONGEST = 120  # bytes of a font's name


class Look(NamedTuple):
    """How a piece of text is set."""

    size: float
    bold: bool
    italic: bool
    font: str  # its name, where its letters are pictures
    upright: bool
    visible: bool


class Looks:
    """The looks of one page; `text` is PDFium's handle of its text."""

    def __init__(self, text: Any, shown: Matrix) -> None:
        self._text, self._shown = text, Matrix(*shown[:4])
        self._fonts: dict[int, tuple[bool, bool, str]] = {}
        self._told = pdfium.FS_MATRIX()

    def ask(self, index: int) -> Look:
        """The look of the character at that place."""
        told, turned = self._told, Matrix()
        if pdfium.FPDFText_GetMatrix(self._text, index, told):
            turned = self._shown.after(Matrix(told.a, told.b, told.c, told.d))
        thing = pdfium.FPDFText_GetTextObject(self._text, index)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if thing else 0
        size = (pdfium.FPDFText_GetFontSize(self._text, index) or 10.0) * hypot(turned.c, turned.d)
        bold, italic, font = self._font(index, thing)
        return Look(
            min(max(size, SMALLEST), LARGEST),
            bold or mode == OUTLINED,
            italic,
            font,
            turned.a > 0 and abs(turned.b) < 0.2 * turned.a,
            mode != INVISIBLE,
        )

    def _font(self, index: int, thing: Any) -> tuple[bool, bool, str]:
        """Whether it is bold, whether it slants, and its name where its letters are pictures."""
        key = ctypes.cast(pdfium.FPDFTextObj_GetFont(thing), ctypes.c_void_p).value if thing else None
        if key in self._fonts:
            return self._fonts[key]
        flags, room = ctypes.c_int(), ctypes.create_string_buffer(LONGEST)
        pdfium.FPDFText_GetFontInfo(self._text, index, room, LONGEST, flags)
        name = room.value.decode("latin-1").casefold()
        bold = pdfium.FPDFText_GetFontWeight(self._text, index) >= BOLD_WEIGHT or "bold" in name
        pictures = any(kind in name for kind in SYMBOLS)
        found = bold, "italic" in name or "oblique" in name, name if pictures else ""
        if key:
            self._fonts[key] = found
        return found

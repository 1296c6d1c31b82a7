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


def look(text: Any, index: int, shown: Matrix) -> Look:
    """The look of the character at that place; `text` is PDFium's handle, not a stranger's."""
    told, flags = pdfium.FS_MATRIX(), ctypes.c_int()
    turned = Matrix()
    if pdfium.FPDFText_GetMatrix(text, index, told):
        turned = Matrix(*shown[:4]).after(Matrix(told.a, told.b, told.c, told.d))
    name = ctypes.create_string_buffer(LONGEST)
    pdfium.FPDFText_GetFontInfo(text, index, name, LONGEST, flags)
    font = name.value.decode("latin-1").casefold()
    thing = pdfium.FPDFText_GetTextObject(text, index)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if thing else 0
    size = (pdfium.FPDFText_GetFontSize(text, index) or 10.0) * hypot(turned.c, turned.d)
    weight = pdfium.FPDFText_GetFontWeight(text, index)
    return Look(
        min(max(size, SMALLEST), LARGEST),
        weight >= BOLD_WEIGHT or "bold" in font or mode == OUTLINED,
        "italic" in font or "oblique" in font,
        font if any(kind in font for kind in SYMBOLS) else "",
        turned.a > 0 and abs(turned.b) < 0.2 * turned.a,
        mode != INVISIBLE,
    )

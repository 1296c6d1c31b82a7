"""Reads one page of a PDF: its words and its drawings, in points from the top left of what is shown."""

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf_items import Page
from mailbot.parse.readers.pdf_matrix import Matrix
from mailbot.parse.readers.pdf_paths import drawing
from mailbot.parse.readers.pdf_words import Words


def read_page(page: pypdfium2.PdfPage, number: int, limits: Limits) -> Page:
    """The words and drawings of one page."""
    width, height = page.get_size()
    shown = _shown(page)
    textpage = page.get_textpage()
    try:
        words = Words(textpage, shown)
        if words.count > limits.body_characters:
            raise LimitExceeded("body_characters")
        words.read()
    finally:
        textpage.close()
    drawn = drawing(page.raw, shown)
    hidden = " ".join(words.invisible)
    return Page(number, width, height, tuple(words.found), tuple(drawn.strokes), drawn, shown, hidden)


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

"""
The form fields of a PDF (ISO 32000-1, 12.7): names, values and states, and where each widget stands.

PDFium reads them, in a tenth of the time that a reader in Python takes; a value is what the form data says
(V), never what a viewer has drawn (AP). What people type over a form that has no fields, and their notes,
are annotations of the same list and are read here too.

SECURITY
    The form environment is there to ask for values. It gets no callbacks, and PDFium is built without a
    script engine: no document, page or field action runs.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.domain.document import Box, Entry, Inline, Text
from mailbot.parse.readers.symbols import clean

MOST = 5_000  # annotations; a real form has 200
LONGEST = 200_000  # bytes of one value
USUAL = 400  # bytes that most values and names need
OPTIONS = 300  # of one list
HIDDEN = 0x02 | 0x20  # annotation flags, table 165: hidden, no view
CHECKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
NOTES = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_POPUP,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_CARET,
)

_UNITS = ctypes.POINTER(ctypes.c_ushort)


@dataclass(frozen=True, slots=True)
class Widget:
    """A field or a typed-over text; the box is in the page's own space: left, bottom, right, top."""

    box: tuple[float, float, float, float]
    inline: Inline
    hidden: bool = False
    note: bool = False  # a remark, no part of the form


class Forms:
    """The form of an open document."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._form = None
        if document.get_formtype() != pdfium.FORMTYPE_NONE:  # not by init_forms(), which logs about XFA
            config = pdfium.FPDF_FORMFILLINFO(version=2)
            self._form = pdfium.FPDFDOC_InitFormFillEnvironment(document.raw, config)
            if self._form:
                document.formenv = pypdfium2.PdfFormEnv(self._form, config)  # so that it is closed in order
        self._left = MOST

    def widgets(self, page: pypdfium2.PdfPage) -> Iterator[Widget]:
        """Everything that stands on the page and was, or could be, filled in."""
        count = min(pdfium.FPDFPage_GetAnnotCount(page.raw), self._left)
        self._left -= count
        for index in range(count):
            annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
            if not annotation:
                continue
            try:
                found = self._widget(annotation)
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)
            if found is not None:
                yield found

    def _widget(self, annotation: Any) -> Widget | None:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        hidden = bool(pdfium.FPDFAnnot_GetFlags(annotation) & HIDDEN)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            inline = self._field(annotation) if self._form else None
            if inline is None:
                return None
            return Widget(_box(annotation), inline, hidden)
        if kind != pdfium.FPDF_ANNOT_FREETEXT and kind not in NOTES:
            return None
        text = _read(lambda room, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", room, size))
        note = kind != pdfium.FPDF_ANNOT_FREETEXT
        return Widget(_box(annotation), Text(text.strip()), hidden, note) if text.strip() else None

    def _field(self, annotation: Any) -> Inline | None:
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, annotation)
        if kind not in (*CHECKS, *CHOICES, pdfium.FPDF_FORMFIELD_TEXTFIELD):
            return None
        # the tool tip is made for people
        name = self._told("FPDFAnnot_GetFormFieldAlternateName", annotation) or self._told(
            "FPDFAnnot_GetFormFieldName", annotation
        )
        if kind in CHECKS:
            return Box(bool(pdfium.FPDFAnnot_IsChecked(self._form, annotation)), name)
        value = self._told("FPDFAnnot_GetFormFieldValue", annotation)
        if kind == pdfium.FPDF_FORMFIELD_TEXTFIELD:
            return Entry(value, "text", name)
        options, chosen = self._options(annotation)
        return Entry(", ".join(chosen) or value.strip(), "choice", name, options)

    def _options(self, annotation: Any) -> tuple[tuple[str, ...], list[str]]:
        """What may be chosen, as it is shown, and what was."""
        options, chosen = [], []
        for index in range(min(pdfium.FPDFAnnot_GetOptionCount(self._form, annotation), OPTIONS)):
            shown = _read(
                lambda room, size, at=index: pdfium.FPDFAnnot_GetOptionLabel(  # type: ignore[misc]
                    self._form, annotation, at, room, size
                )
            )
            options.append(shown)
            if shown.strip() and pdfium.FPDFAnnot_IsOptionSelected(self._form, annotation, index):
                chosen.append(shown)
        return tuple(options), chosen

    def _told(self, function: str, annotation: Any) -> str:
        ask = getattr(pdfium, function)
        return _read(lambda room, size: ask(self._form, annotation, room, size))


def _read(ask: Callable[[Any, int], int]) -> str:
    """A string of PDFium's: most fit the first room, which saves asking for the length."""
    room = ctypes.create_string_buffer(USUAL)
    size = ask(ctypes.cast(room, _UNITS), USUAL)
    if size <= 2 or size > LONGEST:
        return ""
    if size > USUAL:
        room = ctypes.create_string_buffer(size)
        ask(ctypes.cast(room, _UNITS), size)
    text = room.raw[:size].decode("utf-16-le", "replace").partition("\x00")[0]
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _box(annotation: Any) -> tuple[float, float, float, float]:
    found = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, found)
    left, right = sorted((found.left, found.right))
    bottom, top = sorted((found.bottom, found.top))
    return left, bottom, right, top

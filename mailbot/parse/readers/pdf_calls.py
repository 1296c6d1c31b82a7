"""
PDFium's functions that are asked once or more for every character or word, declared for speed.

The generated declarations build a pointer object for every answer and check every argument again; with plain
numbers for handles and addresses the same call takes a third of the time.

SECURITY
    An address goes to PDFium with nobody checking it: only `Asked` makes them, of memory that it owns, and
    it keeps the page's text alive for as long as it asks.
"""

import ctypes
from collections.abc import Callable
from itertools import repeat
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_HANDLE, _PLACE, _ROOM = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p


def _function(name: str, answer: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(answer, *arguments)(address)  # type: ignore[arg-type]


_unicode = _function("FPDFText_GetUnicode", ctypes.c_uint, _HANDLE, _PLACE)
_object = _function("FPDFText_GetTextObject", _HANDLE, _HANDLE, _PLACE)
_box = _function("FPDFText_GetCharBox", ctypes.c_int, _HANDLE, _PLACE, _ROOM, _ROOM, _ROOM, _ROOM)
_origin = _function("FPDFText_GetCharOrigin", ctypes.c_int, _HANDLE, _PLACE, _ROOM, _ROOM)


class Asked:
    """The text of one page, character by character."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self.textpage = textpage
        self.count = textpage.count_chars()
        self._handle = ctypes.cast(textpage.raw, ctypes.c_void_p)
        self._room = (ctypes.c_double * 4)()
        start, size = ctypes.addressof(self._room), ctypes.sizeof(ctypes.c_double)
        self._rooms = [ctypes.c_void_p(start + size * place) for place in range(4)]

    def codes(self) -> list[int]:
        """The Unicode values of all."""
        return list(map(_unicode, repeat(self._handle), range(self.count)))

    def object(self, index: int) -> int:
        """The text object that drew it, as a number to tell it from others; 0 where there is none."""
        return _object(self._handle, index) or 0

    def box(self, index: int) -> list[float]:
        """Its left, right, bottom and top edge, in the page's own space."""
        _box(self._handle, index, *self._rooms)
        return self._room[:]

    def origin(self, index: int) -> list[float]:
        """Where it begins on its base line, in the page's own space."""
        _origin(self._handle, index, *self._rooms[:2])
        return self._room[:2]

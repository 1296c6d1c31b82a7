"""
PDFium's functions that are asked for every character, word or line, declared for speed.

The generated declarations build a pointer object for every answer and check every argument again; with plain
numbers for handles and addresses the same call takes half the time.

SECURITY
    An address goes to PDFium with nobody checking it: only what is declared here makes them, of memory that
    it owns, and keeps what it asks about alive for as long.
"""

import ctypes
from collections.abc import Callable
from itertools import repeat
from struct import Struct
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

HANDLE = ROOM = ctypes.c_void_p
INT = ctypes.c_int


def function(name: str, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """The function of that name, of PDFium; handles and rooms for answers are given as numbers."""
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(answer, *arguments)(address)  # type: ignore[arg-type]


class Room:
    """Memory into which PDFium writes numbers of one kind ("d", "f", "i"); `places` are their addresses."""

    def __init__(self, kind: str, count: int) -> None:
        layout = Struct(f"{count}{kind}")
        self._memory = ctypes.create_string_buffer(layout.size)
        self._unpack = layout.unpack_from
        start, each = ctypes.addressof(self._memory), layout.size // count
        self.places = tuple(range(start, start + layout.size, each))

    def read(self) -> tuple[Any, ...]:
        """What stands in it."""
        return self._unpack(self._memory)


_unicode = function("FPDFText_GetUnicode", ctypes.c_uint, HANDLE, INT)
_object = function("FPDFText_GetTextObject", HANDLE, HANDLE, INT)
_box = function("FPDFText_GetCharBox", INT, HANDLE, INT, ROOM, ROOM, ROOM, ROOM)
_origin = function("FPDFText_GetCharOrigin", INT, HANDLE, INT, ROOM, ROOM)


class Asked:
    """The text of one page, character by character."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self.textpage = textpage
        self.count = textpage.count_chars()
        self._handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value
        self._edges, self._at = Room("d", 4), Room("d", 2)

    def codes(self) -> list[int]:
        """The Unicode values of all."""
        return list(map(_unicode, repeat(self._handle), range(self.count)))

    def object(self, index: int) -> int:
        """The text object that drew it, as a number to tell it from others; 0 where there is none."""
        return _object(self._handle, index) or 0

    def box(self, index: int) -> tuple[float, ...]:
        """Its left, right, bottom and top edge, in the page's own space."""
        _box(self._handle, index, *self._edges.places)
        return self._edges.read()

    def origin(self, index: int) -> tuple[float, ...]:
        """Where it begins on its base line, in the page's own space."""
        _origin(self._handle, index, *self._at.places)
        return self._at.read()

"""
OLE compound files, opened with their sizes checked first.

SECURITY
    olefile reads a chain of sectors as often as the file says it is long, and a chain may point at itself:
    a few kilobytes can ask for gigabytes. Nothing in a file is longer than the file.
"""

import io
import re
import struct

import olefile

from mailbot.errors import Unreadable

RAISES = (
    OSError, ValueError, LookupError, TypeError, AttributeError, struct.error, UnicodeError,
    RecursionError, OverflowError, AssertionError, EOFError, NotImplementedError,
)  # fmt: skip
LONGEST = 64 << 10  # bytes of a summary that are looked at
_VECTOR = re.compile(rb"[\x00-\x48]\x10\x00\x00(....)", re.DOTALL)
MOST_VALUES = 10_000  # in a list of a summary


def open_ole(untrusted: bytes) -> olefile.OleFileIO:
    """The open file; `Unreadable("corrupt")`, or one of `RAISES`."""
    if len(untrusted) < 512:
        raise Unreadable("corrupt")
    (shift,) = struct.unpack_from("<H", untrusted, 30)
    fat, _, _, _, _, mini, _, more = struct.unpack_from("<8I", untrusted, 44)
    if shift not in (9, 12) or any((count << shift) > len(untrusted) for count in (fat, mini, more)):
        raise Unreadable("corrupt")
    ole = olefile.OleFileIO(io.BytesIO(untrusted))
    if any(entry is not None and entry.size > len(untrusted) for entry in ole.direntries):
        ole.close()
        raise Unreadable("corrupt")
    return ole


def lists_too_much(summary: bytes) -> bool:
    """Whether a property set has a list that says it is very long: the library counts through it."""
    return any(struct.unpack("<I", hit[1])[0] > MOST_VALUES for hit in _VECTOR.finditer(summary[:LONGEST]))

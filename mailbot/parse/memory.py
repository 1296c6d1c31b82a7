"""
Arranges the memory of a warm reader so that its children share more of it and copy less.

GUARANTEES
    Changes speed, nothing else: whatever the kernel or the C library does not offer is left out.
SECURITY
    Called before the world is given up, since it looks at its own page tables; no message was seen yet.
BUGS
    Reference counts still make a child copy some pages of every module that it runs.
"""

import ctypes
import os
from array import array
from collections.abc import Iterator

_COLLAPSE = 25  # MADV_COLLAPSE, Linux 6.1: these pages become one large page, now
_LARGE = 2 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PRESENT = 63  # the bit of a page table entry, as /proc/self/pagemap shows it
_PYTHON_SIZES = range(512, 47, -16)  # what Python's own allocator serves, but for the two smallest
_HEAD = 33  # of a bytes object
_C_SIZES = (*(1 << power for power in range(16, 9, -1)), *range(1008, 23, -16))
_MOST = 100_000  # pieces of one size; a few thousand fill the holes there are

_held: list[bytes] = []  # what fills the holes


def settle() -> None:
    """
    Fills the holes between what is alive, for good, then joins the pages.

    A child that finds a hole writes there, and copies the page for it. Where there is none it takes a new
    page, which nothing has to be copied into. Large pages make the fork and the end of a child cheaper.
    """
    try:
        resident = _resident()
    except OSError:
        return  # no /proc, or an odd kernel
    libc = ctypes.CDLL(None)
    _fill_heap(libc, resident)
    _fill_arenas(resident)
    for start, end in _ours():
        for at in range(-(-start // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE):
            libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(_LARGE), _COLLAPSE)  # or it stays as it is


def _ours() -> Iterator[tuple[int, int]]:
    """Where memory is that both allocators hand out."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    for line in lines:
        place, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights == "rw-p" and name in ([], ["[heap]"]):
            start, _, end = place.partition("-")
            yield int(start, 16), int(end, 16)


def _resident() -> frozenset[int]:
    """The numbers of the pages that were touched."""
    found: set[int] = set()
    with open("/proc/self/pagemap", "rb", buffering=0) as file:
        for start, end in _ours():
            entries = array("Q", os.pread(file.fileno(), (end - start) // _PAGE * 8, start // _PAGE * 8))
            found.update(start // _PAGE + at for at, entry in enumerate(entries) if entry >> _PRESENT)
    return frozenset(found)


def _fill_heap(libc: ctypes.CDLL, resident: frozenset[int]) -> None:
    """Takes what `malloc` has lying about, and never gives it back."""
    take = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("malloc", libc))
    give = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(("free", libc))
    for size in _C_SIZES:
        for _ in range(_MOST):
            place = take(size)
            if not place or place // _PAGE not in resident:
                give(place)
                break


def _fill_arenas(resident: frozenset[int]) -> None:
    """The same for Python's own allocator, a size at a time."""
    for size in _PYTHON_SIZES:
        for _ in range(_MOST):
            piece = bytes(size - _HEAD)
            _held.append(piece)
            if id(piece) // _PAGE not in resident:
                break

"""
Which paragraphs of a Word 97-2003 file stand in a table, and which end a row (MS-DOC 2.8.6, 2.9.175).

The text alone cannot say: an empty cell and the end of a row are the same character.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PAGE = 512  # bytes of a formatted disk page
SPRM_IN_TABLE, SPRM_ROW_END = 0x2416, 0x2417  # sprmPFInTable, sprmPFTtp
SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # operand bytes by spra (MS-DOC 2.6.1); 6 carries its own


@dataclass(frozen=True, slots=True)
class Span:
    """File offsets, from and to, of a paragraph in a table."""

    low: int
    high: int
    ends_row: bool


def spans(word: bytes, table: bytes) -> list[Span]:
    """The paragraphs that stand in a table, in order and apart."""
    start, size = struct.unpack_from("<II", word, 0x102)  # fcPlcfBtePapx, lcbPlcfBtePapx
    plc = table[start : start + size]
    count = (len(plc) - 4) // 8
    pages = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count > 0 else ()
    numbers = dict.fromkeys(number for number in pages if number * PAGE < len(word))
    told = [span for number in numbers for span in _page(word[number * PAGE : (number + 1) * PAGE])]
    found: list[Span] = []
    for span in sorted(told, key=lambda one: (one.low, one.high)):  # each byte belongs to one paragraph
        low = max(span.low, found[-1].high if found else 0)
        if low < span.high:
            found.append(Span(low, span.high, span.ends_row))
    return found


def _page(page: bytes) -> Iterator[Span]:
    if len(page) < PAGE:
        return
    runs = page[PAGE - 1]
    offsets = struct.unpack_from(f"<{runs + 1}I", page, 0)
    for index in range(runs):
        word_offset = page[4 * (runs + 1) + 13 * index]
        told = _told(page, 2 * word_offset) if word_offset else {}
        if told.get(SPRM_IN_TABLE) or told.get(SPRM_ROW_END):
            yield Span(offsets[index], offsets[index + 1], bool(told.get(SPRM_ROW_END)))


def _told(page: bytes, at: int) -> dict[int, int]:
    """The first byte of each property of a paragraph."""
    words = page[at]
    start, size = (at + 1, 2 * words - 1) if words else (at + 2, 2 * page[at + 1])
    properties = page[start + 2 : start + size]  # behind the style's index
    found: dict[int, int] = {}
    place = 0
    while place + 2 < len(properties):
        sprm = struct.unpack_from("<H", properties, place)[0]
        place += 2
        found[sprm] = properties[place]
        kind = sprm >> 13
        place += SIZES[kind] if kind in SIZES else 1 + properties[place]
    return found

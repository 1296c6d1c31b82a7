"""
Word 97-2003 (MS-DOC): the text in its order, with the cells of tables, found through the piece table.

A .doc keeps its text in pieces, in two encodings, and its structure in marks inside the text: 0x0D ends a
paragraph, 0x07 a cell or a row. Looks and field states are not read; what is read is for a person to check.

SECURITY
    Every offset is checked against the stream it points into. Nothing is followed, nothing is run.
BUGS
    Nested tables read as if they were flat. Tick boxes of legacy fields are read by their result only.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator

import olefile

from mailbot.domain.document import Aside, Block, Cell, Document, Inline, Paragraph, Table, Text
from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.doc_rows import Span, spans
from mailbot.parse.readers.ole import RAISES, lists_too_much, open_ole
from mailbot.parse.readers.symbols import clean

MOST_PIECES = 50_000  # a document that was edited for years has 1,000
ENCRYPTED, WHICH_TABLE = 0x0100, 0x0200  # FibBase flags
MAGIC = 0xA5EC
PARAGRAPH, INNER, CELL, ROW, LINE, PAGE = "\r", "\x1d", "\x07", "\x1e", "\x0b", "\x0c"
FIELD, SEPARATOR, END = "\x13", "\x14", "\x15"


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; `Unreadable` ("password", "corrupt", "empty")."""
    try:
        with open_ole(untrusted) as ole:
            if ole.exists("EncryptionInfo"):
                raise Unreadable("password")
            text, rest = _text(ole, limits)
            macros = ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR")
            properties = _properties(ole)
    except RAISES as error:
        raise Unreadable("corrupt") from error
    if not text.strip(" \r\n\t\x07"):
        raise Unreadable("empty")
    flags = ("macro",) if macros else ()
    return Document("doc", tuple(_blocks(_without_codes(text))), (), _asides(rest), flags, properties)


def _text(ole: olefile.OleFileIO, limits: Limits) -> tuple[str, str]:
    """The main text, and what stands outside of it (footnotes, headers, comments, boxes)."""
    word = ole.openstream("WordDocument").read()
    magic, flags = struct.unpack_from("<H", word, 0)[0], struct.unpack_from("<H", word, 10)[0]
    if magic != MAGIC:
        raise Unreadable("corrupt")
    if flags & ENCRYPTED:
        raise Unreadable("password")
    table = ole.openstream("1Table" if flags & WHICH_TABLE else "0Table").read()
    main = struct.unpack_from("<i", word, 0x4C)[0]  # ccpText
    start, size = struct.unpack_from("<II", word, 0x1A2)  # fcClx, lcbClx
    main = max(main, 0)
    whole = "".join(_pieces(word, table, table[start : start + size], limits.body_characters))
    return whole[:main], whole[main:]


def _pieces(word: bytes, table: bytes, clx: bytes, room: int) -> Iterator[str]:
    at = 0
    while at < len(clx) and clx[at] == 1:  # property modifiers come first
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    if at >= len(clx) or clx[at] != 2:
        raise Unreadable("corrupt")
    plc = clx[at + 5 : at + 5 + struct.unpack_from("<I", clx, at + 1)[0]]
    count = (len(plc) - 4) // 12
    if not 0 < count <= MOST_PIECES:
        raise Unreadable("corrupt")
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    in_tables = spans(word, table)
    for index in range(count):
        coded = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        length, place = min(ends[index + 1] - ends[index], room), coded & 0x3FFFFFFF
        if length <= 0:  # or the pieces say more than any document: they may all be the same
            continue
        room -= length
        narrow = bool(coded & 0x40000000)
        start, width = (place // 2, 1) if narrow else (place, 2)
        data = word[start : start + length * width]
        text = data.decode("cp1252" if narrow else "utf-16-le", "replace")
        yield _with_rows(text, start, width, in_tables)


def _with_rows(text: str, start: int, width: int, in_tables: list[Span]) -> str:
    """Marks told apart: of a cell, of a row, and of a paragraph inside a cell."""
    characters = list(text)
    end = start + width * len(text)
    for place in range(max(bisect_right(in_tables, start, key=_low) - 1, 0), len(in_tables)):
        span = in_tables[place]
        if span.low >= end:
            break
        low, high = max((span.low - start) // width, 0), min((span.high - start) // width, len(text))
        for at in range(low, high):
            if characters[at] == CELL and span.ends_row:
                characters[at] = ROW
            elif characters[at] == PARAGRAPH:
                characters[at] = INNER
    return "".join(characters)


def _low(span: Span) -> int:
    return span.low


def _without_codes(text: str) -> str:
    """Fields as they show: the instruction goes, the result stays; a tick box as its character."""
    shown: list[str] = []
    fields: list[bool] = []
    hidden = 0  # how many of them show their instruction now
    for character in text:
        if character == FIELD:
            fields.append(True)
            hidden += 1
        elif character == SEPARATOR and fields:
            hidden -= fields[-1]
            fields[-1] = False
        elif character == END and fields:
            hidden -= fields.pop()
        elif not hidden:
            shown.append(character)
    return "".join(shown)


def _blocks(text: str) -> Iterator[Block]:
    """Runs of cells are tables."""
    row: list[Cell] = []
    cell: list[Paragraph] = []
    rows: list[tuple[Cell, ...]] = []
    tables = lines = 0
    start = 0
    for index, character in enumerate(text):
        if character not in (PARAGRAPH, INNER, CELL, ROW, PAGE):
            continue
        part, start = text[start:index], index + 1
        if character == ROW:
            rows.append(tuple(row))
            row = []
        elif character == CELL:
            cell.append(_paragraph(part, f"table {tables + 1} row {len(rows) + 1}"))
            row.append(Cell(tuple(cell), column=len(row)))
            cell = []
        elif character == INNER:
            cell.append(_paragraph(part, f"table {tables + 1} row {len(rows) + 1}"))
        else:
            if rows:
                tables += 1
                yield Table(tuple(rows), f"table {tables}")
                rows = []
            lines += 1
            yield _paragraph(part, f"paragraph {lines}")
    if rows or row:
        yield Table((*rows, *([tuple(row)] if row else [])), f"table {tables + 1}")
    if text[start:].strip():
        yield _paragraph(text[start:], f"paragraph {lines + 1}")


def _paragraph(text: str, where: str) -> Paragraph:
    inlines: tuple[Inline, ...] = (Text(clean(text.replace(LINE, "\n").replace("\x08", ""))),) if text else ()
    return Paragraph(inlines, where=where)


def _asides(rest: str) -> tuple[Aside, ...]:
    shown = clean(_without_codes(rest).replace(PARAGRAPH, "\n").replace(CELL, "\n")).strip()
    return (Aside("note", shown),) if shown else ()


def _properties(ole: olefile.OleFileIO) -> dict[str, str]:
    for name in ("\x05SummaryInformation", "\x05DocumentSummaryInformation"):
        if ole.exists(name) and lists_too_much(ole.openstream(name).read()):
            return {}  # the library counts through lists that say how long they are
    told = ole.get_metadata()
    found = {}
    for name in ("author", "title", "last_saved_by", "company"):
        value = getattr(told, name, None)
        if isinstance(value, bytes) and value:
            found[name] = clean(value.decode("cp1252", "replace"))
    return found

"""Small OLE files, written by hand: a compound file, a Word 97 file, an Outlook message; a winmail.dat."""

import struct
from collections.abc import Mapping, Sequence

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file; "a/b" is the stream b in the storage a."""
    names: list[tuple[str, ...]] = [()]
    for path in streams:
        parts = tuple(path.split("/"))
        names += [parts[:depth] for depth in range(1, len(parts) + 1) if parts[:depth] not in names]
    sectors: list[bytes] = []
    table: list[int] = []
    mini: list[bytes] = []
    minis: list[int] = []
    places: dict[str, tuple[int, int]] = {}
    for path, data in streams.items():
        large = len(data) >= CUTOFF
        places[path] = _chain(sectors, table, data) if large else _chain(mini, minis, data, MINI)
    places[""] = _chain(sectors, table, b"".join(mini))
    mini_table, _ = _chain(sectors, table, struct.pack(f"<{len(minis)}I", *minis))
    mini_count = -(-4 * len(minis) // SECTOR)
    directory = b"".join(_entry(at, names, places) for at in range(len(names)))
    directory += b"\x00" * (-len(directory) % SECTOR)
    first, _ = _chain(sectors, table, directory)
    need = 1
    while (len(table) + need) * 4 > need * SECTOR:
        need += 1
    fat = list(range(len(sectors), len(sectors) + need))
    table += [FAT_SECTOR] * need
    packed = struct.pack(f"<{len(table)}I", *table).ljust(need * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, need, first, 0, CUTOFF, mini_table, mini_count, END, 0, fat[0])
    head += struct.pack(f"<{len(fat) - 1}I", *fat[1:])
    return head.ljust(SECTOR, b"\xff") + b"".join(sectors) + packed


def _chain(sectors: list[bytes], table: list[int], data: bytes, size: int = SECTOR) -> tuple[int, int]:
    if not data:
        return END, 0
    start, count = len(sectors), -(-len(data) // size)
    for part in range(count):
        sectors.append(data[part * size : (part + 1) * size].ljust(size, b"\x00"))
        table.append(start + part + 1 if part + 1 < count else END)
    return start, len(data)


def _entry(at: int, names: Sequence[tuple[str, ...]], places: Mapping[str, tuple[int, int]]) -> bytes:
    """A directory entry; siblings hang on each other to the right."""
    name = names[at]
    kids = [i for i, other in enumerate(names) if other and other[:-1] == name and i != at]
    sisters = [i for i, other in enumerate(names) if name and other and other[:-1] == name[:-1]]
    following = next((i for i in sisters if i > at), FREE)
    kind = 5 if not name else 2 if "/".join(name) in places else 1
    start, size = places.get("/".join(name), (END if kind == 5 else 0, 0))
    text = (name[-1] if name else "Root Entry").encode("utf-16-le")
    child = kids[0] if kids else FREE
    return (
        text.ljust(64, b"\x00")
        + struct.pack("<HBBIII", len(text) + 2, kind, 1, FREE, following, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def word97(
    pieces: Sequence[tuple[str, bool]],
    marks: Sequence[tuple[int, int, bool]] = (),
    flags: int = 0x0200,
    more: Mapping[str, bytes] | None = None,
    main: int | None = None,
) -> bytes:
    """
    A Word 97 file: pieces of text (narrow or wide), and paragraphs in tables as characters from and to,
    with whether they end a row.
    """
    text, where, at = b"", [], 0x400
    for piece, narrow in pieces:
        data = piece.encode("cp1252" if narrow else "utf-16-le")
        where.append((at + len(text), narrow))
        text += data
    ends = [0]
    for piece, _ in pieces:
        ends.append(ends[-1] + len(piece))
    plc = struct.pack(f"<{len(ends)}I", *ends)
    for start, narrow in where:
        plc += struct.pack("<HIH", 0, (start * 2) | 0x40000000 if narrow else start, 0)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    page = -(-(at + len(text)) // SECTOR)
    bte = struct.pack("<III", at, at + len(text), page) if marks else b""
    fib = bytearray(0x400)
    struct.pack_into("<H", fib, 0, 0xA5EC)
    struct.pack_into("<H", fib, 10, flags)
    struct.pack_into("<i", fib, 0x4C, ends[-1] if main is None else main)
    struct.pack_into("<II", fib, 0x102, len(clx), len(bte))
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    width = 1 if pieces and pieces[0][1] else 2
    word = bytes(fib) + text
    if marks:
        word = word.ljust(page * SECTOR, b"\x00") + _formatted(marks, at, width)
    return compound(
        {"WordDocument": word, "1Table" if flags & 0x0200 else "0Table": clx + bte} | dict(more or {})
    )


def _formatted(marks: Sequence[tuple[int, int, bool]], at: int, width: int) -> bytes:
    page = bytearray(SECTOR)
    page[-1] = len(marks)
    offsets = [at + start * width for start, _, _ in marks] + [at + marks[-1][1] * width]
    struct.pack_into(f"<{len(offsets)}I", page, 0, *offsets)
    low = 400
    for index, (_, _, ends_row) in enumerate(marks):
        told = struct.pack("<HB", 0x2416, 1) + (struct.pack("<HB", 0x2417, 1) if ends_row else b"")
        body = struct.pack("<H", 0) + told
        body = bytes([(len(body) + 1) // 2 + (len(body) + 1) % 2]) + body
        low -= len(body) + len(body) % 2
        page[low : low + len(body)] = body
        page[4 * len(offsets) + 13 * index] = low // 2
    return bytes(page)


def outlook(
    properties: Mapping[int, str | bytes],
    attachments: Sequence[Mapping[int, str | bytes]] = (),
    inner: Mapping[int, str] | None = None,
) -> bytes:
    """An Outlook message: properties by id, its files, and a message inside the last of them."""
    streams: dict[str, bytes] = {"__nameid_version1.0/__substg1.0_00020102": b""}
    streams |= _properties("", properties, 32)
    for number, attachment in enumerate(attachments):
        streams |= _properties(f"__attach_version1.0_#{number:08X}/", attachment, 8)
    if inner is not None:
        base = f"__attach_version1.0_#{len(attachments):08X}/"
        streams |= _properties(base, {0x3707: "inner.msg"}, 8)
        streams |= _properties(base + "__substg1.0_3701000D/", inner, 24)
    return compound(streams)


def _properties(base: str, values: Mapping[int, str | bytes], head: int) -> dict[str, bytes]:
    found, table = {}, bytes(head)
    for number, value in values.items():
        kind = 0x001F if isinstance(value, str) else 0x0102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        found[f"{base}__substg1.0_{number:04X}{kind:04X}"] = data
        size = len(data) + (2 if kind == 0x001F else 0)
        table += struct.pack("<HHIII", kind, number, 6, size, 0)
    return {f"{base}__properties_version1.0": table} | found


def winmail(body: bytes = b"", files: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """A winmail.dat: a plain body, and files by their names."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    if body:
        out += _attribute(1, 0x0002800C, body)
    for name, data in files:
        out += _attribute(2, 0x00069002, bytes(14))  # rendering data begins a file
        out += _attribute(2, 0x00018010, name + b"\x00") + _attribute(2, 0x0006800F, data)
    return out


def _attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

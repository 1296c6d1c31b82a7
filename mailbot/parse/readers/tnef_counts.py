"""
Whether a winmail.dat says of any list that it is longer than its bytes (MS-OXTNEF 2.1.3.4, MS-OXCDATA 2.11).

SECURITY
    tnefparse counts to what the file says, billions if it likes, long after the bytes have ended. So the
    lists are walked before, in its own steps: properties, their values, rows of recipients, messages inside.
"""

import struct

from mailbot.errors import Unreadable

HEAD, RECORD, CHECKSUM = 6, 9, 2  # bytes: of signature and key; of a record before its data; behind it
_RECIPIENTS = 0x9004
_LISTS = (0x9003, _RECIPIENTS, 0x9005)  # of properties: the message's, its recipients', a file's
_MANY, _NAMED = 0x1000, 0x8000  # flags of a type, of a name
_SIZES = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0, 0x0D, 0x1E, 0x1F, 0x102)
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_DEEPEST = 5
_MOST_COPIED = 4 << 30  # the library copies the rest of the file for each record


class _TooFarError(Exception):
    pass


def size_of(untrusted: bytes) -> int:
    """
    How many bytes there should be, the last checksum not counted. Raises `Unreadable` ("corrupt") for lists
    that are too long, records without end, and messages in messages in messages.
    """
    try:
        return _records(untrusted, 0) - CHECKSUM
    except _TooFarError as error:
        raise Unreadable("corrupt") from error


def _records(data: bytes, depth: int) -> int:
    at, copied = HEAD, 0
    while at + RECORD <= len(data):
        _, number, size = struct.unpack_from("<BII", data, at)
        copied += len(data) - at
        if copied > _MOST_COPIED:
            raise _TooFarError
        if number & 0xFFFF in _LISTS:
            _record(number & 0xFFFF, data[at + RECORD : at + RECORD + size], depth)
        at += RECORD + size + CHECKSUM
    return at


def _record(number: int, data: bytes, depth: int) -> None:
    try:
        if number != _RECIPIENTS:
            _properties(data, 0, depth)
            return
        at = 4
        for _ in range(_count(data, 0, 4)):
            at = _properties(data, at, depth)
    except (
        struct.error
    ):  # the library stops here as well; but with rows it goes on, and where is anybody's guess
        if number == _RECIPIENTS:
            raise _TooFarError from None


def _properties(data: bytes, at: int, depth: int) -> int:
    """Walks one list; where it ends."""
    count = _count(data, at, 4)
    at += 4
    for _ in range(count):
        if at >= len(data):
            break
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= _NAMED:
            at = _behind_name(data, at)
        many = 0
        if kind & _MANY:
            kind ^= _MANY
            many = _count(data, at, 2)
            at += 4
        for _ in range(many or 1):
            at = _value(data, at, kind, bool(many), depth)
        if (many or 1) % 2 and _SIZES.get(kind) == 2:
            at += 2
    return at


def _behind_name(data: bytes, at: int) -> int:
    at += 16  # its GUID
    by_text, number = struct.unpack_from("<II", data, at)
    return at + 8 + (_padded(number) if by_text else 0)


def _value(data: bytes, at: int, kind: int, many: bool, depth: int) -> int:
    if kind in _SIZES:
        return at + _SIZES[kind]
    if kind not in _VARIABLE:
        raise struct.error
    count = 1 if many else _count(data, at, 4)
    at += 0 if many else 4
    for _ in range(count):
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if data.startswith(_MESSAGE, at):
            if depth >= _DEEPEST:
                raise _TooFarError
            _records(data[at + len(_MESSAGE) : at + size], depth + 1)
        at += _padded(size)
    return at


def _count(data: bytes, at: int, smallest: int) -> int:
    """A count, which the bytes behind it must bear out."""
    (count,) = struct.unpack_from("<I", data, at)
    if count > (len(data) - at) // smallest:
        raise _TooFarError
    return int(count)


def _padded(size: int) -> int:
    return size + -size % 4

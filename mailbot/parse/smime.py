"""
S/MIME messages that are signed and not encrypted: the content is inside the signature (RFC 8551).

GUARANTEES
    `opened` gives the signed bytes, or raises `Unreadable`: "password" where they are encrypted. No
    signature is verified: our border server says who wrote, not a certificate of a stranger.
"""

from mailbot.errors import Unreadable

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_OCTETS, _OCTETS_PIECES, _OBJECT = 0x04, 0x24, 0x06
_MOST_LENGTH_BYTES = 4
_DEPTH = 8  # signed content stands at the third level


def opened(untrusted: bytes) -> bytes:
    """The content of a signed message."""
    try:
        kind, content = _fields(untrusted)
    except (IndexError, ValueError) as error:
        raise Unreadable("corrupt") from error
    if kind in _ENCRYPTED:
        raise Unreadable("password")
    if kind != _SIGNED or not content:
        raise Unreadable("smime")
    return content


def _fields(untrusted: bytes) -> tuple[bytes, bytes]:
    """The type of the message, and the first octet string of its content that is a message."""
    _, start, end = _head(untrusted, 0, len(untrusted))  # ContentInfo
    kind, at = _object(untrusted, start, end)
    if kind != _SIGNED:
        return kind, b""
    _, at, end = _head(untrusted, at, end)  # [0]
    _, at, end = _head(untrusted, at, end)  # SignedData
    at = _after(untrusted, at, end)  # version
    at = _after(untrusted, at, end)  # digestAlgorithms
    _, at, end = _head(untrusted, at, end)  # encapContentInfo
    _, at = _object(untrusted, at, end)
    _, at, end = _head(untrusted, at, end)  # [0]
    return kind, _octets(untrusted, at, end)


def _head(data: bytes, at: int, limit: int) -> tuple[int, int, int]:
    """Tag, and where the value starts and ends; an indefinite length ends with its container."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length == 0x80:
        return tag, at, limit
    if length > 0x80:
        count = length - 0x80
        if count > _MOST_LENGTH_BYTES:
            raise ValueError("length")
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + length > limit:
        raise ValueError("length")
    return tag, at, at + length


def _object(data: bytes, at: int, limit: int) -> tuple[bytes, int]:
    tag, start, end = _head(data, at, limit)
    if tag != _OBJECT:
        raise ValueError("object")
    return data[start:end], end


def _after(data: bytes, at: int, limit: int) -> int:
    """Where the element after this one starts; one of indefinite length is walked through."""
    depth = 0
    while True:
        if data[at : at + 2] == b"\x00\x00":
            depth, at = depth - 1, at + 2
        elif data[at + 1] == 0x80:
            depth, at = depth + 1, at + 2
        else:
            at = _head(data, at, limit)[2]
        if depth <= 0:
            return at
        if depth > _DEPTH:
            raise ValueError("depth")


def _octets(data: bytes, at: int, limit: int) -> bytes:
    """An octet string, whole or in pieces."""
    pieces: list[bytes] = []
    while at < limit and data[at : at + 2] != b"\x00\x00":
        tag, start, end = _head(data, at, limit)
        if tag == _OCTETS:
            pieces.append(data[start:end])
            at = end
        elif tag == _OCTETS_PIECES:
            at = start  # its pieces follow
        else:
            break
    return b"".join(pieces)

"""
The envelope of a large value: a random data key, wrapped by a key of the keyring, and frames of 1 MiB.

    header  "mbe1" · key id, 8, zero-padded · blob id, 16 · nonce prefix, 8 · nonce, 12 · wrapped key, 48
    frame   1 MiB of plain text and the tag, 16; the last one is shorter, or full, or empty

The nonce of a frame is prefix ‖ counter, its associated data blob id ‖ last. So a frame that is changed,
moved, left out, repeated or taken from another blob does not open, nor does a blob that ends at a frame's
border too early. The header's fields are authenticated with the wrapped key.

GUARANTEES
    Nothing that was not verified is ever yielded; memory stays at a few frames, whatever the size.
    Rotation changes the header, which has always the same length.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbot.errors import Tampered

FRAME = 1 << 20
HEADER = 4 + 8 + 16 + 8 + 12 + 48
_TAG = 16
_MAGIC = b"mbe1"
_MOST_FRAMES = 1 << 32  # the counter's four bytes


class _Blob(NamedTuple):
    """What all frames of one blob share."""

    blob_id: bytes
    prefix: bytes
    key: bytes

    def header(self, kid: str, wrapper: AESGCM) -> bytes:
        """The header, the key wrapped anew."""
        named = _MAGIC + kid.encode().ljust(8, b"\0") + self.blob_id + self.prefix
        nonce = secrets.token_bytes(12)
        return named + nonce + wrapper.encrypt(nonce, self.key, named)

    def nonce(self, number: int) -> bytes:
        """The nonce of a frame."""
        if number >= _MOST_FRAMES:
            raise OverflowError("a blob of more than 4 PiB")
        return self.prefix + number.to_bytes(4)


def seal(chunks: Iterable[bytes], kid: str, wrapper: AESGCM) -> Iterator[bytes]:
    """The envelope of what `chunks` bring, in pieces ready to be written."""
    blob = _Blob(secrets.token_bytes(16), secrets.token_bytes(8), secrets.token_bytes(32))
    cipher = AESGCM(blob.key)
    yield blob.header(kid, wrapper)
    for number, (frame, last) in enumerate(_frames(chunks)):
        yield cipher.encrypt(blob.nonce(number), frame, blob.blob_id + (b"\1" if last else b"\0"))


def open_sealed(file: BinaryIO, wrapper_of: Callable[[str], AESGCM]) -> Iterator[bytes]:
    """The plain text of an envelope, frame by frame."""
    blob = _unwrap(file.read(HEADER), wrapper_of)
    cipher = AESGCM(blob.key)
    number, frame = 0, file.read(FRAME + _TAG)
    while True:
        # only what follows tells whether a full frame is the last one
        following = file.read(FRAME + _TAG) if len(frame) == FRAME + _TAG else b""
        flag = b"\0" if following else b"\1"
        try:
            yield cipher.decrypt(blob.nonce(number), frame, blob.blob_id + flag)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"frame {number} of an envelope does not verify") from error
        if not following:
            return
        number, frame = number + 1, following


def rewrap(header: bytes, wrapper_of: Callable[[str], AESGCM], kid: str, wrapper: AESGCM) -> bytes:
    """The header under another key; the same length."""
    return _unwrap(header, wrapper_of).header(kid, wrapper)


def key_id(header: bytes) -> str:
    """Which key wrapped it, as the header claims."""
    return header[4:12].rstrip(b"\0").decode("ascii", "replace")


def _unwrap(header: bytes, wrapper_of: Callable[[str], AESGCM]) -> _Blob:
    if len(header) != HEADER or not header.startswith(_MAGIC):
        raise Tampered("this is no envelope of ours")
    named, nonce, wrapped = header[:36], header[36:48], header[48:]
    try:
        key = wrapper_of(key_id(header)).decrypt(nonce, wrapped, named)
    except InvalidTag as error:
        raise Tampered("the header of an envelope does not verify") from error
    return _Blob(named[12:28], named[28:36], key)


def _frames(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Full frames, and then the last one, which is marked; an empty value is one empty frame."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        # more than a frame must wait: the last one is known only by what does not follow
        while len(waiting) > FRAME:
            yield bytes(waiting[:FRAME]), False
            del waiting[:FRAME]
    yield bytes(waiting), True

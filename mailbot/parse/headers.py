"""
The header block, read by ourselves: the standard parser raises on hostile fields and is quadratic on
long ones.

GUARANTEES
    Linear in the block, whose size, count and field length are limited first; what is over the limit
    is left out and named in `defects`. Order is kept, so `authenticity` can tell above from below.
    A line that is no header does not hide the ones below it: a From there is counted like any other.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mailbot.parse.limits import Limits
from mailbot.parse.names import one_line
from mailbot.parse.text import decode_text, to_text

T = TypeVar("T")

# What the standard e-mail package raises on strangers' headers, found by feeding it a collection of them.
RAISED = (
    AttributeError,
    IndexError,
    KeyError,
    LookupError,
    TypeError,
    ValueError,
    AssertionError,
    RecursionError,
    OverflowError,
    ImportError,  # something that it loads late, where there are no files any more
)

_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_LINES = re.compile(rb"\r\n|\n|\r")
_WORD = re.compile(r"=\?([A-Za-z0-9_:.+-]{1,40})(?:\*[A-Za-z0-9-]*)?\?([BbQq])\?([^?\s]*)\?=")
_NAME = re.compile(rb"[!-~]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


def ask(question: Callable[[], T], otherwise: T) -> T:
    """What the standard library answers, or `otherwise` where it raises one of `RAISED`."""
    try:
        return question()
    except RAISED:
        return otherwise


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, its value unfolded but not decoded."""

    name: str
    value: bytes

    @property
    def text(self) -> str:
        """The value as characters, encoded words left as they are."""
        return to_text(self.value)


@dataclass(frozen=True, slots=True)
class Block:
    """All fields in order, the defects, and where the body starts."""

    fields: tuple[Field, ...]
    defects: tuple[str, ...]
    end: int

    def all(self, name: str) -> list[str]:
        """The values of every field of this name, from the top, not decoded."""
        return [field.text for field in self.fields if field.name == name]

    def first(self, name: str) -> str:
        """The topmost value, or nothing."""
        return next((field.text for field in self.fields if field.name == name), "")

    def has(self, *names: str) -> bool:
        """Whether a field of one of these names is there."""
        return any(field.name in names for field in self.fields)


def read_block(untrusted_raw: bytes, limits: Limits) -> Block:
    """The header block at the start of a message."""
    head, end, defects = _block_bytes(untrusted_raw, limits)
    fields: list[tuple[str, list[bytes]]] = []
    for line in _LINES.split(head):
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if not colon or not _NAME.fullmatch(name):
            if line and not line.startswith((b"From ", b">From ")):
                defects.append("malformed_header")
            continue
        if len(fields) >= limits.header_fields:
            defects.append("header_count")
            break
        fields.append((name.decode("ascii").lower(), [value]))
    done = []
    for name_text, values in fields:
        value = b"".join(values)
        if len(value) > limits.header_field_bytes:
            defects.append("header_length")
            value = value[: limits.header_field_bytes]
        done.append(Field(name_text, value.strip()))
    return Block(tuple(done), tuple(dict.fromkeys(defects)), end)


def _block_bytes(untrusted_raw: bytes, limits: Limits) -> tuple[bytes, int, list[str]]:
    if untrusted_raw[:1] in (b"\n", b"\r"):
        return b"", 0, ["no_headers"]
    found = _END.search(untrusted_raw)
    head, end = (
        (untrusted_raw[: found.start()], found.end()) if found else (untrusted_raw, len(untrusted_raw))
    )
    if len(head) <= limits.header_bytes:
        return head, end, []
    return head[: head.rfind(b"\n", 0, limits.header_bytes) + 1], end, ["header_size"]


def decode_words(untrusted: str) -> str:
    """RFC 2047 encoded words become text; neighbours in one charset are joined before they are decoded."""
    if "=?" not in untrusted:
        return untrusted
    pieces: list[str] = []
    held: tuple[str, bytes] | None = None
    at = 0
    for word in _WORD.finditer(untrusted):
        between = untrusted[at : word.start()]
        charset, data = word[1].lower(), _word_bytes(word[2], word[3])
        if held and not between.strip() and held[0] == charset:
            held = (charset, held[1] + data)
        else:
            pieces.append(decode_text(held[1], held[0]) if held else "")
            pieces.append(between if between.strip() or not held else "")
            held = (charset, data)
        at = word.end()
    pieces.append(decode_text(held[1], held[0]) if held else "")
    return "".join(pieces) + untrusted[at:]


def _word_bytes(kind: str, encoded: str) -> bytes:
    raw = encoded.encode("utf-8", "replace")
    if kind in "Qq":
        return binascii.a2b_qp(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        return b"?"


def shown(untrusted: str) -> str:
    """A header's value as one decoded line to show."""
    return one_line(decode_words(untrusted))


def message_ids(untrusted: str, limits: Limits) -> tuple[str, ...]:
    """The Message-IDs in it that are plain enough to compare with ours."""
    found = _MESSAGE_ID.findall(untrusted)[: limits.references]
    return tuple(dict.fromkeys(found))

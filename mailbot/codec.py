"""
JSON in and out of the domain's frozen values, checked against their types.

GUARANTEES
    `decode` gives a value of exactly the asked type or raises `Unreadable`: an unknown enum word, a text
    where a number belongs or a missing key is refused. Bytes are the only input.
SECURITY
    What a reading child answers is input like any other: whoever took the child over controls it.
BUGS
    msgspec 0.22 crashes the process when two threads decode a dataclass for the first time at once. So a
    decoder is made once for each type, under a lock, and shared.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

from mailbot.errors import Unreadable

T = TypeVar("T")

_decoders: dict[type, msgspec.json.Decoder[Any]] = {}
_lock = Lock()


def encode(value: object) -> bytes:
    """Compact UTF-8 JSON of a domain value (dataclasses, enums, tuples, plain types)."""
    return msgspec.json.encode(value)


def decode(untrusted: bytes, kind: type[T]) -> T:
    """The value, or `Unreadable("answer")`."""
    try:
        value: T = _decoder(kind).decode(untrusted)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("answer") from error
    return value


def _decoder(kind: type[T]) -> msgspec.json.Decoder[Any]:
    with _lock:
        if kind not in _decoders:
            _decoders[kind] = msgspec.json.Decoder(kind)
        return _decoders[kind]


def plain(value: object) -> Any:
    """The value as dicts, lists and plain types, ready for `json.dumps`."""
    return msgspec.to_builtins(value)

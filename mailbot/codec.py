"""
JSON in and out of the domain's frozen values, checked against their types.

GUARANTEES
    `decode` gives a value of exactly the asked type or raises `Unreadable`: an unknown enum word, a text
    where a number belongs or a missing key is refused. Bytes are the only input.
SECURITY
    What a reading child answers is input like any other: whoever took the child over controls it.
"""

from typing import Any, TypeVar

import msgspec

from mailbot.errors import Unreadable

T = TypeVar("T")


def encode(value: object) -> bytes:
    """Compact UTF-8 JSON of a domain value (dataclasses, enums, tuples, plain types)."""
    return msgspec.json.encode(value)


def decode(untrusted: bytes, kind: type[T]) -> T:
    """The value, or `Unreadable("answer")`."""
    try:
        return msgspec.json.decode(untrusted, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("answer") from error


def plain(value: object) -> Any:
    """The value as dicts, lists and plain types, ready for `json.dumps`."""
    return msgspec.to_builtins(value)

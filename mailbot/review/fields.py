"""
The fields of a record as a handler sees and corrects them: a path, its choices, and whose knowledge it is.

`records[0].subjects[1].dob` is a path. Only paths of the record's own shape exist; a list has `MOST` places.
"""

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from mailbot.domain.record import Record
from mailbot.errors import Declined

MASK = "▒▒▒"  # stands in a shown text for what is left out of it
MOST = 20  # things in a list, records in a message
LONGEST = 100_000  # characters of a value
SOURCE = (
    "submitter.",
    "provenance.origin",
    "provenance.who_else_knows",
    "handling_request",
)
_OURS = {"findings", "form", "form_version", "reader_version", "schema_version"}
# What the grading view shows beside the closed source part: how it is known, and no identity.
GRADING = (
    "provenance.basis",
    "provenance.learned_at",
    "provenance.event_at",
    "provenance.frequency",
    "provenance.submitter_view_reliability",
    "provenance.corroboration",
    "source_risk.level",
    "source_risk.detail",
    "source_risk.who",
    "handling_request",
)
_PATH = re.compile(r"records\[(\d{1,2})\]\.([a-z_]+(?:\[\d{1,2}\])?(?:\.[a-z_]+)?)")
_STEP = re.compile(r"([a-z_]+)(?:\[(\d{1,2})\])?")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What may stand in a field."""

    name: str  # "subjects[].dob"
    choices: tuple[str, ...] = ()
    many: bool = False  # several values

    @property
    def part(self) -> Literal["source", "content"]:
        """Whose knowledge it is."""
        return "source" if is_source(self.name) else "content"


def is_source(name: str) -> bool:
    """Whether a field, without its record, tells who the source is; `origin_aware` alone does not."""
    return name.startswith(SOURCE) and name != "provenance.origin_aware"


@lru_cache
def kinds() -> dict[str, FieldKind]:
    """Every field of a record, in the order of the form."""
    return {kind.name: kind for kind in _kinds(Record, "")}


def kind_of(path: str) -> tuple[int, str, FieldKind]:
    """The record's number, the path in it, and what may stand there; `Declined("field")` for none of ours."""
    match = _PATH.fullmatch(path)
    if match is None or int(match[1]) >= MOST:
        raise Declined("field")
    kind = kinds().get(re.sub(r"\[\d+\]", "[]", match[2]))
    number = re.search(r"\[(\d+)\]", match[2])
    if kind is None or (number is not None and int(number[1]) >= MOST):
        raise Declined("field")
    return int(match[1]), match[2], kind


def checked(path: str, untrusted_value: str) -> str:
    """A value that may stand there; "" takes what was read away. `Declined`: value, too_long, masked."""
    value = untrusted_value.replace("\r\n", "\n").strip()
    kind = kind_of(path)[2]
    if len(value) > LONGEST:
        raise Declined("too_long")
    if MASK in value:
        raise Declined("masked")
    parts = value.split("\n") if kind.many else [value]
    if kind.choices and any(part not in kind.choices for part in parts if part):
        raise Declined("value")
    return value


def put(record: Record, name: str, value: str, many: bool) -> Record:
    """The record with this value; lists grow to the place that is named."""
    new: object = tuple(filter(None, value.split("\n"))) if many else (value or None)
    changed: Record = _put(record, name.split("."), new)
    return changed


def get(record: Record, name: str) -> object:
    """The value of a field of a record; None where its list is shorter."""
    value: Any = record
    for step in name.split("."):
        match = _STEP.fullmatch(step)
        assert match is not None  # noqa: S101  paths are ours
        value = getattr(value, match[1], None)
        if match[2] is not None:
            value = value[int(match[2])] if value and int(match[2]) < len(value) else None
    return value


def _put(holder: Any, steps: list[str], new: object) -> Any:
    match = _STEP.fullmatch(steps[0])
    assert match is not None  # noqa: S101  paths are ours
    name, number = match[1], match[2]
    if number is None:
        return replace(holder, **{name: _put(getattr(holder, name), steps[1:], new) if steps[1:] else new})
    things = list(getattr(holder, name))
    (shape,) = [_item(type(holder), name)]
    while len(things) <= int(number):
        things.append(shape())
    things[int(number)] = _put(things[int(number)], steps[1:], new)
    return replace(holder, **{name: tuple(things)})


def _item(holder: type, name: str) -> Any:
    return typing.get_args(typing.get_type_hints(holder)[name])[0]


def _kinds(shape: Any, before: str) -> Iterator[FieldKind]:
    hints = typing.get_type_hints(shape)
    for field in fields(shape):
        if not before and field.name in _OURS:
            continue
        hint = hints[field.name]
        name = f"{before}{field.name}"
        if is_dataclass(hint):
            yield from _kinds(hint, f"{name}.")
        elif typing.get_origin(hint) is tuple:
            item = typing.get_args(hint)[0]
            if is_dataclass(item):
                yield from _kinds(item, f"{name}[].")
            else:
                yield FieldKind(name, _choices(item), many=True)
        else:
            yield FieldKind(name, _choices(hint))


def _choices(hint: Any) -> tuple[str, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [one for one in typing.get_args(hint) if one is not type(None)]
        return _choices(inner[0])
    return tuple(typing.get_args(hint)) if typing.get_origin(hint) is Literal else ()

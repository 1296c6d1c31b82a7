"""What is wrong with a value, in words of the file rather than of Python."""

import difflib
import re
import types
import typing
from typing import Any

import msgspec

from mailbot.config.place import SettingPath, split
from mailbot.config.shapes import Config

_WORDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "date": "a date such as 2027-03-31",
    "array": "a list",
    "object": "a table",
}
_RENAMED = {"password": "password_file", "secret": "secret_file", "folder": "processed"}


def explain(error: msgspec.ValidationError) -> tuple[SettingPath, str]:
    """Which setting, and what is wrong with it. The value itself is not repeated: it may be a secret."""
    text, _, tail = str(error).partition(" - at `")
    path = split(tail.rstrip("`"))
    if match := re.match(r"Object contains unknown field `(.*)`", text, re.DOTALL):
        return _unknown(path, match[1])
    if match := re.match(r"Object missing required field `(\w+)`", text):
        return (*path, match[1]), "is missing"
    if text.startswith("Invalid enum value"):
        return path, f"must be one of {', '.join(_choices(shape_at(path)))}"
    if "matching regex" in text:
        return path, 'must be of small letters, digits, "-" and "_", at most 40, and begin with no mark'
    if match := re.match(r"Expected `array` of length (\d+)", text):
        return path, f"must be a list of {match[1]} values"
    if match := re.match(r"Expected `int` (>=|<=) (\d+)", text):
        return path, f"must be {match[2]} or {'more' if match[1] == '>=' else 'less'}"
    return path, _wrong_type(path, text)


def shape_at(path: SettingPath) -> Any:
    """The type of a setting; `Config` for the empty path, None where there is no such setting."""
    shape: Any = Config
    for step in path:
        shape = _inside(shape, step)
    return shape


def settings_of(shape: Any) -> dict[str, Any]:
    """The settings of a table, by the names that they have in the file, with their types."""
    if not (isinstance(shape, type) and issubclass(shape, msgspec.Struct)):
        return {}
    return {field.encode_name: _bare(field.type) for field in msgspec.structs.fields(shape)}


def _unknown(path: SettingPath, untrusted_key: str) -> tuple[SettingPath, str]:
    known = list(settings_of(shape_at(path)))
    near = _RENAMED.get(untrusted_key, "")
    if near not in known:
        near = next(iter(difflib.get_close_matches(untrusted_key, known, 1, 0.6)), "")
    what = "unknown table" if not path else "unknown setting"
    # A key that is not a word was pasted by mistake, and is not repeated.
    key = untrusted_key if re.fullmatch(r"[\w.-]{1,40}", untrusted_key) else "…"
    return (*path, key), f'{what}; did you mean "{near}"?' if near else what


def _wrong_type(path: SettingPath, text: str) -> str:
    if path == ("mailboxes",):
        return "must be written with double brackets, once for each mailbox"
    match = re.match(r"Expected `([^`]+)`", text)
    kinds = match[1].split(" | ") if match else []
    words = [_WORDS[kind] for kind in kinds if kind in _WORDS]
    return f"must be {' or '.join(words)}" if words else "has a value that cannot be used"


def _inside(shape: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return settings_of(shape).get(step)
    inner = [_bare(argument) for argument in typing.get_args(shape) if argument is not Ellipsis]
    return inner[min(step, len(inner) - 1)] if inner else None


def _bare(shape: Any) -> Any:
    """Without limits and without "or nothing"."""
    if typing.get_origin(shape) is typing.Annotated:
        return _bare(typing.get_args(shape)[0])
    if typing.get_origin(shape) in (typing.Union, types.UnionType):
        return _bare(next(kind for kind in typing.get_args(shape) if kind is not type(None)))
    return shape


def _choices(shape: Any) -> list[str]:
    return [str(word) for word in typing.get_args(shape)]

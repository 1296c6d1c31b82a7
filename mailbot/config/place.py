"""
Where a setting stands: as a person calls it (`[[mailboxes]] "partnership" → port`), and in which line.

BUGS
    The line is found by reading headers and keys, not by parsing: in a text of several lines that looks
    like TOML it may be wrong. It is a help, and the name of the setting never depends on it.
"""

import re
from typing import Any

SettingPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")


def split(untrusted_path: str) -> SettingPath:
    """`$.mailboxes[0].port` as its steps."""
    return tuple(
        int(number) if number else key for key, number in _STEP.findall(untrusted_path.removeprefix("$"))
    )


def name(path: SettingPath, document: dict[str, Any]) -> str:
    """The setting as it is called in the file."""
    if not path:
        return "the file"
    if path[0] == "mailboxes":
        return _mailbox_setting(path, document)
    keys = [str(step) for step in path if isinstance(step, str)]
    depth = 2 if len(keys) > 2 or (len(keys) == 2 and isinstance(_at(document, path), dict)) else 1
    table, setting = f"[{'.'.join(keys[:depth])}]", ".".join(keys[depth:])
    return f"{table} → {setting}" if setting else table


def line(path: SettingPath, text: str) -> int | None:
    """The line of the setting, or of its table where the setting is missing."""
    current: SettingPath = ()
    best: int | None = None
    counts: dict[str, int] = {}
    for number, content in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(content):
            current = _enter(header[1] == "[[", header[2], counts)
        key = _KEY.match(content)
        if key and path[: len(current) + 1] == (*current, key[1]):
            return number
        if header and current == path[: len(current)]:
            best = number
    return best


def _mailbox_setting(path: SettingPath, document: dict[str, Any]) -> str:
    if len(path) == 1:
        return "[[mailboxes]]"
    entry = _at(document, path[:2])
    own = entry.get("name") if isinstance(entry, dict) else None
    # A name that is not one is not repeated: anything may have been pasted there.
    known = isinstance(own, str) and re.fullmatch(r"[\w-]{1,40}", own)
    table = f'[[mailboxes]] "{own}"' if known else f"[[mailboxes]] number {int(path[1]) + 1}"
    setting = ".".join(str(step) for step in path[2:] if isinstance(step, str))
    return f"{table} → {setting}" if setting else table


def _at(document: Any, path: SettingPath) -> Any:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _enter(several: bool, dotted: str, counts: dict[str, int]) -> SettingPath:
    keys = dotted.split(".")
    if several:
        counts[dotted] = counts.get(dotted, -1) + 1
    first: SettingPath = (keys[0], counts[keys[0]]) if keys[0] in counts else (keys[0],)
    return (*first, *keys[1:])

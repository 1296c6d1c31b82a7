"""
Places, vehicles, telephones and accounts: from the boxes of one block, or from one box for all of them.
"""

import re
from typing import Any

from mailbot.domain.record import Account, Location, Phone, Vehicle
from mailbot.record import values, words

_LINES = re.compile(r"\s*[;\n]\s*")


def items(group: str, own: dict[str, str], plural: bool = False) -> list[Any]:
    """The things that one block holds; several only where one box was printed for all."""
    return {"locations": _locations, "vehicles": _vehicles, "phones": _phones, "online": _accounts}[group](
        own, plural
    )


def _locations(own: dict[str, str], plural: bool) -> list[Any]:
    text, relevance = own.get("text"), own.get("relevance")
    if text and plural and relevance is None:
        parts = [part for part in re.split(r"\s*;\s*", text) if part] if ";" in text else _bulleted(text)
        return [Location(part) for part in parts]
    return [Location(text, relevance)]


def _bulleted(text: str) -> list[str]:
    """One for each line, where each line begins with a bullet or a number."""
    lines = [line for line in text.split("\n") if line.strip()]
    marked = [re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", "", line) for line in lines]
    return marked if len(lines) > 1 and all(a != b for a, b in zip(lines, marked, strict=True)) else [text]


def _vehicles(own: dict[str, str], plural: bool) -> list[Any]:
    parts = [own[name] for name in ("colour", "make", "model") if name in own]
    description = own.get("description") or (" ".join(parts) or None)
    if "" not in own:
        return [Vehicle(own.get("vrm"), description, own.get("link"))]
    found = []
    for line in _LINES.split(own[""]):
        marks = values.plates(line)
        found.append(Vehicle(marks[0] if len(marks) == 1 else None, _without(line, marks), own.get("link")))
    return [vehicle for vehicle in found if vehicle != Vehicle()]


def _without(line: str, marks: list[str]) -> str | None:
    if len(marks) != 1:
        return line or None
    mark = r"\s?".join(re.escape(sign) for sign in marks[0])
    rest = re.sub(mark, " ", words.plain(line), count=1, flags=re.I)
    return words.clean(rest).strip(" ,;:()-") or None


def _phones(own: dict[str, str], plural: bool) -> list[Any]:
    number, note = own.get("number"), own.get("note")
    if number and plural and note is None:
        return [Phone(*values.phone(part)) for part in _LINES.split(number) if part]
    return [Phone(number, note)]


def _accounts(own: dict[str, str], plural: bool) -> list[Any]:
    if "" in own:
        found = [values.account(part) for part in _LINES.split(own[""]) if part]
        return [Account(platform, handle, own.get("note")) for platform, handle in found]
    return [Account(own.get("platform"), own.get("handle"), own.get("note"))]

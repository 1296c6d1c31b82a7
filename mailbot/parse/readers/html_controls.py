"""Form controls of a web page that somebody filled in and sent as a page."""

from typing import Literal

from mailbot.domain.document import Box, Entry
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, text_of

_NO_CONTENT = frozenset(("hidden", "submit", "button", "reset", "image", "file", "password"))
_DATES = frozenset(("date", "datetime-local", "month", "time", "week"))


def control(element: Element) -> Box | Entry | None:
    """The state of `input`, `select` or `textarea`; None where it holds no answer."""
    name = clean(element.get("name") or element.get("id") or "")
    if element.tag == "select":
        return _select(element, name)
    if element.tag == "textarea":
        text = clean(text_of(element)).strip("\n")
        return Entry(text, "text", name, placeholder=clean(element.get("placeholder", "")))
    kind = element.get("type", "text").strip().lower()
    if kind in ("checkbox", "radio"):
        return Box(element.get("checked") is not None, name)
    if kind in _NO_CONTENT:
        return None
    sort: Literal["text", "date"] = "date" if kind in _DATES else "text"
    text = clean(element.get("value", ""))
    return Entry(text, sort, name, placeholder=clean(element.get("placeholder", "")))


def _select(element: Element, name: str) -> Entry:
    """Without a mark the first option shows, which is nobody's answer."""
    options: list[str] = []
    chosen: list[str] = []
    prompt = ""
    for option in element.iter("option"):
        text = " ".join(clean(text_of(option)).split())
        if option.get("value") == "" or option.get("disabled") is not None:
            prompt = prompt or text
            continue
        options.append(text)
        if option.get("selected") is not None:
            chosen.append(text)
    placeholder = "" if chosen else prompt or (options[0] if options else "")
    return Entry(", ".join(chosen), "choice", name, tuple(options), placeholder)

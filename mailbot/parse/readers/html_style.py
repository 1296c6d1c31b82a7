"""What tags and inline styles say about the look of text; style sheets are not read."""

import re
from typing import Final, NamedTuple

from mailbot.parse.readers import flow
from mailbot.parse.readers.symbols import FONTS

_TAGS: Final = {
    "b": flow.BOLD, "dt": flow.BOLD, "strong": flow.BOLD,
    "i": flow.ITALIC, "em": flow.ITALIC, "cite": flow.ITALIC,
    "u": flow.UNDERLINE, "s": flow.STRIKE, "strike": flow.STRIKE, "del": flow.STRIKE, "mark": flow.HIGHLIGHT,
}  # fmt: skip
_INLINE: Final = frozenset(
    ("span", "font", "b", "strong", "i", "em", "u", "s", "a", "mark", "label", "small")
)
_NO_COLOUR: Final = re.compile(
    r"\s*(transparent|none|inherit|initial|unset|white|#fff|#ffffff|rgb\(255, ?255, ?255\)|window)\b", re.I
)
_NOTHING: Final = re.compile(r"\s*(0(px|pt|em|rem|%|cm|in)?)\s*(!important)?\s*$", re.I)
_NO_BORDER: Final = re.compile(r"\s*(none|hidden|0|initial|inherit|unset|medium none)", re.I)
_WEIGHT: Final = re.compile(r"\s*(\d{3,4})")


class Look(NamedTuple):
    """What an element hands down to what stands in it."""

    marks: int = flow.PLAIN
    font: str = ""  # a symbol font
    pre: bool = False  # white space counts
    hidden: bool = False
    shaded: bool = False  # of the element itself


def declarations(untrusted_style: str) -> dict[str, str]:
    """The properties of a style attribute, names in lower case."""
    found = {}
    for declaration in untrusted_style[:4000].split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip().lower()
    return found


def look_of(tag: str, untrusted_style: str, above: Look) -> Look:
    """The look inside an element."""
    marks = above.marks | _TAGS.get(tag, 0)
    pre = above.pre or tag in ("pre", "textarea", "listing", "xmp")
    if not untrusted_style:
        return Look(marks, above.font, pre, above.hidden)
    style = declarations(untrusted_style)
    marks = _decorated(_weighed(marks, style), style)
    coloured = _coloured(style)
    if tag in _INLINE:
        marks |= flow.HIGHLIGHT if coloured else 0
        border = style.get("border", "")
        marks |= flow.CIRCLED if border and not _NO_BORDER.match(border) else 0
    font = above.font
    if "font-family" in style:
        name = style["font-family"].split(",")[0].strip("\"' ")
        font = name if name in FONTS else ""
    space = style.get("white-space", "")
    pre = space.startswith("pre") if space else pre
    return Look(marks, font, pre, above.hidden or _hides(style), coloured)


def _weighed(marks: int, style: dict[str, str]) -> int:
    weight = style.get("font-weight", "")
    number = _WEIGHT.match(weight)
    if weight.startswith("bold") or (number and int(number[1]) >= 600):
        marks |= flow.BOLD
    elif weight.startswith(("normal", "lighter")) or number:
        marks &= ~flow.BOLD
    slope = style.get("font-style", "")
    if slope.startswith(("italic", "oblique")):
        marks |= flow.ITALIC
    elif slope.startswith("normal"):
        marks &= ~flow.ITALIC
    return marks


def _decorated(marks: int, style: dict[str, str]) -> int:
    lines = style.get("text-decoration", "") + " " + style.get("text-decoration-line", "")
    if "line-through" in lines:
        marks |= flow.STRIKE
    if "underline" in lines:
        marks |= flow.UNDERLINE
    return marks


def _coloured(style: dict[str, str]) -> bool:
    colour = style.get("background-color") or style.get("background") or ""
    return bool(colour) and not _NO_COLOUR.match(colour) and not colour.startswith("url")


def _hides(style: dict[str, str]) -> bool:
    if style.get("display", "").startswith("none") or style.get("visibility", "").startswith("hidden"):
        return True
    if style.get("mso-hide", "").startswith("all"):
        return True
    if _NOTHING.match(style.get("max-height", "x")) and "hidden" in style.get("overflow", ""):
        return True
    return bool(_NOTHING.match(style.get("font-size", "x")))

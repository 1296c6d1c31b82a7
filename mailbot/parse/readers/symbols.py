"""
What the symbol fonts draw, as characters; and what no text may hold.

Forms tick with Wingdings. The byte is a letter or a code in the private area U+F000; without its font it
means nothing, so every reader translates it at once.
"""

import re
from collections.abc import Mapping
from typing import Final

_EMPTY, _CROSSED, _TICKED, _TICK, _CROSS = "☐", "☒", "☑", "✓", "✗"

_WINGDINGS: Final[dict[int, str]] = {
    0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: _EMPTY, 0x70: _EMPTY, 0x71: _EMPTY, 0x72: _EMPTY, 0x73: "⬧",
    0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x78: _CROSSED, 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: _EMPTY,
    0xB7: "•", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨",
    0xFB: _CROSS, 0xFC: _TICK, 0xFD: _CROSSED, 0xFE: _TICKED,
}  # fmt: skip
_WINGDINGS_2: Final[dict[int, str]] = {
    0x4F: _CROSS, 0x50: _TICK, 0x51: _CROSSED, 0x52: _TICKED, 0x53: _CROSSED, 0x54: _CROSSED, 0x55: "⊗",
    0x97: "●", 0x99: "○", 0x9A: "○", 0xA1: "■", 0xA2: "■", 0xA3: _EMPTY, 0xA4: _EMPTY, 0xA5: _EMPTY,
}  # fmt: skip
_WEBDINGS: Final[dict[int, str]] = {0x61: _TICK, 0x63: _EMPTY, 0x67: "■", 0x72: _CROSS, 0x3D: "●"}
_SYMBOL: Final[dict[int, str]] = {0xB7: "•", 0xAE: "→", 0xA8: "♦", 0xB4: "×", 0xB0: "°", 0xA3: "≤", 0xB3: "≥"}
_MARLETT: Final[dict[int, str]] = {0x61: _TICK, 0x62: _TICK, 0x72: _CROSS, 0x63: _EMPTY, 0x65: _EMPTY}

_ZAPF: Final[dict[int, str]] = {
    0x33: _TICK, 0x34: "✔", 0x35: _CROSS, 0x36: _CROSS, 0x37: _CROSS, 0x38: "✘", 0x6C: "●", 0x6D: "❍",
    0x6E: "■", 0x6F: _EMPTY, 0x70: _EMPTY, 0x71: _EMPTY, 0x72: _EMPTY, 0x73: "▲", 0x75: "◆", 0xD4: "➔",
}  # fmt: skip

FONTS: Final[Mapping[str, Mapping[int, str]]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
    "marlett": _MARLETT,
    "zapfdingbats": _ZAPF,
    "dingbats": _ZAPF,
}

# Boxes that look like ☐ ☑ ☒ but that hardly anybody types: one spelling is enough for the rest of the house.
_RARE: Final = {
    0x1F5F9: _TICKED,
    0x1F5F5: _CROSSED,
    0x1F5F7: _CROSSED,
    0x2327: _CROSSED,
    0x1F5F8: _TICK,
    0x1F5F4: _CROSS,
    0x1F5F6: _CROSS,
}
_LOST: Final = _RARE | {0xF000 + code: char for code, char in _WINGDINGS.items()}

_SHADOWED: Final = dict.fromkeys(range(0x274F, 0x2753), _EMPTY)  # ❏ and its like, as Dingbats draws boxes

_PRIVATE: Final = re.compile("[\uf000-\uf0ff\u2327\U0001f5f0-\U0001f5ff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\ufeff\ud800-\udfff\ufffe\uffff]")


def symbol(code: int, font: str) -> str:
    """The character that a symbol font draws for a code; an unknown drawing is a bullet."""
    table = FONTS.get(font.strip().casefold())
    if table is None:
        return clean(chr(code)) if 0 < code < 0x110000 else ""
    return table.get(code & 0xFF, "•")


def in_font(text: str, font: str) -> str:
    """Text that was set in a symbol font; whole words are more likely text that got the font by mistake."""
    table = FONTS.get(font.strip().casefold())
    if table is None or (len(text) > 4 and text.isascii() and text.strip().isalpha()):
        return text
    return "".join(char if char.isspace() else table.get(ord(char) & 0xFF, "•") for char in text)


def drawn(text: str, font: str) -> str:
    """Text of a PDF in a font of any spelling ("ABCDEF+Wingdings-Regular"); other characters stay."""
    text = text if text.isascii() else text.translate(_SHADOWED)
    name = font.rpartition("+")[2].casefold().replace(" ", "")
    known = max((key for key in FONTS if name.startswith(key.replace(" ", ""))), key=len, default="")
    if not known or not text:
        return text
    return "".join(
        in_font(char, known) if char < "\u0100" or "\uf000" <= char <= "\uf0ff" else char for char in text
    )


def clean(untrusted_text: str) -> str:
    """Text without control characters, with the private codes of lost symbol fonts made readable."""
    if untrusted_text.isascii() and untrusted_text.isprintable():
        return untrusted_text
    text = untrusted_text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and _PRIVATE.search(text):
        text = text.translate(_LOST)
    return _CONTROL.sub("", text)

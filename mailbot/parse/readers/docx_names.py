"""The names of WordprocessingML that the reader knows, and two questions everybody asks an element."""

from typing import Final

from mailbot.parse.readers.xml import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

VAL: Final = W + "val"
FILL: Final = W + "fill"
OFF: Final = frozenset(("0", "false", "off", "none", "nil"))
BLANK_FILLS: Final = frozenset((None, "", "auto", "FFFFFF", "ffffff"))

# Strict documents say the same in other names; exchanging them costs less than knowing both everywhere.
_STRICT: Final = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)


def transitional(untrusted_part: bytes) -> bytes:
    """A part in the names of the transitional form."""
    if b"purl.oclc.org" in untrusted_part:
        for strict, usual in _STRICT:
            untrusted_part = untrusted_part.replace(strict, usual)
    return untrusted_part


def value(parent: Element | None, name: str) -> str | None:
    """The `w:val` of a child, "" when the child has none, None when there is no child."""
    child = None if parent is None else parent.find(W + name)
    return None if child is None else child.get(VAL, "")


def is_on(parent: Element | None, name: str) -> bool:
    """Whether an on/off property is there and not switched off."""
    found = value(parent, name)
    return found is not None and found not in OFF


def number(text: str | None, otherwise: int, highest: int = 10_000) -> int:
    """A small number that a stranger wrote."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.lstrip("-").isdigit() and len(digits) < 10):
        return otherwise
    return max(-highest, min(int(digits), highest))


def shaded(shade: Element) -> bool:
    """Whether `w:shd` puts a colour or a pattern behind."""
    return shade.get(FILL) not in BLANK_FILLS or shade.get(VAL, "clear") not in ("clear", "nil")

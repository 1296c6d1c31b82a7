"""The names of OpenDocument that the reader knows."""

from typing import Final

from mailbot.parse.readers.xml import Element

_OASIS: Final = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE: Final = _OASIS % "office"
TEXT: Final = _OASIS % "text"
TABLE: Final = _OASIS % "table"
DRAW: Final = _OASIS % "drawing"
FORM: Final = _OASIS % "form"
STYLE: Final = _OASIS % "style"
META: Final = _OASIS % "meta"
FO: Final = _OASIS % "xsl-fo-compatible"
SCRIPT: Final = _OASIS % "script"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
LO: Final = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
FIELD: Final = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"


def count(element: Element, name: str, most: int) -> int:
    """A repetition or span: at least 1, and at most what a limit allows."""
    digits = (element.get(name) or "1").strip()[:9]
    return max(1, min(int(digits), most)) if digits.isascii() and digits.isdigit() else 1

"""
The style sheet of a Word document, cut into its styles; a style is parsed when somebody asks for it.

A sheet holds hundreds of styles and a form uses five, so parsing all of it would cost as much as the text.
A sheet that is not written in the usual way is parsed whole.
"""

import re
from typing import Final

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_names import W, transitional
from mailbot.parse.readers.xml import Element, parse_xml

_ROOT: Final = re.compile(rb"<w:styles\b[^>]*>")
_STYLE: Final = re.compile(rb"<w:style\s[^>]*>")
_DEFAULT: Final = re.compile(rb"\sw:default=[\"'](?:1|true|on)[\"']")
_PARAGRAPH: Final = re.compile(rb"\sw:type=[\"']paragraph[\"']")
_ID: Final = re.compile(rb"\sw:styleId=[\"']([^\"'&]*)[\"']")
_END: Final = b"</w:style>"


class Sheet:
    """The styles by their ids."""

    def __init__(self, untrusted_part: bytes, limits: Limits) -> None:
        self.default = ""
        self._limits = limits
        self._root = _ROOT.search(untrusted_part)
        self._part = untrusted_part
        self._elements: dict[str, Element | None] = {}
        # a comment or CDATA could hide a style; one search for one sign is much cheaper than one for two
        if self._root is not None and not (b"!" in untrusted_part and b"<!" in untrusted_part):
            self.default = self._find_default()
        elif untrusted_part:
            self._parse_all()

    def style(self, style_id: str) -> Element | None:
        """The style's element; a damaged or unknown one is none."""
        if style_id not in self._elements:
            self._elements[style_id] = self._parse(style_id)
        return self._elements[style_id]

    def _find_default(self) -> str:
        """The last paragraph style that calls itself the default."""
        position = len(self._part)
        while (position := self._part.rfind(b"w:default=", 0, position)) >= 0:
            style = self._around(position)
            if style is not None and _DEFAULT.search(style[0]) and _PARAGRAPH.search(style[0]):
                found = _ID.search(style[0])
                if found is not None:
                    return found[1].decode("utf-8", "replace")
        return ""

    def _around(self, position: int) -> re.Match[bytes] | None:
        """The opening tag of a style in which this stands."""
        start = self._part.rfind(b"<", 0, position)
        return _STYLE.match(self._part, start) if start >= 0 else None

    def _piece(self, style_id: str) -> bytes:
        """The first style with this id."""
        wanted = b"w:styleId=%b" % style_id.encode("utf-8", "replace")
        for quote in (b'"', b"'"):
            position = self._part.find(wanted.replace(b"=", b"=" + quote, 1) + quote)
            style = self._around(position) if position >= 0 else None
            if style is not None:
                end = self._part.find(_END, style.end())
                closed = style[0].endswith(b"/>")
                return (
                    style[0] if closed else self._part[style.start() : end + len(_END)] if end >= 0 else b""
                )
        return b""

    def _parse(self, style_id: str) -> Element | None:
        piece = self._piece(style_id) if style_id and self._root is not None else b""
        if not piece or self._root is None:
            return None
        try:
            root = parse_xml(transitional(self._root[0] + piece + b"</w:styles>"), self._limits)
        except Unreadable:
            return None
        return root[0] if len(root) else None

    def _parse_all(self) -> None:
        root = parse_xml(transitional(self._part), self._limits)
        for element in root.iterchildren(W + "style"):
            style_id = element.get(W + "styleId", "")
            self._elements.setdefault(style_id, element)
            if element.get(W + "default") in ("1", "true", "on") and element.get(W + "type") == "paragraph":
                self.default = style_id

"""
The style sheet of a Word document, cut into its styles; a style is parsed when somebody asks for it.

A sheet holds hundreds of styles and a form uses five, so parsing all of it would cost as much as the text.
A sheet that is not written in the usual way is parsed whole.
"""

import re
from typing import Final

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_names import W
from mailbot.parse.readers.xml import Element, parse_xml

_ROOT: Final = re.compile(rb"<w:styles\b[^>]*>")
_STYLE: Final = re.compile(rb"<w:style\s[^>]*>")
_ID: Final = re.compile(rb"\sw:styleId=[\"']([^\"'&]*)[\"']")
_DEFAULT: Final = re.compile(rb"\sw:default=[\"'](?:1|true|on)[\"']")
_PARAGRAPH: Final = re.compile(rb"\sw:type=[\"']paragraph[\"']")
_END: Final = b"</w:style>"


class Sheet:
    """The styles by their ids."""

    def __init__(self, untrusted_part: bytes, limits: Limits) -> None:
        self.default = ""
        self._limits = limits
        self._root = _ROOT.search(untrusted_part)
        self._part = untrusted_part
        self._pieces: dict[str, tuple[int, int]] = {}
        self._elements: dict[str, Element | None] = {}
        if self._root is not None and b"<!" not in untrusted_part:
            self._cut()
        elif untrusted_part:
            self._parse_all()

    def style(self, style_id: str) -> Element | None:
        """The style's element; a damaged or unknown one is none."""
        if style_id not in self._elements:
            self._elements[style_id] = self._parse(style_id)
        return self._elements[style_id]

    def _cut(self) -> None:
        position = 0
        while (start := _STYLE.search(self._part, position)) is not None:
            tag, position = start[0], start.end()
            end = start.end() if tag.endswith(b"/>") else self._part.find(_END, position) + len(_END)
            if end < position:
                return
            position = end
            found = _ID.search(tag)
            if found is not None:
                style_id = found[1].decode("utf-8", "replace")
                self._pieces.setdefault(style_id, (start.start(), end))
                if _DEFAULT.search(tag) and _PARAGRAPH.search(tag):
                    self.default = style_id

    def _parse(self, style_id: str) -> Element | None:
        piece = self._pieces.get(style_id)
        if piece is None or self._root is None:
            return None
        try:
            root = parse_xml(self._root[0] + self._part[piece[0] : piece[1]] + b"</w:styles>", self._limits)
        except Unreadable:
            return None
        return root[0] if len(root) else None

    def _parse_all(self) -> None:
        root = parse_xml(self._part, self._limits)
        for element in root.iterchildren(W + "style"):
            style_id = element.get(W + "styleId", "")
            self._elements.setdefault(style_id, element)
            if element.get(W + "default") in ("1", "true", "on") and element.get(W + "type") == "paragraph":
                self.default = style_id

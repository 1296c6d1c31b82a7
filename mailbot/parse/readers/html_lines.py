"""Builds the paragraphs of a page: white space as a browser shows it, breaks, what a paragraph is."""

import re
from typing import Final

from mailbot.domain.document import Block, Box, Entry, Inline, Paragraph, Text
from mailbot.parse.readers.flow import Flow
from mailbot.parse.readers.html_style import Look
from mailbot.parse.readers.symbols import in_font

_SPACE: Final = re.compile("[ \t\n\r\f]+")
_MARKS_OF_LISTS: Final = frozenset("·o§•¨ØvüŸ-–*")


class Lines:
    """The paragraph that is open, and what the next ones have in common."""

    def __init__(self) -> None:
        self.quoted = 0
        self.heading = 0
        self.style = ""
        self.bullet = ""
        self.indent = 0
        self._flow = Flow()
        self._fresh = True  # nothing yet, or a break or a space: a further space shows nothing
        self._touched = False  # a break or a hard space makes an empty paragraph one that separates
        self._count = 0

    def text(self, untrusted_text: str, look: Look) -> None:
        """Text between tags."""
        if not untrusted_text:
            return
        if look.pre:
            shown = untrusted_text.replace("\r\n", "\n")
            self._touched = True
        else:
            shown = _SPACE.sub(" ", untrusted_text)
            if self._fresh:
                shown = shown.lstrip(" ")
        if "\xa0" in shown:
            self._touched = True
            shown = shown.replace("\xa0", " ")
        if shown:
            self._flow.add(in_font(shown, look.font) if look.font else shown, look.marks)
            self._fresh = shown.endswith((" ", "\n")) and not look.pre

    def line_break(self) -> None:
        """A `<br>`."""
        self._touched = True
        self._flow.add("\n")
        self._fresh = True

    def put(self, part: Box | Entry) -> None:
        """A control."""
        self._flow.put(part)
        self._fresh = False

    def marker(self, untrusted_text: str) -> None:
        """A list marker that Word wrote out as text."""
        text = untrusted_text.replace("\xa0", " ").strip()
        self.bullet = "*" if text in _MARKS_OF_LISTS else text[:20]

    def end(self, blocks: list[Block]) -> None:
        """The paragraph ends, if there is one."""
        inlines = _trimmed(self._flow.take())
        if inlines or self._touched:
            self._count += 1
            blocks.append(
                Paragraph(
                    inlines,
                    self.heading,
                    self.style,
                    self.bullet,
                    self.indent,
                    self.quoted,
                    f"paragraph {self._count}",
                )
            )
            self.bullet = ""
        self._fresh, self._touched = True, False


def _trimmed(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without the white space at both ends, which no browser shows."""
    parts = list(inlines)
    while parts and isinstance(parts[-1], Text):
        text = parts[-1].text.rstrip()
        if text:
            parts[-1] = _with(parts[-1], text)
            break
        parts.pop()
    while parts and isinstance(parts[0], Text):
        text = parts[0].text.lstrip("\n ")
        if text:
            parts[0] = _with(parts[0], text)
            break
        parts.pop(0)
    return tuple(parts)


def _with(part: Text, text: str) -> Text:
    if text == part.text:
        return part
    return Text(text, part.bold, part.italic, part.underline, part.strike, part.highlight, part.circled)

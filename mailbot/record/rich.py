"""
Lines of text that keep their look: what a paragraph becomes before labels are sought in it.

A tick box is a character here (☐ ☒); what was typed into a control is a span that knows it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailbot.domain.document import Box, Entry, Paragraph, Text

ON = "☒☑✓✔✗✘⊠■◼●◉🗹🗵🗸✅▣⬛✕✖❎"
OFF = "☐□▢◻⬜○◯⚪❏❑❒▫"
MARK = re.compile(rf"[{ON}{OFF}]|\[\s{{0,3}}[xX✓✔*]?\s{{0,3}}\]|\(\s{{0,3}}[xX✓✔*]?\s{{0,3}}\)")


class Span(NamedTuple):
    """A piece of a line with one look."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    picked: bool = False  # highlighted, underlined or circled
    entry: Entry | None = None


@dataclass(slots=True)
class Line:
    """One line as it stands, with where it stands."""

    spans: tuple[Span, ...]
    where: str = ""
    level: int = 0  # of a heading; 0 is body text
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.spans[0].text if len(self.spans) == 1 else "".join(span.text for span in self.spans)

    @property
    def bold(self) -> bool:
        """Whether all of it that can be seen is bold."""
        seen = [span.bold for span in self.spans if span.text.strip()]
        return bool(seen) and all(seen)

    @property
    def italic(self) -> bool:
        """Whether all of it that can be seen is italic."""
        seen = [span.italic for span in self.spans if span.text.strip()]
        return bool(seen) and all(seen)

    @property
    def printed(self) -> int:
        """How many characters stand before the first control, box or mark."""
        position = 0
        for span in self.spans:
            if span.entry is not None:
                return position
            if hit := MARK.search(span.text):
                return position + hit.start()
            position += len(span.text)
        return position

    @property
    def entries(self) -> bool:
        """Whether it has a control."""
        return any(span.entry is not None for span in self.spans)

    def after(self, position: int) -> "Line":
        """The line from `position` on, with its looks."""
        return Line(tuple(_slice(self.spans, position)), self.where)

    def bold_until(self) -> int:
        """Where a bold beginning ends; 0 where it does not begin bold, or never ends."""
        position = 0
        for span in self.spans:
            if span.text.strip() and not span.bold:
                return position
            position += len(span.text)
        return 0


def lines(paragraph: Paragraph) -> list[Line]:
    """The lines of a paragraph; an empty one gives one empty line."""
    if len(paragraph.inlines) == 1:
        only = _span(paragraph.inlines[0])
        if "\n" not in only.text:
            return [Line((only,), paragraph.where, paragraph.heading)]
    found: list[list[Span]] = [[]]
    for inline in paragraph.inlines:
        span = _span(inline)
        first, *rest = span.text.split("\n")
        found[-1].append(span if not rest else span._replace(text=first))
        found.extend([span._replace(text=part)] for part in rest)
    return [Line(tuple(spans), paragraph.where, paragraph.heading) for spans in found]


def join(found: Sequence[Line], between: str = " ") -> Line:
    """Several lines as one."""
    if len(found) == 1:
        return found[0]
    spans: list[Span] = []
    for line in found:
        if spans:
            spans.append(Span(between))
        spans.extend(line.spans)
    return Line(tuple(spans), found[0].where if found else "", found[0].level if found else 0)


def text(found: Iterable[Line]) -> str:
    """What one reads, a line each."""
    return "\n".join(line.text for line in found).strip("\n")


def of(words: str, where: str = "") -> Line:
    """A line of plain text."""
    return Line((Span(words),), where)


def _span(inline: Text | Box | Entry) -> Span:
    if isinstance(inline, Text):
        picked = inline.highlight or inline.underline or inline.circled
        return Span(inline.text, inline.bold, inline.italic, inline.strike, picked)
    if isinstance(inline, Box):
        return Span("☒" if inline.checked else "☐")
    return Span(inline.text, entry=inline)


def _slice(spans: Iterable[Span], position: int) -> Iterable[Span]:
    for span in spans:
        size = len(span.text)
        if position >= size and (span.entry is None or position > 0):
            position -= size
        elif position > 0:
            yield span._replace(text=span.text[position:])
            position = 0
        else:
            yield span

"""
The paragraphs that most are, read in one pass over their elements: runs of text alone.

What stands in them in another way (fields, controls, revisions, drawings, lists, hidden text, symbol fonts)
is left to the walker, which knows everything and costs three times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mailbot.domain.document import Block, Inline, Paragraph
from mailbot.parse.readers.docx_names import OFF, VAL, W
from mailbot.parse.readers.docx_styles import ASCII, FONT, MARKS, read_layout
from mailbot.parse.readers.flow import HIDDEN, text_run
from mailbot.parse.readers.symbols import FONTS, clean
from mailbot.parse.readers.xml import Element

if TYPE_CHECKING:
    from mailbot.parse.readers.docx_styles import Layout, Styles

_SAID: Final = {W + "t": "", W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_MUTE: Final = (
    "sz", "szCs", "color", "lang", "bCs", "iCs", "spacing", "kern", "w", "noProof", "proofErr",
    "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "position", "caps", "smallCaps",
)  # fmt: skip

# a name is looked up once, and then compared as a number
_OTHER, _TEXT, _MARK, _FONT, _NOTHING, _RUN, _LOOK, _PARAGRAPH, _LAYOUT = range(9)
_IN_RUN: Final = (_RUN, _LOOK)
_MEANING: Final = (
    dict.fromkeys((W + name for name in _MUTE), _NOTHING)
    | dict.fromkeys(_SAID, _TEXT)
    | dict.fromkeys(MARKS, _MARK)
    | {W + "r": _RUN, W + "rPr": _LOOK, W + "p": _PARAGRAPH, W + "pPr": _LAYOUT, FONT: _FONT}
)


def plain(
    holder: Element, within: Iterator[Element] | None, styles: Styles, usual: Layout, where: str = ""
) -> list[Block] | None:
    """The paragraphs in a cell, of which these elements are left, or one itself; None: ask the walker."""
    out: list[Block] = []
    parts: list[Inline] = []
    words: list[str] = []
    layout, now, before, last = usual, 0, 0, 0
    paragraph = run = properties = holder
    means = _MEANING.get
    events = holder.iter() if within is None else within
    for element in events:
        meaning = means(element.tag, _OTHER)
        if meaning == _RUN and last and element.getparent() is paragraph:
            now, last, run = layout.look, _RUN, element
        elif meaning <= _NOTHING and len(element):
            return None
        elif meaning == _TEXT and last in _IN_RUN and element.getparent() is run:
            if now != before:
                _say(parts, words, before)
                words, before = [], now
            words.append(_SAID[element.tag] or element.text or "")
            last = _RUN
        elif meaning == _PARAGRAPH and (
            element is holder or (within is not None and element.getparent() is holder)
        ):
            if last:
                out.append(_paragraph(parts, words, before, layout, where))
                parts, words, layout = [], [], usual
            now, before, last, paragraph = layout.look, layout.look, _PARAGRAPH, element
        elif meaning == _MARK and last == _LOOK and element.getparent() is properties:
            bit = MARKS[element.tag]
            now = now & ~bit if element.get(VAL) in OFF else now | bit
        elif meaning == _LOOK and last == _RUN:
            last, properties = _LOOK, element
        elif meaning == _LAYOUT and last == _PARAGRAPH:
            layout = _layout(element, events, styles)
            now, before, last = layout.look, layout.look, _LAYOUT
        elif meaning != _NOTHING and (meaning != _FONT or element.get(ASCII, "").casefold() in FONTS):
            return None
        if now >= HIDDEN or (last >= _PARAGRAPH and layout.list_id):
            return None
    if last:
        out.append(_paragraph(parts, words, before, layout, where))
    return out


def _layout(properties: Element, events: Iterator[Element], styles: Styles) -> Layout:
    """What the paragraph says about itself; the events go on behind it."""
    for _ in properties.iterdescendants():
        next(events)
    return read_layout(properties, styles)


def _say(parts: list[Inline], words: list[str], look: int) -> None:
    text = clean("".join(words)) if words else ""
    if text:
        parts.append(text_run(text, look))


def _paragraph(parts: list[Inline], words: list[str], look: int, layout: Layout, where: str) -> Paragraph:
    _say(parts, words, look)
    return Paragraph(tuple(parts), layout.heading, layout.style, "", layout.level, 0, where)

"""Looks and headings: what a style, and a run's own properties, say about text."""

from typing import Final, NamedTuple

from mailbot.parse.readers.docx_names import BLANK_FILLS, FILL, OFF, VAL, W, number, value
from mailbot.parse.readers.docx_sheet import Sheet
from mailbot.parse.readers.flow import BOLD, CIRCLED, HIDDEN, HIGHLIGHT, ITALIC, PLAIN, STRIKE, UNDERLINE
from mailbot.parse.readers.symbols import FONTS
from mailbot.parse.readers.xml import Element

_ANCESTORS = 12  # real chains have 4; a chain may also be a ring
MARKS: Final = {
    W + "b": BOLD, W + "i": ITALIC, W + "u": UNDERLINE, W + "strike": STRIKE, W + "dstrike": STRIKE,
    W + "vanish": HIDDEN, W + "bdr": CIRCLED,
}  # fmt: skip
_HIGHLIGHT: Final = W + "highlight"
_SHADE: Final = W + "shd"
_STYLE: Final = W + "rStyle"
FONT: Final = W + "rFonts"
_PARAGRAPH_STYLE: Final = W + "pStyle"
_NUMBERING: Final = W + "numPr"
_OUTLINE: Final = W + "outlineLvl"
_INDENT: Final = W + "ind"
_TWIPS_PER_STEP = 567  # about 1 cm
ASCII: Final = W + "ascii"
_NO_COLOUR: Final = frozenset((None, "none", "white"))


class Style(NamedTuple):
    """One style with all it inherits."""

    name: str = ""
    look: int = PLAIN
    heading: int = 0
    list_id: str = ""
    list_level: int = 0


_NONE: Final = Style()


class Styles:
    """`styles.xml`; a style is worked out, and even parsed, when it is first used."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._known: dict[str, Style] = {"": _NONE}
        self.default = sheet.default

    def get(self, style_id: str) -> Style:
        """The style with this id; an unknown one looks like nothing."""
        known = self._known.get(style_id)
        if known is None:
            known = self._known[style_id] = self._work_out(style_id)
        return known

    def _work_out(self, style_id: str) -> Style:
        chain: list[Element] = []
        element = self._sheet.style(style_id)
        while element is not None and len(chain) < _ANCESTORS:
            chain.append(element)
            element = self._sheet.style(value(element, "basedOn") or "")
        style = _NONE
        for ancestor in reversed(chain):
            style = self._inherit(style, ancestor)
        return style

    def _inherit(self, base: Style, element: Element) -> Style:
        name = value(element, "name") or base.name
        look, _ = run_look(element.find(W + "rPr"), base.look, self)
        paragraph = element.find(W + "pPr")
        level = value(paragraph, "outlineLvl")
        heading = base.heading if level is None else outline(level)
        words = name.casefold().split()
        if words[:1] == ["heading"] and len(words) > 1 and words[1] in "123456789":
            heading = int(words[1])
        elif words == ["title"]:
            heading = heading or 1
        numbering = None if paragraph is None else paragraph.find(W + "numPr")
        if numbering is None:
            return Style(name, look, heading, base.list_id, base.list_level)
        list_level = number(value(numbering, "ilvl"), base.list_level, 8)
        return Style(name, look, heading, value(numbering, "numId") or base.list_id, list_level)


class Layout(NamedTuple):
    """What a paragraph is, apart from its content."""

    style: str = ""
    look: int = PLAIN
    heading: int = 0
    list_id: str = ""
    level: int = 0  # of its list, or of its indent


def plain_layout(styles: Styles) -> Layout:
    """A paragraph that says nothing about itself."""
    style = styles.get(styles.default)
    return Layout(style.name, style.look, style.heading, style.list_id, max(style.list_level, 0))


def read_layout(properties: Element, styles: Styles) -> Layout:
    """What `w:pPr` says, on top of its style."""
    style_id = styles.default
    numbering = outline_level = indent = None
    for child in properties:
        tag = child.tag
        if tag == _PARAGRAPH_STYLE:
            style_id = child.get(VAL) or style_id
        elif tag == _NUMBERING:
            numbering = child
        elif tag == _OUTLINE:
            outline_level = child.get(VAL)
        elif tag == _INDENT:
            indent = child.get(W + "left") or child.get(W + "start")
    style = styles.get(style_id)
    list_id, level = style.list_id, style.list_level
    if numbering is not None:
        list_id = value(numbering, "numId") or list_id
        level = number(value(numbering, "ilvl"), level, 8)
    elif not list_id and indent is not None:
        level = number(indent, 0) // _TWIPS_PER_STEP
    heading = style.heading if outline_level is None else outline(outline_level)
    return Layout(style.name, style.look, heading, list_id, max(level, 0))


def outline(level: str) -> int:
    """`w:outlineLvl` counts from 0; 9 is body text."""
    found = number(level, 9)
    return found + 1 if 0 <= found < 9 else 0


def run_look(properties: Element | None, look: int, styles: Styles) -> tuple[int, str]:
    """The look of a run whose surroundings look like `look`, and its font when that is a symbol font."""
    font = ""
    for child in () if properties is None else properties:
        tag = child.tag
        bit = MARKS.get(tag)
        if bit is not None:
            look = look & ~bit if child.get(VAL) in OFF else look | bit
        elif tag == _STYLE:
            look |= styles.get(child.get(VAL, "")).look
        elif tag == _HIGHLIGHT:
            look = look & ~HIGHLIGHT if child.get(VAL) in _NO_COLOUR else look | HIGHLIGHT
        elif tag == _SHADE:
            if child.get(FILL) not in BLANK_FILLS:
                look |= HIGHLIGHT
        elif tag == FONT:
            name = child.get(ASCII, "")
            font = name if name.casefold() in FONTS else ""
    return look, font

"""What the styles of an OpenDocument text say about looks, headings, cells and lists."""

from typing import Final, NamedTuple

from mailbot.parse.readers.flow import BOLD, CIRCLED, HIDDEN, HIGHLIGHT, ITALIC, PLAIN, STRIKE, UNDERLINE
from mailbot.parse.readers.odt_names import FO, STYLE, TEXT
from mailbot.parse.readers.symbols import FONTS
from mailbot.parse.readers.xml import Element

_ANCESTORS = 12  # a chain may also be a ring
_CLEAR: Final = frozenset((None, "", "transparent", "#ffffff", "none"))
_NO_LINE: Final = frozenset((None, "none"))


class Style(NamedTuple):
    """One style with all it inherits; a mark is (bits to set, bits to clear) against what is above."""

    name: str = ""
    on: int = PLAIN
    off: int = PLAIN
    heading: int = 0
    font: str = ""
    shaded: bool = False

    def over(self, look: int) -> int:
        """The look of text that this style is laid over."""
        return (look & ~self.off) | self.on


_NONE: Final = Style()


class Styles:
    """All styles of a document, worked out when they are first used."""

    def __init__(self, *roots: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._known: dict[tuple[str, str], Style] = {}
        self._lists: dict[str, Element] = {}
        for root in roots:
            for element in () if root is None else root.iter(STYLE + "style", TEXT + "list-style"):
                name = element.get(STYLE + "name", "")
                if element.tag == TEXT + "list-style":
                    self._lists[name] = element
                else:
                    self._elements[element.get(STYLE + "family", ""), name] = element

    def get(self, family: str, name: str | None) -> Style:
        """The style of this name; an unknown one changes nothing."""
        if not name:
            return _NONE
        known = self._known.get((family, name))
        if known is None:
            known = self._known[family, name] = self._work_out(family, name)
        return known

    def numbered(self, list_style: str, level: int) -> bool:
        """Whether a list counts its items, instead of drawing a sign."""
        for element in self._lists.get(list_style, ()):
            if element.get(TEXT + "level") == str(level):
                return bool(element.tag == TEXT + "list-level-style-number")
        return False

    def _work_out(self, family: str, name: str) -> Style:
        chain: list[Element] = []
        element = self._elements.get((family, name))
        while element is not None and len(chain) < _ANCESTORS:
            chain.append(element)
            element = self._elements.get((family, element.get(STYLE + "parent-style-name", "")))
        style = _NONE
        for ancestor in reversed(chain):
            style = _inherit(style, ancestor)
        return style


def _inherit(base: Style, element: Element) -> Style:
    shown = element.get(STYLE + "display-name")
    name: str = shown or element.get(STYLE + "name", "") or ""
    automatic = shown is None and base.name and element.get(STYLE + "parent-style-name")
    level = element.get(STYLE + "default-outline-level") or ""
    heading = int(level) if level.isdigit() and 0 < int(level[:3]) < 10 else base.heading
    text = element.find(STYLE + "text-properties")
    cell = element.find(STYLE + "table-cell-properties")
    shaded = base.shaded
    if cell is not None and cell.get(FO + "background-color") is not None:
        shaded = cell.get(FO + "background-color", "").lower() not in _CLEAR
    style = Style(base.name if automatic else name, base.on, base.off, heading, base.font, shaded)
    return style if text is None else _marked(style, text)


def _marked(style: Style, text: Element) -> Style:
    on, off = style.on, style.off
    for bit, verdict in _verdicts(text):
        if verdict is True:
            on, off = on | bit, off & ~bit
        elif verdict is False:
            on, off = on & ~bit, off | bit
    font = text.get(STYLE + "font-name", "") or text.get(FO + "font-family", "").strip("'\"")
    if font:
        font = font if font.casefold() in FONTS else ""
    return style._replace(on=on, off=off, font=font or style.font)


def _verdicts(text: Element) -> tuple[tuple[int, bool | None], ...]:
    weight = text.get(FO + "font-weight")
    slope = text.get(FO + "font-style")
    under = text.get(STYLE + "text-underline-style")
    through = text.get(STYLE + "text-line-through-style") or text.get(STYLE + "text-line-through-type")
    back = text.get(FO + "background-color")
    border = text.get(FO + "border")
    display = text.get(TEXT + "display")
    return (
        (BOLD, None if weight is None else weight == "bold" or weight in ("600", "700", "800", "900")),
        (ITALIC, None if slope is None else slope in ("italic", "oblique")),
        (UNDERLINE, None if under is None else under not in _NO_LINE),
        (STRIKE, None if through is None else through not in _NO_LINE),
        (HIGHLIGHT, None if back is None else back.lower() not in _CLEAR),
        (CIRCLED, None if border is None else border not in _NO_LINE),
        (HIDDEN, None if display is None else display == "none"),
    )

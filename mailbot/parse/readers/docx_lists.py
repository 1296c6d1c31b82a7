"""List markers as Word would print them: `numbering.xml` and counters."""

from mailbot.parse.readers.docx_names import W, number, value
from mailbot.parse.readers.symbols import in_font
from mailbot.parse.readers.xml import Element

_LEVELS = 9
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Lists:
    """The lists of one document, in reading order: asking for a marker counts."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, Element]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        for element in () if root is None else root:
            if element.tag == W + "abstractNum":
                levels = {
                    number(level.get(W + "ilvl"), 0): level for level in element.iterchildren(W + "lvl")
                }
                self._levels[element.get(W + "abstractNumId", "")] = levels
            elif element.tag == W + "num":
                self._abstract[element.get(W + "numId", "")] = value(element, "abstractNumId") or ""

    def marker(self, list_id: str, level: int) -> str:
        """What stands before the next paragraph of this list; "*" where it is drawn or unknown."""
        abstract = self._abstract.get(list_id, "")
        levels = self._levels.get(abstract)
        if list_id in ("", "0"):
            return ""
        if not levels or level not in levels:
            return "*"
        element = levels[level]
        kind, text = value(element, "numFmt") or "decimal", value(element, "lvlText") or ""
        if kind == "bullet":
            return _bullet(element, text)
        counts = self._count(abstract, levels, level)
        return "" if kind == "none" else _numbered(levels, counts, text)

    def _count(self, abstract: str, levels: dict[int, Element], level: int) -> list[int]:
        counts = self._counts.setdefault(abstract, [])
        del counts[level + 1 :]
        while len(counts) <= level:
            counts.append(_start(levels, len(counts)) - (1 if len(counts) == level else 0))
        counts[level] += 1
        return counts


def _start(levels: dict[int, Element], level: int) -> int:
    return number(value(levels.get(level), "start"), 1)


def _bullet(element: Element, text: str) -> str:
    fonts = element.find(f"{W}rPr/{W}rFonts")
    shown = in_font(text, "" if fonts is None else fonts.get(W + "ascii", ""))
    return shown if shown in "☐☒☑✓✗" else "*"


def _numbered(levels: dict[int, Element], counts: list[int], text: str) -> str:
    for level in range(_LEVELS):
        mark = f"%{level + 1}"
        if mark in text:
            count = counts[level] if level < len(counts) else 1
            text = text.replace(mark, _printed(count, value(levels.get(level), "numFmt") or "decimal"))
    return text[:40]


def _printed(count: int, kind: str) -> str:
    if count > 0 and kind.endswith("Letter"):
        shown = chr(ord("a") + (count - 1) % 26) * min(1 + (count - 1) // 26, 4)
    elif 0 < count < 400 and kind.endswith("Roman"):
        shown = ""
        for worth, letters in _ROMAN:
            shown += letters * (count // worth)
            count %= worth
    else:
        return str(count)
    return shown.upper() if kind.startswith("upper") else shown

"""
Reads HTML, as mail programs write it, into blocks: text with its marks, tables with spans, controls.

GUARANTEES
    Broken markup is read as a browser would, more or less; what is hidden is kept apart, never shown as
    if it had been visible. No recursion over the input.
SECURITY
    Nothing is fetched, run or rendered. Scripts, styles, objects and comments are dropped.
"""

import re
from html import unescape
from typing import Final

from lxml import etree

from mailbot.domain.document import Aside, Block, Document, Paragraph, Text
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.html_controls import control
from mailbot.parse.readers.html_lines import Lines
from mailbot.parse.readers.html_style import Look, declarations, look_of
from mailbot.parse.readers.html_table import TableDraft, span
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, text_of

_DATA_URI: Final = re.compile(r"data:[a-z0-9.+/-]{1,60};base64,[A-Za-z0-9+/=%\s]*", re.I)
_TAG: Final = re.compile("<[^<>]*>")
_UNSEEN: Final = re.compile("<(?:script|style)\\b[^<]*(?:<(?!/)[^<]*)*</", re.I)
_DROPPED: Final = frozenset((
    "script", "style", "template", "object", "embed", "applet", "iframe", "svg", "math", "canvas", "audio",
    "video", "frameset", "datalist", "colgroup",
))  # fmt: skip
_BLOCKS: Final = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "address", "article", "section",
    "header", "footer", "main", "nav", "aside", "figure", "figcaption", "form", "fieldset", "legend",
    "center", "caption", "body", "h1", "h2", "h3", "h4", "h5", "h6", "details", "summary", "listing",
))  # fmt: skip
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_CONTROLS: Final = frozenset(("input", "select", "textarea"))


def read(untrusted_markup: str, limits: Limits) -> Document:
    """The document; raises `LimitExceeded`."""
    markup = _DATA_URI.sub("", untrusted_markup).replace("\x00", "")
    if len(markup) > limits.body_characters:
        raise LimitExceeded("body_characters")
    if not markup.strip():
        return Document(format="html")
    root, whole = _parse(markup)
    page = _Page(limits)
    if root is not None:
        page.walk(root)
    return Document(
        format="html",
        blocks=tuple(page.blocks if whole else _stripped(markup)),
        asides=tuple(page.asides),
        flags=() if whole else ("unreadable_part",),
        properties={"title": page.title} if page.title else {},
    )


def _stripped(markup: str) -> list[Block]:
    """What is left without tags, for a page that no parser finishes: a person can still read it."""
    text = unescape(_TAG.sub("\n", _UNSEEN.sub("", markup)))
    return [Paragraph((Text(line),)) for line in map(str.strip, clean(text).split("\n")) if line]


def _parse(markup: str) -> tuple[Element | None, bool]:
    """
    The tree, and whether the parser went through to the end.

    A large tree means here: 2,048 levels instead of 256, which a long thread of replies reaches. HTML has
    no entities of its own, and nothing below recurses.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root: Element | None = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, False
    stopped = any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log)
    return root, root is not None and not stopped


class _Page:
    """One pass over a page; every open element has a frame on the stack."""

    def __init__(self, limits: Limits) -> None:
        self.asides: list[Aside] = []
        self.title = ""
        self.lines = Lines()
        self._limits = limits
        self._containers: list[list[Block]] = [[]]
        self._tables: list[TableDraft | None] = []  # None: a cell lies between
        self._count = 0
        self._lists: list[int] = []  # number of the last item; -1 for bullets

    @property
    def blocks(self) -> list[Block]:
        """What stands at the top."""
        return self._containers[0]

    def walk(self, root: Element) -> None:
        """Every element in order, with the text behind it."""
        pending: list[tuple[Element, Look, bool]] = [(root, Look(), False)]
        while pending:
            element, above, leaving = pending.pop()
            look = None if leaving else self._enter(element, above)
            if look is not None:
                self.lines.text(element.text or "", look)
                pending.append((element, above, True))
                pending.extend((child, look, False) for child in reversed(element))
                continue
            if leaving:
                self._leave(element)
            self.lines.text(element.tail or "", above)
        self._end()

    def _enter(self, element: Element, above: Look) -> Look | None:
        """The look inside, or None where nothing inside is to be read."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED:
            return None
        if tag == "head":
            self.title = " ".join(clean(element.findtext(".//title") or "").split())[:500]
            return None
        style = element.get("style", "")
        look = look_of(tag, style, above)
        if look.hidden or element.get("hidden") is not None:
            self._hide(element)
            return None
        if tag in _CONTROLS:
            part = control(element)
            if part is not None:
                self.lines.put(part)
            return None
        if style and "mso-list" in style and declarations(style).get("mso-list") == "ignore":
            self.lines.marker(text_of(element))
            return None
        self._open(tag, element)
        return look

    def _open(self, tag: str, element: Element) -> None:
        if tag == "br":
            self.lines.line_break()
        elif tag in ("img", "hr"):
            self._picture(element) if tag == "img" else self._end()
        elif tag in _BLOCKS:
            self._end()
            self._begin(tag, element)
        elif tag == "table":
            self._open_table()
        elif tag in ("tr", "td", "th", "thead", "tbody", "tfoot"):
            self._end()
            draft = self._tables[-1] if self._tables else None
            if draft is not None and tag == "tr":
                draft.open_row()
            elif tag in ("td", "th"):
                self._containers.append([])
                self._tables.append(None)

    def _begin(self, tag: str, element: Element) -> None:
        lines = self.lines
        lines.heading = _HEADINGS.get(tag, lines.heading)
        if tag == "p":
            lines.style = clean(element.get("class", ""))[:60]
        elif tag == "blockquote":
            lines.quoted += 1
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li" and self._lists:
            if self._lists[-1] >= 0:
                self._lists[-1] += 1
            lines.bullet = f"{self._lists[-1]}." if self._lists[-1] > 0 else "*"
            lines.indent = len(self._lists) - 1

    def _leave(self, element: Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._end()
            self._finish(tag)
        elif tag == "table":
            self._end()
            draft = self._tables.pop()
            if draft is not None:
                self._containers[-1].extend(draft.finish())
        elif tag in ("td", "th"):
            self._close_cell(element)
        elif tag in ("tr", "caption"):
            self._end()

    def _finish(self, tag: str) -> None:
        lines = self.lines
        if tag in _HEADINGS:
            lines.heading = 0
        elif tag == "p":
            lines.style = ""
        elif tag == "blockquote":
            lines.quoted -= 1
        elif tag in ("ul", "ol"):
            self._lists.pop()
            lines.indent = max(len(self._lists) - 1, 0)
        elif tag == "li":
            lines.bullet = ""

    def _open_table(self) -> None:
        self._end()
        self._count += 1
        if len(self._tables) > 2 * self._limits.block_nesting:
            raise LimitExceeded("block_nesting")
        self._tables.append(TableDraft(f"table {self._count}", self._limits))

    def _close_cell(self, element: Element) -> None:
        self._end()
        blocks = self._containers.pop()
        self._tables.pop()
        draft = self._tables[-1] if self._tables else None
        if draft is None:  # a cell outside of any table
            self._containers[-1].extend(blocks)
            return
        look = look_of(element.tag, element.get("style", ""), Look())
        colour = element.get("bgcolor", "").lower()
        draft.add(
            blocks,
            span(element.get("colspan")),
            span(element.get("rowspan")),
            header=element.tag == "th",
            shaded=look.shaded or colour not in ("", "white", "#ffffff", "#fff"),
        )

    def _picture(self, element: Element) -> None:
        """A sign that a mail program sends as a picture: its name is the sign."""
        name = clean(element.get("alt", "")).strip()
        if 0 < len(name) <= 2 and not name.isascii():
            self.lines.text(name, Look())

    def _hide(self, element: Element) -> None:
        text = " ".join(clean(text_of(element)).split())
        if text:
            self.asides.append(Aside("hidden", text))

    def _end(self) -> None:
        self.lines.end(self._containers[-1])

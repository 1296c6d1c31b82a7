"""
Walks the body of an OpenDocument text into blocks.

SECURITY
    Recursion follows the tree, whose depth the parser bounds; repetitions share one allowance for the
    whole document.
"""

import re
from typing import Final, Literal

from mailbot.domain.document import Aside, Block, Entry, NamedField, Paragraph
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_controls import as_inlines
from mailbot.parse.readers.flow import HIDDEN, Flow
from mailbot.parse.readers.odt_forms import content_control, drop_down, field_mark, inline
from mailbot.parse.readers.odt_names import DRAW, FIELD, LO, OFFICE, TABLE, TEXT, count
from mailbot.parse.readers.odt_styles import Style, Styles
from mailbot.parse.readers.odt_table import table
from mailbot.parse.readers.symbols import clean, in_font
from mailbot.parse.readers.xml import Element, text_of

_SPACE: Final = re.compile("[ \t\r\n]+")
_P: Final = TEXT + "p"
_H: Final = TEXT + "h"
_SPAN: Final = TEXT + "span"
_LIST: Final = TEXT + "list"
_FRAMES: Final = frozenset(DRAW + name for name in ("text-box", "custom-shape", "rect", "ellipse", "caption"))
_SILENT: Final = frozenset(
    [TEXT + name for name in ("sequence-decls", "variable-decls", "user-field-decls", "ruby-text")]
    + [OFFICE + "forms", TEXT + "note-citation", TEXT + "dde-connection-decls", TEXT + "index-title-template"]
)  # fmt: skip


class Walker:
    """One pass over one document."""

    def __init__(self, styles: Styles, controls: dict[str, NamedField], limits: Limits) -> None:
        self.styles = styles
        self.limits = limits
        self.asides: list[Aside] = []
        self.placed: set[str] = set()
        self.repeats_left = limits.table_repeats
        self._controls = controls
        self._boxes: list[Element] = []
        self._depth = self._paragraphs = self._tables = 0

    def blocks(self, parent: Element) -> list[Block]:
        """What stands in a body, a cell, a text box or a note."""
        self._depth += 1
        if self._depth > self.limits.block_nesting:
            raise LimitExceeded("block_nesting")
        out: list[Block] = []
        self._into(parent, out, "", 0)
        self._depth -= 1
        return out

    def note(
        self, kind: Literal["header", "footer", "comment", "footnote", "deleted"], element: Element
    ) -> None:
        """Something outside the flow."""
        self._depth += 1
        text = "\n".join(block.text for block in self.blocks(element)).strip()
        self._depth -= 1
        aside = Aside(kind, text, kind)
        if text and aside not in self.asides[-20:]:
            self.asides.append(aside)

    def _into(self, parent: Element, out: list[Block], list_style: str, level: int) -> None:
        item = 0
        for child in parent:
            tag = child.tag
            if tag in (_P, _H):
                self._paragraph(child, out, level)
            elif tag == TABLE + "table":
                self._tables += 1
                out.append(table(self, child, f"table {self._tables}"))
            elif tag == _LIST:
                self._into(child, out, child.get(TEXT + "style-name") or list_style, level + 1)
            elif tag in (TEXT + "list-item", TEXT + "list-header"):
                item += tag == TEXT + "list-item"
                first = len(out)
                self._into(child, out, list_style, level)
                self._mark(out, first, f"{item}." if self.styles.numbered(list_style, level) else "*")
            elif tag == TEXT + "tracked-changes":
                for deletion in child.iter(TEXT + "deletion"):
                    self.note("deleted", deletion)
            elif tag == DRAW + "frame" or tag in _FRAMES:
                out.extend(block for box in _text_boxes(child) for block in self.blocks(box))
            elif tag == TEXT + "section" and child.get(TEXT + "display") == "none":
                self._hide(text_of(child))
            elif tag not in _SILENT:
                self._into(child, out, list_style, level)

    @staticmethod
    def _mark(out: list[Block], first: int, bullet: str) -> None:
        block = out[first] if first < len(out) else None
        if isinstance(block, Paragraph) and not block.bullet:
            out[first] = Paragraph(
                block.inlines, block.heading, block.style, bullet, block.indent, 0, block.where
            )

    def _paragraph(self, element: Element, out: list[Block], level: int) -> None:
        where = ""
        if self._depth == 1:
            self._paragraphs += 1
            where = f"paragraph {self._paragraphs}"
        style = self.styles.get("paragraph", element.get(TEXT + "style-name"))
        heading = style.heading
        if element.tag == _H:
            heading = count(element, TEXT + "outline-level", 9)
        flow = Flow()
        self._inline(element, flow, style.over(0), style)
        self._hide("".join(flow.hidden), where)
        inlines = flow.take()
        boxes, self._boxes = self._boxes, []
        if inlines or not boxes:
            out.append(Paragraph(inlines, heading, style.name, "", max(level - 1, 0), 0, where))
        for box in boxes:
            out.extend(self.blocks(box))

    def _inline(self, element: Element, flow: Flow, look: int, style: Style) -> None:
        self._text(element.text, flow, look, style)
        for child in element:
            if child.tag == _SPAN:
                inner = self.styles.get("text", child.get(TEXT + "style-name"))
                font = inner if inner.font else style
                self._inline(child, flow, inner.over(look), font)
            else:
                self._special(child, flow, look, style)
            self._text(child.tail, flow, look, style)

    def _special(self, child: Element, flow: Flow, look: int, style: Style) -> None:
        tag = child.tag
        if tag == TEXT + "s":
            flow.add(" " * count(child, TEXT + "c", 200), look)
        elif tag == TEXT + "tab":
            flow.add("\t", look)
        elif tag == TEXT + "line-break":
            flow.add("\n", look)
        elif tag == TEXT + "note":
            for body in child.iterchildren(TEXT + "note-body"):
                self.note("footnote", body)
        elif tag == OFFICE + "annotation":
            self.note("comment", child)
        elif tag == TEXT + "placeholder":
            flow.put(Entry("", placeholder=clean(text_of(child)).strip("<> ")))
        elif tag == TEXT + "text-input":
            self._input(child, flow)
        elif tag == TEXT + "drop-down":
            flow.put(drop_down(child))
        elif tag in (TEXT + "hidden-text", TEXT + "hidden-paragraph"):
            flow.add(text_of(child), HIDDEN)
        elif tag == DRAW + "control":
            self._control(child.get(DRAW + "control", ""), flow, look)
        elif tag == LO + "content-control":
            self._content_control(child, flow, look, style)
        elif tag.startswith(FIELD):
            self._field_mark(child, flow, look, style)
        elif tag.startswith(DRAW):
            self._drawing(child, flow, look)
        elif tag not in _SILENT:
            self._inline(child, flow, look, style)

    def _input(self, element: Element, flow: Flow) -> None:
        typed = clean(text_of(element))
        prompt = clean(element.get(TEXT + "description", ""))
        untouched = not typed.strip() or typed.strip() == prompt.strip()
        flow.put(Entry("" if untouched else typed, name=prompt, placeholder=typed if untouched else ""))

    def _control(self, key: str, flow: Flow, look: int) -> None:
        field = self._controls.get(key)
        if field is not None and key not in self.placed:
            self.placed.add(key)
            flow.put(inline(field))
            if field.label:
                flow.add(" " + field.label, look)

    def _content_control(self, element: Element, flow: Flow, look: int, style: Style) -> None:
        inner = Flow()
        self._inline(element, inner, look, style)
        flow.hidden += inner.hidden
        for part in as_inlines(inner.take(), content_control(element)):
            flow.put(part)

    def _field_mark(self, element: Element, flow: Flow, look: int, style: Style) -> None:
        part = field_mark(element)
        if part is not None:
            flow.put(part)
        else:
            self._inline(element, flow, look, style)

    def _drawing(self, element: Element, flow: Flow, look: int) -> None:
        for control in element.iter(DRAW + "control"):
            self._control(control.get(DRAW + "control", ""), flow, look)
        self._boxes.extend(_text_boxes(element))

    def _text(self, text: str | None, flow: Flow, look: int, style: Style) -> None:
        if text:
            shown = _SPACE.sub(" ", text)
            flow.add(in_font(shown, style.font) if style.font else shown, look)

    def _hide(self, untrusted_text: str, where: str = "") -> None:
        text = clean(untrusted_text).strip()
        if text:
            self.asides.append(Aside("hidden", text, where))


def _text_boxes(drawing: Element) -> list[Element]:
    """The shapes of a drawing that hold paragraphs themselves, outermost first, in order."""
    found: list[Element] = []
    pending = [drawing]
    while pending:
        element = pending.pop()
        if (
            element.tag in _FRAMES
            and next(element.iterchildren(_P, _H, _LIST, TABLE + "table"), None) is not None
        ):
            found.append(element)
        else:
            pending.extend(reversed(list(element)))
    return found

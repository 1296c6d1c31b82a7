"""
Walks the body of a Word document, and of its headers and notes, into blocks.

GUARANTEES
    Everything a person sees in Word is in the blocks once, in reading order; what Word hides or deletes
    is in the asides.
SECURITY
    Recursion follows the tree, whose depth the parser bounds; tables and text boxes are counted besides.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from mailbot.domain.document import Aside, Block, Paragraph
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_controls import as_blocks, as_inlines, control
from mailbot.parse.readers.docx_fields import Fields
from mailbot.parse.readers.docx_lists import Lists
from mailbot.parse.readers.docx_names import MC, W
from mailbot.parse.readers.docx_styles import Layout, Styles, plain_layout, read_layout, run_look
from mailbot.parse.readers.docx_table import table
from mailbot.parse.readers.flow import DELETED, Flow
from mailbot.parse.readers.symbols import clean, in_font, symbol
from mailbot.parse.readers.xml import Element, text_of

_P: Final = W + "p"
_R: Final = W + "r"
_T: Final = W + "t"
_TABLE: Final = W + "tbl"
_SDT: Final = W + "sdt"
_CONTENT: Final = W + "sdtContent"
_SDT_PROPERTIES: Final = W + "sdtPr"
_RPR: Final = W + "rPr"
_PPR: Final = W + "pPr"
_DELETED_TEXT: Final = W + "delText"
_TEXTS: Final = frozenset((_T, _DELETED_TEXT))
_SYMBOL: Final = W + "sym"
_FIELD: Final = W + "fldChar"
_FIELD_TYPE: Final = W + "fldCharType"
_FIELD_DATA: Final = W + "ffData"
_SIMPLE_FIELD: Final = W + "fldSimple"
_INSTRUCTION: Final = W + "instrText"
_ALTERNATIVES: Final = MC + "AlternateContent"
_TEXT_BOX: Final = W + "txbxContent"
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

FIXED: Final = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
    W + "softHyphen": "",
}  # fmt: skip
_DRAWN: Final = frozenset((W + "drawing", W + "pict", W + "object", _ALTERNATIVES))
SILENT: Final = frozenset(
    W + name
    for name in (
        "pPr", "rPr", "sectPr", "proofErr", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "rt",
        "commentRangeEnd", "commentReference", "footnoteReference", "endnoteReference", "annotationRef",
        "footnoteRef", "endnoteRef", "lastRenderedPageBreak", "separator", "continuationSeparator",
        "permStart", "permEnd", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "tblPr", "tblGrid", "tcPr",
    )
)  # fmt: skip
_GONE: Final = frozenset((W + "del", W + "moveFrom"))


class Walker:
    """One pass over one document; styles and lists are shared by its parts."""

    def __init__(self, styles: Styles, lists: Callable[[], Lists], limits: Limits) -> None:
        self.styles = styles
        self._plain = plain_layout(styles)
        self.limits = limits
        self.flags: set[str] = set()
        self.asides: list[Aside] = []
        self.depth = 0
        self._lists = lists
        self.fields = Fields(self.flags)
        self._boxes: list[Element] = []
        self._paragraphs = self._tables = 0

    def blocks(self, parent: Element) -> list[Block]:
        """What stands in a body, a cell, a text box or a note."""
        self.enter()
        out: list[Block] = []
        self.into(parent, out)
        self.depth -= 1
        return out

    def enter(self) -> None:
        """A body, a cell, a text box or a note begins."""
        self.depth += 1
        if self.depth > self.limits.block_nesting:
            raise LimitExceeded("block_nesting")

    def where(self) -> str:
        """The name of the next paragraph of the body."""
        self._paragraphs += 1
        return f"paragraph {self._paragraphs}"

    def begin_table(self) -> str:
        """The name of the next table: they are numbered in the order in which they begin."""
        self._tables += 1
        return f"table {self._tables}"

    def bullet(self, layout: Layout) -> str:
        """What stands before the next paragraph of a list."""
        return self._lists().marker(layout.list_id, layout.level)

    def into(self, parent: Iterable[Element], out: list[Block]) -> None:
        """Puts behind the blocks what is in these elements."""
        for child in parent:
            tag = child.tag
            if tag == _P:
                self._paragraph(child, out)
            elif tag in SILENT:
                continue
            elif tag == _TABLE:
                out.append(table(self, child, self.begin_table()))
            elif tag == _SDT:
                inner: list[Block] = []
                self.into(child.iterchildren(_CONTENT), inner)
                out.extend(as_blocks(inner, control(child.find(W + "sdtPr"))))
            elif tag == W + "altChunk":
                self.flags.update(("unsafe_document", "unreadable_part"))
            elif tag == _ALTERNATIVES:
                self.into(_chosen(child), out)
            elif tag in _GONE:
                self._aside("deleted", text_of(child, _DELETED_TEXT, _T))
            else:
                self.into(child, out)

    def _paragraph(self, element: Element, out: list[Block]) -> None:
        where = self.where() if self.depth == 1 else ""
        layout = self._plain
        if len(element) and element[0].tag == _PPR:
            layout = read_layout(element[0], self.styles)
        flow = Flow()
        self.inline(element, flow, layout.look)
        self.finish(flow, layout, where, out)

    def finish(self, flow: Flow, layout: Layout, where: str, out: list[Block]) -> None:
        """A paragraph ends; text that is not on the page goes aside, text boxes follow."""
        if self.fields.open:
            self.fields.pause(flow)
        if flow.hidden or flow.deleted:
            self._aside("hidden", "".join(flow.hidden), where)
            self._aside("deleted", "".join(flow.deleted), where)
        inlines, boxes = flow.take(), self._boxes
        if inlines or not boxes:
            bullet = self.bullet(layout) if layout.list_id else ""
            out.append(Paragraph(inlines, layout.heading, layout.style, bullet, layout.level, 0, where))
        if boxes:
            self._boxes = []
            for box in boxes:
                out.extend(self.blocks(box))

    def inline(self, parent: Iterable[Element], flow: Flow, look: int) -> None:
        """Puts into the line what is in these elements."""
        for child in parent:
            tag = child.tag
            if tag == _R:
                self._run(child, flow, look)
            elif tag in SILENT:
                continue
            elif tag == _SDT:
                self._control(child, flow, look)
            elif tag in _GONE:
                self.inline(child, flow, look | DELETED)
            elif tag == _SIMPLE_FIELD:
                self.fields.begin(None, flow)
                self.fields.instruct(child.get(W + "instr", ""))
                self.fields.separate(flow)
                self.inline(child, flow, look)
                self.fields.end(flow)
            elif tag == _MATH_TEXT:
                self.text(child.text or "", flow, look)
            elif tag in _DRAWN:
                self._boxes.extend(_text_boxes(child))
            else:
                self.inline(child, flow, look)

    def _control(self, element: Element, flow: Flow, look: int) -> None:
        inner = Flow()
        properties: Element | None = None
        for child in element:
            if child.tag == _CONTENT:
                self.inline(child, inner, look)
            elif child.tag == _SDT_PROPERTIES:
                properties = child
        flow.hidden += inner.hidden
        flow.deleted += inner.deleted
        for part in as_inlines(inner.take(), control(properties)):
            flow.put(part)

    def _run(self, element: Element, flow: Flow, look: int) -> None:
        font = ""
        for child in element:
            tag = child.tag
            if tag in _TEXTS:
                text = child.text or ""
                self.text(in_font(text, font) if font else text, flow, look)
            elif tag == _RPR:
                look, font = run_look(child, look, self.styles)
            elif tag in FIXED:
                self.text(FIXED[tag], flow, look)
            elif tag == _FIELD:
                self.field_mark(child.get(_FIELD_TYPE), child.find(_FIELD_DATA), flow)
            elif tag == _INSTRUCTION:
                self.fields.instruct(child.text or "")
            elif tag in _DRAWN:
                self._boxes.extend(_text_boxes(child))
            elif tag == _SYMBOL:
                code = int_of(child.get(W + "char", ""))
                self.text(symbol(code, child.get(W + "font", "")), flow, look)
            elif tag not in SILENT:
                self.inline((child,) if tag == _R else child, flow, look)

    def field_mark(self, kind: str | None, data: Element | None, flow: Flow) -> None:
        """A field begins, separates its instruction from its result, or ends."""
        if kind == "begin":
            self.fields.begin(data, flow)
        elif kind == "separate":
            self.fields.separate(flow)
        elif kind == "end":
            self.fields.end(flow)

    def text(self, text: str, flow: Flow, look: int) -> None:
        """Text, which an open field takes."""
        if self.fields.open:
            self.fields.text(text, look, flow)
        else:
            flow.add(text, look)

    def _aside(self, kind: str, untrusted_text: str, where: str = "") -> None:
        text = clean(untrusted_text).strip()
        if text:
            self.asides.append(Aside("deleted" if kind == "deleted" else "hidden", text, where))


def int_of(hexadecimal: str) -> int:
    """The code of `w:sym`."""
    try:
        return int(hexadecimal[:8], 16)
    except ValueError:
        return 0


def _chosen(alternatives: Element) -> Iterable[Element]:
    """The children of the one branch that counts: the first choice, else the fallback."""
    branch = alternatives.find(MC + "Choice")
    if branch is None:
        branch = alternatives.find(MC + "Fallback")
    return () if branch is None else branch


def _text_boxes(drawing: Element) -> Iterator[Element]:
    """The text boxes of a drawing in order, each once, also where an older form of it stands beside."""
    pending: list[Element] = [drawing]
    while pending:
        element = pending.pop()
        if element.tag == _TEXT_BOX:
            yield element
            continue
        children = _chosen(element) if element.tag == MC + "AlternateContent" else element
        pending.extend(reversed(list(children)))

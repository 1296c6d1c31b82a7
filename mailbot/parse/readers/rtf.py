"""
Reads Rich Text: paragraphs with marks, tables, form fields with their states.

GUARANTEES
    Linear, without recursion. Hidden and deleted text, headers and notes are kept apart.
SECURITY
    Pictures, objects and anything unknown behind `\\*` are passed over; an object is reported.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Final, Literal

from mailbot.domain.document import Aside, Document
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers import flow
from mailbot.parse.readers.rtf_fields import Field
from mailbot.parse.readers.rtf_story import Layout, Story
from mailbot.parse.readers.rtf_table import CellForm, RowForm
from mailbot.parse.readers.rtf_text import SIGNS, WORDS, decode, joined, of_charset, of_page
from mailbot.parse.readers.rtf_tokens import BRACE, BYTE, SIGN, TEXT, WORD, tokens
from mailbot.parse.readers.symbols import FONTS, clean, in_font

_MARKS: Final = {
    "b": flow.BOLD, "i": flow.ITALIC, "ul": flow.UNDERLINE, "strike": flow.STRIKE, "striked": flow.STRIKE,
    "highlight": flow.HIGHLIGHT, "chcbpat": flow.HIGHLIGHT, "cb": flow.HIGHLIGHT, "v": flow.HIDDEN,
    "deleted": flow.DELETED, "chbrdr": flow.CIRCLED, "uld": flow.UNDERLINE, "uldb": flow.UNDERLINE,
}  # fmt: skip
_SKIPPED: Final = frozenset((
    "colortbl", "pict", "nonshppict", "shprslt", "themedata", "datastore", "objdata", "listtable", "filetbl",
    "revtbl", "rsidtbl", "nonesttables", "private", "xe", "tc", "sp", "ftnsep", "ftnsepc", "ftncn", "aftnsep",
    "aftnsepc", "aftncn", "generator", "objclass", "objname", "bkmkstart", "bkmkend", "pn", "falt", "panose",
    "annotationid", "atnid", "atnauthor", "atndate", "atnref", "atrfstart", "atrfend", "atnparent",
))  # fmt: skip
_AFTER_STAR: Final = frozenset((
    "fldinst", "formfield", "ffname", "ffdeftext", "ffl", "annotation", "shpinst", "nesttableprops", "company",
    "manager", "docvar", "shppict", "listtext", "pntext", "footnote", "shptxt",
))  # fmt: skip
_STORIES: Final[dict[str, Literal["header", "footer", "footnote", "comment", "note"]]] = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer",
    "footerl": "footer", "footerr": "footer", "footerf": "footer", "footnote": "footnote",
    "annotation": "comment", "shptxt": "note",
}  # fmt: skip
_INFO: Final = {
    "author": "author", "title": "title", "operator": "last_modified_by", "company": "company",
    "manager": "manager", "subject": "subject", "keywords": "keywords", "doccomm": "comments",
}  # fmt: skip
_CAPTURES: Final = frozenset(("ffname", "ffdeftext", "ffl", "listtext", "pntext", *_INFO))


@dataclass(slots=True)
class State:
    """What a group inherits, and what ends with it."""

    look: int = flow.PLAIN
    font: int = 0
    skip_after: int = 1  # \uc
    into: str = ""  # "", "skip", "fonts", "styles", "instruction", "form", "info", or a key of _CAPTURES
    field: Field | None = None
    typing: Field | None = None  # a text field's result
    star: bool = False
    opened: str = ""  # what this very group began


class _Reader:
    """One pass over one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.body = Story(limits)
        self.stories: list[tuple[Story, str]] = [(self.body, "")]
        self.asides: list[Aside] = []
        self.flags: set[str] = set()
        self.properties: dict[str, str] = {}
        self.state = State()
        self._stack: list[State] = []
        self._codec = "cp1252"
        self._fonts: dict[int, tuple[str, str]] = {}  # number: name of a symbol font, codec
        self._styles: dict[int, str] = {}
        self._captured: list[str] = []
        self._bytes = bytearray()
        self._passing = 0  # characters that stand in for a \u
        self._default_font = 0

    @property
    def story(self) -> Story:
        return self.stories[-1][0]

    def run(self, untrusted: bytes) -> None:
        for kind, text, value in tokens(untrusted):
            if kind == TEXT:
                self._chars(text)
            elif kind == WORD:
                self._word(text, value)
            elif kind == BYTE:
                self._byte(int(text, 16))
            elif kind == BRACE:
                self._brace(text)
            elif kind == SIGN:
                self._sign(text)
        while self._stack:
            self._close()
        self._flush()
        self._end_paragraph(only_text=True)

    # text

    def _chars(self, text: str) -> None:
        if self._passing:
            passed = min(self._passing, len(text))
            self._passing -= passed
            text = text[passed:]
        if text and not text.isascii():
            self._bytes += text.encode("latin-1", "replace")
        elif text:
            self._put(text)

    def _byte(self, code: int) -> None:
        if self._passing:
            self._passing -= 1
        else:
            self._bytes.append(code)

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            font, codec = self._fonts.get(self.state.font, ("", self._codec))
            self._put(data.decode("latin-1") if font else decode(data, codec))

    def _put(self, text: str) -> None:
        if self._bytes:
            self._flush()
        state = self.state
        into = state.into
        if into == "skip" or into in ("info", "form"):
            return
        font = self._fonts.get(state.font, ("", ""))[0]
        shown = in_font(text, font) if font and not into else text
        if not into and state.typing is not None and state.look < flow.HIDDEN:
            state.typing.words.append(shown)
        elif not into:
            self.story.flow.add(shown, state.look)
        elif into == "instruction" and state.field is not None:
            state.field.instruction.append(shown)
        else:
            self._captured.append(shown)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.state.star = True
        elif sign in "\r\n":
            self._word("par", None)
        elif self._passing:
            self._passing -= 1
        elif sign in SIGNS:
            self._put(SIGNS[sign])

    # groups

    def _brace(self, brace: str) -> None:
        self._passing = 0
        if self._bytes:
            self._flush()
        if brace == "{":
            if len(self._stack) > 100_000:
                raise LimitExceeded("block_nesting")
            self._stack.append(self.state)
            self.state = copy(self.state)
            self.state.opened, self.state.star = "", False
        elif self._stack:
            self._close()

    def _close(self) -> None:
        self._flush()
        ended, self.state = self.state, self._stack.pop()
        opened = ended.opened
        if opened in _STORIES:
            self._end_story()
        elif opened == "field" and ended.field is not None:
            ended.field.end(self.story.flow)
        elif opened == "fldinst" and ended.field is not None:
            self.flags |= ended.field.understand()
            self.story.flow.add(ended.field.symbol, self.state.look)
        elif opened in _CAPTURES:
            self._end_capture(opened, ended)
        elif ended.into == "styles" and self.state.into == "styles":
            self._name_style()
        elif ended.into == "fonts" and self.state.into == "fonts":
            self._name_font()

    def _end_capture(self, key: str, ended: State) -> None:
        text, self._captured = joined("".join(self._captured)), []
        if key in _INFO:
            if text.strip():
                self.properties[_INFO[key]] = clean(text).strip()[:500]
        elif key in ("listtext", "pntext"):
            sign = clean(text).strip()
            self.story.bullet = sign if sign[:1].isalnum() or sign in "(☐☒☑✓✗" else "*"
        elif ended.field is not None:
            ended.field.text(key, text)

    def _end_story(self) -> None:
        self._end_paragraph(only_text=True)
        story, kind = self.stories.pop()
        blocks = story.finish()
        if kind == "note":
            self.story.text_box(blocks)
            return
        text = "\n".join(block.text for block in blocks).strip()
        known = [aside.text for aside in self.asides[-20:]]
        if text and text not in known:
            self.asides.append(Aside(_STORIES[kind], text, kind))

    # control words

    def _word(self, word: str, value: int | None) -> None:
        if self._bytes:
            self._flush()
        state = self.state
        if state.into == "skip":
            return
        if word == "u" and value is not None:
            self._put(chr(value & 0xFFFF))
            self._passing = state.skip_after
            return
        star, state.star = state.star, False
        if self._opens(word) or (star and word not in _AFTER_STAR):
            if not state.opened:
                state.into = "skip"
            return
        if word in _MARKS:
            bit = _MARKS[word]
            state.look = state.look & ~bit if value == 0 else state.look | bit
        elif word in WORDS:
            self._put(WORDS[word])
        elif state.into == "form" and state.field is not None:
            state.field.word(word, value)
        else:
            action = _ACTIONS.get(word)
            if action is not None:
                action(self, value)

    def _opens(self, word: str) -> bool:
        """Whether this word says what the whole group is."""
        state = self.state
        if word in _SKIPPED:
            state.into = state.opened = "skip"
        elif word in _STORIES:
            if len(self.stories) > self.limits.block_nesting:
                raise LimitExceeded("block_nesting")
            state.opened, state.into, state.typing, state.field = word, "", None, None
            kind = "note" if word == "shptxt" else word
            self.stories.append((Story(self.limits, kind), kind))
        elif word in _CAPTURES and (word not in _INFO or state.into == "info"):
            state.opened = state.into = word
            self._captured = []
        elif word in _GROUPS:
            state.opened, state.into = word, _GROUPS[word]
            if word == "field":
                state.into, state.field = self._stack[-1].into if self._stack else "", Field()
            elif word == "fldrslt" and state.field is not None:
                self._result(state, state.field)
        else:
            return False
        return True

    @staticmethod
    def _result(state: State, field: Field) -> None:
        if field.form == "text":
            state.typing = field
        elif field.form or field.symbol:
            state.into = "skip"

    def _end_paragraph(self, *, only_text: bool = False) -> None:
        story = self.story
        if self.state.typing is not None:
            self.state.typing.pause(story.flow)
        hidden, deleted = joined("".join(story.flow.hidden)), joined("".join(story.flow.deleted))
        for kind, text in (("hidden", clean(hidden).strip()), ("deleted", clean(deleted).strip())):
            if text:
                self.asides.append(Aside("hidden" if kind == "hidden" else "deleted", text, story.where))
        story.flow.hidden, story.flow.deleted = [], []
        style = self._styles.get(story.layout.style, "")
        words = style.casefold().split()
        heading = int(words[1]) if len(words) > 1 and words[0] == "heading" and words[1] in "123456789" else 0
        story.end_paragraph(style, heading, only_text=only_text)

    # tables of fonts and styles

    def _name_font(self) -> None:
        name, self._captured = "".join(self._captured).strip(" ;"), []
        number = self._default_font
        symbol = name if name.casefold() in FONTS else ""
        self._fonts[number] = (symbol, self._fonts.get(number, ("", self._codec))[1])

    def _name_style(self) -> None:
        name, self._captured = joined("".join(self._captured)).strip(" ;"), []
        if self.story.layout.style >= 0 and name:
            self._styles[self.story.layout.style] = clean(name)[:60]
        self.story.layout = Layout()

    # what single words do

    def paragraph(self, value: int | None) -> None:
        self._end_paragraph()

    def cell(self, value: int | None) -> None:
        self._cell(1)

    def nested_cell(self, value: int | None) -> None:
        self._cell(max(self.story.layout.nesting, 2))

    def _cell(self, level: int) -> None:
        layout = self.story.layout
        kept = layout.in_table, layout.nesting
        layout.in_table, layout.nesting = True, level
        self._end_paragraph(only_text=True)
        self.story.end_cell(level)
        layout.in_table, layout.nesting = kept

    def row(self, value: int | None) -> None:
        self.story.end_row(1)

    def nested_row(self, value: int | None) -> None:
        self.story.end_row(max(self.story.layout.nesting, 2))

    def reset_paragraph(self, value: int | None) -> None:
        self.story.layout = Layout()

    def reset_look(self, value: int | None) -> None:
        self.state.look, self.state.font = flow.PLAIN, self.state.font

    def in_table(self, value: int | None) -> None:
        self.story.layout.in_table = True

    def nesting(self, value: int | None) -> None:
        self.story.layout.nesting = max(value or 0, 0)

    def style(self, value: int | None) -> None:
        self.story.layout.style = value or 0

    def heading(self, value: int | None) -> None:
        self.story.layout.heading = (value or 0) + 1 if 0 <= (value or 0) < 9 else 0

    def indent(self, value: int | None) -> None:
        self.story.layout.indent = min(max(value or 0, 0) // 567, 50)

    def level(self, value: int | None) -> None:
        self.story.layout.indent = min(max(value or 0, 0), 8)

    def font(self, value: int | None) -> None:
        self.state.font = self._default_font = value or 0

    def charset(self, value: int | None) -> None:
        if self.state.into == "fonts":
            self._fonts[self._default_font] = ("", of_charset(value or 0, self._codec))

    def page(self, value: int | None) -> None:
        self._codec = of_page(value or 0)

    def skip_after(self, value: int | None) -> None:
        self.state.skip_after = min(max(value or 0, 0), 16) if value is not None else 1

    def no_underline(self, value: int | None) -> None:
        self.state.look &= ~flow.UNDERLINE

    def new_row(self, value: int | None) -> None:
        self.story.draft.form = RowForm()

    def row_left(self, value: int | None) -> None:
        self.story.draft.form.left = value or 0

    def header_row(self, value: int | None) -> None:
        self.story.draft.form.header = True

    def across(self, value: int | None) -> None:
        self.story.draft.form.next.across = True

    def down(self, value: int | None) -> None:
        self.story.draft.form.next.down = True

    def shaded(self, value: int | None) -> None:
        self.story.draft.form.next.shaded = bool(value)

    def edge(self, value: int | None) -> None:
        form = self.story.draft.form
        form.next.edge = value or 0
        if len(form.cells) < 4 * self.limits.table_columns:
            form.cells.append(form.next)
        form.next = CellForm()

    def object(self, value: int | None) -> None:
        self.flags.add("unsafe_document")


_GROUPS: Final = {
    "fonttbl": "fonts", "stylesheet": "styles", "info": "info", "field": "", "fldinst": "instruction",
    "fldrslt": "", "formfield": "form",
}  # fmt: skip
_ACTIONS: Final[dict[str, Callable[[_Reader, int | None], None]]] = {
    "par": _Reader.paragraph, "sect": _Reader.paragraph, "cell": _Reader.cell, "row": _Reader.row,
    "nestcell": _Reader.nested_cell, "nestrow": _Reader.nested_row, "pard": _Reader.reset_paragraph,
    "plain": _Reader.reset_look, "intbl": _Reader.in_table, "itap": _Reader.nesting, "s": _Reader.style,
    "outlinelevel": _Reader.heading, "li": _Reader.indent, "ilvl": _Reader.level, "f": _Reader.font,
    "fcharset": _Reader.charset, "ansicpg": _Reader.page, "uc": _Reader.skip_after,
    "ulnone": _Reader.no_underline, "trowd": _Reader.new_row, "trleft": _Reader.row_left,
    "trhdr": _Reader.header_row, "clmrg": _Reader.across, "clvmrg": _Reader.down, "clcbpat": _Reader.shaded,
    "clshdng": _Reader.shaded, "cellx": _Reader.edge, "object": _Reader.object,
}  # fmt: skip


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` or `LimitExceeded`."""
    if not untrusted.strip():
        raise Unreadable("empty")
    if not untrusted.lstrip()[:5].lower() == b"{\\rtf":
        raise Unreadable("corrupt")
    reader = _Reader(limits)
    reader.run(untrusted)
    blocks = reader.body.finish()
    if not any(block.text.strip() for block in blocks):
        reader.flags.add("unreadable_part")  # perhaps pictures; never "nothing was sent"
    return Document(
        format="rtf",
        blocks=tuple(blocks),
        asides=tuple(reader.asides),
        flags=tuple(sorted(reader.flags)),
        properties=reader.properties,
    )

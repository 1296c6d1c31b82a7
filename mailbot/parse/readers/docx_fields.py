"""
Word's older fields: `fldChar` begin, instruction, separate, result, end, over runs and paragraphs.

GUARANTEES
    What somebody typed into a form field comes out, also when the file ends in the middle of the field.
"""

from dataclasses import dataclass, field
from typing import Literal

from mailbot.domain.document import Box, Entry
from mailbot.parse.readers.docx_names import VAL, W, is_on, number, value
from mailbot.parse.readers.flow import HIDDEN, Flow
from mailbot.parse.readers.symbols import clean, symbol
from mailbot.parse.readers.xml import Element

_DEEPEST = 20  # fields within fields; real documents have 3
FETCHES = frozenset(("DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "IMPORT", "LINK", "RD"))
_SPACES = " \t\n\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"


@dataclass(slots=True)
class Field:
    """One field that has begun."""

    name: str = ""
    form: Literal["", "text", "done"] = ""  # "done": its value was put at once, its result says nothing new
    kind: Literal["text", "date"] = "text"
    default: str = ""
    instruction: list[str] = field(default_factory=list)
    in_result: bool = False
    words: list[str] = field(default_factory=list)
    put: bool = False


class Fields:
    """The fields that are open, innermost last."""

    def __init__(self, flags: set[str]) -> None:
        self.open: list[Field] = []  # while there is one, text has to pass through here
        self._too_deep = 0
        self._flags = flags

    def begin(self, data: Element | None, flow: Flow) -> None:
        """A field begins; a tick box or a list is complete with that."""
        if len(self.open) >= _DEEPEST:
            self._too_deep += 1
            return
        opened = Field(name=clean(value(data, "name") or ""))
        self.open.append(opened)
        if data is None:
            return
        box, choices, text = (data.find(W + tag) for tag in ("checkBox", "ddList", "textInput"))
        if box is not None:
            flow.put(Box(_ticked(box), opened.name))
            opened.form = "done"
        elif choices is not None:
            flow.put(_chosen(choices, opened.name))
            opened.form = "done"
        else:
            opened.form = "text"
            opened.default = clean(value(text, "default") or "").strip(_SPACES)
            opened.kind = "date" if value(text, "type") == "date" else "text"

    def instruct(self, text: str) -> None:
        """A piece of the instruction."""
        if self.open and not self.open[-1].in_result:
            self.open[-1].instruction.append(text)

    def separate(self, flow: Flow) -> None:
        """The instruction is complete, the result begins."""
        if self.open and not self._too_deep and not self.open[-1].in_result:
            self._understand(self.open[-1], flow)

    def text(self, text: str, look: int, flow: Flow) -> None:
        """Text while a field is open."""
        if look >= HIDDEN:
            flow.add(text, look)
            return
        for opened in reversed(self.open):
            if opened.form == "done":
                return
            if not opened.in_result:
                flow.add(text, HIDDEN)
                return
            if opened.form == "text":
                opened.words.append(text)
                return
        flow.add(text, look)

    def end(self, flow: Flow) -> None:
        """The innermost field ends."""
        if self._too_deep:
            self._too_deep -= 1
        elif self.open:
            closed = self.open[-1]
            if not closed.in_result:
                self._understand(closed, flow)
            self._put(closed, flow, last=True)
            self.open.pop()

    def pause(self, flow: Flow) -> None:
        """A paragraph ends while fields are open: what was typed so far stands in this paragraph."""
        for opened in self.open:
            self._put(opened, flow, last=False)

    def _understand(self, opened: Field, flow: Flow) -> None:
        opened.in_result = True
        words = "".join(opened.instruction).split(None, 2)
        code = words[0].upper() if words else ""
        if code == "FORMTEXT" and not opened.form:
            opened.form = "text"
        elif code == "MACROBUTTON" and len(words) > 2:
            flow.put(Entry("", placeholder=clean(words[2]).strip()))
            opened.form = "done"
        elif code == "SYMBOL" and len(words) > 1:
            flow.add(drawn("".join(opened.instruction)))
            opened.form = "done"
        elif code in FETCHES or (code == "INCLUDEPICTURE" and "://" in "".join(opened.instruction)):
            self._flags.add("unsafe_document")

    def _put(self, opened: Field, flow: Flow, last: bool) -> None:
        if opened.form != "text":
            return
        typed = clean("".join(opened.words)).strip(_SPACES)
        opened.words = []
        if typed == opened.default and not opened.put:
            typed = ""
        if typed or (last and not opened.put):
            flow.put(Entry(typed, opened.kind, opened.name, placeholder="" if typed else opened.default))
            opened.put = True


def _ticked(box: Element) -> bool:
    return is_on(box, "checked" if box.find(W + "checked") is not None else "default")


def _chosen(choices: Element, name: str) -> Entry:
    """A list; the entry it shows before anybody touched it is no answer."""
    options = tuple(clean(entry.get(VAL, "")) for entry in choices.iterchildren(W + "listEntry"))
    result = value(choices, "result")
    shown = number(result if result is not None else value(choices, "default"), 0)
    text = options[shown] if 0 <= shown < len(options) else ""
    if result is None:
        return Entry("", "choice", name, options, placeholder=text)
    return Entry(text, "choice", name, options)


def drawn(instruction: str) -> str:
    """`SYMBOL 168 \\f "Wingdings"`."""
    words = instruction.replace('"', " ").split()
    code = words[1]
    number_ = (
        int(code, 16) if code[:2].lower() == "0x" and len(code) < 9 and _hex(code[2:]) else number(code, 0)
    )
    font = " ".join(words[words.index("\\f") + 1 :]).split("\\")[0] if "\\f" in words else ""
    return symbol(number_, font)


def _hex(text: str) -> bool:
    return bool(text) and all(char in "0123456789abcdefABCDEF" for char in text)

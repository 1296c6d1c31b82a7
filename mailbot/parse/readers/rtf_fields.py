"""Fields of Rich Text, form fields first of all."""

from dataclasses import dataclass, field
from typing import Literal

from mailbot.domain.document import Box, Entry
from mailbot.parse.readers.docx_fields import FETCHES, drawn
from mailbot.parse.readers.flow import Flow
from mailbot.parse.readers.symbols import clean

_SPACES = " \t\n\xa0\u2002\u2003\u2005"
_UNSET = 25  # \ffres and \ffdefres: nobody chose
Form = Literal["", "text", "check", "choice"]


@dataclass(slots=True)
class Field:
    """One `\\field` group."""

    instruction: list[str] = field(default_factory=list)
    form: Form = ""
    date: bool = False
    result: int = _UNSET
    default: int = 0
    name: str = ""
    default_text: str = ""
    options: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    put: bool = False

    def word(self, name: str, value: int | None) -> None:
        """A control word of `\\formfield`."""
        if name == "fftype":
            kinds: tuple[Form, ...] = ("text", "check", "choice")
            self.form = kinds[value or 0] if 0 <= (value or 0) < 3 else ""
        elif name == "fftypetxt":
            self.date = value == 2
        elif name == "ffres":
            self.result = value or 0
        elif name == "ffdefres":
            self.default = value or 0

    def text(self, key: str, text: str) -> None:
        """The text of a destination inside `\\formfield`."""
        if key == "ffname":
            self.name = clean(text).strip()
        elif key == "ffdeftext":
            self.default_text = clean(text).strip()
        elif key == "ffl":
            self.options.append(clean(text).strip())

    def understand(self) -> set[str]:
        """The instruction is complete; what it would fetch is a flag."""
        instruction = "".join(self.instruction)
        words = instruction.split(None, 1)
        code = words[0].upper() if words else ""
        kinds: dict[str, Form] = {"FORMTEXT": "text", "FORMCHECKBOX": "check", "FORMDROPDOWN": "choice"}
        self.form = self.form or kinds.get(code, "")
        fetches = code in FETCHES or (code == "INCLUDEPICTURE" and "://" in instruction)
        return {"unsafe_document"} if fetches else set()

    @property
    def symbol(self) -> str:
        """What a `SYMBOL` field draws."""
        instruction = "".join(self.instruction)
        return drawn(instruction) if instruction.split()[:1] == ["SYMBOL"] and instruction.split()[1:] else ""

    def pause(self, flow: Flow) -> None:
        """A paragraph ends inside a text field."""
        typed = clean("".join(self.words)).strip(_SPACES)
        self.words = []
        if typed and (typed != self.default_text or self.put):
            flow.put(Entry(typed, "date" if self.date else "text", self.name))
            self.put = True

    def end(self, flow: Flow) -> None:
        """The group ends: its value stands here."""
        if self.form == "check":
            flow.put(Box((self.default if self.result == _UNSET else self.result) == 1, self.name))
        elif self.form == "choice":
            flow.put(self._choice())
        elif self.form == "text":
            self.pause(flow)
            if not self.put:
                kind: Literal["text", "date"] = "date" if self.date else "text"
                flow.put(Entry("", kind, self.name, placeholder=self.default_text))

    def _choice(self) -> Entry:
        shown = self.default if self.result == _UNSET else self.result
        text = self.options[shown] if 0 <= shown < len(self.options) else ""
        if self.result == _UNSET:
            return Entry("", "choice", self.name, tuple(self.options), placeholder=text)
        return Entry(text, "choice", self.name, tuple(self.options))

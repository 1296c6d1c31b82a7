"""Where the reader of Rich Text stands: inherited state, stories, and where text goes."""

from dataclasses import dataclass

from mailbot.domain.document import Aside
from mailbot.parse.limits import Limits
from mailbot.parse.readers import flow
from mailbot.parse.readers.rtf_fields import Field
from mailbot.parse.readers.rtf_story import Story
from mailbot.parse.readers.rtf_text import decode
from mailbot.parse.readers.symbols import clean, in_font


@dataclass(slots=True)
class State:
    """What a group inherits, and what ends with it."""

    look: int = flow.PLAIN
    font: int = 0
    skip_after: int = 1  # \uc
    into: str = ""  # "" is the page; else "skip", "fonts", "styles", "instruction", "form", or a capture
    field: Field | None = None
    typing: Field | None = None  # a text field's result
    star: bool = False
    opened: str = ""  # what this very group began


class Reader:
    """One pass over one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.body = Story(limits)
        self.stories: list[tuple[Story, str]] = [(self.body, "")]
        self.state = State()
        self.stack: list[State] = []
        self.asides: list[Aside] = []
        self.flags: set[str] = set()
        self.properties: dict[str, str] = {}
        self.codec = "cp1252"
        self.fonts: dict[int, tuple[str, str]] = {}  # number: name of a symbol font, codec
        self.styles: dict[int, str] = {}
        self.captured: list[str] = []
        self.passing = 0  # characters that stand in for a \u
        self.last_font = 0
        self._high = 0  # the first half of a pair of surrogates
        self._bytes = bytearray()

    @property
    def story(self) -> Story:
        """The flow that is being read."""
        return self.stories[-1][0]

    def chars(self, text: str) -> None:
        """Text between control words."""
        if self.passing:
            passed = min(self.passing, len(text))
            self.passing -= passed
            text = text[passed:]
        if text and not text.isascii():
            self._bytes += text.encode("latin-1", "replace")
        elif text:
            self.put(text)

    def byte(self, code: int) -> None:
        r"""A `\'hh`; several may make one character."""
        if self.passing:
            self.passing -= 1
        else:
            self._bytes.append(code)

    def unicode(self, value: int) -> None:
        r"""A `\uN`; two may make one character."""
        code, high = value & 0xFFFF, self._high
        self._high = code if 0xD800 <= code < 0xDC00 else 0
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        if not 0xD800 <= code < 0xE000:
            self.put(chr(code))
        self.passing = self.state.skip_after

    def flush(self) -> None:
        """The bytes so far are complete."""
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            font, codec = self.fonts.get(self.state.font, ("", self.codec))
            self.put(data.decode("latin-1") if font else decode(data, codec))

    def put(self, text: str) -> None:
        """Characters, to where the group says."""
        if self._bytes:
            self.flush()
        state = self.state
        into = state.into
        if into in ("skip", "info", "form"):
            return
        font = "" if into else self.fonts.get(state.font, ("", ""))[0]
        shown = in_font(text, font) if font else text
        if into == "instruction" and state.field is not None:
            state.field.instruction.append(shown)
        elif into:
            self.captured.append(shown)
        elif state.typing is not None and state.look < flow.HIDDEN:
            state.typing.words.append(shown)
        else:
            self.story.flow.add(shown, state.look)

    def take_captured(self) -> str:
        """The text of a destination that ends."""
        text, self.captured = "".join(self.captured), []
        return clean(text)

    def end_paragraph(self, *, only_text: bool = False) -> None:
        """The paragraph of the present story ends, where there is one."""
        story = self.story
        if self.state.typing is not None:
            self.state.typing.pause(story.flow)
        hidden, deleted = (clean("".join(kept)).strip() for kept in (story.flow.hidden, story.flow.deleted))
        if hidden:
            self.asides.append(Aside("hidden", hidden, story.where))
        if deleted:
            self.asides.append(Aside("deleted", deleted, story.where))
        story.flow.hidden, story.flow.deleted = [], []
        style = self.styles.get(story.layout.style, "")
        story.end_paragraph(style, _heading(style), only_text=only_text)


def _heading(style: str) -> int:
    words = style.casefold().split()
    return int(words[1]) if len(words) > 1 and words[0] == "heading" and words[1] in "123456789" else 0

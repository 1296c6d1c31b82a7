"""
Puts the inlines of one paragraph together: text with the same look becomes one run.

A look is a number, one bit for each mark, so that readers can combine and compare looks cheaply.
"""

from typing import Final

from mailbot.domain.document import Inline, Text
from mailbot.parse.readers.symbols import clean

BOLD, ITALIC, UNDERLINE, STRIKE, HIGHLIGHT, CIRCLED, HIDDEN, DELETED = (1 << bit for bit in range(8))
PLAIN = 0
_VISIBLE: Final = BOLD | ITALIC | UNDERLINE | STRIKE | HIGHLIGHT | CIRCLED
_MARKS: Final = tuple(
    tuple(bool(look & bit) for bit in (BOLD, ITALIC, UNDERLINE, STRIKE, HIGHLIGHT, CIRCLED))
    for look in range(_VISIBLE + 1)
)


def text_run(text: str, look: int) -> Text:
    """A run with the marks of its look."""
    return Text(text, *_MARKS[look & _VISIBLE]) if look else Text(text)


class Flow:
    """The paragraph that is being read; what is hidden or deleted is kept beside it."""

    __slots__ = ("_look", "_parts", "_words", "deleted", "hidden")

    def __init__(self) -> None:
        self._parts: list[Inline] = []
        self._words: list[str] = []
        self._look = PLAIN
        self.hidden: list[str] = []
        self.deleted: list[str] = []

    def add(self, text: str, look: int = PLAIN) -> None:
        """Text in one look; hidden and deleted text stays out of the line."""
        if look >= HIDDEN:
            (self.deleted if look & DELETED else self.hidden).append(text)
            return
        if look != self._look:
            self._flush()
            self._look = look
        self._words.append(text)

    def put(self, part: Inline) -> None:
        """A control, or a run that is complete."""
        self._flush()
        self._parts.append(part)

    def take(self) -> tuple[Inline, ...]:
        """Everything since the last call."""
        if self._words:
            self._flush()
        parts, self._parts = self._parts, []
        return tuple(parts)

    def _flush(self) -> None:
        if self._words:
            text = clean("".join(self._words))
            self._words = []
            if text:
                self._parts.append(text_run(text, self._look))

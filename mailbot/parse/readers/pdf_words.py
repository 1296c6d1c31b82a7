"""
The words of a page of a PDF, in the order in which they were drawn.

PDFium gives characters with their boxes. Asking for a box costs more than all the rest, so a word is asked
for its ends only, where it is of one piece.

GUARANTEES
    Text that is drawn invisibly (what a scanner guessed) is kept apart: it is not what the page shows.
BUGS
    A word in a font without a Unicode table comes out as PDFium guesses it.
"""

import re

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.domain.document import Text
from mailbot.parse.readers.pdf_calls import Asked
from mailbot.parse.readers.pdf_items import ASCENT, DESCENT, Item
from mailbot.parse.readers.pdf_looks import Look, Looks
from mailbot.parse.readers.pdf_matrix import Matrix
from mailbot.parse.readers.symbols import clean, drawn

SPACE = 0.22  # of the font size: a gap that wide is a space, even where no space character stands
WORD = re.compile("[^\0\t-\r \xa0\u2002\u2003\u2009\u200b\u3000\ufffe\uffff]+")
HYPHEN = re.compile("[\x02\ufffe]")  # what PDFium makes of one at the end of a line

_Edges = tuple[float, float, float, float]  # left, top, right, bottom


class Words:
    """All of one page: what it shows, and what it hides."""

    def __init__(self, textpage: pypdfium2.PdfTextPage, shown: Matrix) -> None:
        self.shown = shown
        self.found: list[Item] = []
        self.invisible: list[str] = []
        self._asked = Asked(textpage)
        self._looks = Looks(textpage.raw, shown)
        self._known: dict[int, Look] = {}
        self._texts: dict[tuple[str, bool, bool], Text] = {}

    @property
    def count(self) -> int:
        """How many characters there are, spaces and hidden ones included."""
        return int(self._asked.count)

    def read(self) -> None:
        """Takes the characters apart into `found` and `invisible`."""
        raw = self._asked.textpage.raw
        text = "".join(map(chr, self._asked.codes()))
        for place in [hit.start() for hit in HYPHEN.finditer(text)]:
            if pdfium.FPDFText_IsHyphen(raw, place) == 1:
                text = text[:place] + "-" + text[place + 1 :]
        for hit in WORD.finditer(text):
            start, end = hit.span()
            if not self._whole(start, end, hit[0]):
                self._apart(start, end, hit[0])

    def _whole(self, start: int, end: int, text: str) -> bool:
        """One word of one look on one line; False where it may be several without a space between."""
        key = self._asked.object(start)
        if end - start > 1 and self._asked.object(end - 1) != key:
            return False
        style, first, last = self._look(start, key), self._box(start), self._box(end - 1)
        room = (end - start) * style.size * 1.3 + style.size
        if not (abs(last[1] - first[1]) < style.size and 0 <= last[2] - first[0] < room):
            return False
        self._add(start, text, style, first, last, None)
        return True

    def _apart(self, start: int, end: int, text: str) -> None:
        begin, first = start, self._box(start)
        key = self._asked.object(start)
        style = self._look(start, key)
        before, item = first, None
        for index in range(start + 1, end):
            box, other_key = self._box(index), self._asked.object(index)
            other = self._look(index, other_key)
            gap = box[0] - before[2]
            same = other_key == key or other == style
            lower = box[1] > before[3] + style.size * 0.2 or box[3] < before[1] - style.size * 0.2
            if gap > SPACE * style.size or gap < -style.size or lower or not same:
                item = self._add(begin, text[begin - start : index - start], style, first, before, item)
                begin, first, key, style = index, box, other_key, other
            before = box
        self._add(begin, text[begin - start :], style, first, before, item)

    def _add(
        self, index: int, text: str, style: Look, first: _Edges, last: _Edges, before: Item | None
    ) -> Item | None:
        """Keeps a word; it, or else the one `before` it in the same run without a space."""
        if style.font or not text.isascii() or not text.isprintable():
            text = clean(drawn(text, style.font))
        if not text:
            return before
        if not style.visible:
            self.invisible.append(text)
            return before
        left, right = first[0], max(first[2], last[2])
        top, bottom = min(first[1], last[1]), max(first[3], last[3])
        if style.upright:
            base = self.shown.at(*self._asked.origin(index))[1]
            top, bottom = base - ASCENT * style.size, base + DESCENT * style.size
        glued = (
            before is not None
            and abs(left - before.right) < SPACE * style.size
            and abs(top - before.top) <= 3
        )
        item = Item(left, top, right, bottom, self._text(text, style), style.size, glued)
        self.found.append(item)
        return item

    def _text(self, text: str, style: Look) -> Text:
        """The same words come again and again."""
        key = text, style.bold, style.italic
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = Text(text, bold=style.bold, italic=style.italic)
        return found

    def _box(self, index: int) -> _Edges:
        left, right, bottom, top = self._asked.box(index)
        return self.shown.box(left, bottom, right, top)

    def _look(self, index: int, key: int) -> Look:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._looks.ask(index)
        return found

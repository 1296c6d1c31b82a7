"""
What a line is to the form being read: a question, a part of the running answer, or neither.

The looks and the order that this form's labels have are evidence like their words.
"""

import re

from mailbot.record import words
from mailbot.record.lines import Match, Matcher, habits, width
from mailbot.record.match import Book
from mailbot.record.options import choose
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Row
from mailbot.record.scribe import Scribe

_LABEL_LIKE = re.compile(r"^[A-Z][^:.?!]{1,58}[:?](?:\s|$)")
_HABIT = 6
_SEEN = 3  # questions of one look show that it is this form's
_ASKED = re.compile(r"^\W{0,6}\w[^:]{2,160}[:?]\W*$")
_ANSWERED = re.compile(r"^\W{0,6}([A-Z\d][^:?]{1,110}[:?])\s+\S")
_FILLED = 3  # questions about a person, and the next may be another section's that has no heading
_SHORT = 9  # words; in a narrative, an unlisted label that is longer is a sentence


class Judge:
    """What is known of a form so far, and what a line is in the light of it."""

    def __init__(self, book: Book, rows: list[Row], letter: bool) -> None:
        self.book = book
        self.letter = letter  # a body of a mail: signatures and mail furniture occur
        self.matcher = Matcher(book)
        self.matcher.signs = habits(row.text for row in rows if not row.table)
        # with the line itself, so that its id stays its own
        self.matched: dict[tuple[int, str, bool, str, bool], tuple[Line, Match | None]] = {}
        self.scribe = Scribe()
        self.width = width(rows) if letter else 0
        # so many answers stand in controls that what is printed is none
        self.controlled = sum(_typed(row) for row in rows) >= _HABIT
        self.over = False  # the line stands over a control
        self.inline = self.below = self.bold = self.light = 0
        self.signed = False
        self.previous = ""

    def _alone(self, line: Line) -> bool:
        """Whether a line stands where this form prints its labels: alone, with the answer below."""
        text = line.text.strip()
        return self.over or (
            self.below > 3 and self.below > 3 * self.inline and not self.previous.strip()
            and text[:1].isupper() and len(text.split()) <= _SHORT and not text.endswith((".", "!", ","))
        )  # fmt: skip

    def match(self, line: Line, cell: bool = False) -> Match | None:
        """A label at the beginning of a line that this section may hold."""
        scribe = self.scribe
        kind = scribe.kind if scribe.context == "things" else ""
        key = (id(line), scribe.context, cell, kind, scribe.firm)
        if key not in self.matched:
            self.matched[key] = (
                line,
                self.matcher.match(
                    line, scribe.context, close=True, cell=cell, kind=kind, free=not scribe.firm
                ),
            )
        match = self.matched[key][1]
        return match if match is not None and self.allowed(match, bool(scribe.open)) else None

    def glance(self, line: Line, cell: bool = False) -> Match | None:
        """The same of a line that is not read yet: it tells nothing of the section."""
        scribe = self.scribe
        context, firm = scribe.context, scribe.firm
        match = self.match(line, cell)
        scribe.context, scribe.firm = context, firm
        return match

    def allowed(self, match: Match, running: bool) -> bool:
        """Whether the section may hold that question."""
        field, context = match.meaning.field, self.scribe.context
        if self.signed and self.scribe.sheet.answers and words.label(match.label) not in self.book.anywhere:
            return False  # a signature's "Tel:"
        if context in field.context or match.meaning.number:
            return True
        if context == "subject" and self._left_person(match):
            self.scribe.firm = False
        if "subject" in field.context:
            closed = context in ("submitter", "agencies", "office", "declaration")
            if closed and (self.scribe.firm or match.meaning.sure < 0.8):
                return False
            if context and (running and self.scribe.firm and self.scribe.goes_on):
                return False
        if context in ("office", "agencies"):
            return False
        if not self.scribe.firm:
            self._drift(match)
        return True

    def _left_person(self, match: Match) -> bool:
        """Whether a question can only be asked of another section, after a person was written about."""
        block, field = self.scribe.block, match.meaning.field
        if block is None or len(block.seen) < _FILLED or match.meaning.sure < 1 or self.scribe.goes_on:
            return False
        return bool(field.context) and "subject" not in field.context and field.path != "unmapped"

    def _drift(self, match: Match) -> None:
        """Below no heading, or one that nobody knows, the labels say which section it is."""
        scribe, contexts = self.scribe, match.meaning.field.context
        if contexts and scribe.context not in contexts and match.meaning.field.path != "unmapped":
            scribe.context = contexts[0]

    def _counts(self, match: Match, line: Line) -> bool:
        """Whether a line in the middle of an answer is a question, or only begins like one."""
        scribe = self.scribe
        if (
            match.meaning.field.path == "unmapped"
            and match.meaning.sure < 1
            and not (match.ended or match.bold)
        ):
            return False  # what seems to ask for nothing that we know, and does not look as if it asked
        if scribe.open is not None and not (scribe.waits or match.ended or match.bold) and self._soft(line):
            return False  # "Mock" and "School", which a mail program put into two lines
        if scribe.open is None or not scribe.goes_on or match.meaning.number:
            return True
        field, opened = match.meaning.field, scribe.open.field
        if field is opened and field.type == "list" and scribe.waits:
            return False  # "Snapchat: name", below the question for accounts
        if self._retracted(match):
            return True
        if opened.vocabulary and not match.ended and not match.bold:
            exact = self.book.options[opened.vocabulary].exact
            if words.words(MARK.sub(" ", line.text)) in exact:
                return False  # one of the printed options
        if opened.vocabulary or opened.type == "things":
            return match.ended or not self._soft(line)
        if scribe.waits:
            return not (field is scribe.open.field and not match.ended)
        if self.in_bold and not match.bold:
            return False
        if self._squarely(match):
            return True
        if not match.ended and not match.bold:
            return False
        if opened.path == "narrative" and (self._foreign(match) or self._prose(match)):
            return False
        if match.meaning.sure < 1 and opened.path == "narrative" and len(match.label.split()) > _SHORT:
            return False
        if (
            field.path in scribe.seen
            and field.context != ("subject",)
            and field.path.partition(".")[0] not in ("locations", "vehicles", "phones", "online")
        ):
            return False
        if field.vocabulary and not match.whole:
            choice = choose([match.rest], self.book.options[field.vocabulary], field.type == "many")
            return bool(choice.values) or bool(MARK.search(match.rest.text))
        return True

    def _retracted(self, match: Match) -> bool:
        """Whether the question comes whose answer a section seemed to begin with."""
        begun = self.scribe.unasked
        if begun is None or begun is not self.scribe.open or begun.field is not match.meaning.field:
            return False
        return match.ended or match.bold

    def _prose(self, match: Match) -> bool:
        """Whether a sentence goes on behind what reads like a question: "Address: he would not say."."""
        rest = match.rest.text.strip()
        return bool(self.previous.strip()) and not match.bold and rest[:1].islower() and len(rest.split()) > 3

    def _foreign(self, match: Match) -> bool:
        """Whether a beginning of a line has another sign behind it than the labels of this form have."""
        if self.matcher.signs & {".", "="} and self.inline > 3 and match.sign == ":":
            return True
        return match.meaning.sure < 1 and match.sign == "?" and not match.whole

    def _squarely(self, match: Match) -> bool:
        """A line that is nothing but a label, after a line that ended."""
        return match.whole and (
            match.ended or not self.previous.strip() or self.previous.rstrip().endswith((".", "!", "?", '"'))
        )

    @property
    def in_bold(self) -> bool:
        """Whether this form prints its labels in bold: nearly all that were seen so far."""
        return self.bold > 2 and self.bold > 6 * self.light

    def seen_look(self, match: Match) -> None:
        """Remember whether this form prints its labels in bold."""
        if match.bold:
            self.bold += 1
        else:
            self.light += 1

    def _continues(self, line: Line) -> bool:
        """Whether a line without a label goes on with the open answer."""
        scribe, opened = self.scribe, self.scribe.open
        if opened is None or self.signed:
            return False
        field = opened.field
        if self._printed_over(line):
            return False
        if field.path == "unmapped" and MARK.search(line.text):
            return scribe.waits or bool(MARK.search(opened.text))  # the boxes of a question that nobody knows
        if self.matcher.habitual(line.text) and not self._soft(line):
            return False  # it has the looks that questions have on this form
        if MARK.search(line.text) and field.vocabulary:
            return True
        if field.vocabulary and not scribe.waits and self.in_bold and self._bold_label(line):
            return False
        if field.vocabulary and opened.text.strip() and self._soft(line):
            return True
        if field.vocabulary:
            return bool(
                choose([line], self.book.options[field.vocabulary], field.type == "many").values
            ) and (scribe.waits or field.type == "many" or line.entries or len(opened.lines) < 12)
        if scribe.waits:
            if self._soft(line):
                return True
            if line.entries or field.type in ("text", "things") or opened.where.startswith("table"):
                return not self.other_label(line)
            return (self.inline < 3 or self.below > self.inline) and not self.other_label(line)
        if self._soft(line):
            return True
        if field.path == "narrative":
            return not (self.in_bold and self._bold_label(line))
        return field.type in ("text", "things") and not self.other_label(line)

    def _guides(self, line: Line) -> bool:
        """Whether a line in italics stands below an answer that is not: guidance, in whatever words."""
        opened = self.scribe.open
        there = [one for one in opened.lines if one.text.strip()] if opened is not None else []
        return line.italic and not line.entries and bool(there) and not any(one.italic for one in there)

    def _printed_over(self, line: Line) -> bool:
        """Whether a line is printed, on a form whose answers are all typed into controls."""
        opened = self.scribe.open
        if not self.controlled or line.entries or MARK.search(line.text) or opened is None:
            return False
        return any(span.entry is not None for one in opened.lines for span in one.spans) or self.over

    def unknown_question(self, line: Line) -> bool:
        """Whether a line is printed as the questions of this form are, though nobody knows it."""
        if line.level or line.entries or self.signed or not self.scribe.sheet.answers:
            return False
        return (
            self.over
            or (self.in_bold and bool(line.bold or line.bold_until()))
            or self.asked_below(line.text)
            or self.asked_before(line) > 0
        )

    def asks_below(self) -> bool:
        """Whether this form has its answers in the line below their question."""
        return self.below > _SEEN and self.below > 3 * self.inline

    def asked_below(self, text: str) -> bool:
        """Whether a line is a question with its answer below it, as this form prints them."""
        return (
            self.asks_below()
            and not self.previous.strip()
            and text.rstrip().endswith((":", "?"))
            and bool(_ASKED.match(text))
        )

    def asked_before(self, line: Line) -> int:
        """Where the question ends in a line with its answer behind a sign, as this form prints it; or 0."""
        if self.inline <= _SEEN or self.below > self.inline:
            return 0
        hit = _ANSWERED.match(line.text)
        return hit.end(1) if hit else 0

    def other_label(self, line: Line) -> bool:
        """Whether a line looks like a question that nobody here knows."""
        return self._bold_label(line) if self.in_bold else bool(_LABEL_LIKE.match(line.text))

    def _bold_label(self, line: Line) -> bool:
        end = line.bold_until()
        head = line.text[:end].rstrip() if end else line.text if line.bold else ""
        habit = line.bold and self.bold > 4 and not line.entries
        return bool(head) and (habit or head.endswith((":", "?"))) and len(head) < 120

    def _soft(self, line: Line) -> bool:
        """Whether the line break before a line was made by a mail program, not by a person."""
        if not self.width or not self.previous.strip():
            return False
        first = line.text.split(" ", 1)[0] if line.text.strip() else ""
        return len(self.previous.rstrip()) + 1 + len(first) > self.width


def _typed(row: Row) -> bool:
    """Whether a row is nothing but what was typed into a control."""
    spans = [span for cell in row.cells for line in cell.lines for span in line.spans if span.text.strip()]
    return bool(spans) and not row.table and all(span.entry is not None for span in spans)

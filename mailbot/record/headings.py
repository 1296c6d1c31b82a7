"""
Where sections of a form begin, and which section it is, decided before any answer is looked for.

A known heading says it. What only looks like a heading is weighed together with the labels below it: the
section is the one for which its words and theirs speak most.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailbot.record import words
from mailbot.record.apart import apart, under
from mailbot.record.heads import Head
from mailbot.record.lines import FRAMED
from mailbot.record.looks import alone_in_table, look, looks, norms_of, possible, run_of
from mailbot.record.match import Book
from mailbot.record.rich import MARK
from mailbot.record.rows import Row

_RULE = re.compile(r"^\s*([-=_*~#])\1{3,}\s*$")
_WRAPPED = re.compile(r"^\s*([=*#~-]{2,})\s*\S.*\S\s*[=*#~-]{2,}\s*$|^\s*#{1,4}\s+\S")
_MANY = 6  # lines in a frame of stars or brackets are no headings
_ASKED = re.compile(r"^\s*\d{1,2}[.)]?\s+\S.*\?")
_COUNTED = re.compile(r"^\s*\d{1,2}[.)]?\s+\S")
_VAGUE = frozenset(["who", "what", "how", "where", "when", "why"])  # the labels below say of what
_DATE = re.compile(r"^\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_BETWEEN = re.compile(r"\s*[/|]\s*")
_LOOK_AHEAD = 30
_UNSAID, _UNASKED = (
    0.03,
    0.1,
)  # what a heading, and a label below it, leave to the sections that they do not name
_LABEL = 0.5  # labels below each other do not speak independently
_LOOSE = {"types": "information_types"}  # boxes below such a heading answer the one question that it asks
_LIKELY, _CERTAIN = 0.4, 0.9
_SECTIONS = 11
_OFFICE = frozenset(
    [
        "police",
        "office",
        "official",
        "intelligence",
        "guidance",
        "notes",
        "note",
        "codes",
        "use",
        "privacy",
        "data",
    ]
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A row that opens a section."""

    text: str
    head: Head
    firm: bool  # a known heading, not a vote


class Headings:
    """Finds the openings among the rows of one document."""

    def __init__(self, rows: list[Row], book: Book, titles: frozenset[int]) -> None:
        self.rows = rows
        self.book = book
        self.titles = titles
        self.context = ""
        counted = [row.text for row in rows if _COUNTED.match(row.text)]
        asked = sum(bool(_ASKED.match(text)) for text in counted)
        self.numbered = asked >= _MANY and asked * 2 > len(counted)
        # more numbers than a form has sections: it counts its questions
        self.counts = run_of({text.split()[0].rstrip(".)") for text in counted}) > _SECTIONS
        self.looks, self.headed = looks(rows, book)
        self.under = under(rows)
        self.can = [possible(row) for row in rows]
        self.apart = apart(rows, self.can, book.answers) - self.under
        self.framed = (
            sum(bool(FRAMED.match(row.text)) for row in rows) >= _MANY
        )  # so this form prints its labels

    def find(self) -> dict[int, Opening]:
        """Openings by the number of their row."""
        found: dict[int, Opening] = {}
        for index, row in enumerate(self.rows):
            if not self.can[index] or index in self.titles or index in self.under or _DATE.match(row.text):
                continue
            if self._offers(row.text):
                continue
            alone = index in self.apart
            if not alone and self._printed(row):
                continue
            if opening := self._alone(index, row) if alone else self._judge(index, row):
                found[index] = opening
                self.context = opening.head.context
        return found

    def _offers(self, text: str) -> bool:
        """Whether a row is the printed answers of a question: "YES / NO / UNKNOWN"."""
        parts = _BETWEEN.split(text)
        return len(parts) > 1 and all(words.words(part) in self.book.answers for part in parts)

    def _printed(self, row: Row) -> bool:
        """Whether a row looks as the questions of this form do: in a frame, or numbered."""
        level = row.cells[0].lines[0].level
        return (
            (self.framed and bool(FRAMED.match(row.text)))
            or (self.numbered and not level and bool(_ASKED.match(row.text)))
            or (self.counts and not level and bool(_COUNTED.match(row.text)))
        )

    def _alone(self, index: int, row: Row) -> Opening:
        """A row that can only be a heading: what it says, or else the labels below, tell of what."""
        head, _ = self.book.head(row.text)
        context, great = self.weigh(index, row.text)
        vague = words.heading(row.text)[0] in _VAGUE and context
        if head is not None and not vague:
            return Opening(row.text, head, True)
        person = context == "subject"
        role = self.book.role_in(row.text) if person else ""
        return Opening(row.text, Head(context, _LOOSE.get(context, ""), role, person), great)

    def _judge(self, index: int, row: Row) -> Opening | None:
        text = row.text
        head, numbered = self.book.head(text)
        if (
            head is not None
            and head.context == "matter"
            and self.context in ("", "submitter")
            and self._writer_follows(index + 1)
        ):
            head = head._replace(context="submitter", loose="")
        line = row.cells[0].lines[0]
        if not line.level and not numbered and (self._as_question(row) or self._answered(index, row)):
            return None
        strong = line.level > 0 or numbered or bool(_WRAPPED.match(text)) or self._ruled(index)
        alone = len(row.cells) == 1
        if head is not None:
            if not strong and not line.bold and self._among_options(index):
                return None
            if strong and (alone or numbered):
                return Opening(text, head, True)
            if not alone and (words.label(text) in self.book.every or not row.cells[0].shaded):
                return None
            if words.label(text) in self.book.local.get(self.context, {}):
                return None  # what it asks belongs to the section that is open
            if words.label(text) not in self.book.every:
                styled = line.bold or text.isupper() or row.cells[0].shaded or head.person or bool(head.group)
                return Opening(text, head, True) if styled or self._labels_follow(index) else None
            if text.rstrip().endswith((":", "?")) and not self._labels_follow(index):
                return None
            return Opening(text, head, True) if self._labels_follow(index) else None
        return self._unknown(index, row, text, strong and alone) if alone else None

    def _unknown(self, index: int, row: Row, text: str, strong: bool) -> Opening | None:
        """Something that looks like a heading: the labels below it vote."""
        line = row.cells[0].lines[0]
        looks = strong or (
            (line.bold or self._capitals(index, text) or row.cells[0].shaded) and len(text) <= 80
        )
        if not looks or len(row.cells[0].lines) > 1:
            return None
        styled = line.level > 0 or (self._capitals(index, text) and not text.endswith((":", "?")))
        own = not strong and self._own(words.label(text))
        headed = line.bold and not row.table and look(row) in self.headed
        near, great = self.weigh(index, text)
        boxed = near == "types" and line.level > 0 and self._boxes_follow(index)
        asks = not headed and not boxed and (own or self._is_label(text))
        if asks and not (styled and self._labels_follow(index)):
            return None
        follows = great or self._labels_follow(index)
        if not strong and (not follows or text.rstrip().endswith((".", ",", ":", "?"))):
            return None
        context = near
        if not context and not (line.level > 0 or (strong and len(text) <= 80)):
            return None
        role = self.book.role_in(text) if context == "subject" else ""
        return Opening(text, Head(context, _LOOSE.get(context, ""), role, context == "subject"), great)

    def _answered(self, index: int, row: Row) -> bool:
        """Whether a row of one cell is a question of the open section, with its answer in the next."""
        after = self.rows[index + 1] if index + 1 < len(self.rows) else None
        if not alone_in_table(row) or after is None or after.table != row.table or not alone_in_table(after):
            return False
        norm = words.label(row.text)
        asks = norm in self.book.local.get(self.context, {}) or self._own(norm)
        return asks and (not after.text.strip() or not any(self._asks(norm) for norm in norms_of(after)))

    def _as_question(self, row: Row) -> bool:
        """Whether a row looks as this form's questions do, and asks one of the section that is open."""
        if not self.context or look(row) not in self.looks or _WRAPPED.match(row.text):
            return False
        norm = words.label(row.text)
        return norm in self.book.local.get(self.context, {}) or self._own(norm)

    def _own(self, norm: str) -> bool:
        found = self.book.guesser.best(norm, self.context) if self.context else None
        return found is not None and self.context in found.field.context

    def _asks(self, norm: str) -> bool:
        return norm in self.book.every or bool(self.book.guesser.asked(norm)) or self._own(norm)

    def _capitals(self, index: int, text: str) -> bool:
        """Words in capitals that stand apart from what is above; a post code or an acronym is none."""
        apart = index == 0 or not self.rows[index - 1].text.strip() or self.rows[index - 1].table > 0
        return apart and text.isupper() and len(text) > 5 and not any(sign.isdigit() for sign in text)

    def weigh(self, index: int, text: str) -> tuple[str, bool]:
        """The section that a heading and the labels below it speak for, and whether it is nearly certain."""
        if not self.context and self._writer_follows(index + 1):
            return "submitter", False
        norm = words.heading(text)[0]
        opened = {} if norm in _VAGUE else self.book.guesser.opened(norm)
        places = set(self.book.local) - {"front"}
        if not _OFFICE & set(words.words(text).split()):
            places.discard("office")
        scores = {place: math.log(opened.get(place, 0.0) + _UNSAID) for place in sorted(places)}
        for shares in self._below(index + 1):
            for place in scores:
                scores[place] += _LABEL * math.log(shares.get(place, 0.0) + _UNASKED)
        best = max(scores, key=lambda place: scores[place])
        sure = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
        return (best, sure >= _CERTAIN) if sure >= _LIKELY else ("", False)

    def _below(self, start: int) -> Iterator[Mapping[str, float]]:
        """What each label below a row, up to the next heading, says of its section."""
        for index, row in enumerate(self.rows[start : start + _LOOK_AHEAD], start):
            if index in self.apart or row.cells[0].lines[0].level > 0:
                return
            if index not in self.under and self.can[index] and self.book.head(row.text)[1]:
                return
            if told := self.book.told_by(row):
                yield dict.fromkeys(told, 1.0)
                continue
            for norm in dict.fromkeys(norms_of(row)):
                listed = self.book.every.get(norm, ())
                if listed:
                    yield dict.fromkeys((place for field, _ in listed for place in field.context), 1.0)
                elif shares := self.book.guesser.contexts(norm):
                    yield shares

    def _writer_follows(self, start: int) -> bool:
        """Whether a form without headings begins with its writer: a name, and an address to answer to."""
        said = [norm for row in self.rows[start : start + 14] for norm in norms_of(row)[:1]]
        return any("email" in norm.split() for norm in said) and any("name" in norm.split() for norm in said)

    def _is_label(self, text: str) -> bool:
        norm = words.label(text)
        return norm in self.book.every or (
            bool(norm)
            and not self.book.guesser.section(words.heading(text)[0])[1]
            and bool(self.book.guesser.asked(norm))
        )

    def _labels_follow(self, index: int) -> bool:
        """Whether the next row with anything in it begins with a label."""
        for row in self.rows[index + 1 : index + 5]:
            if not row.text.strip() or _RULE.match(row.text):
                continue
            if MARK.match(row.text):
                return False
            if len(row.cells) == 1 and self.book.head(row.text)[0] is not None:
                return True
            line = row.cells[0].lines[0]
            shown = bool(row.table or line.bold) or any(sign in row.text for sign in ":?\t")
            return any(
                norm in self.book.every
                or self.book.numbered(norm)
                or (shown and self.book.guesser.asked(norm))
                for norm in norms_of(row)
            )
        return False

    def _boxes_follow(self, index: int) -> bool:
        """Whether the next row with anything in it begins with a box."""
        after = next((row.text for row in self.rows[index + 1 : index + 4] if row.text.strip()), "")
        return bool(MARK.match(after))

    def _among_options(self, index: int) -> bool:
        """Whether the row is one of several options, a line each."""
        here, near = self.rows[index], self.rows[max(0, index - 1) : index + 2]
        return words.words(here.text) in self.book.roles and any(
            row is not here and words.words(row.text.rsplit(":", 1)[-1]) in self.book.roles for row in near
        )

    def _ruled(self, index: int) -> bool:
        """Whether a rule of characters stands under the line."""
        after = self.rows[index + 1] if index + 1 < len(self.rows) else None
        return after is not None and bool(_RULE.match(after.text)) and not _RULE.match(self.rows[index].text)

"""
Reads the rows of one form from the top down: sections, questions, answers.

Lines are judged here, tables in `tables`. A label counts only where its section holds it, at the beginning
of a line or cell, and in running text only with the looks and the order that the form's labels have.
"""

import re
from collections.abc import Sequence

from mailbot.record import evidence, rich, words
from mailbot.record.answers import Sheet
from mailbot.record.apart import headline
from mailbot.record.headings import Headings, Opening
from mailbot.record.judge import Judge
from mailbot.record.lines import Match
from mailbot.record.looks import look
from mailbot.record.match import Book, Meaning
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Row
from mailbot.record.tables import Tables
from mailbot.record.ticks import ticked
from mailbot.record.wording import find
from mailbot.record.wrapped import unwrapped

_RULE = re.compile(r"^\s*([-=_*~#.])\1{2,}\s*$")
_LABEL_LIKE = re.compile(r"^[A-Z][^:.?!]{1,58}[:?](?:\s|$)")
_HINT = re.compile(r"^\s*(\([^()]{3,300}\))\s*(?::\s*|$)")
_SHORT = 9  # words; in a narrative, an unlisted label that is longer is a sentence
_BOX = re.compile(rf"\s*(?:{MARK.pattern})\s*\S")
_NUMBER = re.compile(r"(\d{1,2})\D*$")


class Reader(Judge):
    """One pass over one form."""

    def __init__(
        self,
        book: Book,
        rows: list[Row],
        titles: frozenset[int] = frozenset(),
        letter: bool = False,
        paged: bool = False,
    ) -> None:
        self.rows = rows = ticked(rows, book)
        super().__init__(book, rows, letter)
        self.paged = paged  # pages break tables and answers
        self.titles = titles = titles | headline(rows)
        self.tables = Tables(self)
        headings = Headings(rows, book, titles)
        self.openings = headings.find()
        self.looks, self.counted = headings.looks, {id(rows[index]) for index in headings.under}
        self.top = next((index for index, row in enumerate(rows) if row.text.strip()), 0)
        self.at_top = False  # the line is the first, in bold: a title, though nobody lists it

    def read(self) -> Sheet:
        """Everything that the rows give."""
        sheet = self.scribe.sheet
        index = 0
        while index < len(self.rows):
            row = self.rows[index]
            opening = self.openings.get(index)
            if index in self.titles:
                self._title(row)
            elif opening is not None and not self._is_answer(opening, row):
                self.open_section(opening)
            elif row.table or len(row.cells) > 1:
                self.tables.row(index, row)
            else:
                index += self._line(index, row)
            last = self.rows[min(index, len(self.rows) - 1)]
            self.previous = last.text if not last.table else ""
            index += 1
        self.scribe.close()
        return sheet

    def _title(self, row: Row) -> None:
        self.scribe.enter("", "", False, "", "")
        self.signed = False
        self.scribe.sheet.title = self.scribe.sheet.title or row.text.strip()

    def _is_answer(self, opening: Opening, row: Row) -> bool:
        """Whether what reads like a heading answers the question in the row above it."""
        asked = self.scribe.open.field.vocabulary if self.scribe.open is not None else ""
        line = row.cells[0].lines[0]
        if (
            asked
            and not line.level
            and not line.bold
            and words.words(row.text) in self.book.options[asked].exact
        ):
            return True
        return bool(row.table) and self.scribe.waits and self.tables.above == row.table and not opening.firm

    def open_section(self, opening: Opening) -> None:
        """A heading: another section, and perhaps another person or thing."""
        self.tables.tail = None
        head, scribe = opening.head, self.scribe
        scribe.sheet.labels.add(words.heading(opening.text)[0])
        scribe.enter(opening.text, head.context, opening.firm, head.loose, head.role)
        scribe.kind = head.group or (self.book.kind(opening.text) if head.context == "things" else "")
        self.signed = False
        self.tables.forget()
        number = _NUMBER.search(words.plain(opening.text))
        if head.person:
            scribe.person(head.role, opening.text.strip(), 0)
        elif head.group:
            scribe.thing(head.group, int(number.group(1)) if number else 0)

    # ------------------------------------------------------------ lines

    def _line(self, index: int, row: Row) -> int:
        """One line; returns how many of the next lines were part of its label."""
        line = row.cells[0].lines[0]
        if not line.text.strip() and not line.entries:
            self._blank()
            return 0
        self.tables.forget()
        if self.letter and self._letter(line):
            return 0
        self.at_top = index == self.top and line.bold and not line.text.rstrip().endswith((":", "?"))
        line, taken = unwrapped(self, index, line)
        self.over = self._answer_follows(index + taken) and not line.entries and not MARK.search(line.text)
        self.one_line(line, row.where)
        return taken

    def looks_asked(self, row: Row) -> bool:
        """Whether a row of a table looks as this form's questions do."""
        return bool(row.table) and (look(row) in self.looks or id(row) in self.counted)

    def _answer_follows(self, index: int) -> bool:
        """Whether the next line is a control, touched or not, or begins with a box."""
        after = self.rows[index + 1] if index + 1 < len(self.rows) else None
        if after is None or (after.table and not MARK.match(after.text)):
            return False
        line = after.cells[0].lines[0]
        if self.controlled and line.entries:
            return True
        return not line.text[:1].isalnum() and bool(_BOX.match(line.text))

    def one_line(self, line: Line, where: str) -> None:
        """A line: a question, more of an answer, or text of its own."""
        if self.scribe.waits and (hint := _HINT.match(line.text)):
            self.scribe.hint(hint.group(1))
            line = line.after(hint.end())
            if not line.text.strip() and not line.entries:
                return
        match = self.match(line, self._alone(line))
        guessed = match is not None and match.meaning.sure < 1
        if guessed and (line.level or self.at_top or self.printed(line)):
            match = None  # a title or a note that reads like a question
        if match is not None and self._counts(match, line):
            self._start(match, where)
        elif self.scribe.open is not None and self.printed(line) and self._set_apart(line):
            return
        elif self.scribe.open is not None and self._guides(line):
            self.scribe.keep(line.text)
        elif self.scribe.open is not None and self._continues(line):
            self._append(line)
        elif self.unknown_question(line):
            self._ask_unknown(line, where)
        else:
            self.loose(line)

    def _ask_unknown(self, line: Line, where: str) -> None:
        """A question that no field answers: what stands at it is kept with it."""
        end = line.bold_until() or self.asked_before(line)
        self.scribe.begin(Meaning(self.book.unmapped, sure=0.5), line.text[: end or None].strip(), where)
        if end:
            self.scribe.add(line.after(end))

    def _set_apart(self, line: Line) -> bool:
        """Whether a printed text does not belong to the answer above it."""
        opened = self.scribe.open
        return line.italic or (
            opened is not None and not self.scribe.waits and opened.field.path != "narrative"
        )

    def _start(self, match: Match, where: str) -> None:
        scribe = self.scribe
        self.signed, self.tables.tail = False, None
        asked = match.label
        if (
            match.meaning.field.path == "unmapped"
            and match.sign in (":", "?")
            and not asked.endswith(match.sign)
        ):
            asked += match.sign  # what goes into no field is kept as it is printed
        scribe.begin(match.meaning, asked, where, match.hint)
        scribe.sheet.labels.add(words.label(match.label))
        self.seen_look(match)
        if match.whole:
            self.below += 1
            if match.rest.spans:
                scribe.add(match.rest)
        else:
            self.inline += 1
            scribe.add(match.rest)

    def _append(self, line: Line) -> None:
        opened = self.scribe.open
        if opened is None:
            return
        if opened.lines and self._soft(line):
            opened.lines[-1] = rich.join([opened.lines[-1], line], " ")
        else:
            opened.lines.append(line)

    def _blank(self) -> None:
        scribe = self.scribe
        if scribe.open is None or scribe.waits:
            return
        if scribe.open.field.type in ("text", "things"):
            scribe.add(rich.of(""))
        elif not scribe.open.field.vocabulary:
            scribe.close()

    def _letter(self, line: Line) -> bool:
        """Closing lines, signatures and what mail systems add: the end of any answer."""
        text = words.plain(line.text).casefold().strip()
        if _RULE.match(text):
            self.scribe.close()
            return True
        if text == "--":
            self._end("")
            return True
        if words.words(text) in self.book.closings or text.startswith(self.book.furniture):
            self._end(line.text)
            return True
        return False

    def _end(self, text: str) -> None:
        self.scribe.close()
        self.signed = True
        self.scribe.keep(text)

    def loose(self, line: Line) -> None:
        """Text that belongs to no question: the answer of the whole section, guidance, or unmapped."""
        scribe = self.scribe
        text = line.text.strip()
        scribe.close()
        if not text or self.printed(line) or (self.paged and self.tables.goes_on([line])):
            return
        mark = MARK.search(line.text)
        at = mark.start() if mark else 0
        if at > 3 and self.by_options(line.text[:at], [line.after(at)], line.where):
            return
        path = scribe.loose
        if path and not scribe.labels_here and not self.signed and path in self.book.paths:
            scribe.begin(Meaning(self.book.paths[path], sure=0.8), scribe.section, line.where)
            scribe.add(line)
            scribe.unasked = scribe.open
            return
        scribe.keep(line.text)

    def by_options(self, label: str, lines: Sequence[Line], where: str) -> bool:
        """A question that nobody listed, known by the answers that are printed at it; False if not."""
        scribe = self.scribe
        printed = evidence.options(lines)
        field = evidence.asked(self.book, label, (scribe.context,), printed)
        field = field or evidence.asked(self.book, label, ("checks",), printed)
        field = field or evidence.alone(self.book, printed)
        if field is None or find(label, self.book.options[field.vocabulary], one=True)[0]:
            return False  # boxes behind their options: what stands first is one of them
        scribe.begin(Meaning(field, sure=0.6), label.strip(), where).lines.extend(lines)
        scribe.close()
        return True

    def printed(self, line: Line) -> bool:
        """Whether a text is part of the printed form: boilerplate, or guidance in italics or brackets."""
        text = words.plain(line.text).casefold().strip()
        if text.startswith(self.book.boilerplate) and len(text) < 400:
            return True
        guided = line.italic or (text.startswith("(") and text.endswith(")"))
        return guided and self.matcher.guidance(text)

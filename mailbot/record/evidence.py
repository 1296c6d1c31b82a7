"""
Whether an answer can be one to what its label seemed to ask; and what its printed options ask instead.

GUARANTEES
    Only guesses are judged: a listed label keeps its answer. What does not fit is given to no field.
"""

import re
from collections.abc import Sequence

from mailbot.record import rich, words
from mailbot.record.answers import Answer
from mailbot.record.forms import FieldDef
from mailbot.record.match import Book
from mailbot.record.rich import MARK, Line
from mailbot.record.wording import find

_BETWEEN = re.compile(r"\s+/\s+|\s*\|\s*|\s{3,}|\t|\n")
_NAME = 8  # words; what is longer is no name
_ASKED = 0.8  # as sure as a heading that asks for what stands below it
_STORY = 6  # words; what is shorter tells nothing that was seen
_LIST = 3  # options; two may answer many questions
_OWN = ("information_types", "basis", "reliability", "areas")  # each has one question only
_SHAPES = {
    "email": re.compile(r"\S@\S"),
    "phone": re.compile(r"(?:\d\D*){6}"),
    "number": re.compile(r"(?:\d\D*){5}"),
    "crime_number": re.compile(r"\d"),
    "mash_ref": re.compile(r"\d"),
    "own_reference": re.compile(r"\d"),
    "age": re.compile(r"\d|teen|twent|thirt|fort|fift|sixt|sevent|adult|child|young|old", re.I),
    "school_year": re.compile(r"\d|reception|nursery|sixth|^r$", re.I),
}
_NAMES = frozenset(
    {"name", "full_name", "family_name", "given_names", "parent_guardian", "handle", "platform", "role"}
)


def fits(answer: Answer) -> bool:
    """Whether what stands there can be an answer to that question."""
    text, last = answer.text, answer.field.path.rpartition(".")[2]
    if answer.sure >= 1 or not text or answer.field.vocabulary:
        return True
    if MARK.search(text):
        return False
    if last in _NAMES and len(text.split()) > _NAME:
        return False
    if last == "narrative" and answer.sure < _ASKED and len(text.split()) < _STORY:
        return False
    shape = _SHAPES.get(last)
    return shape is None or bool(shape.search(text)) or not any(sign.isalnum() for sign in text)


def settled(book: Book, answer: Answer) -> FieldDef | None:
    """The field that an answer goes to: the one of its label, the one of its options, or none."""
    if answer.sure >= 1:
        return _listed(book, answer)
    vocabulary = answer.field.vocabulary
    prose = answer.field.type == "text" and not MARK.search(answer.text)  # its lines are no options
    printed = options(answer.lines)
    if len(printed) > 1 and not (vocabulary and known(book, vocabulary, printed) * 2 > len(printed)):
        found = asked(
            book, answer.label, answer.field.context[:1] if answer.field.path != "unmapped" else (), printed
        )
        found = found or alone(book, printed)
        if found is not None or not prose:
            return found
    return answer.field if fits(answer) else None


def _listed(book: Book, answer: Answer) -> FieldDef | None:
    """The field of a listed label; where boxes stand at it that answer another question, that one."""
    if answer.field.vocabulary or answer.field.path == "unmapped":
        return answer.field
    if not any(MARK.search(line.text) for line in answer.lines):
        return answer.field
    printed = options(answer.lines)
    return alone(book, printed) or answer.field if len(printed) >= _LIST else answer.field


def options(lines: Sequence[Line]) -> list[str]:
    """The options that are printed in an answer: between boxes, or between strokes."""
    text = rich.text(lines)
    if any(span.entry is not None and not MARK.search(span.text) for line in lines for span in line.spans):
        return []
    parts = MARK.split(text) if MARK.search(text) else _BETWEEN.split(text)
    return [part.strip(" \t\n:/|,") for part in parts if any(sign.isalnum() for sign in part)]


def asked(book: Book, label: str, contexts: Sequence[str], printed: Sequence[str]) -> FieldDef | None:
    """The question of these sections to which those options are the answers."""
    if len(printed) < 2 or max(len(one) for one in printed) > 90:
        return None
    counts = {name: known(book, name, printed) for name in book.options if name != "training_format"}
    most = max(counts.values())
    if most < 2 or most * 2 < len(printed):
        return None
    names = {name for name, count in counts.items() if count == most}
    if most * 3 < len(printed) * 2 and (most < 3 or len(names) > 1):
        return None  # few of them, and perhaps by chance
    fields = [
        field for field in book.paths.values()
        if field.vocabulary in names and (not contexts or set(field.context) & set(contexts))
    ]  # fmt: skip
    if len(fields) == 1:
        return fields[0]
    return book.guesser.among(words.label(label), fields)


def alone(book: Book, printed: Sequence[str]) -> FieldDef | None:
    """The one question of the whole record to which those options are the answers, in whichever section."""
    if len(printed) < _LIST or max(len(one) for one in printed) > 90:
        return None
    counts = {name: known(book, name, printed) for name in _OWN}
    best = max(counts, key=lambda name: counts[name])
    others = [count for name, count in counts.items() if name != best]
    if counts[best] < _LIST or counts[best] * 3 < len(printed) * 2 or max(others) * 2 > counts[best]:
        return None
    return next(field for field in book.paths.values() if field.vocabulary == best)


def known(book: Book, name: str, printed: Sequence[str]) -> int:
    """How many different answers of a vocabulary are printed."""
    vocabulary = book.options[name]
    return len({value for one in printed for value in find(one, vocabulary, one=True)[0][:1]})

"""
Which field each answer of a form goes to, decided when all of them are known.

A listed label decides alone. For any other, five things are weighed together: what its words say, which
section it stands in, which options are printed at it, what kind of value was written, and which questions
other labels have asked already. A question that nobody could name while reading gets its chance here too.

GUARANTEES
    What is not clearly likelier than "no field at all" goes to no field. A listed label is never overruled
    but by three printed options of another question (`evidence`).
"""

from collections.abc import Sequence

from mailbot.record import evidence, words
from mailbot.record.answers import Answer
from mailbot.record.forms import FieldDef
from mailbot.record.heads import THINGS
from mailbot.record.match import Book
from mailbot.record.rich import MARK
from mailbot.record.shapes import suits

_BESIDE = 0.5  # how much less a field of a section that often stands in this one is expected
_WITH = {
    "matter": {"things", "types", "checks", "handling"},
    "types": {"matter", "things"},
    "things": {"matter"},
    "checks": {"handling", "matter"},
    "handling": {"checks", "matter"},
}
_OUTSIDE = 0.1  # how much less a field of another section is expected
_AGAIN = 0.1  # and one that was asked for already
_STRANGE = 0.05  # and one whose answers are not those that are printed
_NOTHING = 0.05  # no field at all
_LEAST = 0.5


def settle(book: Book, answers: Sequence[Answer]) -> list[FieldDef | None]:
    """For each answer its field, or None."""
    found = [evidence.settled(book, answer) if _known(answer) else None for answer in answers]
    taken = {
        (answer.owner, field.path)
        for answer, field in zip(answers, found, strict=True)
        if field is not None and answer.text
    }
    open_ = [index for index, answer in enumerate(answers) if not _known(answer)]
    chosen = {index: _choose(book, answers[index], taken) for index in open_}
    for index in sorted(open_, key=lambda index: -chosen[index][1]):
        field, sure = _choose(book, answers[index], taken)
        if sure >= _LEAST and field is not None:
            found[index] = field
            if answers[index].text:
                taken.add((answers[index].owner, field.path))
    return found


def _known(answer: Answer) -> bool:
    return answer.sure >= 0.8 or (answer.sure > 0.5 and answer.field.path == "unmapped")


def _choose(book: Book, answer: Answer, taken: set[tuple[int, str]]) -> tuple[FieldDef | None, float]:
    """The field that all evidence together speaks for, and how much."""
    settled = evidence.settled(book, answer)
    if settled is not None and settled is not answer.field:
        return settled, 0.9  # its printed options say so
    printed = evidence.options(answer.lines) if MARK.search(answer.text) else []
    weights: dict[str, float] = {}
    for path, share in book.guesser.likely(words.label(answer.label)).items():
        field = book.paths.get(path)
        if field is None:
            continue
        weight = (
            share
            * _offered(book, field, printed)
            * suits(field, answer.text)
            * _expected(field, answer.context)
        )
        if (group := path.partition(".")[0]) in ("subjects", *THINGS):
            weight *= answer.field.path.partition(".")[0] == group
        elif (0, path) in taken:
            weight *= _AGAIN
        weights[path] = weight
    top = max(weights, key=lambda path: weights[path], default="unmapped")
    if top == "unmapped":
        return None, 0.0
    return book.paths[top], weights[top] / (sum(weights.values()) + _NOTHING)


def _offered(book: Book, field: FieldDef, printed: list[str]) -> float:
    """How well the printed options are answers to the question of a field."""
    if len(printed) < 2 or not field.vocabulary:
        return 1.0
    return 1.0 if evidence.known(book, field.vocabulary, printed) * 2 >= len(printed) else _STRANGE


def _expected(field: FieldDef, context: str) -> float:
    """How much a field is expected in a section."""
    if not context or context in field.context:
        return 1.0
    return _BESIDE if _WITH.get(context, set()) & set(field.context) else _OUTSIDE

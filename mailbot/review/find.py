"""
Where a text says one of the values: exactly, with a slip of the pen, or run together.

GUARANTEES
    Linear in the text for a given set of values: rapidfuzz compares each different word at most twice, and
    only what begins alike is looked at further. A text beyond `LONGEST` is not looked through past it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rapidfuzz import fuzz, process

from mailbot.review.known import JOINERS, LETTERS, Value, bare_number, fold

LONGEST = 200_000  # characters
_LIKE = 87  # of 100; one slip in eight letters
_FUZZY = 6  # letters; shorter words must be right
_TOKEN = re.compile(rf"{LETTERS}(?:[{JOINERS}]{LETTERS})*")
_PIECE = re.compile(LETTERS)  # "www.oakfield.sch.uk", "Smith.She said": the value is a part of the word
_NUMBER = re.compile(r"\+?\d[\d ().\-]{4,40}\d")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text, and what it is like."""

    start: int
    end: int
    kind: str
    weak: bool = False

    def is_in(self, other: "Hit") -> bool:
        """Whether the other covers all of it."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    folded: str
    letters: str  # without stops: "J.S." is "JS"


def find(text: str, values: Iterable[Value]) -> list[Hit]:
    """Every place that some value covers, in their order and without overlaps; see `resolve`."""
    return resolve(every(text, values))


def every(text: str, values: Iterable[Value]) -> list[Hit]:
    """All hits, those that overlap too: a weak one may be longer than the strong one in it."""
    text, values = text[:LONGEST], tuple(values)
    whole, pieces = list(_tokens(text, _TOKEN)), list(_tokens(text, _PIECE))
    numbers = [(match, bare_number(match[0])) for match in _NUMBER.finditer(text)]
    hits = [
        Hit(match.start(), match.end(), value.kind, value.weak)
        for value in values
        if value.digits
        for match, digits in numbers
        if _same_number(digits, value.digits)
    ]
    hits += _words(whole, values)
    return hits if len(pieces) == len(whole) else hits + _words(pieces, values)


def _words(tokens: Sequence["_Token"], values: Iterable[Value]) -> list[Hit]:
    by_word: dict[str, list[int]] = {}
    by_letters: dict[str, list[int]] = {}
    for at, token in enumerate(tokens):
        by_word.setdefault(token.folded, []).append(at)
        by_letters.setdefault(token.letters, []).append(at)
    like = _Likeness(list(by_word))
    hits: list[Hit] = []
    for value in values:
        if value.exact:
            hits += [
                Hit(tokens[at].start, tokens[at].end, value.kind, value.weak)
                for at in by_letters.get(value.exact, ())
            ]
        elif value.words:
            starts = chain.from_iterable(by_word[word] for word in like(value.words[0]))
            hits += _runs(tokens, starts, value)
            if len(value.words) > 1:
                joined = "".join(value.words)
                hits += [
                    Hit(tokens[at].start, tokens[at].end, value.kind, value.weak)
                    for word in like(joined)
                    for at in by_word[word]
                ]
    return hits


def resolve(hits: Iterable[Hit]) -> list[Hit]:
    """
    Without overlaps, and covering all that they cover: the longer one, and a strong one before a weak one;
    of one that reaches further than the one before it, the rest.
    """
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -(hit.end - hit.start), hit.weak)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end > kept[-1].end:
            kept.append(replace(hit, start=kept[-1].end))
    return kept


class _Likeness:
    """The words of a text that are like a word."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._vocabulary = vocabulary
        self._known = frozenset(vocabulary)

    def __call__(self, word: str) -> list[str]:
        if len(word) < _FUZZY:
            return [word] if word in self._known else []
        scorer: Callable[..., float] = fuzz.ratio
        return [
            found[0]
            for found in process.extract(
                word, self._vocabulary, scorer=scorer, score_cutoff=_LIKE, limit=None
            )
        ]


def _runs(tokens: Sequence[_Token], starts: Iterable[int], value: Value) -> Iterator[Hit]:
    """Where all the words of a value follow each other."""
    count = len(value.words)
    for at in starts:
        window = tokens[at : at + count]
        if len(window) == count and all(map(_alike, (token.folded for token in window), value.words)):
            yield Hit(window[0].start, window[-1].end, value.kind, value.weak)


def _alike(found: str, wanted: str) -> bool:
    if found == wanted:
        return True
    return len(wanted) >= _FUZZY and fuzz.ratio(found, wanted, score_cutoff=_LIKE) > 0


def _same_number(found: str, wanted: str) -> bool:
    """The same but for a missing dialling code."""
    length = min(len(found), len(wanted))
    return length > 5 and found[-length:] == wanted[-length:]


def _tokens(text: str, pattern: re.Pattern[str]) -> Iterator[_Token]:
    for match in pattern.finditer(text):
        word = match[0]
        yield _Token(match.start(), match.end(), fold(word), word.replace(".", ""))

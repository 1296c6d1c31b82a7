"""
Help with taking the source out of a text: marks, and the question that is asked before a decision.

GUARANTEES
    Nothing is removed by itself. While the source part is closed a mark that comes from it says "possible
    identifier" and no more, so that the marks do not give away what the closed part holds.
SECURITY
    To mark a text the server reads the source part; no value of it leaves this module, only places in the
    text that is looked at. A text that is *shown* while the source is closed and may hold the whole form (a
    document, a body) goes through `masked`.
BUGS
    A source that is described and not named ("the only one who saw it") is found by phrases, or not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.domain.record import Record
from mailbot.review.fields import MASK
from mailbot.review.find import LONGEST, Hit, every, find, resolve
from mailbot.review.known import Variants, words_of
from mailbot.review.vocabulary import Vocabulary
from mailbot.store.parts import Source

POSSIBLE = "possible_identifier"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `kind` where it is marked: `POSSIBLE`, a kind of value, or a kind of phrase."""

    text: str
    kind: str = ""


class Sanitiser:
    """Looks for one source in texts. Made for each page: it holds the values of a source part."""

    def __init__(self, vocabulary: Vocabulary, source: Source, records: Sequence[Record] = ()) -> None:
        self._signs = vocabulary.signs
        variants = Variants(vocabulary.names).of(source)
        written_about = _names_of_subjects(records)
        # who is also a subject stands in the log as one: no value of the source, but still worth a mark
        both = {value for value in variants if value.words and value.words in written_about}
        self._written_about = tuple(both)
        self._values = tuple(replace(one, weak=True) if one in both else one for one in variants)

    def __repr__(self) -> str:
        return f"Sanitiser({len(self._values)} values)"

    def segments(self, text: str, *, is_open: bool) -> tuple[Segment, ...]:
        """The text in pieces, marked; the pieces joined are the text."""
        known = find(text, self._values)
        hits = [*(hit if is_open else _closed(hit) for hit in known), *self._phrases(text)]
        return cut(text, resolve(hits))

    def masked(self, text: str) -> str:
        """The text without any value of the source, for showing while it is closed."""
        hidden = [Segment(MASK) if one.kind else one for one in cut(text[:LONGEST], find(text, self._values))]
        return "".join(one.text for one in hidden)

    def left_in(self, text: str) -> tuple[str, ...]:
        """The kinds of value of the source that still stand in a text; the question that is asked once."""
        strong = [hit for hit in every(text, self._values) if not hit.weak]
        if strong and self._written_about:
            subjects = every(text, self._written_about)
            strong = [hit for hit in strong if not any(map(hit.is_in, subjects))]
        return tuple(sorted({hit.kind for hit in strong}))

    def _phrases(self, text: str) -> Iterable[Hit]:
        looked_at = text[:LONGEST]
        for signs in self._signs:
            for pattern in signs.patterns:
                for match in pattern.finditer(looked_at):
                    yield Hit(match.start(), match.end(), signs.code, weak=True)


def cut(text: str, hits: Sequence[Hit]) -> tuple[Segment, ...]:
    """A text along its hits, which do not overlap."""
    pieces: list[Segment] = []
    at = 0
    for hit in hits:
        if hit.start > at:
            pieces.append(Segment(text[at : hit.start]))
        pieces.append(Segment(text[hit.start : hit.end], hit.kind))
        at = hit.end
    if at < len(text):
        pieces.append(Segment(text[at:]))
    return tuple(pieces)


def _closed(hit: Hit) -> Hit:
    return Hit(hit.start, hit.end, POSSIBLE, hit.weak)


def _names_of_subjects(records: Sequence[Record]) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for record in records:
        for one in record.subjects:
            whole = words_of(one.full_name or f"{one.given_names or ''} {one.family_name or ''}")
            aliases = [words_of(alias) for alias in one.aliases]
            for words in (whole, words_of(one.family_name or ""), words_of(one.given_names or ""), *aliases):
                found.add(words)
                found.update((word,) for word in words)
    return frozenset(found - {()})

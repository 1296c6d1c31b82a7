"""
What a label means that nobody listed, and what a heading opens: by what the listed ones taught.

GUARANTEES
    A field of the section goes before others; where nothing is likely enough, nothing is said. What a
    question of safety needs, its label must say (`telling.possible`).
"""

from functools import lru_cache
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.forms import Definitions, FieldDef
from mailbot.record.learned import Learned, Table, most
from mailbot.record.likeness import Thesaurus
from mailbot.record.telling import WRITER, possible, turns

_LONG_LABEL = 24  # words; what is longer is a sentence
_CLOSED = ("submitter", "agencies", "office", "declaration")  # only their own fields are guessed there
_SURE, _GREAT = 0.4, 0.8  # how likely a field must be among those of its section, and to be believed as such
_OUTSIDE = 0.1  # what the fields of other sections count then
_FAR = 0.6  # how likely a field of another section must be
_COLUMN, _OTHERS = 0.65, 0.5  # the same for the columns of a list of things
_SECTION = 0.5
_HALF = 0.5
_LEAST = 0.001
_YES_NO = "yes_no_unknown"
_POSSIBLE = 0.2  # less is left when a label lacks the words that all likely fields need


class Guessed(NamedTuple):
    """A field, and how sure that is."""

    field: FieldDef
    sure: float


class Guesser:
    """Made once from the definitions."""

    def __init__(self, definitions: Definitions, fields: tuple[FieldDef, ...], table: Table) -> None:
        self.fields = {field.path: field for field in reversed(fields)}
        self.thesaurus = Thesaurus(definitions.synonyms.same, definitions.synonyms.idle)
        self.labels = Learned(table, self.thesaurus)
        self.heads = Learned(definitions.learned.headings, self.thesaurus)
        self.holds: dict[str, set[str]] = {}  # section -> its fields
        self.listed: dict[str, tuple[str, ...]] = {}  # comparable label -> the sections that may hold it
        for field in fields:
            for context in field.context:
                self.holds.setdefault(context, set()).add(field.path)
            for text in (*field.labels, *field.local):
                norm = words.label(text)
                self.listed[norm] = tuple(dict.fromkeys((*self.listed.get(norm, ()), *field.context[:1])))
        self.headed = {
            words.heading(text)[0]: part.context for part in definitions.sections for text in part.headings
        }
        self.likely = lru_cache(maxsize=4096)(self._likely)
        self.best = lru_cache(maxsize=4096)(self._best)
        self.asked = lru_cache(maxsize=4096)(self._asked)

    def _likely(self, norm: str) -> dict[str, float]:
        """How likely a label asks for each field; the shares add up to one, or there are none."""
        if not norm or len(norm.split()) > _LONG_LABEL:
            return {}
        senses = self.thesaurus.senses(norm)
        found = {
            path: share
            for path, share in self.labels.likely(norm).items()
            if share > _LEAST and path in self.fields and possible(path, senses)
            if not (self.fields[path].vocabulary == _YES_NO and turns(path, norm))
        }
        total = sum(found.values())
        return {path: share / total for path, share in found.items()} if total > _POSSIBLE else {}

    def _best(self, norm: str, context: str) -> Guessed | None:
        """The field that a label of this section asks for."""
        likely = self.likely(norm)
        own = {path: share for path, share in likely.items() if path in self.holds.get(context, ())}
        path, sure = most(own, _OUTSIDE)
        if sure >= _SURE:
            return Guessed(self.fields[path], 0.6 if sure >= _GREAT else 0.5)
        if context in _CLOSED:
            return None
        far = self.anywhere(norm)
        return far if far is not None and "subject" not in far.field.context else None

    def of_writer(self, norm: str) -> bool:
        """Whether a label says whom it asks about: the one who writes."""
        return bool(self.thesaurus.senses(norm) & WRITER)

    def column(self, norm: str, group: str) -> FieldDef | None:
        """The field of a thing for which a column or a question is meant, where the section is about it."""
        if self.thesaurus.senses(norm) <= {group}:
            return None  # "Instagram" says only that it is online: it is no heading of a column
        own = {path: share for path, share in self.likely(norm).items() if path.startswith(f"{group}.")}
        path, sure = most(own, _OTHERS)
        return self.fields[path] if sure >= _COLUMN else None

    def anywhere(self, norm: str) -> Guessed | None:
        """The one field of any section for which a label is meant."""
        path, share = most(self.likely(norm), 0.0)
        return Guessed(self.fields[path], 0.5) if share >= _FAR and path != "unmapped" else None

    def contexts(self, norm: str) -> dict[str, float]:
        """How likely a label is one of each kind of section; one may be of several."""
        shares: dict[str, float] = {}
        for path, share in self.likely(norm).items():
            for context in self.fields[path].context:
                shares[context] = shares.get(context, 0.0) + share
        return shares

    def _asked(self, norm: str) -> tuple[str, ...]:
        """The sections that a label belongs to."""
        for plain in words.variants(norm):
            if plain in self.listed:
                return self.listed[plain]
        shares: dict[str, float] = {}
        for path, share in self.likely(norm).items():
            for context in self.fields[path].context[:1]:
                shares[context] = shares.get(context, 0.0) + share
        return tuple(context for context, share in shares.items() if share >= _HALF)

    def among(self, norm: str, fields: list[FieldDef]) -> FieldDef | None:
        """The one of some fields that a label most likely asks for."""
        likely = self.likely(norm)
        path, share = most({field.path: likely.get(field.path, 0.0) for field in fields}, 0.05)
        return self.fields[path] if share >= _HALF else None

    def opened(self, norm: str) -> dict[str, float]:
        """How likely a heading opens each kind of section."""
        for plain in (norm, *words.variants(norm)):
            if plain in self.headed:
                return {self.headed[plain]: 1.0}
        return self.heads.likely(norm)

    def section(self, norm: str) -> tuple[str, bool]:
        """The kind of section that a heading opens, and whether that is nearly certain."""
        opened = self.opened(norm)
        top = max(opened, key=lambda name: opened[name], default="")
        return (top, opened[top] >= _GREAT) if top and opened[top] >= _SECTION else ("", False)

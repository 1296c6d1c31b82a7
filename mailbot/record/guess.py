"""
What a label means that nobody listed: by the words that speak for a field, and by the label it is most like.

GUARANTEES
    Only fields of the section are guessed, unless much speaks for another; where two are about as likely,
    nothing is said. A word that speaks against a field rules it out.
"""

from functools import lru_cache
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.forms import Definitions, FieldDef
from mailbot.record.likeness import NOWHERE, Likeness, Near, Thesaurus
from mailbot.record.telling import WRITER, asks_call, asks_leave, of_source, pairs, plainly, possible

_LONG_LABEL = 16  # words; what is longer is a sentence
_CLOSED = ("submitter", "agencies", "office", "declaration")  # only their own fields are guessed there
_BESIDE = ("matter", "checks", "handling")  # where questions about the source stand too
_GREAT, _FAIR = 0.9, 0.55  # how like a label must be to be believed before and after its single words
_AHEAD = 0.15
_CLOSE = 0.03  # between two that are both very like
_HEAD = 0.7
# what goes without saying in a section
_SAID = {
    "submitter": ("submitter", "person", "your"),
    "subject": ("subject", "person"),
    "provenance": ("person",),
}
_NAMED = frozenset({"name", "role", "your", "submitter", "print", "person", "complete"})
_TIMED = frozenset({"submission_date", "provenance.learned_at", "provenance.event_at", "subjects.dob"})
# parts and pairs of other fields: they are printed in so few ways that all are listed
_LISTED = frozenset(
    {
        "submitter.title", "submitter.given", "submitter.family", "submitter.name_again",
        "submitter.name_role", "submitter.organisation_postcode", "source_risk.who", "subjects.postcode",
        "subjects.middle_name", "subjects.school_both", "subjects.sex_age", "subjects.dob_age",
        "vehicles.make", "vehicles.model", "vehicles.colour", "vehicles", "online",
    }
)  # fmt: skip


class Guessed(NamedTuple):
    """A field, and how sure that is."""

    field: FieldDef
    sure: float


class Guesser:
    """Made once from the definitions."""

    def __init__(self, definitions: Definitions, fields: tuple[FieldDef, ...]) -> None:
        self.fields = {field.path: field for field in reversed(fields)}
        self.keys = [
            (field, [frozenset(group.split("|")) for group in key.split()], frozenset(field.never))
            for field in fields
            for key in field.keys
            if key.split()
        ]
        self.opened: dict[str, list[int]] = {}  # word -> the keys that begin with it, by number
        for number, (_, key, _) in enumerate(self.keys):
            for word in key[0]:
                self.opened.setdefault(word, []).append(number)
        self.against: dict[str, set[str]] = {}  # word -> the fields that it rules out
        for field in fields:
            for word in field.never:
                self.against.setdefault(word, set()).add(field.path)
        self.thesaurus = thesaurus = Thesaurus(definitions.synonyms.same, definitions.synonyms.idle)
        self.like = {
            context: Likeness(thesaurus, _wordings(fields, context), _SAID.get(context, ()))
            for context in sorted({context for field in fields for context in field.context})
        }
        self.listed: dict[str, tuple[str, ...]] = {}  # comparable label -> the sections that may hold it
        for field in fields:
            for text in (*field.labels, *field.local):
                norm = words.label(text)
                self.listed[norm] = tuple(dict.fromkeys((*self.listed.get(norm, ()), *field.context[:1])))
        heads: dict[str, list[str]] = {}
        for part in definitions.sections:
            heads.setdefault(part.context, []).extend(part.headings)
        self.heads = Likeness(thesaurus, heads)
        self.headed = {words.heading(text)[0]: name for name, texts in heads.items() for text in texts}
        self.columns = {
            group: Likeness(thesaurus, _columns(fields, group), (group,))
            for group in ("locations", "vehicles", "phones", "online")
        }
        self.asked = lru_cache(maxsize=4096)(self._asked)
        self.column = lru_cache(maxsize=4096)(self._column)
        self.anywhere = lru_cache(maxsize=4096)(self._anywhere)
        self.home = lru_cache(maxsize=4096)(self._home)
        self.best = lru_cache(maxsize=4096)(self._best)

    def _best(self, norm: str, context: str) -> Guessed | None:
        """The field that a label of this section asks for, unless it lacks the word that such a label has."""
        norm = words.plainly(norm)
        found = self._likely(norm, context)
        if found is None or possible(found.field.path, self.thesaurus.senses(norm)):
            return found
        return None

    def _likely(self, norm: str, context: str) -> Guessed | None:
        said = norm.split()
        if not 1 <= len(said) <= _LONG_LABEL:
            return None
        senses = self.thesaurus.senses(norm)
        if context == "submitter" and " and " in norm and {"name", "role"} <= senses <= _NAMED:
            return Guessed(self.fields["submitter.name_role"], 0.6)
        if path := pairs(senses, norm) if context == "subject" else plainly(senses, context, norm):
            return Guessed(self.fields[path], 0.6)
        if context in _BESIDE and of_source(senses):
            return self.best(norm, "provenance")
        if context == "submitter" and "subject" in senses:
            return None
        if context in ("submitter", "checks", "handling") and asks_call(norm):
            return Guessed(self.fields["submitter.may_contact"], 0.6)
        if context == "submitter" and asks_leave(senses) and (keyed := self._keyed(said, context)):
            return keyed
        near = self._near(norm, said, context)
        if near is not None and near.target == NOWHERE:
            return None
        if near is not None and senses & {"when", "date"} and near.target not in _TIMED:
            near = None
        if near is not None and near.score >= _GREAT:
            return self._guessed(near)
        keyed = self._keyed(said, context)
        if keyed is not None:
            return keyed
        if near is not None and near.score >= _FAIR and len(senses) > 1:
            return self._guessed(near)
        if context in _CLOSED:
            return None
        return self._keyed(said, "") or self._elsewhere(norm, context)

    def of_writer(self, norm: str) -> bool:
        """Whether a label says whom it asks about: the one who writes."""
        return bool(self.thesaurus.senses(norm) & WRITER)

    def _column(self, norm: str, group: str) -> FieldDef | None:
        """The field of a thing for which a column or a question is meant, where the section is about it."""
        if self.thesaurus.senses(norm) <= {group}:
            return None  # "Instagram" says only that it is online: it is no heading of a column
        near = self.columns[group].nearest(norm, self._ruled_out(frozenset(norm.split())))
        if near is None or near.score < _GREAT or near.ahead < _CLOSE:
            return None
        return self.fields[near.target]

    def _anywhere(self, norm: str) -> Guessed | None:
        """The one field of any section for which a label is meant that is very like one of its labels."""
        if len(self.thesaurus.senses(norm)) < 2:
            return None
        found = [one for context in self.asked(norm) if (one := self.best(norm, context)) is not None]
        paths = {one.field.path for one in found}
        return found[0] if len(paths) == 1 and "unmapped" not in paths else None

    def _elsewhere(self, norm: str, context: str) -> Guessed | None:
        """The field of the one other section with a label very like this one; never one of a person."""
        others = [one for one in self.asked(norm) if one in ("things", "checks")]
        if len(others) != 1 or context in ("", *others):
            return None
        if others[0] in _BESIDE and of_source(self.thesaurus.senses(norm)):
            return None  # it would be asked of the source's section again, and for ever
        return self.best(norm, others[0])

    def _asked(self, norm: str) -> tuple[str, ...]:
        """The sections that a label belongs to when it is very like one of theirs."""
        said = norm.split()
        if not 1 <= len(said) <= _LONG_LABEL:
            return ()
        for plain in words.variants(norm):
            if plain in self.listed:
                return self.listed[plain]
        found = []
        for context in self.like:
            near = self._near(norm, said, context)
            if near is not None and near.score >= _GREAT and near.target != NOWHERE:
                found.append(context)
        return tuple(found)

    def _home(self, norm: str) -> tuple[str, ...]:
        """The sections of whose own questions a label is probably one, not of those that may hold it too."""
        said = norm.split()
        if not 1 <= len(said) <= _LONG_LABEL:
            return ()
        for plain in words.variants(norm):
            if plain in self.listed:
                return self.listed[plain]
        found = []
        for context in self.like:
            near = self._near(norm, said, context)
            if near is not None and near.score >= _FAIR and near.target != NOWHERE:
                found.append((near.score, self.fields[near.target].context[0]))
        best = max(found, default=(0.0, ""))[0]
        return tuple({context for score, context in found if score >= best - _CLOSE})

    def among(self, norm: str, fields: list[FieldDef], least: float) -> FieldDef | None:
        """The one of some fields whose labels this is most like."""
        every = frozenset(norm.split())
        senses = self.thesaurus.senses(norm)
        paths = {field.path for field in fields if possible(field.path, senses)} - self._ruled_out(every)
        best: Near | None = None
        for like in self.like.values():
            near = like.nearest(norm, like.known.keys() - paths)
            if near is not None and (best is None or near.score > best.score):
                best = near
        return self.fields[best.target] if best is not None and best.score >= least else None

    def section(self, norm: str) -> tuple[str, bool]:
        """The kind of section that a heading opens which is like a listed one; and whether very like."""
        for plain in words.variants(norm):
            if plain in self.headed:
                return self.headed[plain], True
        near = self.heads.nearest(norm)
        if near is None or near.score < _HEAD or near.ahead < _AHEAD:
            return "", False
        return near.target, near.score >= _GREAT and len(self.heads.senses(norm)) > 1

    def _guessed(self, near: Near) -> Guessed:
        return Guessed(self.fields[near.target], 0.6 if near.score >= _GREAT else 0.5)

    def _near(self, norm: str, said: list[str], context: str) -> Near | None:
        like = self.like.get(context)
        if like is None:
            return None
        near = like.nearest(norm, self._ruled_out(frozenset(said)))
        least = _AHEAD if near is not None and near.score < _GREAT else _CLOSE
        return near if near is not None and near.ahead >= least else None

    def _ruled_out(self, every: frozenset[str]) -> set[str]:
        """The fields against which one of these words speaks."""
        return {path for word in every for path in self.against.get(word, ())}

    def _keyed(self, said: list[str], context: str) -> Guessed | None:
        """Most groups of words win; of as many, those that come first in the label."""
        every = frozenset(said)
        best: dict[str, tuple[tuple[int, int], FieldDef]] = {}
        for number in sorted({number for word in every for number in self.opened.get(word, ())}):
            field, key, never = self.keys[number]
            if (context and context not in field.context) or every & never:
                continue
            if not context and (field.context == ("subject",) or len(key) < 2):
                continue
            if all(every & group for group in key):
                wanted = frozenset().union(*key)
                rank = (len(key), -next(index for index, word in enumerate(said) if word in wanted))
                if field.path not in best or rank > best[field.path][0]:
                    best[field.path] = rank, field
        if not best:
            return None
        most = max(rank for rank, _ in best.values())
        top = [field for rank, field in best.values() if rank == most]
        return Guessed(top[0], 0.6) if len(top) == 1 else None


def _columns(fields: tuple[FieldDef, ...], group: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in fields:
        if field.path.startswith(f"{group}.") and field.path not in _LISTED:
            found.setdefault(field.path, []).extend((*field.labels, *field.local, *field.column))
    return found


def _wordings(fields: tuple[FieldDef, ...], context: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in fields:
        if field.path == "information_type_other" and context != "types":
            continue
        if context in field.context and field.path not in _LISTED:
            found.setdefault(field.path, []).extend((*field.labels, *field.local))
    return found

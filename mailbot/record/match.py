"""
What printed words mean: labels by section, headings, columns of small tables, options.

A label is looked up in its own section first, then among those that count everywhere; only what is not
found at all is compared with a small edit distance, and only inside the section.

GUARANTEES
    Built once from the definitions; immutable afterwards, so a forked child may share it.
"""

from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.forms import Definitions, FieldDef, printed
from mailbot.record.guess import Guesser
from mailbot.record.heads import NOUNS, NUMBERED, THINGS, Head, Heads
from mailbot.record.learned import Table
from mailbot.record.likeness import Thesaurus
from mailbot.record.rich import MARK
from mailbot.record.rows import Row
from mailbot.record.telling import OWNERS
from mailbot.record.vocabulary import Options, telling, vocabularies

_TELLING = {
    "i",
    "me",
    "my",
    "one",
    "no",
    "not",
    "some",
    "may",
    "might",
    "could",
}  # idle in labels, not in options
_MOST = 20  # of one kind on a form; a larger number belongs to a value


class Meaning(NamedTuple):
    """A label that was understood."""

    field: FieldDef
    group: str = ""  # subjects, or one of THINGS, where a number names the item
    number: int = 0
    sure: float = 1.0


class Book(Heads):
    """All meanings, ready to be looked up."""

    def __init__(self, definitions: Definitions, fields: tuple[FieldDef, ...], table: Table) -> None:
        self.definitions = definitions
        self.local: dict[str, dict[str, FieldDef]] = {}
        self.anywhere: dict[str, FieldDef] = {}
        self.every: dict[str, list[tuple[FieldDef, bool]]] = {}
        self.columns: dict[str, dict[str, FieldDef]] = {
            group: {} for group in (*THINGS, "subjects", "agencies")
        }
        for field in (*fields, *printed(definitions)):
            self._add(field)
        self.near = {context: _shelves(labels) for context, labels in self.local.items()}
        self.paths = {field.path: field for field in reversed(fields)}
        self.unmapped = FieldDef("unmapped", (), "line")
        self.headings: dict[str, Head] = {}
        for section in definitions.sections:
            for text in section.headings:
                self.headings.setdefault(
                    words.heading(text)[0], Head(section.context, section.loose, section.role)
                )
        for form in definitions.forms:
            for part in form.section:
                for text in (part.heading, *part.variants):
                    self.headings.setdefault(
                        words.heading(text)[0], Head(part.context, part.loose, part.role)
                    )
        self.sorted = sorted(self.every)
        self.guesser = Guesser(definitions, fields, table)
        thesaurus = Thesaurus(definitions.synonyms.same, set(definitions.synonyms.idle) - _TELLING)
        self.options = {
            name: Options(values, thesaurus, telling(definitions, name))
            for name, values in vocabularies(definitions).items()
        }
        self.head = lru_cache(maxsize=4096)(self._head)
        self.roles = self.options["roles"].exact
        # every printed answer, with the vocabularies that have it
        self.answers: dict[str, frozenset[str]] = {}
        for name, vocabulary in self.options.items():
            for norm in vocabulary.exact:
                self.answers[norm] = self.answers.get(norm, frozenset()) | {name}
        # by vocabulary: the section of the one question that it answers
        self.answered = {
            name: {field.context[0] for field in fields if field.vocabulary == name and field.context}
            for name in self.options
        }
        self.answer_starts = frozenset(norm.split()[0] for norm in self.answers if norm) | set("x✓✔√")
        phrases = definitions.phrases
        self.guides = tuple(words.plain(text).casefold() for text in phrases.guidance)
        self.closings = frozenset(words.words(text) for text in phrases.closings)
        self.furniture = tuple(words.plain(text).casefold() for text in phrases.furniture)
        self.boilerplate = tuple(words.plain(text).casefold() for text in phrases.boilerplate)

    def _add(self, field: FieldDef) -> None:
        group = field.path.partition(".")[0]
        for text in (*field.labels, *field.local):
            norm = words.label(text)
            always = text in field.labels
            self.every.setdefault(norm, []).append((field, always))
            if always:
                self.anywhere.setdefault(norm, field)
            for context in field.context:
                self.local.setdefault(context, {}).setdefault(norm, field)
        for text in (*field.labels, *field.local, *field.column):
            if group in self.columns:
                self.columns[group].setdefault(words.label(text), field)
            elif "agencies" in field.context:
                self.columns["agencies"].setdefault(words.label(text), field)

    def label(self, norm: str, context: str, kind: str = "") -> Meaning | None:
        """What a label means in a section: what it means there, or what it means everywhere.

        `kind` is the one of THINGS that the section is about: there "used by" is not a vehicle's driver.
        """
        return self._listed(norm, context, kind) if norm else None

    def plainer(self, norm: str, context: str, kind: str = "") -> Meaning | None:
        """What a label means in its section when it is put more plainly: "please state your name"."""
        for plain in words.variants(norm):
            field = self.local.get(context, {}).get(plain)
            if field is not None and not (kind and not field.path.startswith(kind)):
                return Meaning(field, sure=0.8)
        return None

    def _listed(self, norm: str, context: str, kind: str) -> Meaning | None:
        field = self.local.get(context, {}).get(norm)
        if kind and (field is None or not field.path.startswith(kind)):
            field = self.columns[kind].get(norm, field)
        if field is not None:
            return Meaning(field)
        field = self.anywhere.get(norm)
        if field is None:
            return self.numbered(norm)
        if (
            kind
            and not field.path.startswith(THINGS)
            and (own := self.guesser.column(norm, kind)) is not None
        ):
            return Meaning(own, sure=0.8)
        if context == "subject" and field.path.startswith(("submitter.", "online", "phones")):
            theirs = self.paths.get(_PERSONAL.get(field.path, ""), field)
            return self._of_person(norm) or Meaning(theirs)
        return Meaning(field)

    def _of_person(self, norm: str) -> Meaning | None:
        """What a writer's label asks of a person, among questions about persons; none that says "your"."""
        if self.guesser.of_writer(norm):
            return None
        found = self.guesser.best(norm, "subject")
        if found is None or "subject" not in found.field.context or found.field.path == "unmapped":
            return None
        return Meaning(found.field, sure=0.8)

    def column(self, norm: str, group: str) -> FieldDef | None:
        """What a column of a table of things or persons is for, also in words that nobody listed."""
        known = self.columns[group].get(norm)
        if known is not None:
            return known
        if group == "subjects":
            found = self.guesser.best(norm, "subject")
            return found.field if found is not None and found.field.path.startswith(group) else None
        return self.guesser.column(norm, group) if group in THINGS else None

    def numbered(self, norm: str) -> Meaning | None:
        """A label with the number of its item: "vehicle 2 registration", "person 1 date of birth"."""
        hit = NUMBERED.match(norm)
        if not hit:
            return None
        noun, number, column = hit.group(1), int(hit.group(2)), hit.group(3) or ""
        group = NOUNS.get(noun, "subjects")
        field = self.columns[group].get(column) if column else self.paths.get(_MAIN[group])
        if field is None or not 0 < number <= _MOST or (group == "subjects" and not column):
            return None
        return Meaning(field, group, number)

    def close(self, norm: str, context: str) -> Meaning | None:
        """The label of this section that was probably meant by a misspelt one."""
        size = len(norm)
        if size < 6 or size > 90:
            return None
        limit = 1 if size < 12 else 2
        known, fields = self.near.get(context, {}).get((norm[0], size), ((), ()))
        for index in words.near(norm, known, limit):
            if words.slip(norm, known[index]):
                return Meaning(fields[index], sure=0.8)
        return None

    def guess(self, norm: str, context: str, kind: str = "", free: bool = False) -> Meaning | None:
        """The field of this section for whose words most speak, where one alone stands out.

        `free` where no heading says which section it is: then all of them are asked.
        """
        if (plain := self.plainer(norm, context, kind) or self._owned(norm, context, free)) is not None:
            return plain
        if kind and (field := self.guesser.column(norm, kind)) is not None:
            return Meaning(field, sure=0.6)
        found = self.guesser.best(norm, context)
        if found is None and free:
            found = self.guesser.anywhere(norm)
        return Meaning(found.field, sure=found.sure) if found is not None else None

    def told_by(self, row: Row) -> set[str]:
        """The sections whose question the printed options of a row answer, where they answer but one."""
        if not MARK.search(row.text):
            return set()
        found: set[str] = set()
        for part in MARK.split(row.text):
            names = self.answers.get(words.words(part), frozenset())
            if len(names) == 1:
                found.update(self.answered.get(next(iter(names)), ()))
        return found

    def _owned(self, norm: str, context: str, free: bool) -> Meaning | None:
        """What a label asks of whom it names: "young person's address", "staff email"."""
        for place, owners in OWNERS.items():
            if place != context and not free:
                continue
            for owner in owners:
                field = self.local[place].get(norm.removeprefix(owner)) if norm.startswith(owner) else None
                if field is not None and field.path != "unmapped":
                    return Meaning(field, sure=0.8)
        return None

    def begins(self, norm: str) -> bool:
        """Whether some label begins so and goes on."""
        index = bisect_left(self.sorted, norm + " ")
        return index < len(self.sorted) and self.sorted[index].startswith(norm + " ")


def _shelves(labels: dict[str, FieldDef]) -> dict[tuple[str, int], tuple[list[str], list[FieldDef]]]:
    """By first letter and size of a misspelt label: the labels that it may mean, the shortest first."""
    found: dict[tuple[str, int], tuple[list[str], list[FieldDef]]] = {}
    for norm, field in sorted(labels.items(), key=lambda one: len(one[0])):
        for size in range(len(norm) - 2, len(norm) + 3):
            if len(norm) >= 6 and abs(size - len(norm)) <= (1 if size < 12 else 2):
                texts, fields = found.setdefault((norm[0], size), ([], []))
                texts.append(norm)
                fields.append(field)
    return found


# what a list of things asks for, asked in a block about one person
_PERSONAL = {"online": "subjects.online", "phones": "subjects.phone", "phones.number": "subjects.phone"}
_MAIN = {
    "locations": "locations.text",
    "vehicles": "vehicles",
    "phones": "phones.number",
    "online": "online",
    "subjects": "subjects.full_name",
}

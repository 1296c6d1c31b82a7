"""
What printed words mean: labels by section, headings, columns of small tables, options.

A label is looked up in its own section first, then among those that count everywhere; only what is not
found at all is compared with a small edit distance, and only inside the section.

GUARANTEES
    Built once from the definitions; immutable afterwards, so a forked child may share it.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.forms import Definitions, FieldDef, printed
from mailbot.record.guess import Guesser
from mailbot.record.likeness import Thesaurus
from mailbot.record.vocabulary import Options, vocabularies

THINGS = ("locations", "vehicles", "phones", "online")
_NOUNS = {
    "vehicle": "vehicles",
    "car": "vehicles",
    "location": "locations",
    "place": "locations",
    "venue": "locations",
    "phone": "phones",
    "telephone": "phones",
    "mobile": "phones",
    "account": "online",
    "online account": "online",
    "social media account": "online",
}
_KINDS = {
    "vehicle": "vehicles",
    "location": "locations",
    "where": "locations",
    "address": "locations",
    "phone": "phones",
    "phone_number": "phones",
    "online": "online",
}
_PERSON = (
    r"subject|person|child|young person|individual|suspect|victim|witness|associate|nominal|pupil"
    r"|student|adult|party"
    r"|sibling|parent|carer|child young person|named person|perpetrator|offender|people"
)
_NUMBER = r"\d{1,2}|[a-f]|one|two|three|four|five|six|first|second|third|fourth|fifth"
_PERSON_HEADING = re.compile(
    rf"^(?:details of |about |the )?(?:(?:{_NUMBER}) )?({_PERSON})(?: details"
    rf"| information)?(?: (?:no |number )?({_NUMBER}))?"
    rf"(?: details| information| of \d{{1,2}})?(?: (?:continued|cont|contd|if any|if known"
    rf"|additional person|another|if applicable|if more))*$"
)
_EXTRA_HEADING = re.compile(rf"^(?:another|additional|next|further|other) ({_PERSON})(?: details)?$")
_NUMBERED = re.compile(rf"^({'|'.join(_NOUNS)}|{_PERSON}) (\d{{1,2}})(?: (.+))?$")
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
_ENDING = re.compile(
    r"(?: continued| cont| contd| person \d{1,2}| additional person| details continued| \d{1,2})+$"
)


class Meaning(NamedTuple):
    """A label that was understood."""

    field: FieldDef
    group: str = ""  # subjects, or one of THINGS, where a number names the item
    number: int = 0
    sure: float = 1.0


class Head(NamedTuple):
    """A heading that was understood."""

    context: str
    loose: str = ""
    role: str = ""
    person: bool = False  # opens a block about one person
    group: str = ""  # opens a block about one thing


class Book:
    """All meanings, ready to be looked up."""

    def __init__(self, definitions: Definitions, fields: tuple[FieldDef, ...]) -> None:
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
        self.guesser = Guesser(definitions, fields)
        thesaurus = Thesaurus(definitions.synonyms.same, set(definitions.synonyms.idle) - _TELLING)
        self.options = {
            name: Options(values, thesaurus) for name, values in vocabularies(definitions).items()
        }
        self.roles = self.options["roles"].exact
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
        if not norm:
            return None
        field = self.local.get(context, {}).get(norm)
        if kind and (field is None or not field.path.startswith(kind)):
            field = self.columns[kind].get(norm, field)
        if field is not None:
            return Meaning(field)
        field = self.anywhere.get(norm)
        if field is None:
            return self.numbered(norm)
        if context == "subject" and field.path.startswith("submitter."):
            return self._of_person(norm) or Meaning(field)
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

    def kind(self, text: str) -> str:
        """The one kind of things that a heading names; nothing where it names several."""
        senses = self.guesser.thesaurus.senses(words.heading(text)[0])
        found = {_KINDS[sense] for sense in senses if sense in _KINDS}
        return found.pop() if len(found) == 1 else ""

    def numbered(self, norm: str) -> Meaning | None:
        """A label with the number of its item: "vehicle 2 registration", "person 1 date of birth"."""
        hit = _NUMBERED.match(norm)
        if not hit:
            return None
        noun, number, column = hit.group(1), int(hit.group(2)), hit.group(3) or ""
        group = _NOUNS.get(noun, "subjects")
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
        if kind and (field := self.guesser.column(norm, kind)) is not None:
            return Meaning(field, sure=0.6)
        found = self.guesser.best(norm, context)
        if found is None and free:
            found = self.guesser.anywhere(norm)
        return Meaning(found.field, sure=found.sure) if found is not None else None

    def begins(self, norm: str) -> bool:
        """Whether some label begins so and goes on."""
        index = bisect_left(self.sorted, norm + " ")
        return index < len(self.sorted) and self.sorted[index].startswith(norm + " ")

    def head(self, text: str) -> tuple[Head | None, bool]:
        """What a heading means, and whether it was numbered as a section."""
        norm, numbered = words.heading(text)
        if not norm or len(norm) > 120:
            return None, numbered
        known = self.headings.get(norm) or self.headings.get(_ENDING.sub("", norm))
        if known is not None:
            return known._replace(person=known.context == "subject" and norm != "people"), numbered
        hit = _PERSON_HEADING.match(norm) or _EXTRA_HEADING.match(norm)
        if hit and (hit.re is _EXTRA_HEADING or hit.group(2) or norm != hit.group(1)):
            return Head("subject", role=self._role(hit.group(1), text), person=True), numbered
        thing = _NUMBERED.match(norm)
        if thing and not thing.group(3) and thing.group(1) in _NOUNS:
            return Head("things", group=_NOUNS[thing.group(1)]), numbered
        return None, numbered

    def role_in(self, text: str) -> str:
        """The role that a heading of several words states, in brackets or as a whole."""
        return self._role(words.heading(text)[0], text)

    def _role(self, noun: str, text: str) -> str:
        """The role that a person's heading states: "Suspect 1", "Person 2 (witness)"."""
        inside = re.search(r"\(([^()]{1,40})\)", text)
        for said in (inside.group(1) if inside else "", noun):
            role = self.roles.get(words.words(said))
            if role and role != "unknown":
                return role
        return ""


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


_MAIN = {
    "locations": "locations.text",
    "vehicles": "vehicles",
    "phones": "phones.number",
    "online": "online",
    "subjects": "subjects.full_name",
}

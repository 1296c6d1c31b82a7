"""
Faults between form definitions: what no single file can show.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args, get_origin, get_type_hints

from mailbot.domain.record import Provenance, Record, Safeguarding, SourceRisk, Subject, Submitter
from mailbot.record import words

if TYPE_CHECKING:
    from mailbot.record.forms import Definitions, FieldDef

TYPES = frozenset(
    {
        "line", "text", "date", "one", "many", "list", "dates", "things", "phone", "vrm",
        "name_role", "dob_age", "sex_age", "school_year_both",
    }
)  # fmt: skip


_PARTS: dict[str, type] = {
    "submitter": Submitter,
    "provenance": Provenance,
    "source_risk": SourceRisk,
    "safeguarding": Safeguarding,
    "subjects": Subject,
}


def problems(definitions: "Definitions") -> list[str]:
    """A sentence for each fault; empty when all is well."""
    found = []
    for field in (*definitions.fields, *definitions.training):
        found.extend(_field(field, definitions))
    found.extend(_twice(definitions.fields))
    found.extend(_forms(definitions))
    found.extend(_cues(definitions))
    return found


def _field(field: "FieldDef", definitions: "Definitions") -> list[str]:
    found = []
    if field.type not in TYPES:
        found.append(f"field {field.path}: there is no type {field.type}")
    if (field.type in ("one", "many")) != bool(field.vocabulary):
        found.append(f"field {field.path}: a choice needs a vocabulary, and only a choice has one")
    if field.vocabulary and field.vocabulary not in definitions.options:
        found.append(f"field {field.path}: there is no vocabulary {field.vocabulary}")
    found.extend(_values(field, definitions))
    if not field.context:
        found.append(f"field {field.path}: in no section")
    return found


def _values(field: "FieldDef", definitions: "Definitions") -> list[str]:
    """Values that the record would refuse: the whole message would then be unreadable."""
    allowed = _allowed(field.path)
    if not allowed:
        return []
    if field.type not in ("one", "many"):
        return [
            f"field {field.path}: the record takes {', '.join(sorted(allowed))} only; it needs a vocabulary"
        ]
    given = {value for name in definitions.options.get(field.vocabulary, ()) for value in name.split()}
    return [f"field {field.path}: the record does not take {value}" for value in sorted(given - allowed)]


@cache
def _allowed(path: str) -> frozenset[str]:
    """The values that the record takes in a field; empty where it takes any text."""
    part, _, name = path.partition(".")
    hints = get_type_hints(_PARTS.get(part, Record) if name else Record)
    return frozenset(value for value in _literals(hints.get(name or part)) if isinstance(value, str))


def _literals(hint: object) -> tuple[object, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(value for one in get_args(hint) for value in _literals(one))


def _twice(fields: "tuple[FieldDef, ...]") -> list[str]:
    """The same words for two fields in one section: nobody could tell them apart."""
    seen: dict[tuple[str, str], str] = {}
    found = []
    for field in fields:
        for text in (*field.labels, *field.local):
            for context in field.context:
                old = seen.setdefault((context, words.label(text)), field.path)
                if old != field.path:
                    found.append(f"label {text!r} in section {context}: both {old} and {field.path}")
    return found


def _forms(definitions: "Definitions") -> list[str]:
    known = {field.path for field in (*definitions.fields, *definitions.training)}
    found = []
    for form in definitions.forms:
        if form.kind not in ("cpi", "training_request"):
            found.append(f"form {form.id}: there is no kind {form.kind}")
        for section in form.section:
            for field in section.field:
                if field.path not in known:
                    found.append(f"form {form.id}: there is no field {field.path}")
    return found


def _cues(definitions: "Definitions") -> list[str]:
    letters = definitions.letters
    cues = [*letters.training_request.thing, *letters.training_request.ask, *letters.training_request.no]
    cues += [*letters.form_request.thing, *letters.form_request.ask, *letters.form_request.no]
    cues += [cue for group in letters.intelligence.groups.values() for cue in group]
    cues += [cue for group in letters.intelligence.no.values() for cue in group]
    found = []
    for cue in cues:
        try:
            re.compile(cue)
        except re.error as error:
            found.append(f"cue {cue!r}: {error}")
    return found

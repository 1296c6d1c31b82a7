"""
What there is to learn from: every listed wording with its meaning, and examples that no list needs.

The examples (`config/vocabulary/wordings.toml`) are only learned from: a reading process never sees them.
"""

import hashlib
from typing import NamedTuple

import msgspec

from mailbot.record import words
from mailbot.record.forms import Definitions, FieldDef, printed


class Wordings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Examples by what they mean: labels by their field, headings by their kind of section."""

    labels: dict[str, tuple[str, ...]] = {}
    headings: dict[str, tuple[str, ...]] = {}


class Lessons(NamedTuple):
    """Pairs of a comparable wording and its meaning, sorted, each once."""

    labels: tuple[tuple[str, str], ...]
    headings: tuple[tuple[str, str], ...]
    training: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """The same for the same lessons."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


def lessons(definitions: Definitions, wordings: Wordings) -> Lessons:
    """Everything that the definitions and the examples teach; what is said twice is learned once."""
    paths = {field.path for field in definitions.fields}
    labels = [*_of(definitions.fields), *_of(tuple(printed(definitions)))]
    labels += [
        (words.label(text), path)
        for path, texts in wordings.labels.items()
        if path in paths
        for text in texts
    ]
    headings = [(text, part.context) for part in definitions.sections for text in part.headings]
    for form in definitions.forms:
        if form.kind == "cpi":
            headings += [
                (text, part.context) for part in form.section for text in (part.heading, *part.variants)
            ]
    known = {context for _, context in headings}
    headings += [(text, name) for name, texts in wordings.headings.items() if name in known for text in texts]
    return Lessons(
        _sorted(labels),
        _sorted([(words.heading(text)[0], context) for text, context in headings]),
        _sorted(_of(definitions.training)),
    )


def _of(fields: tuple[FieldDef, ...]) -> list[tuple[str, str]]:
    return [(words.label(text), field.path) for field in fields for text in (*field.labels, *field.local)]


def _sorted(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(norm, target) for norm, target in pairs if norm}))

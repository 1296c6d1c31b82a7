"""
The form definitions: data, read once, checked in full.

`config/vocabulary/*.toml` says what labels, headings, options and phrases mean on any form;
`config/forms/*.toml` describes one force's form each and may add its own. A mistake in a file is a
`ConfigError` that names the file and the key.

BUGS
    Two forms that print the same label for different fields need that label in their own files only.
"""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mailbot import resources
from mailbot.errors import ConfigError
from mailbot.record import lint
from mailbot.record.learned import Weights

S = TypeVar("S")


class FieldDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of the record and what forms print for it."""

    path: str
    context: tuple[str, ...] = ()
    type: str = "line"
    vocabulary: str = ""
    labels: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    column: tuple[str, ...] = ()  # over a column of a small table only


class SectionDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Headings that open one kind of section."""

    context: str
    headings: tuple[str, ...]
    loose: str = ""
    role: str = ""


class PrintedField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question as one form prints it; its label is a variant of its field on that form."""

    path: str
    label: str
    hint: str = ""
    variants: tuple[str, ...] = ()
    lines: int = 1  # the height of its box on a blank form


class PrintedSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of one form, in the order in which it is printed."""

    context: str
    heading: str
    variants: tuple[str, ...] = ()
    note: str = ""
    repeat: int = 1
    each: str = ""  # over each of the repeated blocks, with its number
    role: str = ""
    loose: str = ""
    field: tuple[PrintedField, ...] = ()


class FormDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form: how to know it, and what it prints."""

    id: str
    kind: str  # cpi or training_request
    titles: tuple[str, ...]
    version: str = ""  # what we print; empty for a form of somebody else's
    version_pattern: str = ""
    introduction: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # headings or labels that this form alone prints
    section: tuple[PrintedSection, ...] = ()


class PhraseDefs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that are not answers."""

    nothing: tuple[str, ...]
    placeholders: tuple[str, ...]
    guidance: tuple[str, ...]
    boilerplate: tuple[str, ...]
    closings: tuple[str, ...]
    furniture: tuple[str, ...]


class KindDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one kind of document is known."""

    titles: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class CueDef(msgspec.Struct, frozen=True):
    """Regular expressions for one kind of letter."""

    thing: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    no: tuple[str, ...] = msgspec.field(default=(), name="not")


class IntelligenceDef(msgspec.Struct, frozen=True):
    """Groups of expressions; so many of them make a letter one about somebody."""

    enough: int
    groups: dict[str, tuple[str, ...]]
    no: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict, name="not")


class LetterDefs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What letters without a form may be."""

    training_request: CueDef
    form_request: CueDef
    intelligence: IntelligenceDef


class SynonymDefs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that mean the same, and words that say nothing."""

    same: dict[str, tuple[str, ...]]
    idle: tuple[str, ...]


class Definitions(msgspec.Struct, frozen=True):
    """Everything that was read, in one value."""

    fields: tuple[FieldDef, ...]
    training: tuple[FieldDef, ...]
    sections: tuple[SectionDef, ...]
    options: dict[str, dict[str, tuple[str, ...]]]
    phrases: PhraseDefs
    kinds: dict[str, KindDef]
    letters: LetterDefs
    synonyms: SynonymDefs
    forms: tuple[FormDef, ...]
    learned: Weights


class _Fields(msgspec.Struct, forbid_unknown_fields=True):
    field: tuple[FieldDef, ...]


class _Sections(msgspec.Struct, forbid_unknown_fields=True):
    section: tuple[SectionDef, ...]


def files(override: Path | None = None) -> list[Path]:
    """The files of forms, a site's own before ours of the same name."""
    return resources.folder("config/forms", "*.toml", _sub(override, "forms"))


def read(path: Path) -> FormDef:
    """One form's file; ConfigError where it is not as it should be."""
    form: FormDef = _decode(path, FormDef)
    return form


def load(override: Path | None = None, *, strict: bool = True) -> Definitions:
    """All definitions, a site's own files before ours of the same name; ConfigError on any mistake."""
    found = {
        path.stem: path
        for path in resources.folder("config/vocabulary", "*.toml", _sub(override, "vocabulary"))
    }
    defined = tuple(read(path) for path in files(override))
    definitions = Definitions(
        fields=_read(found, "labels", _Fields).field,
        training=_read(found, "training", _Fields).field,
        sections=_read(found, "sections", _Sections).section,
        options=_read(found, "options", dict[str, dict[str, tuple[str, ...]]]),
        phrases=_with_printed(_read(found, "phrases", PhraseDefs), defined),
        kinds=_read(found, "kinds", dict[str, KindDef]),
        letters=_read(found, "letters", LetterDefs),
        synonyms=_read(found, "synonyms", SynonymDefs),
        forms=defined,
        learned=_weights(override),
    )
    problems = check(definitions) if strict else []
    if problems:
        raise ConfigError("form definitions: " + "; ".join(problems[:5]))
    return definitions


def check(definitions: Definitions) -> list[str]:
    """What is wrong between the files, a sentence each; empty when all is well."""
    return lint.problems(definitions)


def _with_printed(phrases: PhraseDefs, forms: tuple[FormDef, ...]) -> PhraseDefs:
    """What the forms print round their questions is guidance and boilerplate like any other."""
    texts = [
        *(text for form in forms for text in form.introduction),
        *(p.note for f in forms for p in f.section),
    ]
    hints = [one.hint for form in forms for part in form.section for one in part.field]
    return msgspec.structs.replace(
        phrases,
        boilerplate=(*phrases.boilerplate, *filter(None, texts)),
        guidance=(*phrases.guidance, *(hint.casefold().strip(" ()[]*.:") for hint in hints if hint)),
    )


def _sub(override: Path | None, name: str) -> Path | None:
    return override / name if override is not None else None


def _read(found: dict[str, Path], name: str, kind: Any) -> Any:
    if name not in found:
        raise ConfigError(f"config/vocabulary/{name}.toml is missing")
    return _decode(found[name], kind)


def _weights(override: Path | None) -> Weights:
    """What was learned from the vocabulary: a site's own, or ours."""
    path = resources.find("config/vocabulary/learned.json", _sub(override, "vocabulary"))
    try:
        return msgspec.json.decode(path.read_bytes(), type=Weights)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"{path.parent.name}/{path.name} cannot be used; make it anew: mailbot forms learn"
        ) from error


def _decode(path: Path, kind: Any) -> Any:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.parent.name}/{path.name}: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path.parent.name}/{path.name} cannot be read") from error


def printed(definitions: Definitions) -> list[FieldDef]:
    """What the forms' own files print, as variants of the fields that they name."""
    known = {field.path: field for field in (*definitions.training, *definitions.fields)}
    found = []
    for form in definitions.forms:
        if form.kind != "cpi":
            continue
        for section in form.section:
            for one in section.field:
                base = known[one.path]
                found.append(
                    FieldDef(
                        one.path,
                        (section.context,),
                        base.type,
                        base.vocabulary,
                        local=(one.label, *one.variants),
                    )
                )
    return found

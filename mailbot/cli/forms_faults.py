"""
What is wrong in the form definitions: file, key, and what to do, a sentence each.

The loader refuses a wrong definition too, and stops at the first; here a person sees them all.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import msgspec

from mailbot.errors import ConfigError
from mailbot.record import forms, words
from mailbot.record.forms import Definitions, FormDef, PrintedField, PrintedSection
from mailbot.record.match import Book

KINDS = ("cpi", "training_request")


def faults(folder: Path | None) -> list[str]:
    """All of them, a site's folder considered; empty when all is well."""
    read, found = _files(folder)
    if found:
        return found  # what cannot be read cannot be compared with the others either
    try:
        definitions = forms.load(folder, strict=False)
    except ConfigError as error:
        return [f"{error}"]
    book = Book(_without_forms(definitions), definitions.fields, definitions.learned.labels)
    for path, form in read.items():
        found += [f"forms/{path.name}: {said}" for said in _form(form, book, definitions)]
    found += _same_id(read)
    if not found:
        found = [f"vocabulary: {said}" for said in forms.check(definitions)]
    return found


def _files(folder: Path | None) -> tuple[dict[Path, FormDef], list[str]]:
    read: dict[Path, FormDef] = {}
    found = []
    for path in forms.files(folder):
        try:
            read[path] = forms.read(path)
        except ConfigError as error:
            found.append(f"{error}. docs/forms.md lists the keys")
    return read, found


def _same_id(read: dict[Path, FormDef]) -> list[str]:
    seen: dict[str, Path] = {}
    return [
        f"forms/{path.name}: id: {form.id!r} is the id of {other.name} too; choose another"
        for path, form in read.items()
        if (other := seen.setdefault(form.id, path)) != path
    ]


def _form(form: FormDef, book: Book, definitions: Definitions) -> Iterator[str]:
    if form.kind not in KINDS:
        yield f"kind: there is no kind {form.kind!r}; write one of {', '.join(KINDS)}"
        return
    if not any(words.words(title) for title in form.titles):
        yield "titles: give the words that stand at the head of the form, at least one line of them"
    if form.kind != "cpi":
        return
    for number, section in enumerate(form.section):
        yield from _section(section, f"section[{number}]", book, definitions)


def _without_forms(definitions: Definitions) -> Definitions:
    """The vocabulary alone: what a label means before any form says otherwise."""
    return msgspec.structs.replace(definitions, forms=())


def _section(section: PrintedSection, where: str, book: Book, definitions: Definitions) -> Iterator[str]:
    contexts = sorted({one.context for one in definitions.sections})
    if section.context not in contexts:
        yield f"{where}.context: there is no {section.context!r}; write one of {', '.join(contexts)}"
        return
    known = book.headings.get(words.heading(section.heading)[0])
    if known is not None and known.context != section.context:
        yield (
            f"{where}.heading: {section.heading!r} already means a section of kind {known.context!r};"
            " write that as its context"
        )
    if section.repeat < 1:
        yield f"{where}.repeat: at least 1"
    for number, field in enumerate(section.field):
        yield from _field(field, section.context, f"{where}.field[{number}]", book)


def _field(field: PrintedField, context: str, where: str, book: Book) -> Iterator[str]:
    if field.path not in book.paths:
        near = get_close_matches(field.path, sorted(book.paths), 3, 0.5)
        hint = f"; perhaps {' or '.join(near)}" if near else "; docs/forms.md says where the fields stand"
        yield f"{where}.path: there is no field {field.path!r}{hint}"
        return
    if field.lines < 1:
        yield f"{where}.lines: at least 1"
    for key, text in (("label", field.label), *(("variants", one) for one in field.variants)):
        norm = words.label(text)
        if not norm:
            yield f"{where}.{key}: empty; write the words as the form prints them"
            continue
        local = book.local.get(context, {}).get(norm)
        if local is not None and not _agree(local.path, field.path):
            yield (
                f"{where}.{key}: {text!r} in a section of kind {context!r} already means {local.path};"
                f" write that as its path, or put it into a section of another kind"
            )


def _agree(known: str, wanted: str) -> bool:
    """The same field; or columns of different small tables, where each table has its own words."""
    things = ("vehicles.", "phones.", "online.", "locations.")
    return known == wanted or (known.startswith(things) and wanted.startswith(things))

"""Everything that the definitions say, indexed once for reading."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from mailbot.record.forms import Definitions, FormDef, load
from mailbot.record.match import Book


class Library(NamedTuple):
    """What reading needs, made once."""

    cpi: Book
    training: Book
    forms: tuple[FormDef, ...]


_site: list[Path] = []  # a reading process serves one site


def use(site: Path) -> None:
    """A site's own definitions go before ours; said once, before anything is read."""
    _site[:] = [site]
    library.cache_clear()


@cache
def library() -> Library:
    """The definitions that travel with the package, and the site's."""
    return build(load(*_site))


def build(definitions: Definitions) -> Library:
    """A library of these definitions."""
    return Library(
        Book(definitions, definitions.fields, definitions.learned.labels),
        Book(definitions, definitions.training, definitions.learned.training),
        definitions.forms,
    )

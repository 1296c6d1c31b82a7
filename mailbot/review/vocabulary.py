"""
The words of the review: how one grades (`grading.toml`), what may give a source away (`identifying.toml`).

GUARANTEES
    A file with a mistake is one `ConfigError` at the start. A decision keeps the version of the scheme under
    which it was made; a code that a later version dropped is still shown as it was.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mailbot import resources
from mailbot.errors import ConfigError


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to choose."""

    code: str
    label: str
    hint: str = ""
    control_room: bool = False  # a priority that the control room must have taken
    desk: str = ""  # an outcome that sends a document
    conditions: bool = False  # a handling code that takes conditions
    reason: bool = False  # must be explained


class Grading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`grading.toml`"""

    version: str
    priority: tuple[Choice, ...]
    outcome: tuple[Choice, ...]
    source: tuple[Choice, ...]
    intelligence: tuple[Choice, ...]
    handling: tuple[Choice, ...]
    action: tuple[Choice, ...]
    sanitisation: tuple[Choice, ...]
    marking: tuple[Choice, ...]

    def choice(self, field: str, code: str | None) -> Choice | None:
        """What a code of a field means; None for one that is not in this version."""
        choices: tuple[Choice, ...] = getattr(self, field)
        return next((choice for choice in choices if choice.code == code), None)


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: str
    words: tuple[str, ...] = ()
    capital: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class _Identifying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    titles: tuple[str, ...]
    generic: tuple[str, ...]
    plain: tuple[str, ...]
    kind: tuple[_Kind, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Words by which names are taken apart."""

    titles: frozenset[str]
    generic: frozenset[str]
    plain: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signs:
    """One kind of phrase, ready to be looked for."""

    code: str
    label: str
    patterns: tuple["re.Pattern[str]", ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Both files."""

    grading: Grading
    names: Names
    signs: tuple[Signs, ...]


def load(site: Path | None = None) -> Vocabulary:
    """A site's own files in `vocabulary/review` before ours of the same name; `ConfigError` on a mistake."""
    own = site / "vocabulary" / "review" if site is not None else None
    grading: Grading = _decode("grading", Grading, own)
    told: _Identifying = _decode("identifying", _Identifying, own)
    names = Names(frozenset(told.titles), frozenset(told.generic), frozenset(told.plain))
    try:
        signs = tuple(Signs(kind.code, kind.label, _patterns(kind)) for kind in told.kind)
    except re.error as error:
        raise ConfigError("vocabulary/review/identifying.toml: a pattern is not one") from error
    return Vocabulary(grading, names, signs)


def _decode(name: str, kind: Any, own: Path | None) -> Any:
    path = resources.find(f"config/vocabulary/review/{name}.toml", own)
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"vocabulary/review/{name}.toml is not as it should be") from error


def _patterns(kind: _Kind) -> tuple["re.Pattern[str]", ...]:
    found = [re.compile(pattern, re.IGNORECASE) for pattern in kind.patterns]
    for words, how in ((kind.words, re.IGNORECASE), (kind.capital, re.RegexFlag(0))):
        if words:
            longest_first = sorted(words, key=len, reverse=True)
            found.append(re.compile(rf"(?<!\w)(?:{'|'.join(map(_loose, longest_first))})(?!\w)", how))
    return tuple(found)


def _loose(words: str) -> str:
    """Any space between words, any apostrophe."""
    return r"\s{1,3}".join(re.escape(word).replace("'", "['’]") for word in words.split())

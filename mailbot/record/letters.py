"""
What a letter without a form asks for or tells, by the cues of `config/vocabulary/letters.toml`.
"""

import re
from dataclasses import dataclass, field

from mailbot.record import words
from mailbot.record.forms import CueDef, Definitions
from mailbot.record.rows import Row

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n{2,}")
_RULE = re.compile(r"^\s*[-=_*~]{2,}\s*$")
_MOST = 20_000


@dataclass(slots=True)
class Letter:
    """The words of a letter, without what surrounds them."""

    text: str = ""  # what was written
    signature: list[str] = field(default_factory=list)


class Cues:
    """The compiled cues, and how a letter stands to them."""

    def __init__(self, definitions: Definitions) -> None:
        letters, phrases = definitions.letters, definitions.phrases
        self.training = _Asks(letters.training_request)
        self.form = _Asks(letters.form_request)
        self.groups = [_any(group) for group in letters.intelligence.groups.values()]
        self.enough = letters.intelligence.enough
        self.general = [_any(group) for group in letters.intelligence.no.values()]
        self.crime = [re.compile(cue) for cue in definitions.kinds["crime_report"].cues]
        self.automatic = tuple(text.casefold() for text in definitions.kinds["automatic"].subjects)
        self.closings = frozenset(words.words(text) for text in phrases.closings)
        self.furniture = tuple(words.plain(text).casefold() for text in phrases.furniture)

    def letter(self, rows: list[Row]) -> Letter:
        """The letter in some rows: up to its closing line, without banners and disclaimers."""
        found = Letter()
        kept: list[str] = []
        closed = False
        for row in rows:
            text = row.text.strip()
            flat = words.plain(text).casefold()
            if flat.startswith(self.furniture):
                if kept and any(kept):
                    closed = closed or bool(found.signature)
                continue
            if words.words(text) in self.closings or text == "--":
                closed = True
            elif closed:
                if text and not _RULE.match(text):
                    found.signature.append(text)
            else:
                kept.append(text)
        if not closed:
            kept, found.signature = _tail(kept)
        found.text = words.plain("\n".join(kept)).strip()[:_MOST]
        return found

    def wants_training(self, text: str) -> bool:
        """Whether a training session is asked for."""
        return self.training.asked(text)

    def wants_form(self, text: str) -> bool:
        """Whether a blank form is asked for."""
        return self.form.asked(text)

    def tells(self, text: str) -> bool:
        """Whether something is told about somebody."""
        low = text.casefold()
        if any(pattern.search(low) for pattern in self.general):
            return False
        return sum(bool(pattern.search(low)) for pattern in self.groups) >= self.enough

    def reports_crime(self, text: str) -> bool:
        """Whether a crime is reported: two different cues."""
        low = text.casefold()
        return sum(bool(cue.search(low)) for cue in self.crime) >= 2

    def is_automatic(self, subject: str) -> bool:
        """Whether a subject is one that only machines write."""
        return subject.strip().casefold().startswith(self.automatic)


class _Asks:
    """Something, and a cue that asks for it, near each other."""

    def __init__(self, cues: CueDef) -> None:
        self.thing, self.ask, self.no = _any(cues.thing), _any(cues.ask), _any(cues.no)

    def asked(self, text: str) -> bool:
        parts = [part for part in _SENTENCE.split(text.casefold()) if part.strip()]
        for index, part in enumerate(parts):
            part = part.replace("\n", " ")
            if not self.thing.search(part) or self.no.search(part):
                continue
            near = " ".join(parts[max(0, index - 1) : index + 2]).replace("\n", " ")
            if self.ask.search(part) or ("?" in near and self.ask.search(near)):
                return True
        return False


def _any(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{cue})" for cue in cues) or r"(?!)")


def _tail(kept: list[str]) -> tuple[list[str], list[str]]:
    """A last block of short lines without a full stop is a signature."""
    lines = list(kept)
    while lines and not lines[-1]:
        lines.pop()
    start = len(lines)
    while start > 0 and lines[start - 1]:
        start -= 1
    block = lines[start:]
    short = all(len(line) < 70 and not line.endswith((".", "?", "!")) for line in block)
    if 0 < start and 2 <= len(block) <= 6 and short:
        return lines[:start], block
    return lines, []

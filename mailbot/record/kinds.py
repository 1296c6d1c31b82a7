"""
What a document is: a CPI form, another form that came here by mistake, a training request, or none of them.

By its title where it has one, and by the labels that only such a form prints.
"""

import re
from dataclasses import dataclass, field

from mailbot.record import words
from mailbot.record.books import Library
from mailbot.record.rich import MARK
from mailbot.record.rows import Row

_NUMBERED = re.compile(r"\b(?:no|number|ref|reference|made|sent|completed|date|id)\b\W*$", re.I)
_CODE = re.compile(r"\d{3}")
_FAR = 25
_BEHIND = re.compile(r"\s[-–—=|](?:\s|$)|\.{3,}|\t")
_ASKED = re.compile(r"[:?]")
_TITLES = ("mash_referral", "crime_report", "training", "cpi")
_OWN_TRAINING = {
    "topic",
    "audience",
    "attendees",
    "format",
    "preferred_dates",
    "duration",
    "access_needs",
    "place",
}


@dataclass(slots=True)
class Looks:
    """What speaks for each kind."""

    titles: dict[str, list[int]] = field(default_factory=dict)  # kind -> rows that are its title
    signs: dict[str, int] = field(default_factory=dict)
    training: int = 0  # labels that only training requests print


class Kinds:
    """Judges documents by the definitions."""

    def __init__(self, library: Library) -> None:
        self.books = library
        kinds = library.cpi.definitions.kinds
        own = tuple(title for form in library.forms if form.kind == "cpi" for title in form.titles)
        self.titles = {name: tuple(words.words(text) for text in kinds[name].titles) for name in _TITLES}
        self.titles["cpi"] += tuple(words.heading(text)[0] for text in own)
        self.signs = {
            name: frozenset(words.label(text) for text in kinds[name].signs)
            for name in ("mash_referral", "crime_report")
        }

    def looks(self, rows: list[Row]) -> Looks:
        """The evidence in some rows."""
        found = Looks(signs=dict.fromkeys(self.signs, 0))
        seen: set[str] = set()
        filled = 0
        for index, row in enumerate(rows):
            text = row.cells[0].text
            if not text:
                continue
            filled += 1
            alone = len(row.cells) == 1 and not (row.table and len(row.cells[0].lines) > 3)
            if alone and len(text) <= 120:
                line = row.cells[0].lines[0]
                shown = filled <= _FAR or line.level > 0 or (line.bold and not row.table)
                self._title(index, text, found, shown)
            for cell in row.cells[:4]:
                self._signs(cell.lines[0].text, found, seen)
        return found

    def _title(self, index: int, text: str, found: Looks, shown: bool) -> None:
        """Takes a title down; another kind's only where titles stand: "IARF 7781" far below is an answer."""
        flat = text.strip()
        if MARK.search(flat) or re.search(r"[?:]\s+\S", flat):
            return
        if (
            flat.endswith((".", "?", ",", ";", ":"))
            or " not " in f" {flat.casefold()} "
            or len(flat.split()) > 14
        ):
            return
        if self._answered(flat):
            return
        norm = f" {words.words(flat)} "
        for kind in _TITLES:
            hit = max((title for title in self.titles[kind] if f" {title} " in norm), key=len, default="")
            if kind in self.signs and (not shown or _CODE.search(flat) or _NUMBERED.search(flat)):
                continue
            if hit and len(hit) * 2.6 >= len(norm.strip()):
                found.titles.setdefault(kind, []).append(index)
                return

    def _answered(self, text: str) -> bool:
        """Whether a line is a question with its answer behind a dash or dots: "MASH referral made - no"."""
        _, *tail = _BEHIND.split(text, maxsplit=1)
        exact = self.books.cpi.options["yes_no_unknown"].exact
        return bool(tail) and (words.words(tail[0]) in exact or not words.words(tail[0]))

    def _signs(self, text: str, found: Looks, seen: set[str]) -> None:
        first = _ASKED.split(text[:100], maxsplit=1)[0]
        for part in {text[:100], first}:
            norm = words.label(part)
            if not norm or norm in seen:
                continue
            seen.add(norm)
            for kind, known in self.signs.items():
                found.signs[kind] += norm in known
            field_def = self.books.training.anywhere.get(norm)
            found.training += field_def is not None and field_def.path in _OWN_TRAINING

    def other(self, looks: Looks, labels: int) -> str | None:
        """The kind of a form that is no CPI form; None where it may be one."""
        ranked = [kind for kind in _TITLES if looks.titles.get(kind)]
        if "cpi" in ranked and not any(count > 3 for count in looks.signs.values()):
            return None
        best = max(looks.signs, key=lambda kind: looks.signs[kind])
        if looks.signs[best] >= 3:
            return best
        for kind in ("mash_referral", "crime_report"):
            if kind in ranked and (looks.signs[kind] or labels >= 2):
                return kind
        if (looks.training >= 2 and "training" in ranked) or looks.training >= 4:
            return "training_request"
        return None

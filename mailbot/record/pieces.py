"""
What stands in one readable part: the forms in it, completed or blank, and the words that belong to none.
"""

import itertools
from dataclasses import dataclass, field, replace

from mailbot.domain.document import Document
from mailbot.domain.mail import Piece
from mailbot.domain.record import Finding, Record, Training
from mailbot.record import named, training, words
from mailbot.record.answers import Sheet
from mailbot.record.assemble import Assembler
from mailbot.record.books import Library
from mailbot.record.kinds import Kinds, Looks
from mailbot.record.reader import Reader
from mailbot.record.rows import Row, rows
from mailbot.record.segments import Layer, layers

_FEW = 4  # so many labels make a form where no title does
_SIGNED = 3  # labels that only another kind of form prints
_UNSURE = 0.5
_SLACK = 2  # so many values fewer, and a version with tables is still the better evidence
_CORE = (
    "narrative", "information_types", "provenance.", "source_risk.", "subjects.", "urgent",
    "submitter.contact_safe", "crime_indicated",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """One form, or one stretch of writing without any."""

    kind: str = ""  # cpi, blank, mash_referral, crime_report, training_request, or "" for a letter
    record: Record | None = None
    training: Training | None = None
    unmapped: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    inner: bool = False
    weight: int = 0  # how much was found
    asked: frozenset[str] = frozenset()  # which fields the form prints


class Desk:
    """Reads pieces with one library."""

    def __init__(self, library: Library) -> None:
        self.books = library
        self.kinds = Kinds(library)

    def piece(self, piece: Piece) -> list[Found]:
        """The forms and letters of one part; of two versions of a body, the one that gives more."""
        letter = piece.part.role == "body"
        found = self.document(piece.document, letter)
        if piece.alternative is None:
            return found
        other = self.document(piece.alternative, letter)
        ahead = sum(one.weight for one in other) - sum(one.weight for one in found)
        tables = any(row.table for one in other if one.kind for row in one.rows)
        if ahead > 0 or (tables and ahead >= -_SLACK):
            found, other = other, found
        return _compared(found, other)

    def document(self, document: Document, letter: bool) -> list[Found]:
        """One document."""
        every = named.placed(document, rows(document.blocks), self.books.cpi)
        cut = layers(every) if letter else [Layer(every)]
        found = [one for layer in cut for one in self._layer(layer, letter, document.format == "pdf")]
        asides = [
            aside.text
            for aside in document.asides
            if aside.text.strip() and aside.kind not in ("header", "footer")
        ]
        for one in found:
            if one.kind:
                one.unmapped.extend(asides)
                break
        return found

    def _layer(self, layer: Layer, letter: bool, paged: bool) -> list[Found]:
        looks = self.kinds.looks(layer.rows)
        parts = self._parts(layer.rows, looks)
        if len(parts) == 1:
            return [self._form(parts[0], looks, letter, layer.inner, paged)]
        return [self._form(part, self.kinds.looks(part), letter, layer.inner, paged) for part in parts]

    def _parts(self, every: list[Row], looks: Looks) -> list[list[Row]]:
        """One stretch for each form: another begins with a title over questions about the writer."""
        starts = [index for index in looks.titles.get("cpi", []) if index and self._begins(every, index)]
        if not starts:
            return [every]
        bounds = [0, *starts, len(every)]
        parts = [every[a:b] for a, b in itertools.pairwise(bounds)]
        return [part for part in parts if any(row.text.strip() for row in part)] or [every]

    def _begins(self, every: list[Row], index: int) -> bool:
        book, seen = self.books.cpi, 0
        for row in every[index + 1 : index + 30]:
            text = row.cells[0].lines[0].text
            if not text.strip():
                continue
            seen += 1
            if seen > 14:
                break
            head, _ = book.head(text)
            if head is not None and head.context == "submitter" and len(row.cells) == 1:
                return True
            meaning = book.label(words.label(text.split(":")[0].split("?")[0].split("\t")[0]), "submitter")
            if meaning is not None and (
                meaning.field.path == "submission_date" or meaning.field.path.startswith("submitter.")
            ):
                return True
        return False

    def _form(self, part: list[Row], looks: Looks, letter: bool, inner: bool, paged: bool) -> Found:
        """One stretch: what it is, and what it holds."""
        titles = frozenset(index for kind in ("cpi", "training") for index in looks.titles.get(kind, ()))
        sheet = Reader(self.books.cpi, part, titles, letter, paged).read()
        other = self.kinds.other(looks, len(sheet.labels))
        if other is not None and looks.signs.get(other, _SIGNED) < _SIGNED and _tells_how_known(sheet):
            other = None  # only such forms as ours ask how it is known and who is at risk for telling
        if other == "training_request":
            return self._training(part, titles, letter, inner)
        if other is not None:
            return Found(
                other, unmapped=_texts(part), rows=part, inner=inner, weight=looks.signs.get(other, 0)
            )
        if not self._is_form(sheet, looks):
            return Found(rows=part, inner=inner)
        return self._completed(sheet, part, inner)

    def _is_form(self, sheet: Sheet, looks: Looks) -> bool:
        asked = {answer.field.path for answer in sheet.answers}
        core = sum(any(path.startswith(start) for start in _CORE) for path in asked)
        if looks.titles.get("cpi"):
            return len(asked) >= 2
        return len(asked) >= _FEW and core >= 1

    def _completed(self, sheet: Sheet, part: list[Row], inner: bool) -> Found:
        asked = frozenset(answer.field.path for answer in sheet.answers)
        assembler = Assembler(self.books.cpi, sheet)
        form, version = self._definition(part)
        record = assembler.record(form, version)
        weight = len(record.findings)
        if not any(finding.confidence for finding in record.findings):
            return Found("blank", rows=part, inner=inner)
        return Found("cpi", record, None, assembler.unmapped, part, inner, weight, asked)

    def _definition(self, part: list[Row]) -> tuple[str | None, str | None]:
        """Which form definition matches best, and the version that is printed."""
        return training.definition(self.books.forms, part)

    def _training(self, part: list[Row], titles: frozenset[int], letter: bool, inner: bool) -> Found:
        sheet = Reader(
            training.booked(self.books.training), training.under_one_heading(part), titles, letter
        ).read()
        made, unmapped = training.template(self.books.training, sheet)
        return Found("training_request", None, made, unmapped, part, inner, len(made.findings))


def _tells_how_known(sheet: Sheet) -> bool:
    asked = {answer.field.path for answer in sheet.answers if answer.sure > _UNSURE}
    return sum(path.startswith(("provenance.", "source_risk.")) for path in asked) >= _FEW


def _texts(part: list[Row]) -> list[str]:
    return [row.text.strip() for row in part if row.text.strip()]


def _compared(chosen: list[Found], other: list[Found]) -> list[Found]:
    """The chosen version, with a note at each value where the other version says something else."""
    records = [one.record for one in other if one.record is not None]
    index = 0
    for one in chosen:
        if one.record is None:
            continue
        if index < len(records):
            one.record = replace(one.record, findings=_differences(one.record, records[index]))
        index += 1
    return chosen


def _differences(record: Record, other: Record) -> tuple[Finding, ...]:
    said = {finding.path: finding.raw for finding in other.findings}
    found = []
    for finding in record.findings:
        differs = said.get(finding.path)
        if differs is not None and not finding.conflict and words.words(differs) != words.words(finding.raw):
            finding = replace(finding, conflict=differs, confidence=min(finding.confidence, 0.5))
        found.append(finding)
    return tuple(found)

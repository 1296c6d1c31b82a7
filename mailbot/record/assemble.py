"""
From a sheet of answers to a record: every value with its finding, every other word in `unmapped`.

GUARANTEES
    Two different answers to one question never overwrite each other: the first stays, the finding names
    the second, and the second is kept. A block that was printed and left empty is no person and no thing.
"""

from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

from mailbot import __version__
from mailbot.domain.record import (
    Account,
    Finding,
    Location,
    Phone,
    Provenance,
    Record,
    Safeguarding,
    SourceRisk,
    Subject,
    Submitter,
    Vehicle,
)
from mailbot.record import things, words
from mailbot.record.answers import Answer, Block, Sheet
from mailbot.record.forms import FieldDef
from mailbot.record.heads import THINGS
from mailbot.record.match import Book
from mailbot.record.options import said
from mailbot.record.settle import settle
from mailbot.record.values import Value, Values

READER = f"mailbot/{__version__}"
SCHEMA = "1"
_PARTS = {
    "submitter": Submitter,
    "provenance": Provenance,
    "source_risk": SourceRisk,
    "safeguarding": Safeguarding,
}
_KINDS: dict[str, Any] = {"locations": Location, "vehicles": Vehicle, "phones": Phone, "online": Account}
_KEPT_TOO = {"submitter.contact_preference", "provenance.frequency"}
_JOINED = {"narrative": "\n\n", "subjects.given_names": " "}
_INVERTED = {"yes": "no", "no": "yes", "unknown": "unknown"}
_SAME = 3  # fields that agree make one person of two blocks; two of whom only the sex is known stay two
_HEADING_ROLE = "(heading)"


class Assembler:
    """Fills in one record."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.values = Values(book)
        self.sheet = sheet
        self.found: dict[tuple[int, str], object] = {}
        self.findings: dict[tuple[int, str], Finding] = {}
        self.unmapped: list[str] = list(sheet.unmapped)

    def record(self, form: str | None = None, version: str | None = None) -> Record:
        """The record, with all findings."""
        for answer, field in zip(
            self.sheet.answers, settle(self.values.book, self.sheet.answers), strict=True
        ):
            self._take(answer, field)
        self._compounds()
        subjects, numbers = self._subjects()
        items, more = self._things()
        plain = {path: value for (owner, path), value in self.found.items() if not owner}
        every: dict[str, Any] = {
            name: kind(**self._under(plain, name, kind)) for name, kind in _PARTS.items()
        }
        every |= {path: value for path, value in plain.items() if "." not in path and path not in THINGS}
        every |= items | {"subjects": subjects, "form": form, "form_version": version}
        return Record(
            **every, reader_version=READER, schema_version=SCHEMA, findings=self._numbered(numbers | more)
        )

    # ------------------------------------------------------------ answers

    def _take(self, answer: Answer, field: FieldDef | None) -> None:
        if field is None or (field.path.startswith("subjects.") and not answer.owner):
            self.unmapped.append(f"{answer.label} {answer.text}".strip())
            return
        if field is not answer.field and not field.path.startswith(answer.field.path.partition(".")[0]):
            answer = replace(answer, owner=0)
        if field.path == "subjects.aliases" and self._other_names(answer):
            field = self.values.book.paths["subjects.given_names"]
        answer = replace(answer, field=field)
        value = self.values.value(answer)
        for path, part in value.parts.items():
            self._put(answer, path, part, value)
        for text in value.rest:
            self.unmapped.append(text)
        if value.conflict:
            self._finding(answer, answer.field.path, value.raw, conflict=value.raw)
        if answer.hint and not value.parts and not self._is_printed(answer.hint):
            self.unmapped.append(answer.hint)
        if answer.field.path in _KEPT_TOO and value.parts:
            self.unmapped.append(value.raw)

    def _other_names(self, answer: Answer) -> bool:
        """Whether "other names" are those beside the family name, where no box asks for the first names."""
        if words.label(answer.label) != "other names" or not answer.owner:
            return False
        seen = self.sheet.blocks[answer.owner - 1].seen
        return "subjects.family_name" in seen and "subjects.given_names" not in seen

    def _is_printed(self, hint: str) -> bool:
        inside = hint.strip(" ()[]:").casefold()
        guides = self.values.book.definitions.phrases.guidance
        return inside.startswith(tuple(guides)) or "/" in inside or len(inside) < 4

    def _put(self, answer: Answer, path: str, part: object, value: Value) -> None:
        if part in ("", ()):
            return
        if path == "submitter.contact_unsafe":
            path, part = "submitter.contact_safe", _outspoken(value.raw) or _INVERTED[str(part)]
        if path == "submitter.name_again":
            path = "submitter.name"
            if (0, path) in self.found:
                return
        key = (answer.owner, path)
        old = self.found.get(key)
        if old is None:
            self.found[key] = part
            self._finding(answer, path, value.raw)
        elif words.words(str(old)) == words.words(str(part)):
            return
        elif self._surer(answer, key):
            before = self.findings.pop(key)
            self.unmapped.append(f"{before.label} {before.raw}".strip())
            self.found[key] = part
            self._finding(answer, path, value.raw, conflict=before.raw)
        elif path in _JOINED and isinstance(old, str) and answer.sure >= self.findings[key].confidence:
            self.found[key] = f"{old}{_JOINED[path]}{part}"
        elif isinstance(old, tuple) and isinstance(part, tuple):
            self.found[key] = tuple(dict.fromkeys((*old, *part)))
        else:
            self.findings[key] = replace(self.findings[key], conflict=value.raw)
            self.unmapped.append(f"{answer.label} {value.raw}".strip())

    def _surer(self, answer: Answer, key: tuple[int, str]) -> bool:
        """Whether a listed label asks for what a guess, or a note above all sections, was taken for."""
        before = self.findings[key]
        if before.conflict or not before.confidence:
            return False
        noted = not before.section and bool(answer.section)  # "Handling: official" above the first heading
        return answer.sure >= 1 > before.confidence or (noted and answer.context in answer.field.context)

    def _finding(self, answer: Answer, path: str, raw: str, conflict: str = "") -> None:
        sure = answer.sure if not conflict else 0.0
        key = (answer.owner, path)
        if key not in self.findings:
            self.findings[key] = Finding(
                path, raw, answer.label, answer.section, answer.where, sure, conflict
            )

    def _compounds(self) -> None:
        """Boxes that only together make a field: a name in two, a post code of its own."""
        for owner, path in list(self.found):
            match path:
                case "submitter.title" | "submitter.given" | "submitter.family":
                    self._joined(
                        owner,
                        "submitter.name",
                        ("submitter.title", "submitter.given", "submitter.family"),
                        " ",
                    )
                case "submitter.organisation_postcode":
                    self._joined(
                        owner,
                        "submitter.organisation_address",
                        ("submitter.organisation_address", path),
                        ", ",
                    )
                case "subjects.postcode":
                    self._joined(owner, "subjects.address", ("subjects.address", path), ", ")
                case "subjects.middle_name":
                    self._joined(owner, "subjects.given_names", ("subjects.given_names", path), " ")
                case _:
                    pass

    def _joined(self, owner: int, path: str, parts: tuple[str, ...], between: str) -> None:
        there = [part for part in parts if (owner, part) in self.found]
        if not there:
            return
        finding = self.findings.get((owner, there[0]))
        text = between.join(str(self.found.pop((owner, part))) for part in there)
        for part in there:
            self.findings.pop((owner, part), None)
        if (owner, path) in self.found:
            self.unmapped.append(text)
            return
        self.found[owner, path] = text
        if finding is not None:
            self.findings[owner, path] = replace(finding, path=path, raw=text)

    # ------------------------------------------------------------ blocks

    def _subjects(self) -> tuple[tuple[Subject, ...], dict[int, str]]:
        known = {field.name for field in fields_of(Subject)}
        subjects: list[Subject] = []
        numbers: dict[int, str] = {}
        seen: list[dict[str, object]] = []
        for block in self.sheet.blocks:
            if block.group != "subjects":
                continue
            own = {
                path.split(".", 1)[1]: value
                for (owner, path), value in self.found.items()
                if owner == block.number
            }
            if not own or (len(own) >= _SAME and own in seen):
                continue  # printed and left empty, or one block that is drawn twice
            seen.append(dict(own))
            if block.role and "role" not in own:
                own["role"] = block.role
                self.findings[block.number, "subjects.role"] = Finding(
                    "subjects.role", block.heading, _HEADING_ROLE, block.heading, "", 0.9
                )
            numbers[block.number] = f"subjects[{len(subjects)}]"
            subjects.append(Subject(**{name: value for name, value in own.items() if name in known}))  # type: ignore[arg-type]
        return tuple(subjects), numbers

    def _things(self) -> tuple[dict[str, tuple[Any, ...]], dict[int, str]]:
        """Locations, vehicles, phones and accounts, in the order of their blocks."""
        items: dict[str, list[Any]] = {group: [] for group in THINGS}
        numbers = {}
        for block in self.sheet.blocks:
            if block.group not in _KINDS:
                continue
            made = self._of_block(block)
            if made:
                numbers[block.number] = f"{block.group}[{len(items[block.group])}]"
                items[block.group].extend(made)
        return {group: tuple(found) for group, found in items.items()}, numbers

    def _of_block(self, block: Block) -> list[Any]:
        own = {
            path.partition(".")[2]: str(value)
            for (owner, path), value in self.found.items()
            if owner == block.number
        }
        return things.items(block.group, own, plural=self._plural(block)) if own else []

    def _plural(self, block: Block) -> bool:
        """Whether one box was printed for several of them."""
        return any(
            answer.owner == block.number
            and words.label(answer.label).endswith(("s", "used", "frequented", "interest"))
            for answer in self.sheet.answers
        )

    def _under(self, plain: dict[str, object], name: str, kind: Any) -> dict[str, Any]:
        known = {field.name for field in fields_of(kind)}
        return {
            path.split(".", 1)[1]: value
            for path, value in plain.items()
            if path.startswith(name + ".") and path.split(".", 1)[1] in known
        }

    def _numbered(self, numbers: dict[int, str]) -> tuple[Finding, ...]:
        found = []
        for (owner, path), finding in self.findings.items():
            if owner and owner in numbers:
                rest = path.partition(".")[2]
                finding = replace(finding, path=f"{numbers[owner]}.{rest}" if rest else numbers[owner])
            found.append(finding)
        return tuple(found)


def _outspoken(raw: str) -> str:
    """ "no" where an answer calls contact unsafe in its own words, however it was asked; else nothing."""
    answer = f" {words.words(said(raw))} "
    return "no" if " unsafe " in answer or (" safe " in answer and " not " in answer) else ""

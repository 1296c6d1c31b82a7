"""
What stands on a blank form, in order, before anybody decides how it looks.

GUARANTEES
    Everything comes from the definition and the vocabulary: kinds of boxes, options, wording. A box's key
    names its field of the record and the number of its block, and is unique.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mailbot.record.forms import Definitions, FieldDef, FormDef, PrintedField, PrintedSection

Kind = Literal["line", "text", "date", "choice", "checks"]
THINGS = frozenset({"locations", "vehicles", "phones", "online"})
_LONG = frozenset({"text", "list"})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a closed question."""

    value: str  # the record's own word
    text: str  # as printed


@dataclass(frozen=True, slots=True)
class Box:
    """Something to fill in."""

    key: str
    path: str
    label: str
    kind: Kind
    hint: str = ""
    lines: int = 1
    options: tuple[Option, ...] = ()
    tip: str = ""  # what a screen reader says: the block, the label and the hint

    def option_key(self, option: Option) -> str:
        """The key of one tick box."""
        return f"{self.key}-{option.value}"


@dataclass(frozen=True, slots=True)
class Block:
    """Questions with their answers beside them; or, as a grid, rows of answers below one row of labels."""

    rows: tuple[tuple[Box, ...], ...]
    heading: str = ""
    grid: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands below it."""

    heading: str
    level: int
    note: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole blank form."""

    title: str
    version: str
    introduction: tuple[tuple[str, str], ...]  # the first sentence, and the rest
    parts: tuple[Part, ...]

    def boxes(self) -> Iterator[Box]:
        """Every box, in the order in which one comes to it."""
        for part in self.parts:
            for block in part.blocks:
                for row in block.rows:
                    yield from row


def sheet(form: FormDef, definitions: Definitions) -> Sheet:
    """The blank form of a definition."""
    maker = _Maker(definitions)
    return Sheet(
        form.titles[0],
        form.version,
        tuple(_led(text) for text in form.introduction),
        tuple(maker.part(section) for section in form.section),
    )


def _led(text: str) -> tuple[str, str]:
    first, stop, rest = text.partition(". ")
    return first + stop.rstrip(), rest


class _Maker:
    def __init__(self, definitions: Definitions) -> None:
        self.fields: dict[str, FieldDef] = {}
        for field in definitions.fields:
            self.fields.setdefault(field.path, field)
        self.options = definitions.options

    def part(self, section: PrintedSection) -> Part:
        """A section: questions, repeated questions, or the rows of a small table."""
        grid = bool(section.field) and all(one.path.partition(".")[0] in THINGS for one in section.field)
        many = section.repeat > 1
        level = 2 if grid else 1
        if not section.field:
            return Part(section.heading, level, section.note)
        if grid:
            rows = tuple(self._row(section, section.heading, n) for n in range(1, section.repeat + 1))
            return Part(section.heading, level, section.note, (Block(rows, grid=True),))
        blocks = []
        for number in range(1, section.repeat + 1):
            heading = f"{section.each or section.heading} {number}" if many else ""
            row = self._row(section, heading, number if many else 0)
            blocks.append(Block(tuple((box,) for box in row), heading))
        return Part(section.heading, level, section.note, tuple(blocks))

    def _row(self, section: PrintedSection, about: str, number: int) -> tuple[Box, ...]:
        grid = any(one.path.partition(".")[0] in THINGS for one in section.field)
        said = f"{about} row {number}" if grid else about
        return tuple(self._box(one, said, number) for one in section.field)

    def _box(self, one: PrintedField, about: str, number: int) -> Box:
        field = self.fields[one.path]
        group, _, name = one.path.partition(".")
        key = f"{group}-{number}-{name}" if number else one.path.replace(".", "-")
        tip = ": ".join(filter(None, (about, one.label)))
        return Box(
            key,
            one.path,
            one.label,
            _kind(field, one),
            one.hint,
            one.lines,
            self._options(field.vocabulary),
            f"{tip} ({one.hint})" if one.hint else tip,
        )

    def _options(self, vocabulary: str) -> tuple[Option, ...]:
        """One answer for each word of the record, in the wording that stands first."""
        return tuple(Option(value, texts[0]) for value, texts in self.options.get(vocabulary, {}).items())


def _kind(field: FieldDef, one: PrintedField) -> Kind:
    match field.type:
        case "one":
            return "choice"
        case "many":
            return "checks"
        case "date":
            return "date"
        case _:
            return "text" if one.lines > 1 or field.type in _LONG else "line"

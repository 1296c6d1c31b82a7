"""
One neutral shape for every document: ordered blocks, whatever the file was.

Readers (`parse.readers`) make it, the form engine (`record.extract`) reads it; neither knows the other.
It keeps what evidence a form can give: text with its marks, boxes and filled-in controls where they
stand, tables with spans, named fields with their state, and what stands outside the page's flow.

All text in it is untrusted. It is plain text: no control characters but tab and newline.

What a document has hundreds of (texts, paragraphs, cells) are named tuples: a frozen dataclass takes four
times as long to make, and making them was a tenth of reading.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class Text(NamedTuple):
    """A run of text with one look."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    highlight: bool = False  # a marker pen, or a shading behind the run
    circled: bool = False  # a border around the run


@dataclass(frozen=True, slots=True)
class Box:
    """
    A tick box that the format itself knows (content control, legacy field, form control).

    Boxes that are only characters (☐ ☒ [x] ✓) stay in `Text`; readers turn symbol fonts into them.
    """

    checked: bool
    name: str = ""  # tag, title or field name


@dataclass(frozen=True, slots=True)
class Entry:
    """Text that was typed or chosen in a control, or nothing yet."""

    text: str  # "" when untouched
    kind: Literal["text", "date", "choice"] = "text"
    name: str = ""  # tag, title or field name
    options: tuple[str, ...] = ()
    placeholder: str = ""  # the prompt shown while it is untouched


Inline = Text | Box | Entry


class Paragraph(NamedTuple):
    """
    A paragraph, or a line of plain text.

    A line break is a newline inside a `Text`. An empty paragraph is kept: it separates.
    """

    inlines: tuple[Inline, ...] = ()
    heading: int = 0  # 1 to 9; 0 is body text
    style: str = ""  # the style's name, as the document calls it
    bullet: str = ""  # the list marker as printed; "*" where it is drawn
    indent: int = 0  # in steps of a list or of about 1 cm
    quoted: int = 0  # depth of ">" in a mail
    where: str = ""  # for people: "paragraph 7", "page 2 line 3", "header"

    @property
    def text(self) -> str:
        """What one reads: marks left out, an untouched control is nothing, boxes as ☐ and ☒."""
        return "".join(_plain(part) for part in self.inlines)


class Cell(NamedTuple):
    """A cell with what stands in it; a covered cell of a span is not there."""

    blocks: tuple["Block", ...] = ()
    columns: int = 1  # how many it spans
    rows: int = 1
    column: int = 0  # the grid column in which it starts, from 0
    header: bool = False  # <th>, or a repeated header row
    shaded: bool = False

    @property
    def text(self) -> str:
        """All text in it, nested tables included, a line for each paragraph."""
        return "\n".join(block.text for block in self.blocks)


class Table(NamedTuple):
    """Rows of cells, in reading order; `where` is for people: "table 2"."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    where: str = ""

    @property
    def text(self) -> str:
        """All text in it, a line for each row, a tab between cells."""
        return "\n".join("\t".join(cell.text for cell in row) for row in self.rows)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class NamedField:
    """A form field that has a name and a state but no place in the blocks (AcroForm, XFA, form controls)."""

    name: str
    kind: Literal["text", "date", "choice", "check", "radio"]
    value: str = ""  # typed text or chosen option; "" when untouched
    checked: bool | None = None  # for check and radio
    label: str = ""  # tool tip, alternative name, or the caption drawn beside it
    options: tuple[str, ...] = ()
    page: int = 0  # from 1; 0 when unknown
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom; points from the top left


@dataclass(frozen=True, slots=True)
class Aside:
    """Text outside the flow: never a value by itself, never dropped either."""

    kind: Literal["header", "footer", "comment", "footnote", "deleted", "hidden", "note"]
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One readable thing: a file or a body."""

    format: str  # "docx", "odt", "rtf", "doc", "pdf", "text", "html"
    blocks: tuple[Block, ...] = ()
    fields: tuple[NamedField, ...] = ()
    asides: tuple[Aside, ...] = ()
    flags: tuple[str, ...] = ()  # "macro", "unsafe_document", "unreadable_part", as in record.md
    properties: dict[str, str] = field(default_factory=dict)  # author, title …: source part, never content

    @property
    def text(self) -> str:
        """The document as one reads it, for a person and for classification."""
        return "\n".join(block.text for block in self.blocks)


def _plain(part: Inline) -> str:
    if isinstance(part, Box):
        return "☒" if part.checked else "☐"
    return part.text

"""Documents made by hand, and what the engine reads in them."""

from mailbot.domain.document import Box, Cell, Document, Entry, Inline, Paragraph, Table, Text
from mailbot.domain.mail import Envelope, ParsedMail, Part, Piece, Reading
from mailbot.domain.record import Record
from mailbot.record.understand import understand

TITLE = "Community Partnership Information Form (CPI)"


def p(*parts: str | Inline, heading: int = 0, quoted: int = 0) -> Paragraph:
    """A paragraph; plain strings become plain runs."""
    made = tuple(Text(part) if isinstance(part, str) else part for part in parts)
    return Paragraph(made, heading=heading, quoted=quoted)


def bold(text: str) -> Text:
    """A bold run."""
    return Text(text, bold=True)


def struck(text: str) -> Text:
    """A run that is struck out."""
    return Text(text, strike=True)


def cell(
    *parts: str | Inline | Paragraph | Table, rows: int = 1, columns: int = 1, shaded: bool = False
) -> Cell:
    """A cell; strings become a paragraph for each of their lines."""
    blocks: list[Paragraph | Table] = []
    for part in parts:
        if isinstance(part, str):
            blocks += [p(line) for line in part.split("\n")]
        elif isinstance(part, Paragraph | Table):
            blocks.append(part)
        else:
            blocks.append(p(part))
    return Cell(tuple(blocks), columns=columns, rows=rows, shaded=shaded)


def table(*rows: list[str | Cell]) -> Table:
    """A table; the columns of cells are counted with their spans."""
    made = []
    for row in rows:
        column, cells = 0, []
        for one in row:
            given = one if isinstance(one, Cell) else cell(one)
            cells.append(Cell(given.blocks, given.columns, given.rows, column, given.header, given.shaded))
            column += given.columns
        made.append(tuple(cells))
    return Table(tuple(made), "table 1")


def reading(
    *blocks: Paragraph | Table, format: str = "docx", subject: str = "", **envelope: object
) -> Reading:
    """The reading of a message with one document: a body for text and HTML, else an attachment."""
    body = format in ("text", "html")
    part = Part("1", "form", "", format, 1, "", "read", role="body" if body else "attachment")
    mail = ParsedMail(
        Envelope(subject=subject, **envelope),  # type: ignore[arg-type]
        (Piece(part, Document(format, tuple(blocks))),),
        (part,),
    )
    return understand(mail)


def text(words: str, **more: object) -> Reading:
    """The reading of a plain text body."""
    lines = tuple(
        Paragraph((Text(line),) if line else (), where=f"line {n}")
        for n, line in enumerate(words.split("\n"), 1)
    )
    return reading(*lines, format="text", **more)  # type: ignore[arg-type]


def record(*blocks: Paragraph | Table, format: str = "docx") -> Record:
    """The one record of a form, under a title and a first section."""
    first = (p("Section 1: About you", heading=2), p("Your reference: R1"), p("Agency: Mock School"))
    found = reading(p(TITLE, heading=1), *first, *blocks, format=format).records
    assert len(found) == 1
    return found[0]


__all__ = ["TITLE", "Box", "Entry", "bold", "cell", "p", "reading", "record", "struck", "table", "text"]

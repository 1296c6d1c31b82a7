"""Small documents, made of XML strings, and a short way to write down what a reader found."""

import io
import zipfile
from collections.abc import Mapping

from mailbot.domain.document import Block, Box, Document, Entry, Inline, Paragraph, Table
from mailbot.parse.limits import Limits
from mailbot.parse.readers import docx, odt

LIMITS = Limits()

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OPEN = " ".join(
    f'xmlns:{prefix}="{_OASIS}{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("form", "form"),
        ("style", "style"),
        ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
    )
)
OPEN += (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
)
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def relationships(*entries: tuple[str, str, bool]) -> str:
    """A relationships part: (kind, target, external)."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if external else "/>")
        for number, (kind, target, external) in enumerate(entries)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def word_package(
    body: str, parts: Mapping[str, str] | None = None, related: tuple[tuple[str, str, bool], ...] = ()
) -> dict[str, str | bytes]:
    """The members of a Word document: its body's XML, and other parts by name under word/."""
    types = f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/>'
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
        "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
    }
    kinds = tuple((name.removesuffix(".xml").rstrip("0123456789"), name, False) for name in parts or {})
    members["word/_rels/document.xml.rels"] = relationships(*kinds, *related)
    members |= {f"word/{name}": content for name, content in (parts or {}).items()}
    return members


def word(
    body: str, parts: Mapping[str, str] | None = None, related: tuple[tuple[str, str, bool], ...] = ()
) -> Document:
    """What the reader finds in a Word document."""
    return docx.read(archive(word_package(body, parts, related)), LIMITS)


def open_text(
    body: str, automatic: str = "", styles: str = "", more: Mapping[str, str | bytes] | None = None
) -> Document:
    """What the reader finds in an OpenDocument text."""
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {OPEN}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {OPEN}>{styles}</office:document-styles>",
    }
    return odt.read(archive(members | dict(more or {})), LIMITS)


def shown(block: Block) -> object:
    """A block as a short value: a paragraph is its pieces, a table a list of rows of cells."""
    if isinstance(block, Paragraph):
        return "".join(_piece(part) for part in block.inlines)
    return [[[shown(inner) for inner in cell.blocks] for cell in row] for row in block.rows]


def lines(document: Document) -> list[object]:
    """All blocks as short values."""
    return [shown(block) for block in document.blocks]


def _piece(part: Inline) -> str:
    if isinstance(part, Box):
        return f"<{'x' if part.checked else ' '}{part.name}>"
    if isinstance(part, Entry):
        return f"<{part.name}={part.text or '?' + part.placeholder}>"
    marks = "".join(
        letter
        for letter, on in zip(
            "biushc",
            (part.bold, part.italic, part.underline, part.strike, part.highlight, part.circled),
            strict=True,
        )
        if on
    )
    return f"[{marks}:{part.text}]" if marks else part.text


def only_table(document: Document) -> Table:
    """The one table of a document."""
    (found,) = (block for block in document.blocks if isinstance(block, Table))
    return found

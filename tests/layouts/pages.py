"""Sets a filled-in form as OpenDocument and as Rich Text, both written by hand."""

import io
import zipfile
from random import Random

from tests.layouts.form import Block, Field, Grid, Head, Layout, Note
from tests.layouts.word import escaped

ODT_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>'
)
ODT_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def marked(field: Field, style: str) -> list[str]:
    """Each option with its box."""
    if style == "after":
        return [f"{name} {'☒' if on else '☐'}" for name, on in field.options]
    boxes = ("[x]", "[ ]") if style == "brackets" else ("☒", "☐")
    return [f"{boxes[0] if on else boxes[1]} {name}" for name, on in field.options]


def answer(field: Field, style: str) -> str:
    """The answer as one text: a line for each option where there are many."""
    if not field.options or style == "only":
        return field.words
    return ("\n" if len(field.options) > 4 else "  ").join(marked(field, style))


def odt_p(text: str) -> str:
    """Paragraphs."""
    return "".join(f"<text:p>{escaped(line)}</text:p>" for line in text.split("\n"))


def odt_table(rows: list[list[str]]) -> str:
    """A table."""
    cells = ["".join(f"<table:table-cell>{odt_p(c)}</table:table-cell>" for c in row) for row in rows]
    body = "".join(f"<table:table-row>{c}</table:table-row>" for c in cells)
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f'<table:table table:name="T">{columns}{body}</table:table>'


def odt(layout: Layout, blocks: list[Block], rng: Random) -> bytes:
    """A form as an OpenDocument text."""
    style, table = layout.how["ticks"], layout.how["arrange"] == "table2"
    out, rows = [ODT_HEAD], []
    for block in [*blocks, Note("")]:
        if isinstance(block, Field) and table:
            rows.append([block.label, answer(block, style)])
            continue
        if rows:
            out.append(odt_table(rows))
            rows = []
        if isinstance(block, Head):
            out.append(f'<text:h text:outline-level="{block.level + 1}">{escaped(block.text)}</text:h>')
        elif isinstance(block, Note):
            out.append(odt_p(block.text))
        elif isinstance(block, Field):
            end = "" if block.label.endswith("?") else ":"
            out.append(odt_p(f"{block.label}{end} {answer(block, style)}"))
    out.append("</office:text></office:body></office:document-content>")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", "".join(out), zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", ODT_MANIFEST, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def rtf_text(text: str) -> str:
    """Text with everything beyond ASCII as escapes."""
    out = []
    for char in text:
        if char == "\n":
            out.append("\\line ")
        elif char in "\\{}":
            out.append("\\" + char)
        elif ord(char) < 128:
            out.append(char)
        else:
            code = ord(char) if ord(char) < 32768 else ord(char) - 65536
            out.append(f"\\u{code}?")
    return "".join(out)


def rtf_row(cells: list[str]) -> str:
    """A table row."""
    ends = "".join(f"\\cellx{3500 + n * 5500}" for n in range(len(cells)))
    return "\\trowd" + ends + "".join(f"\\pard\\intbl {c}\\cell" for c in cells) + "\\row\n"


def rtf(layout: Layout, blocks: list[Block], rng: Random) -> bytes:
    """A form as Rich Text."""
    style, table = layout.how["ticks"], layout.how["arrange"] == "table2"
    out = ["{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\n"]
    for block in blocks:
        if isinstance(block, Head):
            out.append(f"\\pard\\b {rtf_text(block.text)}\\b0\\par\n")
        elif isinstance(block, Note):
            out.append(f"\\pard\\i {rtf_text(block.text)}\\i0\\par\n")
        elif isinstance(block, Field) and table:
            out.append(rtf_row([f"{{\\b {rtf_text(block.label)}}}", rtf_text(answer(block, style))]))
        elif isinstance(block, Field):
            out.append(f"\\pard{{\\b {rtf_text(block.label)}:}} {rtf_text(answer(block, style))}\\par\n")
    assert not any(isinstance(b, Grid) for b in blocks)
    return ("".join(out) + "}").encode("ascii")

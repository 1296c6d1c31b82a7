"""
Messages of our own that a warm reader reads before any of a stranger's: what they make it load and
compile, its children have already.
"""

import base64
import io
import zipfile

_FORM = """COMMUNITY PARTNERSHIP INFORMATION
ABOUT YOU
Date form completed: 2 June 2025
Name: Ms A Sample
Role: Designated Safeguarding Lead
Organisation: Sample School
Telephone: 01632 960000
Email: a@school.example
Safe to contact? (Yes/No/Unknown): Yes
THE INFORMATION
Information type (tick all that apply): [x] Other [ ] Drug related harm
Source of information: Overheard
Details of information: A car, QQ12 ABI, stood outside at 10.30 on 1/6/2025.
SUBJECT 1
Name: B Sample
DOB (dd/mm/yyyy): 1/2/2010
Address: 1 Sample Street, ZZ99 1AA
Is this urgent? (Yes/No/Unknown): No
Has a crime been committed? (Yes/No/Unknown): ☒ No ☐ Yes
"""
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


def samples() -> list[bytes]:
    """A form as text, as HTML, as a Word file and as a PDF; nobody is in them."""
    table = "".join("<tr><td>{}</td><td>{}</td></tr>".format(*_row(line)) for line in _FORM.splitlines())
    return [
        _message("text/plain", _FORM.encode()),
        _message("text/html", f"<html><table>{table}</table></html>".encode()),
        _message("application/octet-stream", _docx(), "form.docx"),
        _message("application/pdf", _pdf(), "form.pdf"),
        _message("application/rtf", b"{\\rtf1\\ansi Name: A\\par\\trowd\\cellx99 a\\cell\\row}", "form.rtf"),
        _message("message/rfc822", b"Subject: =?utf-8?q?a?=\n\na", "a.eml"),
    ]


def _row(line: str) -> tuple[str, str]:
    label, _, value = line.partition(":")
    return label, value


def _message(kind: str, content: bytes, name: str = "") -> bytes:
    disposition = f"Content-Disposition: attachment; filename*=utf-8''{name}\n" if name else ""
    head = (
        "Return-Path: <a@school.example>\n"
        "Authentication-Results: mx.police.example; dmarc=pass header.from=school.example\n"
        "Received: from school.example by mx.police.example; Mon, 2 Jun 2025 10:00:00 +0100\n"
        "From: A Sample <a@school.example>\nDate: Mon, 2 Jun 2025 10:00:00 +0100\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n"
        f"--b\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: base64\n{disposition}\n"
    )
    return head.encode() + base64.encodebytes(content) + b"--b--\n"


def _docx() -> bytes:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = ("".join(cell.format(text) for text in _row(line)) for line in _FORM.splitlines())
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        f'"/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="a" Type="{_OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:tbl>{table}</w:tbl>'
        "</w:body></w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return file.getvalue()


def _pdf() -> bytes:
    """Without a table of objects: every reader makes its own."""
    plain = (line[:60] for line in _FORM.splitlines() if line.isascii() and "(" not in line)
    lines = "".join(f"({line}) Tj T*\n" for line in plain)
    content = f"BT /F1 12 Tf 14 TL 50 800 Td {lines} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = "".join(f"{number} 0 obj{value}endobj\n" for number, value in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF".encode("latin-1")

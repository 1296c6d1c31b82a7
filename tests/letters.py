"""Invented messages, as the mailbox's server holds them: with what our own gateway wrote above them."""

import io
import random
import zipfile
import zlib
from email.message import EmailMessage
from email.policy import SMTP

from mailbot.cli.demo import forms
from tests.house.silence import canary

OURS = "partnership@police.example"
GATEWAY = "mx.police.example"
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"


def letter(
    address: str,
    text: str,
    *,
    name: str = "Quentin Fabricated",
    subject: str = "Something for your team",
    dmarc: str = "pass",
    return_path: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    attachment: tuple[str, str, bytes] | None = None,
    html: str = "",
) -> bytes:
    """A message from `address`; `attachment` is name, subtype of application, and bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{name} <{address}>"
    message["To"] = OURS
    message["Subject"] = subject
    host = address.rpartition("@")[2]
    for key, value in (("Message-ID", f"<{zlib.crc32(text.encode()):08x}.1@{host}>"), *headers):
        message[key] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if attachment is not None:
        file, subtype, data = attachment
        message.add_attachment(data, maintype="application", subtype=subtype, filename=file)
        canary(file)
    canary(address, name, subject)
    path = address if return_path is None else return_path
    head = (
        f"Return-Path: <{path}>\r\n"
        f"Authentication-Results: {GATEWAY}; dmarc={dmarc} header.from={host}\r\n"
        f"Received: from mail.{host} by {GATEWAY} with ESMTPS; Mon, 3 Nov 2025 09:00:00 +0000\r\n"
    )
    return head.encode() + message.as_bytes()


def form(school: str, narrative: str, *, safe: str = "Yes") -> forms.Filled:
    """A completed form."""
    canary("Bartholomew Pretendson", school)
    case = forms.Case(
        name="Quentin Fabricated",
        role="Head of year",
        school=school,
        narrative=narrative,
        kind="Anti-social behaviour",
        person=("At risk", "Bartholomew Pretendson", "03/09/2011"),
        safe=safe,
    )
    return forms.cpi(case)


def question(address: str, number: int = 0) -> bytes:
    """A short letter of a person."""
    text = f"Hello,\n\nwhich telephone number do we use out of hours?\n\nThank you\n{number}\n"
    return letter(address, text, name="Ottilie Inventedly", subject=f"A question about Thursday {number}")


def bounce() -> bytes:
    """What a mail server says about a letter of ours that it could not deliver."""
    raw = letter("mailer-daemon@mail.example", "It was not delivered.\n", return_path="")
    report = b'multipart/report; report-type=delivery-status; boundary="=b"\r\n\r\n--=b\r\nContent-Type: '
    status = (
        b"--=b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        b"Final-Recipient: rfc822; nobody@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--=b--\r\n"
    )
    head, _, text = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith((b"Content-", b"MIME-"))]
    top = b"\r\n".join([*lines, b"MIME-Version: 1.0", b"Content-Type: " + report + b"text/plain"])
    return top + b"\r\n\r\n" + text + status


def poison() -> bytes:
    """A Word file whose tree fills a reader's memory: reading it ends each child that tries."""
    digits = random.Random(1).randbytes(1_250_000).hex()  # noqa: S311  so that the archive is not a bomb
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body><w:p>{"<a/>".join(digits)}</w:p></w:body></w:document>'
    data = packed({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": body})
    return letter(
        "hyacinth.bogus@elsewhereham.example",
        "Please find our form attached.\n",
        name="Hyacinth Bogus",
        subject="Our larger form",
        attachment=("our larger form.docx", WORD, data),
    )


def packed(files: dict[str, str | bytes], *, locked: bool = False) -> bytes:
    """A zip archive; `locked` says that its members need a password, which is all that can be seen."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    made = bytearray(target.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark) if locked else -1
        while at >= 0:
            made[at + flags] |= 1
            at = made.find(mark, at + 1)
    return bytes(made)


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml"'
    f' ContentType="application/vnd.{WORD[4:]}.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship'
    ' Id="rId1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)

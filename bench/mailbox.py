"""
A mailbox as a partnership team's might be, invented from a seed: the same seed gives the same bytes.

Of a hundred messages 70 carry a form as .docx, 15 are a filled template in the body, 5 carry a PDF, 5 ask
something and 5 are automatic. Two in a hundred of the human ones also carry a photograph of 2 to 5 MB.
Everything in it is made up; names of people are syllables.
"""

import base64
import io
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document

LABELS = (
    "Date of submission", "Your name", "Your role", "Organisation", "Telephone", "E-mail", "Your reference",
    "May we contact you?", "Is it safe to contact you?", "How do you know this?", "Who told you?",
    "When did you learn of it?", "When did it happen?", "Who else knows?", "Risk to the source",
    "Type of information", "Person 1: family name", "Person 1: given names", "Person 1: date of birth",
    "Person 1: address", "Person 1: school", "Person 1: role", "Person 2: family name",
    "Person 2: given names", "Place", "Vehicle", "Telephone numbers", "Online accounts", "Is it urgent?",
    "Has a MASH referral been made?",
)  # fmt: skip
SYLLABLES = "ba do fen gri hol ja kem lu mor nes oth pel quin ros sta tuv ull vex wil zan".split()
WORDS = (
    "the a pupil was seen near gate after school with an older person who gave them something and they left "
    "in a car staff have noticed a change since half term money new phone missing lessons tired worried said "
    "that friends from another school meet at weekends by the station we do not know more at this time"
).split()
KINDS = ("docx",) * 70 + ("template",) * 15 + ("pdf",) * 5 + ("question",) * 5 + ("automatic",) * 5
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
RESULTS = (
    "Authentication-Results: mx.police.example; dmarc=pass header.from=school.example;\n"
    "\tdkim=pass header.d=school.example; spf=pass smtp.mailfrom=school.example"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sentence(chance: random.Random, words: int) -> str:
    """That many words; the first with a capital."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def person(chance: random.Random) -> str:
    """A name that nobody has."""
    return " ".join("".join(chance.choices(SYLLABLES, k=2)).capitalize() for _ in range(2))


def answers(chance: random.Random, name: str, address: str) -> list[str]:
    """An answer for each label."""
    short = {"Your name": name, "E-mail": address, "Telephone": f"07700 900{chance.randint(100, 999)}"}
    yes_no = ("Yes", "No", "Not known")
    given = []
    for label in LABELS:
        if label.endswith("?") and label.split()[0] in {"May", "Is", "Has"}:
            given.append(chance.choice(yes_no))
        elif "ate of" in label:
            given.append(f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/2025")
        elif "name" in label and label != "Your name":
            given.append(person(chance).split()[0])
        else:
            given.append(short.get(label) or sentence(chance, chance.randint(2, 12)))
    return given


class Forms:
    """A Word form: made once by a word-processing library, then filled by replacing marks."""

    def __init__(self) -> None:
        document = Document()
        document.add_heading("Community Partnership Information", 1)
        table = document.add_table(rows=len(LABELS), cols=2)
        table.style = "Table Grid"
        for number, (label, row) in enumerate(zip(LABELS, table.rows, strict=True)):
            row.cells[0].text = label
            row.cells[1].text = f"@{number:03}@"
        document.add_heading("Information", 2)
        document.add_paragraph("@TEXT@")
        made = io.BytesIO()
        document.save(made)
        with zipfile.ZipFile(made) as archive:
            self._members = {name: archive.read(name) for name in archive.namelist()}

    def fill(self, chance: random.Random, given: list[str], narrative: str) -> bytes:
        """A filled form of 35 to 60 kB; every third holds a picture."""
        members = dict(self._members)
        body = members["word/document.xml"].decode("utf-8")
        for number, answer in enumerate(given):
            body = body.replace(f"@{number:03}@", escape(answer))
        members["word/document.xml"] = body.replace("@TEXT@", escape(narrative)).encode("utf-8")
        if chance.random() < 0.33:
            members["word/media/image1.png"] = b"\x89PNG\r\n\x1a\n" + chance.randbytes(
                chance.randint(2000, 20000)
            )
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        return file.getvalue()


def pdf(chance: random.Random) -> bytes:
    """A PDF as a scanner makes it: pages without text."""
    body = chance.randbytes(chance.randint(20_000, 200_000))
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n"
        % len(body)
        + body
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def part(kind: str, data: bytes, name: str = "") -> bytes:
    """One MIME part in base64."""
    disposition = f'Content-Disposition: attachment; filename="{name}"\n' if name else ""
    head = f"Content-Type: {kind}\n{disposition}Content-Transfer-Encoding: base64\n\n"
    return head.encode("ascii") + base64.encodebytes(data)


def joined(chance: random.Random, kind: str, parts: list[bytes]) -> bytes:
    """A multipart of these."""
    mark = f"=_{chance.getrandbits(64):016x}"
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n'
    inner = b"".join(f"--{mark}\n".encode("ascii") + one for one in parts)
    return head.encode("ascii") + inner + f"--{mark}--\n".encode("ascii")


def received(sender: str, receiver: str, chance: random.Random, when: str) -> str:
    """A hop."""
    number = f"{chance.getrandbits(48):012x}"
    return (
        f"Received: from {sender} ({sender} [192.0.2.7])\n\tby {receiver} with ESMTPS id {number};\n\t{when}"
    )


def headers(chance: random.Random, number: int, name: str, address: str, subject: str) -> str:
    """A realistic top of a message that has come through several servers."""
    when = format_datetime(START + timedelta(minutes=7 * number))
    lines = [f"Return-Path: <{address}>", RESULTS]
    lines.append(received("relay.school.example", "mx.police.example", chance, when))
    for hop in range(chance.randint(2, 5)):
        lines.append(received(f"h{hop}.school.example", f"h{hop + 1}.school.example", chance, when))
    signature = base64.b64encode(chance.randbytes(96)).decode("ascii")
    lines += [
        f"DKIM-Signature: v=1; a=rsa-sha256; d=school.example; s=s1;\n\tb={signature[:64]}",
        f"\t{signature[64:]}",
        f"From: {name} <{address}>",
        "To: partnership@police.example",
        f"Date: {when}",
        f"Message-ID: <{chance.getrandbits(80):020x}.{number}@school.example>",
        f"Subject: {subject}",
        "MIME-Version: 1.0",
    ]
    return "\n".join(lines) + "\n"


def message(seed: str, number: int, forms: Forms) -> bytes:
    """The message with this number."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  a mailbox that can be made again, not a secret
    kind = chance.choice(KINDS)
    name, address = person(chance), f"office{chance.randint(1, 400)}@school.example"
    body, extra, more, subject = f"Hello,\n\n{sentence(chance, 30)}\n\n{name}\n", [], "", "Form"
    narrative = " ".join(sentence(chance, 15) for _ in range(chance.randint(7, 27)))
    if kind == "docx":
        form = forms.fill(chance, answers(chance, name, address), narrative)
        extra.append(part(WORD, form, f"CPI form {number}.docx"))
    elif kind == "template":
        pairs = zip(LABELS, answers(chance, name, address), strict=True)
        body = "".join(f"{label}: {answer}\n" for label, answer in pairs) + f"\nInformation:\n{narrative}\n"
    elif kind == "pdf":
        extra.append(part("application/pdf", pdf(chance), f"scan {number}.pdf"))
    elif kind == "question":
        subject, body = "Question", f"Hello,\n\nCould we book a training session? {sentence(chance, 40)}\n"
    else:
        more, subject = "Auto-Submitted: auto-replied\nPrecedence: bulk\n", "Automatic reply: Out of office"
    if kind != "automatic" and chance.random() < 0.02:
        photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + chance.randbytes(chance.randint(2_000_000, 5_000_000))
        extra.append(part("image/jpeg", photo, f"IMG_{number}.jpg"))
    content = part("text/plain; charset=utf-8", body.encode("utf-8"))
    if kind != "template":
        html = "".join(f"<p style='margin:0'>{line}</p>" for line in body.splitlines())
        page = part("text/html; charset=utf-8", f"<html><body>{html}</body></html>".encode())
        content = joined(chance, "alternative", [content, page])
    if extra:
        content = joined(chance, "mixed", [content, *extra])
    return (headers(chance, number, name, address, subject) + more).encode("ascii") + content


def messages(seed: str, first: int, count: int) -> Iterator[tuple[str, bytes]]:
    """File names and messages."""
    forms = Forms()
    for number in range(first, first + count):
        yield f"{1767600000 + number * 420}.M{number:06}P1.bench", message(seed, number, forms)


def make(folder: Path, count: int, seed: str = "1", first: int = 0) -> Path:
    """A folder with `count` messages; made once."""
    if not (folder / f"complete-{count}").exists():
        files = folder / "files"
        files.mkdir(parents=True, exist_ok=True)
        for name, data in messages(seed, first, count):
            (files / name).write_bytes(data)
        (folder / f"complete-{count}").touch()
    return folder / "files"

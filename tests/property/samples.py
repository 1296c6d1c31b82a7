"""Small valid files of every format, where mutation and fuzzing begin."""

from collections.abc import Callable, Mapping, Sequence

from tests.unit.parse.build import attached, message, text
from tests.unit.parse.readers.building import OPEN, archive, word_package
from tests.unit.parse.readers.making_ole import outlook, winmail, word97
from tests.unit.parse.readers.making_pdf import Pdf


def form() -> bytes:
    """A PDF form: words, a ruled table, fields of each kind, drawn boxes, a note."""
    made = (
        Pdf()
        .text(50, 60, "Information form", "B", 14)
        .text(50, 100, "Name:")
        .entry(120, 90, 300, 104, "n", "A Mock")
    )
    made.text(50, 120, "Urgent?").check(120, 111, "u", True).text(134, 120, "Yes").box(170, 111, 180, 121)
    made.grid([50, 200, 400], [140, 160, 180]).text(55, 153, "Role").text(205, 153, "Head")
    made.annotation(
        120, 190, 300, 204, "/Subtype/Widget/FT/Ch/Ff 131072/T(c)/V(b)/Opt[[(a)(Alpha)][(b)(Beta)]]"
    )
    made.annotation(50, 400, 90, 420, "/Subtype/FreeText/Contents(typed over)").line(50, 300, 90, 320)
    return made.page().text(50, 100, "Phone: ........").text(50, 120, "4", "Z").bytes()


def script() -> bytes:
    """A PDF with a script and an XFA form."""
    xfa = b"<x><data><Name>A Mock</Name></data></x>"
    made = Pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", form="/XFA 900 0 R")
    made.extra[900] = b"<</Length %d>>stream\n%s\nendstream" % (len(xfa), xfa)
    return made.text(50, 100, "Name").bytes()


def old_word() -> bytes:
    """A .doc with a table."""
    parts = ("Name\x07", "A Mock\x07", "\x07", "Role\x07", "\x07", "\x07")
    marks, at = [], 0
    for index, part in enumerate(parts):
        marks.append((at, at + len(part), index in (2, 5)))
        at += len(part)
    return word97([("".join(parts) + "After \x13 FORMCHECKBOX \x14x\x15\r", True)], marks)


def saved_message() -> bytes:
    """A .msg with a file and a message in it."""
    return outlook({0x37: "Subject", 0x1000: "Body"}, [{0x3707: "a.txt", 0x3701: b"abc"}], {0x1000: "inner"})


def open_text() -> bytes:
    """An OpenDocument text of one line."""
    content = (
        f"<office:document-content {OPEN}><office:body><office:text><text:p>Name: A Mock</text:p>"
        "</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


SAMPLES: Mapping[str, Sequence[Callable[[], bytes]]] = {
    "pdf": (form, script),
    "doc": (old_word, lambda: word97([("Hello caf\xe9\r", True), ("Łódź\r", False)])),
    "msg": (saved_message,),
    "tnef": (lambda: winmail(b"Body", [(b"a.txt", b"abc"), (b"b.txt", b"def")]),),
    "docx": (lambda: archive(word_package("<w:p><w:r><w:t>Name: A Mock</w:t></w:r></w:p>")),),
    "odt": (open_text,),
    "rtf": (lambda: rb"{\rtf1\ansi Name: {\b A Mock}\par\trowd\cellx900\intbl Role\cell\row}",),
    "text": (lambda: b"Name: A Mock\r\n> Role: Head\r\n[x] Yes [ ] No\r\n",),
    "html": (lambda: b"<table><tr><td>Name<td><b>A Mock</b></table><p><input type=checkbox checked> Yes",),
    "mime": (lambda: message(text(b"Name: A Mock"), attached(b"a.pdf", form())),),
}

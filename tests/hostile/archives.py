"""T01-T12, T24: archives and documents that burst, lie, call out, hide, or are not what they say."""

from collections.abc import Callable

from mailbot.cli.demo import forms
from tests.hostile.cases import FORM, LISTENER, Case, attached, control, letter
from tests.hostile.making import (
    DOCX,
    EICAR,
    LAUGHS,
    STARTING,
    ZEROS,
    bomb,
    calling_docx,
    caught_in_a_ring,
    doctype,
    docx_of,
    double_flate,
    fat_in_a_ring,
    good_and_bad,
    locked_pdf,
    lying,
    many_forms,
    odt,
    odt_form,
    overlapping,
    twice,
    wide,
    with_members,
)
from tests.letters import packed
from tests.unit.parse.readers.building import archive, word_package
from tests.unit.parse.readers.making_ole import compound, winmail
from tests.unit.parse.readers.making_pdf import Pdf

QUEUED = ("unreadable", "enquiry", "cpi")  # it is in the queue, whatever it looks like
FORMISH = ("unreadable", "cpi")


def _file(name: str, file: str, data: bytes | Callable[[], bytes], **more: object) -> Case:
    """A message with this file; what is large is made when it is wanted."""

    def make() -> bytes:
        return attached(name, file, data if isinstance(data, bytes) else data())

    return Case(name, make, **more)  # type: ignore[arg-type]


def cases() -> list[Case]:
    """In the order of the threat table."""
    ok = "T01 control: a form in a zip"
    calls = ("unsafe_document",)
    return [
        _file("T01 deflate bomb in a Word file", "form.docx", bomb),
        _file("T01 zip of zeros", "form.zip", lambda: archive({"a.txt": ZEROS * 100})),
        _file("T01 overlapping members", "form.zip", overlapping),
        _file("T01 five deep, ten wide", "form.zip", lambda: wide(4)),
        _file(
            "T01 fifty thousand members", "form.zip", lambda: archive({str(n): b"" for n in range(50_000)})
        ),
        _file(
            "T01 a member that says 900 bytes",
            "form.docx",
            lambda: lying(bomb("[Content_Types].xml", 100), 900),
        ),
        _file("T01 double Flate in a PDF", "form.pdf", double_flate, kinds=QUEUED),
        _file("T01 thirty megabytes", "film.bin", lambda: bytes(30 << 20), kinds=QUEUED),
        control(ok, lambda: attached(ok, "our form.zip", forms.as_zip("our form.docx", DOCX))),
        _file("T02 two members of one name", "form.docx", twice("word/document.xml")),
        _file("T02 two archives in one", "form.zip", archive({"a.docx": DOCX}) + archive({"b.docx": DOCX})),
        _file("T02 a Word file behind another", "form.docx", DOCX + DOCX),
        _file("T03 external entity", "form.docx", docx_of(doctype(f'<!ENTITY a SYSTEM "{LISTENER}">'))),
        _file(
            "T03 a file as an entity",
            "form.docx",
            docx_of(doctype('<!ENTITY a SYSTEM "file:///etc/passwd">')),
        ),
        _file("T03 a thousand million laughs", "form.docx", docx_of(doctype(LAUGHS, "&l9;"))),
        _file("T03 a DOCTYPE that does nothing", "form.docx", docx_of(doctype("", "Hello"))),
        _file(
            "T03 a DOCTYPE in OpenDocument",
            "form.odt",
            odt("<text:p>Hello</text:p>", '<!DOCTYPE d SYSTEM "a">'),
        ),
        _file(
            "T03 elements 50,000 deep",
            "form.docx",
            docx_of(word_package("<w:x>" * 50_000 + "</w:x>" * 50_000)["word/document.xml"]),
        ),  # type: ignore[arg-type]
        _file(
            "T03 a row that says it is a thousand million",
            "form.odt",
            odt(
                '<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell'
                ' table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell>'
                "</table:table-row></table:table>"
            ),
            kinds=QUEUED,
        ),
        control(
            "T03 control: OpenDocument",
            lambda: attached("T03 control: OpenDocument", "our form.odt", odt_form()),
        ),
        _file(
            "T04 templates and pictures elsewhere",
            "form.docx",
            calling_docx(),
            kinds=("cpi",),
            flags=calls,
            records=1,
        ),
        _file(
            "T05 macros",
            "form.docm",
            with_members(DOCX, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600)}),
            kinds=FORMISH,
            flags=("macro",),
        ),
        _file(
            "T05 a PDF with scripts",
            "form.pdf",
            Pdf(catalog=f"/OpenAction<</S/JavaScript/JS(app.launchURL\\('{LISTENER}'\\))>>")
            .text(50, 99, "x")
            .bytes(),
            kinds=QUEUED,
            flags=calls,
        ),
        _file(
            "T05 a field that starts a program",
            "form.docx",
            docx_of(word_package(STARTING)["word/document.xml"]),  # type: ignore[arg-type]
            kinds=QUEUED,
            flags=calls,
        ),
        _file(
            "T06 a zip with a password",
            "form.zip",
            packed({"form.docx": DOCX}, locked=True),
            flags=("encrypted_attachment",),
        ),
        _file(
            "T06 a Word file with a password",
            "form.docx",
            compound({"EncryptionInfo": bytes(200), "EncryptedPackage": bytes(5000)}),
            flags=("encrypted_attachment",),
        ),
        _file("T06 a PDF with a password", "form.pdf", locked_pdf(), flags=("encrypted_attachment",)),
        _file("T07 cut off", "form.docx", DOCX[: len(DOCX) // 2]),
        _file("T07 no bytes", "form.docx", b"", kinds=QUEUED, flags=("unreadable_part",)),
        _file("T07 noise", "form.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40),
        Case(
            "T07 a good one and a bad one",
            lambda: letter("T07 a good one and a bad one", good_and_bad()),
            kinds=("cpi",),
            flags=("unreadable_part",),
            records=1,
        ),
        _file("T08 HTML that says it is Word", "form.docx", forms.as_html(FORM).encode(), kinds=QUEUED),
        _file("T08 a program that says it is a PDF", "form.pdf", b"MZ" + bytes(3000)),
        _file("T08 a picture that says it is Word", "form.docx", b"\x89PNG\r\n\x1a\n" + bytes(3000)),
        control(
            "T08 control: Word that says nothing",
            lambda: attached("T08 control: Word that says nothing", "ourform", DOCX),
        ),
        Case("T09 forty forms", lambda: letter("T09 forty forms", many_forms()), kinds=("cpi",), records=40),
        _file("T10 names that climb", "../../../etc/cron.d/zorilla", DOCX, kinds=("cpi",), records=1),
        _file(
            "T10 members that climb",
            "form.zip",
            archive(
                {
                    "../../../tmp/mailbot-was-here.docx": DOCX,
                    "/etc/a": b"x",
                    "C:\\CON": b"y",
                    "\\\\host\\share\\z": b"z",
                }
            ),
            kinds=("cpi",),
            records=1,
        ),
        _file("T11 a PDF that is its own parent", "form.pdf", caught_in_a_ring()),
        _file(
            "T11 RTF 20,000 deep",
            "form.rtf",
            b"{\\rtf1 " + b"{" * 20_000 + b"Hello" + b"}" * 20_001,
            kinds=QUEUED,
        ),
        _file("T11 a FAT chain in a ring", "form.doc", fat_in_a_ring(), kinds=QUEUED),
        _file("T12 the test file of virus scanners", "form.com", EICAR, kinds=QUEUED),
        _file(
            "T24 winmail.dat of noise",
            "winmail.dat",
            b"\x78\x9f\x3e\x22" + bytes(range(256)) * 8,
            kinds=QUEUED,
        ),
        _file(
            "T24 winmail.dat that ends early",
            "winmail.dat",
            winmail(b"", ((b"a.docx", DOCX),))[:-2000],
            kinds=QUEUED,
        ),
        control(
            "T24 control: winmail.dat",
            lambda: attached(
                "T24 control: winmail.dat", "winmail.dat", winmail(b"", ((b"our form.docx", DOCX),))
            ),
        ),
    ]

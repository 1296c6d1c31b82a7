"""Makes archives and documents that burst, lie, call out, hide, or are not what they say."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping

from mailbot.cli.demo import forms
from tests.hostile.cases import FORM, LISTENER, mixed, part
from tests.unit.parse.readers.building import OPEN, archive, word_package
from tests.unit.parse.readers.making_ole import compound
from tests.unit.parse.readers.making_pdf import Pdf, written

DOCX = forms.as_docx(FORM)
ZEROS = bytes(1 << 20)
STARTING = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe "/k calc"'
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
PARAGRAPH = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>"
ODT = "application/vnd.oasis.opendocument.text"


def with_members(data: bytes, extra: Mapping[str, bytes | str]) -> bytes:
    """A package with more members, or others."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        kept: dict[str, str | bytes] = {info.filename: old.read(info) for info in old.infolist()}
    return archive(kept | dict(extra))


def burst(megabytes: int = 300) -> bytes:
    """A deflate stream of zeros, a thousand times smaller than what comes out."""
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join([*(made.compress(ZEROS) for _ in range(megabytes)), made.flush()])


def bomb(name: str = "word/document.xml", megabytes: int = 100) -> bytes:
    """A Word file whose body is that."""
    members: dict[str, str | bytes] = dict(word_package(PARAGRAPH))
    members[name] = ZEROS * megabytes
    return archive(members)


def nested(depth: int) -> bytes:
    """A zip in a zip in a zip."""
    data = DOCX
    for level in range(depth):
        data = archive({f"level {level}.zip" if level else "our form.docx": data})
    return data


def wide(depth: int = 5, width: int = 10) -> bytes:
    """Ten zips in each of ten zips, and so on: 100,000 files from a few kilobytes."""
    data = archive({"0.txt": ZEROS})
    for _ in range(depth):
        data = archive({f"{number}.zip": data for number in range(width)})
    return data


def overlapping(count: int = 200) -> bytes:
    """Every directory entry points at the same member: a few kilobytes become gigabytes."""
    data = burst(20)
    crc = zlib.crc32(ZEROS * 20)
    sizes = struct.pack("<LLL", crc, len(data), 20 << 20)
    local = (
        b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"a" + data
    )
    entries = b"".join(
        b"PK\x01\x02"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + sizes
        + struct.pack("<HHHHHLL", 4, 0, 0, 0, 0, 0, 0)
        + b"%04d" % number
        for number in range(count)
    )
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(entries), len(local), 0)
    return local + entries + b"PK\x05\x06" + end


def lying(data: bytes, declared: int) -> bytes:
    """The first member says that it is of another size."""
    made = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = made.find(mark)
        made[place + at : place + at + 4] = struct.pack("<L", declared)
    return bytes(made)


def twice(name: str) -> bytes:
    """Two members of one name: the scanner may read one and we the other."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(io.BytesIO(DOCX)) as source:
            for info in source.infolist():
                target.writestr(info.filename, source.read(info))
            target.writestr(name, source.read(name).replace(b"zorilla", b"okapi"))
    return buffer.getvalue()


def doctype(entities: str, used: str = "&a;") -> str:
    """A Word body with a DOCTYPE, which honest programs never write."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"<w:body><w:p><w:r><w:t>{used}</w:t></w:r></w:p></w:body>"
    return f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><w:document xmlns:w="{space}">{body}</w:document>'


LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
)  # a thousand million times "lol"


def docx_of(body: str) -> bytes:
    """A Word file with this as its document.xml."""
    return archive(word_package(PARAGRAPH) | {"word/document.xml": body})


def odt(body: str, prologue: str = "") -> bytes:
    """An OpenDocument text."""
    content = (
        f"{prologue}<office:document-content {OPEN}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": ODT, "content.xml": content})


def stored_first(data: bytes) -> bytes:
    """The same with its media type as the first member and not packed, as the rule is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            packing = zipfile.ZIP_STORED if info.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(info.filename, old.read(info), packing)
    return buffer.getvalue()


def odt_form() -> bytes:
    """The form as an OpenDocument text."""
    lines = "".join(f"<text:p>{line}</text:p>" for line in forms.as_text(FORM).splitlines())
    return stored_first(odt(lines))


def calling_docx() -> bytes:
    """A form with a template, a picture and an object elsewhere."""
    related = "".join(
        f'<Relationship Id="x{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{LISTENER}/{kind}" TargetMode="External"/>'
        for number, kind in enumerate(("attachedTemplate", "image", "oleObject", "frame"))
    )
    with zipfile.ZipFile(io.BytesIO(DOCX)) as package:
        rels = package.read("word/_rels/document.xml.rels").decode()
    return with_members(
        DOCX, {"word/_rels/document.xml.rels": rels.replace("</Relationships>", f"{related}</Relationships>")}
    )


def double_flate(megabytes: int = 100) -> bytes:
    """A page whose content is deflated twice: small, then large, then enormous."""
    inner = zlib.compress(zlib.compress(bytes(megabytes << 20), 9), 9)
    stream = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(inner), inner)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>"
    tree = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>"}
    return written({**tree, 3: page, 4: stream})


def caught_in_a_ring() -> bytes:
    """A page tree that is its own child, and a cross-reference table that is its own predecessor."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R/Prev 120>>\nstartxref\n120\n%%EOF\n"
    )


def locked_pdf() -> bytes:
    """Says that it needs a password."""
    made = Pdf().text(50, 100, "Hello").bytes()
    return made.replace(
        b"/Root", b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/Root" % (b"o" * 32, b"u" * 32), 1
    )


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def many_forms(count: int = 40) -> bytes:
    """So many forms in one message."""
    return mixed(*(part("application/octet-stream", DOCX, f"form {number}.docx") for number in range(count)))


def good_and_bad() -> bytes:
    """A form beside a file that is cut off."""
    return mixed(
        part("application/octet-stream", DOCX, "one.docx"),
        part("application/octet-stream", DOCX[:900], "two.docx"),
    )


def fat_in_a_ring() -> bytes:
    """An OLE file whose sectors follow each other for ever."""
    made = bytearray(compound({"WordDocument": bytes(9000), "1Table": bytes(9000)}))
    place = int.from_bytes(made[76:80], "little") * 512 + 512
    made[place : place + 8] = struct.pack("<II", 1, 0)
    return bytes(made)

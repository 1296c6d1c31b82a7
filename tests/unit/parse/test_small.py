"""Headers, parameters, text, names, kinds, archives and signatures: the small parts of `parse`."""

import pytest

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.archive import Budget, members
from mailbot.parse.detect import detect
from mailbot.parse.headers import decode_words, message_ids, read_block
from mailbot.parse.limits import Limits
from mailbot.parse.mime import items
from mailbot.parse.names import extension_of, one_line, part_name
from mailbot.parse.parameters import split_value
from mailbot.parse.smime import opened
from mailbot.parse.structure import cut_at, lift
from mailbot.parse.text import body_text, decode_text
from tests.unit.parse.build import archive

LIMITS = Limits()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?q?Ren=C3=A9e?= Smith", "Renée Smith"),
        ("=?utf-8?b?UmVu?= =?utf-8?b?w6ll?=", "Renée"),
        ("=?utf-8?q?Ren=C3?= =?utf-8?q?=A9e?=", "Renée"),
        ("=?iso-8859-1?q?=93x=94?=", "“x”"),
        ("=?x-none?q?abc?=", "abc"),
        ("=?utf-8?b?!!!?= x", " x"),
        ("plain =? text ?=", "plain =? text ?="),
    ],
)
def test_encoded_words(value: str, expected: str) -> None:
    """Encoded words as people write them, cut in the middle of a letter too."""
    assert expected == decode_words(value)


def test_block() -> None:
    """Order, folding and the start of the body are kept; a line that is no header hides nothing."""
    raw = b"A: 1\r\nB: 2\r\n  3\r\nnonsense\r\nA: 4\r\n\r\nbody"
    block = read_block(raw, LIMITS)

    assert ["1", "4"] == block.all("a")
    assert "2  3" == block.first("b")
    assert ("malformed_header",) == block.defects
    assert len(raw) - len(b"body") == block.end


def test_block_limits() -> None:
    """Too many, too long and too large are named, and what is under the limit is kept."""
    many = read_block(b"From: a@b.example\r\n" + b"X: y\r\n" * 1000 + b"\r\n", LIMITS)
    long = read_block(b"X: " + b"y" * 20_000 + b"\r\n\r\n", LIMITS)
    large = read_block(
        b"From: a@b.example\r\n" + b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 10_000 + b"\r\n", LIMITS
    )

    assert (500, ("header_count",)) == (len(many.fields), many.defects)
    assert LIMITS.header_field_bytes >= len(long.first("x"))
    assert "header_size" in large.defects
    assert "a@b.example" == large.first("from")


def test_message_ids() -> None:
    """Only Message-IDs that are plain enough to compare."""
    assert ("<a@b>", "<c@d>") == message_ids("<a@b> <c@d> <a@b> <e f@g> <é@x>", LIMITS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('attachment; filename="a b.docx"', "a b.docx"),
        ("attachment; filename=a b.docx", "a b.docx"),
        ("attachment; filename*=utf-8''%C3%A9t%C3%A9.docx", "été.docx"),
        ('attachment; filename*0="a"; filename*1="b.docx"', "ab.docx"),
        ("attachment; filename*1*=%20b; filename*0*=utf-8''a", "a b"),
        ('attachment; filename="=?utf-8?q?=C3=A9?=.docx"', "é.docx"),
        (r'attachment; filename="a\"b.docx"', 'a"b.docx'),
        ("attachment; filename=old; filename*=utf-8''new", "new"),
    ],
)
def test_parameters(value: str, expected: str) -> None:
    """File names in all the ways in which they are sent."""
    assert ("attachment", expected) == (split_value(value)[0], split_value(value)[1]["filename"])


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        ("é".encode(), "us-ascii", "é"),
        (b"\x93x\x94", "iso-8859-1", "“x”"),
        (b"\xe9", "iso-8859-2", "é"),
        ("é".encode(), "", "é"),
        ("é".encode("utf-16"), "utf-8", "é"),
        (b"x\x81", "", "x\ufffd"),
    ],
)
def test_charsets(data: bytes, charset: str, expected: str) -> None:
    """The charset that fits, not only the one that was declared."""
    assert expected == decode_text(data, charset)


def test_clean_text() -> None:
    """No control characters, one kind of line end."""
    assert "a\nb\nc\td" == body_text(b"a\r\nb\rc\td\x00\x1b", {}, LIMITS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\form.docx", "form.docx"),
        ("a\r\nb.docx", "a b.docx"),
        ("form\u202excod.exe", "formxcod.exe"),
        ("", "part-3.docx"),
        ("...", "part-3.docx"),
    ],
)
def test_names(name: str, expected: str) -> None:
    """A name is shown without folders, tricks and control characters."""
    assert expected == part_name(name, 3, "docx")


def test_long_name() -> None:
    """A long name keeps its end, which says what it is."""
    assert "docx" == extension_of(part_name("a" * 5000 + ".docx", 1, ""))
    assert "" == one_line("\u200b\x00")


@pytest.mark.parametrize(
    ("data", "name", "declared", "expected"),
    [
        (b"%PDF-1.7", "x.docx", "application/msword", "pdf"),
        (b"{\\rtf1", "x.doc", "application/msword", "rtf"),
        (b"\x89PNG\r\n\x1a\n", "x", "", "png"),
        (
            archive(("word/document.xml", b""), ("[Content_Types].xml", b"")),
            "x.zip",
            "application/zip",
            "docx",
        ),
        (archive(("xl/workbook.xml", b""), ("[Content_Types].xml", b"")), "x.docx", "", "xlsx"),
        (archive(("mimetype", b"application/vnd.oasis.opendocument.text")), "x", "", "zip"),
        (archive(("a.txt", b"")), "form.docx", "", "zip"),
        (archive(("word/document.xml", b"x" * 50))[:-30], "form.docx", "", "docx"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "x.docx",
            "",
            "encrypted_office",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "x", "", "doc"),
        (b"\x78\x9f\x3e\x22", "x", "", "tnef"),
        (b"hello", "x", "application/octet-stream", "text"),
        (b"hello", "winmail.dat", "", "tnef"),
        (b"hello", "scan.dat", "", "text"),
        (b"\x00\x01", "x", "", "binary"),
        (b"<html>", "x", "", "html"),
        (b"hello", "form.docx", "", "docx"),
        (b"\x00", "x", "image/x-odd", "image"),
    ],
)
def test_detect(data: bytes, name: str, declared: str, expected: str) -> None:
    """Bytes decide first, then the name, then the declaration."""
    assert expected == detect(data, name, declared)


def budget() -> Budget:
    """A full one."""
    return Budget.of(LIMITS)


def test_archive_members() -> None:
    """Members in order, with their names as written."""
    found = list(members(archive(("../a.txt", b"1"), ("b/c.txt", b"2")), LIMITS, budget()))

    assert [("../a.txt", b"1"), ("b/c.txt", b"2")] == [
        (one.untrusted_name, one.untrusted_data) for one in found
    ]


def test_archive_bomb() -> None:
    """A member that unpacks to hundreds of times its size is stopped on the way."""
    found = list(members(archive(("a", bytes(20_000_000)), ("b", b"2")), LIMITS, budget()))

    assert ["archive_ratio", ""] == [one.problem for one in found]


def test_archive_refused() -> None:
    """Too many members, two of one name, or damage: refused whole."""
    with pytest.raises(LimitExceeded):
        list(members(archive(*((f"{n}", b"") for n in range(2001))), LIMITS, budget()))
    with pytest.warns(UserWarning, match="Duplicate"):
        double = archive(("a", b"1"), ("a", b"2"))
    with pytest.raises(Unreadable, match="ambiguous"):
        list(members(double, LIMITS, budget()))
    with pytest.raises(Unreadable, match="corrupt"):
        list(members(b"PK\x03\x04 no", LIMITS, budget()))


def signed(content: bytes, kind: str = "2a864886f70d010702", pieces: bool = False) -> bytes:
    """A signed message, as plain DER or as the endless form that mail programs stream."""

    def der(tag: int, value: bytes) -> bytes:
        length = len(value)
        return (
            bytes((tag, length)) + value
            if length < 128
            else bytes((tag, 0x82)) + length.to_bytes(2, "big") + value
        )

    octets = der(0x04, content)
    if pieces:
        octets = b"\x24\x80" + der(0x04, content[:3]) + der(0x04, content[3:]) + b"\0\0"
    encapsulated = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010701")) + der(0xA0, octets))
    data = der(0x30, der(0x02, b"\1") + der(0x31, b"") + encapsulated + der(0x31, b""))
    return der(0x30, der(0x06, bytes.fromhex(kind)) + der(0xA0, data))


@pytest.mark.parametrize("pieces", [False, True])
def test_smime(pieces: bool) -> None:
    """The content comes out of an opaque signature."""
    content = b"Content-Type: text/plain\r\n\r\n" + b"hello " * 40

    assert content == opened(signed(content, pieces=pieces))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (signed(b"x", "2a864886f70d010703"), "password"),
        (signed(b"x", "2a864886f70d010706"), "smime"),
        (b"0\x82", "corrupt"),
        (b"", "corrupt"),
        (b"0\x80" * 50, "corrupt"),
    ],
)
def test_smime_unreadable(data: bytes, code: str) -> None:
    """Encrypted, other and damaged ones say why they stay closed."""
    with pytest.raises(Unreadable, match=code):
        opened(data)


def test_lift() -> None:
    """What is lifted comes back byte for byte, and a message that holds our mark keeps it."""
    bulk = (b"QUJD" * 19 + b"\r\n") * 30
    raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + bulk + b"--b--\r\nRUN0X0Z\n"
    lifted = lift(raw)

    assert len(lifted.light) < 200
    assert raw == lifted.restore(lifted.light)


@pytest.mark.parametrize(
    "text",
    [b"a word\r\n" * 200_000, b"a word " * 200_000, b"a word\r\n" * 200_000 + b"\r\n\r\n\r\n"],
    ids=["lines", "one line", "blank lines at the end"],
)
def test_lift_of_a_long_text(text: bytes) -> None:
    """The parser sees the beginning of it, and of what stands before and behind all."""
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
    raw = head + text + b"\r\n--b\r\n\r\nmore\r\n--b--\r\n"
    lifted = lift(raw)
    (found,) = [item.untrusted_data for item in items(raw, LIMITS) if len(item.untrusted_data) > 10]

    assert len(lifted.light) < 200_000
    assert lifted.light.startswith(head)
    assert lifted.light.endswith(b"--b--\r\n")
    assert raw == lifted.restore(lifted.light)
    assert text == found


def test_cut() -> None:
    """Honest nesting is not cut, a word like a boundary in the text neither."""
    raw = (
        b"\r\n".join(b'boundary="b%d"\r\n--b%d\r\n' % (n, n) for n in range(19))
        + b"\r\n--signature\r\n" * 400
    )

    assert cut_at(raw, LIMITS) is None

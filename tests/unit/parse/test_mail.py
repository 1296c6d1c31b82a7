"""A message is taken apart: nothing is lost, nothing lands in the wrong message."""

import base64
from dataclasses import replace

import pytest

from mailbot.domain.mail import Envelope, ParsedMail
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.mail import take_apart, take_apart_document, take_apart_headers
from tests.unit.parse.build import BORDER, HEAD, archive, attached, message, multipart, text

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def states(mail: ParsedMail) -> list[tuple[str, str, str]]:
    """What each part is, whether it was read, and why not."""
    return [(part.detected, part.state, part.reason) for part in mail.parts]


def test_plain() -> None:
    """One body is one part and one piece."""
    mail = take_apart(
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n", BORDER
    )

    assert ["Grüße"] == [piece.document.text.strip() for piece in mail.pieces]
    assert ("a@school.example",) == mail.envelope.senders
    assert "body" == mail.parts[0].role


def test_alternative() -> None:
    """Plain text and HTML of one body are one piece; the picture in the HTML is a part."""
    related = multipart(b"related", b"r") + b"--r\r\n" + text(b"<p>hello</p>", b"html") + b"\r\n--r\r\n"
    picture = b"Content-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    related += picture + base64.encodebytes(PNG) + b"--r--\r\n"
    mail = take_apart(message(text(b"hello"), related, kind=b"alternative"), BORDER)

    assert 1 == len(mail.pieces)
    assert "text" == mail.pieces[0].document.format
    assert mail.pieces[0].alternative is not None
    assert [("text", "read", ""), ("html", "read", ""), ("png", "unsupported", "logo")] == states(mail)
    assert () == mail.flags


def test_blank_alternative() -> None:
    """Where the plain half is blank the HTML is the body."""
    mail = take_apart(message(text(b" \r\n"), text(b"<p>hello</p>", b"html"), kind=b"alternative"), BORDER)

    assert "html" in [piece.document.format for piece in mail.pieces]
    assert all(piece.alternative is None for piece in mail.pieces)


def test_flowed() -> None:
    """format=flowed is one line again."""
    mail = take_apart(message(text(b"one \r\ntwo\r\n", more=b"; format=flowed")), BORDER)

    assert "one two" in mail.pieces[0].document.text


def test_inner_message() -> None:
    """What a forwarded message holds belongs to it, not to the outer one."""
    inner = b"Content-Type: message/rfc822\r\n\r\n" + message(
        text(b"inner"), attached(b"a.txt", b"file"), boundary=b"i"
    )
    mail = take_apart(message(text(b"outer"), inner), BORDER)

    assert [("outer", 0), ("inner", 1), ("file", 1)] == [
        (piece.document.text.strip(), piece.depth) for piece in mail.pieces
    ]
    assert "a@school.example" in mail.parts[1].text


@pytest.mark.parametrize("kind", [b"message/rfc822", b"application/octet-stream"])
def test_encoded_inner_message(kind: bytes) -> None:
    """A message in base64, or attached as an .eml file, is opened too."""
    mail = take_apart(message(text(b"outer"), attached(b"a.eml", HEAD + b"\r\ninner", kind)), BORDER)

    assert [("outer", 0), ("inner", 1)] == [
        (piece.document.text.strip(), piece.depth) for piece in mail.pieces
    ]


def test_octet_stream() -> None:
    """A file is what its bytes are, whatever the sender declared."""
    mail = take_apart(message(text(b"x"), attached(b"form.bin", b"{\\rtf1 hello}")), BORDER)

    assert "rtf" == mail.parts[1].detected


def test_large_attachment_comes_back_whole() -> None:
    """Bulk that was lifted out before parsing is decoded byte for byte, several times in one message."""
    files = [bytes(range(256)) * 40, b"\x00\x01" * 9000]
    mail = take_apart(message(*(attached(b"a%d.bin" % n, data) for n, data in enumerate(files))), BORDER)

    assert [take_apart_document(data, "x").parts[0].sha256 for data in files] == [
        p.sha256 for p in mail.parts
    ]


def test_archive() -> None:
    """Members are parts and pieces; an archive in an archive is opened, a fourth one is not."""
    nested = archive(("form.txt", b"deep"))
    for _ in range(3):
        nested = archive(("in.zip", nested))
    mail = take_apart(
        message(attached(b"a.zip", archive(("d/form.txt", b"flat"))), attached(b"b.zip", nested)), BORDER
    )

    assert ["flat"] == [piece.document.text for piece in mail.pieces]
    assert "form.txt" == mail.parts[1].name
    assert "1/1" == mail.parts[1].path
    assert ("zip", "limit", "archive_depth") == states(mail)[-1]
    assert ("unreadable_part",) == mail.flags


def test_encrypted() -> None:
    """PGP/MIME and rights-protected messages are encrypted parts."""
    pgp = message(
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        attached(b"x.asc", b"x"),
        kind=b"encrypted",
    )
    rights = message(text(b"sign in"), attached(b"message.rpmsg", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86x"))

    assert ("encrypted_attachment",) == take_apart(pgp, BORDER).flags
    assert ("encrypted_attachment",) == take_apart(rights, BORDER).flags


def test_photograph() -> None:
    """A large picture may be a form; a signature's logo is none."""
    mail = take_apart(message(text(b"x"), attached(b"form.jpg", b"\xff\xd8\xff" + bytes(200_000))), BORDER)

    assert ("jpeg", "unsupported", "image") == states(mail)[1]
    assert ("unreadable_part",) == mail.flags


def test_clear_signed() -> None:
    """A signature beside its text disturbs nobody."""
    mail = take_apart(message(text(b"hello"), attached(b"smime.p7s", b"0\x82"), kind=b"signed"), BORDER)

    assert ["hello"] == [piece.document.text.strip() for piece in mail.pieces]
    assert () == mail.flags


def test_empty_attachment() -> None:
    """A file without a byte in it is shown, and seen."""
    mail = take_apart(message(text(b"x"), attached(b"form.docx", b"")), BORDER)

    assert "empty" == mail.parts[1].state
    assert ("unreadable_part",) == mail.flags


@pytest.mark.parametrize(
    ("raw", "limit"),
    [
        (
            HEAD
            + b"".join(multipart(b"mixed", b"b%d" % n) + b"--b%d\r\n" % n for n in range(500))
            + b"\r\nx",
            "nesting",
        ),
        (message(*[b"\r\nx"] * 600), "parts"),
        (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1500 + b"x", "messages"),
    ],
    ids=["nesting", "parts", "messages"],
)
def test_too_much(raw: bytes, limit: str) -> None:
    """Over a limit the beginning is read, the rest is a part, and the sender is known all the same."""
    mail = take_apart(raw, BORDER)

    assert limit in [part.reason for part in mail.parts if part.state == "limit"]
    assert "unreadable_part" in mail.flags
    assert ("a@school.example",) == mail.envelope.senders


def test_too_large() -> None:
    """A message that is too large to look at is refused as a whole."""
    with pytest.raises(LimitExceeded, match=r"^message_bytes$"):
        take_apart(HEAD + b"\r\nxxxx", BORDER, replace(Limits(), message_bytes=10))


@pytest.mark.parametrize(
    "charset",
    [b"zlib_codec", b"rot13", b"idna", b"undefined", b"x-unknown", b'"\0"', b"utf-8; charset=utf-16"],
)
def test_odd_charsets(charset: bytes) -> None:
    """A nonsense charset costs nothing: the text is UTF-8, or Windows-1252."""
    mail = take_apart(HEAD + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\nit\x92s", BORDER)

    assert "it’s" == mail.pieces[0].document.text.strip()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\0\0\0",
        b"no header at all",
        b"--x\r\n\r\n--x--",
        b"Content-Type: multipart/mixed\r\n\r\nx",
    ],
)
def test_hardly_a_message(raw: bytes) -> None:
    """What is hardly a message is one all the same."""
    mail = take_apart(raw, BORDER)

    assert () == mail.envelope.senders
    assert 1 == len(mail.parts)


def test_headers_alone_agree() -> None:
    """The headers give the same envelope without the body."""
    raw = message(text(b"hello"))

    assert take_apart(raw, BORDER).envelope == take_apart_headers(raw, BORDER)


def test_document() -> None:
    """A file of its own is the only attachment of nobody's message."""
    mail = take_apart_document(b"hello", "../../note.txt")

    assert Envelope() == mail.envelope
    assert ("note.txt", "read") == (mail.parts[0].name, mail.parts[0].state)


def test_own_address() -> None:
    """Our own address is known in any case and with a tag."""
    head = b"From: Partnership+Tag@POLICE.example\r\n\r\n"

    assert take_apart_headers(head, BORDER).own_address
    assert not take_apart_headers(HEAD, BORDER).own_address


def test_spoof_signs() -> None:
    """What a forger likes is named for the handler."""
    head = (
        b'From: "head@partner.example" <a@xn--schl-epa6i.example>\r\n'
        b"Reply-To: x@other.example\r\nReturn-Path: <y@third.example>\r\n\r\n"
    )

    assert {"display_name_address", "punycode", "reply_to_differs", "return_path_differs"} == set(
        take_apart_headers(head, BORDER).spoof_signs
    )


def test_repeated_headers() -> None:
    """Fields that may stand once are named where they stand twice."""
    envelope = take_apart_headers(HEAD + HEAD + b"\r\n", BORDER)

    assert 2 == envelope.from_headers
    assert 2 == len(envelope.senders)
    assert "repeated_subject" in envelope.defects

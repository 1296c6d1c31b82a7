"""Whatever the bytes are, a message is taken apart: no exception, every part shown, sound text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot import codec
from mailbot.domain.mail import Envelope
from mailbot.parse.addresses import senders
from mailbot.parse.mail import take_apart, take_apart_document, take_apart_headers
from mailbot.parse.results import read_results
from tests.unit.parse.build import BORDER, HEAD

PIECES = st.sampled_from(
    [
        b"From: ", b"a@school.example", b"<", b">", b"(", b")", b'"', b"\\", b",", b";", b":", b"=",
        b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"\xff", b"\xc3\xa9", b"Content-Type: ",
        b"multipart/mixed; boundary=b", b"--b", b"--b--", b"message/rfc822", b"text/html",
        b"text/plain; charset=", b"utf-16", b"zlib_codec", b"Content-Transfer-Encoding: base64",
        b"quoted-printable", b"QUJD" * 400, b"=?utf-8?b?", b"?=", b"=C3",
        b"Content-Disposition: attachment; filename*0*=utf-8''%", b"PK\x03\x04", b"%PDF-1.4", b"{\\rtf1",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"Authentication-Results: mx.police.example; dmarc=pass",
        b"Received: from x by mx.police.example;", b"RUN0X0Z", b"\x78\x9f\x3e\x22", b"0\x80\x06\x09",
    ]
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=60).map(b"".join)


@given(SOUP)
@settings(derandomize=True, deadline=None, max_examples=400)
def test_any_message(untrusted: bytes) -> None:
    """No soup of the words of mail breaks the parser, and what it gives survives the way to the worker."""
    for raw in (
        untrusted,
        HEAD + b"\r\n" + untrusted,
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n" + untrusted,
    ):
        mail = take_apart(raw, BORDER)

        assert mail.envelope == codec.decode(codec.encode(mail.envelope), Envelope)
        assert all("\0" not in part.text and "\n" not in part.name for part in mail.parts)
        assert {piece.part.path for piece in mail.pieces} <= {part.path for part in mail.parts}


@given(st.binary(max_size=400), st.text(max_size=20))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_document(untrusted: bytes, name: str) -> None:
    """Any bytes under any name are one part at least."""
    assert take_apart_document(untrusted, name).parts


@given(SOUP)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_body_never_decides_the_sender(untrusted: bytes) -> None:
    """Nothing after the headers changes who wrote, or whether our border server vouches for it."""
    alone = take_apart_headers(HEAD + b"\r\n", BORDER)
    envelope = take_apart_headers(HEAD + b"\r\n" + untrusted, BORDER)

    assert (alone.senders, alone.authentication) == (envelope.senders, envelope.authentication)


@given(st.lists(st.sampled_from('ab@.<>()",;:\\ =?\r\n'), max_size=40).map("".join))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_any_sender(untrusted: str) -> None:
    """What is used as a sender is always one plain address, without white space or brackets."""
    for box in senders([untrusted])[0]:
        assert 1 == box.address.count("@")
        assert not set(' <>()",;:\\\r\n') & set(box.address)


@given(
    st.lists(
        st.sampled_from(["mx", ";", "dmarc", "=", "pass", "(", ")", '"', "\\", " ", "header.from", "x"]),
        max_size=30,
    ).map("".join)
)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_results(untrusted: str) -> None:
    """Any results are read without an error; a method is always a plain word."""
    assert all(
        result.method.islower() or not result.method.isalpha() for result in read_results(untrusted)[1]
    )

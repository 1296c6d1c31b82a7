"""Local DKIM: the worker asks a real DNS server for keys, and a child without network verifies."""

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailbot.domain.mail import NOT_CHECKED, Border, Envelope
from mailbot.parse.dns_keys import DnsKeys
from mailbot.parse.limits import Limits
from mailbot.parse.mail import take_apart_headers
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.verifier import Verifier
from tests.hostile.road import road
from tests.letters import OURS
from tests.servers.names import Names, serving

BORDER = Border(local_dkim=True)
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
RECORD = f"v=DKIM1; k=rsa; p={base64.b64encode(PUBLIC).decode()}"
PLACE = "s1._domainkey.nowherefield.example"
PLAIN = (
    b"From: Ottilie Inventedly <ottilie@nowherefield.example>\r\nTo: partnership@police.example\r\n"
    b"Subject: a word\r\nDate: Mon, 03 Nov 2025 09:00:00 +0000\r\nMessage-ID: <1@nowherefield.example>\r\n"
    b"\r\nGood morning.\r\n"
)


def signed(raw: bytes = PLAIN, domain: bytes = b"nowherefield.example", **how: object) -> bytes:
    """The message with a signature on top."""
    return bytes(dkim.sign(raw, b"s1", domain, PEM, **how)) + raw


@pytest.fixture(scope="module")
def names() -> Iterator[Names]:
    """A DNS server that knows our key."""
    with serving({}) as server:
        yield server


@pytest.fixture(scope="module")
def shared(names: Names) -> Iterator[Verifier]:
    """A verifier that asks it."""
    with Verifier(DnsKeys(("127.0.0.1",), names.port, seconds=3.0), "best_effort") as verifier:
        yield verifier


@pytest.fixture
def verifier(shared: Verifier, names: Names) -> Verifier:
    """The same, with the server as it is in most tests."""
    names.records, names.silent, names.silent_about = {PLACE: [RECORD]}, False, set()
    names.asked.clear()
    return shared


def judged(verifier: Verifier, raw: bytes, border: Border = BORDER) -> Envelope:
    """The envelope as the pipeline makes it."""
    return verifier.verified(raw, take_apart_headers(raw, border), border)


def test_a_signature_proves_the_sender(verifier: Verifier, names: Names) -> None:
    """A message that its own domain signed is authenticated, with one question to the DNS."""
    assert "pass" == judged(verifier, signed()).authentication
    assert [PLACE] == names.asked


def test_what_passes_through_servers_passes(verifier: Verifier) -> None:
    """Fields that servers put on top do no harm."""
    raw = b"Received: from a by b; Mon, 3 Nov 2025 09:00:00 +0000\r\nX-Seen: yes\r\n" + signed()

    assert "pass" == judged(verifier, raw).authentication


def test_a_school_signs_for_its_departments(verifier: Verifier) -> None:
    """A domain speaks for what is part of it."""
    raw = PLAIN.replace(b"ottilie@nowherefield", b"ottilie@staff.nowherefield")

    assert "pass" == judged(verifier, signed(raw)).authentication


CHANGED = {
    "another text": signed().replace(b"Good morning", b"Bad morning"),
    "another sender": signed().replace(b"ottilie@", b"orlando@"),
    "a second From": b"From: Orlando <orlando@nowherefield.example>\r\n" + signed(),
    "an end that is not signed": signed(length=True) + b"\r\nAnd more.\r\n",
    "a length, though nothing follows": signed(length=True),
    "by SHA-1": signed().replace(b"a=rsa-sha256", b"a=rsa-sha1"),
    "no signature": PLAIN,
    "nonsense": b"DKIM-Signature: v=1; a=rsa-sha256; d=nowherefield.example; s=s1; b=====; bh=%; h=\r\n"
    + PLAIN,
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_proves_nothing(verifier: Verifier, what: str) -> None:
    """It is not forged either: servers between us change messages."""
    assert judged(verifier, CHANGED[what]).authentication in ("none", "not_available")


def test_nobody_else_is_asked(verifier: Verifier, names: Names) -> None:
    """A signature of another domain proves nothing, so its owner's server never hears from us."""
    raw = signed(domain=b"elsewhereham.example")
    names.records["s1._domainkey.elsewhereham.example"] = [RECORD]

    assert "not_available" == judged(verifier, raw).authentication
    assert [] == names.asked


KEYS = {
    "none": None,
    "revoked": ["v=DKIM1; p="],
    "only tried out": [RECORD.replace("v=DKIM1;", "v=DKIM1; t=y;")],
    "two": [RECORD, f"{RECORD};"],
    "nonsense": ["v=DKIM1; k=rsa; p=AAAA"],
    "another's": ["v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"],
    "enormous": ["v=DKIM1; p=" + "A" * 3_000],
}


@pytest.mark.parametrize("what", KEYS)
def test_keys_that_prove_nothing(verifier: Verifier, names: Names, what: str) -> None:
    """Without a good key a signature is a decoration."""
    names.records = {PLACE: KEYS[what]} if KEYS[what] else {}

    assert "not_available" == judged(verifier, signed()).authentication


def test_a_dns_that_does_not_answer(verifier: Verifier, names: Names) -> None:
    """Nothing is proven, and the envelope says that nobody looked."""
    names.silent = True
    envelope = judged(verifier, signed())

    assert "not_available" == envelope.authentication
    assert NOT_CHECKED in envelope.defects


def test_one_key_that_answers_is_enough(verifier: Verifier, names: Names) -> None:
    """A second signature whose name server is silent does not spoil the first."""
    names.silent_about = {"s2._domainkey.nowherefield.example"}
    other = b"DKIM-Signature: v=1; a=rsa-sha256; d=nowherefield.example; s=s2; h=from; bh=AAAA; b=AAAA\r\n"
    envelope = judged(verifier, other + signed())

    assert ("pass", ()) == (envelope.authentication, envelope.defects)


def test_while_the_dns_is_silent_messages_go_on(verifier: Verifier, names: Names, tmp_path: Path) -> None:
    """
    Through the pipeline: each is stored, read and queued after a bounded time, the later ones after less;
    their acknowledgements wait for a person and not for the DNS. When it answers again, so do we.
    """
    names.silent = True
    with ReaderPool(mode="best_effort", readers=1) as pool, road(tmp_path, pool) as way:
        way.border, way.verifier = replace(BORDER, own_addresses=(OURS,)), verifier
        took = []
        for number in range(3):
            began = time.monotonic()
            message_id = way.arrive(signed(PLAIN + b"%d\r\n" % number))
            way.read(message_id)
            took.append(time.monotonic() - began)
            decided = way.decided(message_id)
            assert ("queued", "held", "not_checked") == (way.state(message_id), decided.state, decided.code)
        names.silent = False
        answered = way.arrive(signed(PLAIN + b"and again\r\n"))
        way.read(answered)

        assert "reserved" == way.decided(answered).state
    assert 3.0 < took[0] < 15.0
    assert max(took[1:]) < took[0]


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_the_border_s_word_stands(verifier: Verifier, names: Names, verdict: str) -> None:
    """Where our own server judged, nobody is asked."""
    border = Border(("mx.police.example",), local_dkim=True)
    head = (
        f"Authentication-Results: mx.police.example; dmarc={verdict} header.from=nowherefield.example\r\n"
        "Received: from a by mx.police.example; Mon, 3 Nov 2025 09:00:00 +0000\r\n"
    )

    assert verdict == judged(verifier, head.encode() + signed(), border).authentication
    assert [] == names.asked


@pytest.mark.parametrize(("size", "state"), [(100, "queued"), (70_000, "quarantined")])
def test_what_was_signed_is_answered_whatever_it_holds(
    verifier: Verifier, tmp_path: Path, size: int, state: str
) -> None:
    """Through the pipeline: a message that is given up unread is proven and answered like any other."""
    limits = Limits(message_bytes=60_000, header_bytes=10_000)
    with ReaderPool(mode="best_effort", readers=1, limits=limits) as pool, road(tmp_path, pool) as way:
        way.border, way.verifier = replace(BORDER, own_addresses=(OURS,)), verifier
        message_id = way.arrive(signed(PLAIN + b"x" * size))
        reading = way.read(message_id)

        assert state == way.state(message_id)
        assert "pass" == reading.envelope.authentication
        assert "reserved" == way.decided(message_id).state


def test_switched_off(verifier: Verifier, names: Names) -> None:
    """A mailbox that does not want it asks nobody."""
    assert "not_available" == judged(verifier, signed(), Border()).authentication
    assert [] == names.asked

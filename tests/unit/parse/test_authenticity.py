"""Only what our own border server wrote says who wrote the message."""

import pytest

from mailbot.domain.mail import Border
from mailbot.parse.mail import take_apart, take_apart_headers

BORDER = Border(("mx.police.example",))
FROM = b"From: A <a@school.example>\r\nTo: b@police.example\r\n\r\nhello"
PASS = (
    b"Authentication-Results: mx.police.example; spf=pass; dmarc=pass (p=none) header.from=school.example\r\n"
)
FAIL = b"Authentication-Results: mx.police.example; dmarc=fail header.from=school.example\r\n"
DATE = b"; Mon, 2 Jun 2025 10:00:00 +0000\r\n"
RECEIVED = b"Received: from out.school.example (out [192.0.2.1])\r\n by mx.police.example with ESMTPS" + DATE


def verdict(head: bytes, border: Border = BORDER) -> str:
    """What is found about a@school.example."""
    return take_apart_headers(head + FROM, border).authentication


def test_pass() -> None:
    """The border server's line above its own Received line counts."""
    assert "pass" == verdict(PASS + RECEIVED)


def test_forged_below() -> None:
    """What stands below the border's Received line was in the message when it came."""
    assert "none" == verdict(RECEIVED + PASS)
    assert "fail" == verdict(FAIL + RECEIVED + PASS)


def test_topmost_counts() -> None:
    """Of two lines in our region the topmost decides, whichever way."""
    assert "fail" == verdict(FAIL + PASS + RECEIVED)
    assert "pass" == verdict(PASS + FAIL + RECEIVED)


def test_forged_hop() -> None:
    """A sender who calls himself by our name, and brings forged lines of ours, moves nothing."""
    real = b"Received: from mx.police.example (evil [192.0.2.9]) by mx.police.example" + DATE

    assert "none" == verdict(real + PASS + RECEIVED)
    assert "fail" == verdict(FAIL + real + PASS + RECEIVED)


def test_name_in_comment() -> None:
    """Our name in a comment, in a quote or in what the other side called itself is not ours."""
    for line in (
        b"Received: from x (by mx.police.example) by relay.school.example; date\r\n",
        b'Received: from "by mx.police.example" by relay.school.example; date\r\n',
    ):
        assert "none" == verdict(PASS + line)


def test_other_server() -> None:
    """Another server's line says nothing, and hides none of ours."""
    other = b"Authentication-Results: mx.other.example; dmarc=pass header.from=school.example\r\n"

    assert "none" == verdict(other + RECEIVED)
    assert "pass" == verdict(other + PASS + RECEIVED)


def test_no_received_line() -> None:
    """A message that came by no server has its results above what the author wrote, or none."""
    assert "pass" == verdict(PASS)
    assert "none" == take_apart_headers(b"Subject: x\r\n" + PASS + FROM, BORDER).authentication


def test_below() -> None:
    """Where the gateway writes below its Received line, that is our region, to the next Received line."""
    border = Border(("mx.police.example",), position="below")
    other = b"Received: from x by out.school.example; date\r\n"

    assert "pass" == verdict(RECEIVED + PASS + other, border)
    assert "none" == verdict(RECEIVED + other + PASS, border)


def test_border_hosts() -> None:
    """The name in Received may be another than the one in the results."""
    received = RECEIVED.replace(b"by mx.police.example", b"by edge1.police.example")

    assert "none" == verdict(PASS + received)
    assert "pass" == verdict(PASS + received, Border(("mx.police.example",), ("edge1.police.example",)))


def test_nobody_to_believe() -> None:
    """Without a border server of ours no verdict is available."""
    assert "not_available" == verdict(PASS + RECEIVED, Border())


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (b"dmarc=pass header.from=other.example", "none"),
        (b"dmarc=pass", "none"),
        (b"dmarc=bestguesspass header.from=school.example", "none"),
        (b"dmarc=temperror header.from=school.example", "none"),
        (b"spf=pass smtp.mailfrom=school.example; dkim=pass header.d=school.example", "none"),
        (b"none", "none"),
        (b"spf=none (dmarc=pass header.from=school.example)", "none"),
        (b'spf=none reason="x; dmarc=pass header.from=school.example"', "none"),
        (b"spf=pass smtp.mailfrom=dmarc=pass header.from=school.example", "none"),
        (b"dmarc=pass header.from=school.example; dmarc=fail header.from=school.example", "fail"),
        (b"dmarc=pass header.from=school.example; compauth=fail reason=001", "fail"),
        (b"DMARC=PASS header.from=School.Example", "pass"),
        (b"dmarc = pass\r\n\t(p=reject) header.from = school.example", "pass"),
    ],
)
def test_results(results: bytes, expected: str) -> None:
    """Only dmarc=pass for the very domain in From is a pass."""
    assert expected == verdict(b"Authentication-Results: mx.police.example; " + results + b"\r\n" + RECEIVED)


def test_exchange_online() -> None:
    """Exchange Online names no server; inside our region that is believed, elsewhere never."""
    line = (
        b"Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=school.example;\r\n"
        b" dmarc=pass action=none header.from=school.example;compauth=pass reason=100\r\n"
    )

    assert "pass" == verdict(line + RECEIVED)
    assert "none" == verdict(RECEIVED + line)
    assert "none" == verdict(line)


def test_fail_is_flagged() -> None:
    """A failure is a sign of spoofing; a missing verdict is not."""
    assert ("spoof_suspected",) == take_apart(FAIL + RECEIVED + FROM, BORDER).flags
    assert () == take_apart(RECEIVED + FROM, BORDER).flags


@pytest.mark.parametrize(
    "line",
    [
        b"X-Spam-Flag: YES\r\n",
        b"X-MS-Exchange-Organization-SCL: 6\r\n",
        b"X-Forefront-Antispam-Report: CIP:192.0.2.1;CAT:PHSH;SFS:x\r\n",
    ],
)
def test_spam(line: bytes) -> None:
    """Our border server's word for spam counts; a word from behind another server does not."""
    other = b"Received: from x by out.school.example; date\r\n"

    assert take_apart_headers(line + RECEIVED + FROM, BORDER).spam
    assert not take_apart_headers(RECEIVED + other + line + FROM, BORDER).spam


EDGE = (
    b"Received: from AM9PR01.example.prod.outlook.com by AM0PR05.eurprd05.prod.outlook.com with HTTPS"
    + DATE
    + b"%s"
    + b"Received: from mail.school.example (192.0.2.7) by DB5EUR05FT012.mail.protection.outlook.com"
    + b" (10.233.242.1) with Microsoft SMTP Server"
    + DATE
)
ONLINE = (
    b"Authentication-Results: spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=school.example;"
    b" dkim=pass (signature was verified) header.d=school.example;dmarc=%s action=none"
    b" header.from=school.example;compauth=%s reason=100\r\n"
)
EXCHANGE = Border(border_hosts=("*.mail.protection.outlook.com",))


@pytest.mark.parametrize(
    ("dmarc", "composite", "expected"),
    [
        (b"pass", b"pass", "pass"),
        (b"fail", b"fail", "fail"),
        (b"pass", b"fail", "fail"),
        (b"none", b"pass", "none"),
    ],
)
def test_exchange_online_s_many_border_hosts(dmarc: bytes, composite: bytes, expected: str) -> None:
    """Its border has thousands of names, its verdict none: a pattern marks the region."""
    assert expected == verdict(EDGE % (ONLINE % (dmarc, composite)), EXCHANGE)


def test_a_forged_verdict_below_exchange_online() -> None:
    """What stands below the border's line the sender wrote, also in Exchange's own form."""
    forged = ONLINE % (b"pass", b"pass")
    line = b"Received: from x by EVIL.mail.protection.outlook.com" + DATE

    assert "none" == verdict((EDGE % b"") + forged, EXCHANGE)
    assert "none" == verdict((EDGE % b"") + forged + line, EXCHANGE)


@pytest.mark.parametrize(
    ("field", "border", "expected"),
    [
        (b"Internal", Border(exchange=True), "internal"),
        (b" internal ", Border(exchange=True), "internal"),
        (b"Anonymous", Border(exchange=True), "not_available"),
        (b"Internal", Border(), "not_available"),
        (b"Internal\r\nX-MS-Exchange-Organization-AuthAs: Internal", Border(exchange=True), "not_available"),
    ],
)
def test_colleagues_of_an_exchange(field: bytes, border: Border, expected: str) -> None:
    """Its own word counts where it serves the mailbox, said once."""
    assert expected == verdict(b"X-MS-Exchange-Organization-AuthAs: " + field + b"\r\n", border)

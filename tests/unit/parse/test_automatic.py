"""Which messages are automatic, and which only look like it."""

import pytest

from mailbot.domain.mail import Border
from mailbot.parse.mail import take_apart, take_apart_headers

BORDER = Border(("mx.police.example",))
START = b"From: a@school.example\r\nTo: b@police.example\r\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Auto-Submitted: auto-replied", "automatic"),
        (b"Auto-Submitted: auto-generated; owner-email=a@school.example", "automatic"),
        (b"AUTO-SUBMITTED: Auto-Notified (rule)", "automatic"),
        (b"X-Auto-Response-Suppress: DR, OOF, AutoReply", "automatic"),
        (b"X-Autoreply: yes", "automatic"),
        (b"X-Loop: x", "automatic"),
        (b"Precedence: auto_reply", "automatic"),
        (b"Precedence: junk", "automatic"),
        (b"Precedence: bulk", "list"),
        (b"List-Id: <x.school.example>", "list"),
        (b"List-Unsubscribe: <https://school.example/u>", "list"),
        (b"Feedback-ID: 1:2", "list"),
        (b"Return-Path: <>", "bounce"),
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", "bounce"),
        (b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "automatic"),
        (b"Content-Type: text/calendar; method=REQUEST", "automatic"),
        (b"Auto-Submitted: no", None),
        (b"X-Auto-Response-Suppress: DR", None),
        (b"Precedence: first-class", None),
        (b"Return-Path: <a@school.example>", None),
        (b"Subject: Automatic reply: out of office", None),
    ],
)
def test_headers(header: bytes, expected: str | None) -> None:
    """Each rule, and what is near to it."""
    assert expected == take_apart_headers(START + header + b"\r\n\r\nhello", BORDER).automatic


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (b"MAILER-DAEMON@school.example", "bounce"),
        (b"postmaster@school.example", "bounce"),
        (b"bounces+123@school.example", "bounce"),
        (b"no-reply@school.example", "automatic"),
        (b"donotreply@school.example", "automatic"),
        (b"parents.noreply@school.example", "automatic"),
        (b"owner-dsl@school.example", "automatic"),
        (b"dsl-request@school.example", "automatic"),
        (b"norebly@school.example", None),
        (b"a.bouncer@school.example", None),
        (b"rooting@school.example", None),
    ],
)
def test_addresses(address: bytes, expected: str | None) -> None:
    """Addresses behind which no human reads."""
    assert expected == take_apart_headers(b"From: " + address + b"\r\n\r\n", BORDER).automatic


def test_first_rule_decides() -> None:
    """A delivery report is a bounce, whatever else it says about itself."""
    report = b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\n"
    raw = START + b"Auto-Submitted: auto-replied\r\n" + report

    assert "bounce" == take_apart_headers(raw, BORDER).automatic


def test_forwarded_bounce_is_no_bounce() -> None:
    """A human who forwards a bounce as an attachment is a human."""
    raw = (
        START + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nsee this\r\n--o\r\n"
        b"Content-Type: message/rfc822\r\n\r\nReturn-Path: <>\r\n"
        b"Content-Type: multipart/report; boundary=i\r\n\r\n"
        b"--i\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--i--\r\n--o--\r\n"
    )
    mail = take_apart(raw, BORDER)

    assert mail.envelope.automatic is None
    assert not mail.report


def test_report_names_its_message() -> None:
    """A report says which message of ours it speaks of, in its fields or in the returned headers."""
    raw = (
        START + b"Content-Type: multipart/report; report-type=delivery-status; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n"
        b"--o\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@police.example>\r\n--o--\r\n"
    )
    mail = take_apart(raw, BORDER)

    assert mail.report
    assert ("<ours@police.example>",) == mail.envelope.names_messages

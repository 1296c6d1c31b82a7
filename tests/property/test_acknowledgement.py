"""Whatever a message holds, its acknowledgement holds nothing of it."""

import inspect
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.domain.mail import Border
from mailbot.errors import Permanent
from mailbot.parse.mail import take_apart_headers
from mailbot.send.acknowledge import Composer
from mailbot.send.address import usable
from mailbot.send.policy import Facts, PolicySettings, judge
from mailbot.send.transports.base import OutgoingMail

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COMPOSER = Composer("Education Partnership Team <education.partnership@police.example>")
ID = COMPOSER.message_id("0" * 32)
CONSTANT = COMPOSER.compose("a@b.example", ID, NOW).data.split(b"\r\n", 3)[3]
BORDER = Border(authserv_ids=("mx.police.example",))
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
CANARY = st.text(LETTERS, min_size=12, max_size=24).map(lambda text: f"zq{text}")
PIECES = st.sampled_from(
    [
        "Subject: {0}\r\n", "From: {0} <{0}@school.example>\r\n", "Reply-To: {0}@elsewhere.example\r\n",
        "Message-ID: <{0}@school.example>\r\n", "References: <{0}@x.example>\r\n", "X-Mailer: {0}\r\n",
        "To: {0}@police.example\r\n", "Date: {0}\r\n", "Return-Path: <{0}@school.example>\r\n",
        "Disposition-Notification-To: {0}@school.example\r\n", "Thread-Topic: {0}\r\n",
        "Content-Type: text/plain; name={0}\r\n", "Sender: {0}@x.example\r\n",
        "Subject: =?utf-8?q?{0}?=\r\n =?utf-8?q?=0D=0ABcc:{0}?=\r\n",
        'From: "{0}\r\n\tBcc: x@y.example" <{0}@school.example>\r\n', "Subject:\r\n {0}\r\n", "\r\n{0}\r\n",
        "From: a@school.example, {0}@school.example\r\n", "Precedence: {0}\r\n", "Organization: {0}\r\n",
    ]
)  # fmt: skip


@given(CANARY, st.lists(PIECES, max_size=12))
@settings(derandomize=True, deadline=None)
def test_nothing_of_a_message_stands_in_its_acknowledgement(canary: str, pieces: list[str]) -> None:
    """For the headers of a hostile message it is the constant, and the sender's address once."""
    raw = "".join(pieces).format(canary) + f"\r\n{canary}\r\n"
    raw = f"From: honest@school.example\r\n{raw}" if "From:" not in raw else raw
    try:
        envelope = take_apart_headers(raw.encode(), BORDER)
    except Permanent:
        return
    rules = PolicySettings(require_authenticated=False)
    if not judge(envelope, Facts(), rules).may:
        return
    mail = COMPOSER.compose(envelope.senders[0], ID, NOW)
    to, date, message_id, rest = mail.data.split(b"\r\n", 3)

    assert CONSTANT == rest
    assert canary.encode() not in date + message_id + rest
    assert f"To: {envelope.senders[0]}".encode() == to
    assert 1 == mail.data.count(b"@school.example")


@given(st.text(max_size=80) | st.tuples(CANARY, st.text(max_size=8), CANARY).map("@".join))
@settings(derandomize=True, deadline=None)
def test_an_address_is_one_line_or_nothing(untrusted_address: str) -> None:
    """Whatever passes as an address makes exactly one To line, and changes nothing else."""
    if not usable(untrusted_address):
        return
    data = COMPOSER.compose(untrusted_address, ID, NOW).data

    assert CONSTANT == data.split(b"\r\n", 3)[3]
    assert data.startswith(b"To: " + untrusted_address.encode("ascii") + b"\r\nDate: ")


def test_the_composer_is_given_nothing_to_tell() -> None:
    """By its type: an address, an id of ours and a moment go in; nothing else of a message could."""
    signature = inspect.signature(Composer.compose)

    assert {"self": inspect.Parameter.empty, "recipient": str, "message_id": str, "now": datetime} == {
        name: parameter.annotation for name, parameter in signature.parameters.items()
    }
    assert OutgoingMail is signature.return_annotation

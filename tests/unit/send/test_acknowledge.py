"""The constant."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mailbot.errors import ConfigError, Refused
from mailbot.send.acknowledge import Composer
from tests.unit.send.conftest import NOON, SENDER

ID = "<0123456789abcdef0123456789abcdef@police.example>"


def read(data: bytes) -> email.message.EmailMessage:
    """As a mail program reads it."""
    return email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[return-value]


def test_its_headers_are_these_and_no_others() -> None:
    """No reference, no thread, no reply address, no priority; nothing that names a program or a host."""
    message = read(Composer(SENDER).compose("a@school.example", ID, NOON).data)
    headers = {name: value for name, value in message.items() if name not in ("To", "Date", "Message-ID")}

    assert {
        "From": SENDER,
        "Subject": "Message received",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Content-Type": 'text/plain; charset="us-ascii"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    } == headers
    assert ("a@school.example", ID) == (message["To"], message["Message-ID"])
    assert NOON == message["Date"].datetime


def test_its_text_says_what_it_must() -> None:
    """Received; not for emergencies; not a referral; no feedback; one for several; separately; no reply."""
    text = " ".join(read(Composer(SENDER).compose("a@school.example", ID, NOON).data).get_content().split())

    for said in (
        "arrived", "emergency", "999", "101", "not a referral", "do not normally give feedback",
        "this one reply may cover all of them", "answered separately", "do not reply",
    ):  # fmt: skip
        assert said in text


def test_all_are_alike_and_as_long() -> None:
    """Apart from three lines every byte is the same; to one address every one is as long as the other."""
    composer = Composer(SENDER)
    moments = [NOON, NOON + timedelta(days=9, hours=7), datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)]
    made = [
        composer.compose("a@school.example", composer.message_id(f"{number:032x}"), moment).data
        for number, moment in enumerate(moments)
    ]

    assert 1 == len({data.split(b"\r\n", 3)[3] for data in made})
    assert 1 == len({len(data) for data in made})
    assert {b"To", b"Date", b"Message-ID"} == {
        line.split(b":")[0] for data in made for line in data.split(b"\r\n")[:3]
    }


def test_the_date_tells_no_place() -> None:
    """Always UTC."""
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert (
        b"Date: Mon, 02 Mar 2026 12:00:00 +0000\r\n"
        in Composer(SENDER).compose("a@b.example", ID, there).data
    )


def test_its_lines_end_as_smtp_wants() -> None:
    """No bare line end, no line beyond 78, and the end of the text is the end of a line."""
    data = Composer(SENDER).compose("a@school.example", ID, NOON).data

    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_its_message_id_is_of_our_domain() -> None:
    """The domain of the sender, so that filters find nothing odd."""
    assert "<abc@police.example>" == Composer(SENDER).message_id("abc")


@pytest.mark.parametrize("address", ["", "a", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Nothing can be smuggled in by the one thing that varies."""
    with pytest.raises(Refused):
        Composer(SENDER).compose(address, ID, NOON)


def test_a_bounce_address_may_be_configured() -> None:
    """Else the envelope has no sender."""
    assert "" == Composer(SENDER).compose("a@b.example", ID, NOON).envelope_sender
    composer = Composer(SENDER, envelope_sender="bounces@police.example")
    assert "bounces@police.example" == composer.compose("a@b.example", ID, NOON).envelope_sender


def make_site(folder: Path, **texts: str) -> Path:
    """A site's own templates."""
    (folder / "acknowledge").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "acknowledge" / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_site_may_have_its_own_text(tmp_path: Path) -> None:
    """Its file goes before ours, file by file; what is not ASCII is encoded, always alike."""
    site = make_site(tmp_path, body="Diolch. Mewn argyfwng ffoniwch 999, fel arall 101. Tŷ.\n")
    message = read(Composer(SENDER, site).compose("a@b.example", ID, NOON).data)

    assert "Message received" == message["Subject"]
    assert "Diolch. Mewn argyfwng ffoniwch 999, fel arall 101. Tŷ.\r\n" == message.get_content()
    assert "quoted-printable" == message["Content-Transfer-Encoding"]


def test_a_sender_beyond_ascii_is_encoded() -> None:
    """A Welsh team has a Welsh name."""
    message = read(Composer("Tîm Partneriaeth <team@police.example>").compose("a@b.example", ID, NOON).data)

    assert "Tîm Partneriaeth <team@police.example>" == message["From"]


@pytest.mark.parametrize(
    "sender",
    [
        "", "Nobody", "a@b.example, c@d.example", "Team <a@b.example>\r\nBcc: c@d.example",
        "Team <a b@c.example>",
        "Team <team@police.example> x@y.example",
    ],
)  # fmt: skip
def test_a_sender_that_is_none_stops_the_start(sender: str) -> None:
    """The setting is named."""
    with pytest.raises(ConfigError, match="from"):
        Composer(sender)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("body", "Dear {name}, 999, 101", "template"),
        ("body", "Your CPI arrived. 999, 101", "cpi"),
        ("body", "Thank you. 101", "999"),
        ("subject", "CPI received", "cpi"),
        ("subject", "Re: your message", "re"),
        ("subject", "", "no text"),
    ],
)
def test_a_text_that_tells_stops_the_start(name: str, text: str, named: str, tmp_path: Path) -> None:
    """The file is named, and the word of our list."""
    with pytest.raises(ConfigError, match=rf"{name}\.txt.*{named}"):
        Composer(SENDER, make_site(tmp_path, **{name: text}))


def test_a_file_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    """Another encoding is named, not guessed."""
    site = make_site(tmp_path)
    (site / "acknowledge" / "body.txt").write_bytes(b"\xff\xfe9\x009\x009\x00")

    with pytest.raises(ConfigError, match=r"body\.txt"):
        Composer(SENDER, site)


@pytest.mark.parametrize(
    "sender",
    [
        "CPI Team <team@police.example>", "Team <cpi@police.example>", "Team <hantscpi@police.example>",
        "C.P.I. <team@police.example>", "Intelligence Hub <team@police.example>",
        "Team <intel@police.example>",
        "Forms <team@police.example>", "Safeguarding <team@police.example>", "Team <crime@police.example>",
        "ＣＰＩ <team@police.example>", "C\u200bPI <team@police.example>",
    ],
)  # fmt: skip
def test_a_telling_sender_stops_the_start(sender: str) -> None:
    """Name and address are read on every lock screen."""
    with pytest.raises(ConfigError, match="from"):
        Composer(sender)

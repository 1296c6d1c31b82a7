"""What the receiver of an acknowledgement saw, from its headers; and that the real one leaves."""

import threading
import time
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink
from tests.unit.cli.conftest import Call

GOOD = """\
Received: from us by them
Authentication-Results: mx.partner.example; spf=pass smtp.mailfrom=police.example;
 dkim=pass header.d=police.example; dmarc=pass (p=reject) header.from=police.example
Authentication-Results: forged.example; dmarc=fail
Subject: x

"""


@pytest.mark.parametrize(
    ("headers", "code", "words"),
    [
        (GOOD, 0, ["mx.partner.example: spf pass, dkim pass, dmarc pass", "forged.example:"]),
        (
            GOOD.replace("dkim=pass", "dkim=fail"),
            1,
            ["dkim fail", "may take our mail for junk: dkim did not pass"],
        ),
        (GOOD.replace("spf=pass", "x=y"), 0, ["spf not checked"]),
        ("Subject: nothing\n\n", 1, ["the receiver checks nothing"]),
        ("Authentication-Results: \x1b[31m;dmarc=pass\n\n", 0, ["a server without a name: spf not checked"]),
    ],
    ids=["good", "broken", "unchecked", "nothing", "hostile"],
)
def test_what_the_receiver_saw(
    installed: Path, tmp_path: Path, call: Call, headers: str, code: int, words: list[str]
) -> None:
    """Each server's verdict in our own words, and whether the last one passes everything."""
    (tmp_path / "headers").write_text(headers)
    said = call("--config", installed, "check", "--received", tmp_path / "headers")

    assert code == said.code, said.err
    assert [] == [word for word in words if word not in said.out]
    assert "\x1b" not in said.out


def test_the_real_acknowledgement_is_sent(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> None:
    """It leaves as anybody gets it, and is in no list of ours."""
    user = dovecot.user("sent")
    mailbot = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)
    said = mailbot.command("check", "--send-to", "somebody@elsewhere.example")
    (mail,) = smtp.received

    assert ("somebody@elsewhere.example",) == mail.recipients
    assert "mailbot check --received FILE" in said
    assert mail.data.split(b"Message-ID: ")[1].partition(b"\r\n")[0].decode() in said
    assert {} == mailbot.status()["outbox"]


def test_it_is_found_in_a_mailbox_of_ours(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> None:
    """Where the relay delivers it into a mailbox that mailbot reads, what that one's gateway saw is said."""
    user = dovecot.user("found")
    mailbot = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)
    dovecot.deliver(user, b"Subject: another\r\n\r\nanother\r\n")

    def deliver() -> None:
        while not smtp.received:
            time.sleep(0.02)
        dovecot.deliver(
            user, GOOD.partition("Subject")[0].replace("\n", "\r\n").encode() + smtp.received[0].data
        )

    carrier = threading.Thread(target=deliver)
    carrier.start()
    said = mailbot.command("check", "--send-to", "us@police.example", "--in-mailbox", "partnership")
    carrier.join(60)

    assert "mx.partner.example: spf pass, dkim pass, dmarc pass" in said
    assert [1, 2] == dovecot.uids(user)

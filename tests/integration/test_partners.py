"""The partner directory with a real worker: strangers are queued, held, and let go by hand."""

import json
from pathlib import Path

import pytest

from tests.house.silence import canary, heard
from tests.installation import Installation
from tests.letters import letter, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

KNOWN, STRANGER, FORGED = (
    "a.sample@nowherefield.example",
    "b.sample@strangerly.example",
    "c.sample@nowherefield.example",
)
LOOKS_LIKE = "d.sample@nowherefleld.example"
DIRECTORY = """
[[partners]]
name = "Nowherefield Primary School"
domains = ["nowherefield.example"]
phone = "01632 960001"
"""
canary("Nowherefield Primary School", "01632 960001")


@pytest.fixture
def mailbot(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> Installation:
    """An installation with a directory, and four messages in its inbox."""
    user = dovecot.user("partners")
    for raw in (
        question(KNOWN),
        question(STRANGER, 1),
        letter(FORGED, "Good morning.\n", dmarc="fail"),
        question(LOOKS_LIKE, 2),
    ):
        dovecot.deliver(user, raw)
    made = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)
    (made.folder / "partners.toml").write_text(DIRECTORY)
    path = made.folder / "mailbot.toml"
    path.write_text(path.read_text().replace("[mailbot]\n", '[mailbot]\npartners = "partners.toml"\n', 1))
    return made


def test_strangers_wait_for_a_person(mailbot: Installation, smtp: SmtpSink) -> None:
    """
    All four are queued. The partner is answered; the stranger and the look-alike are held until somebody
    lets one go; the forged one is not answered, and its partner is on the list of those to be telephoned.
    """
    ended = mailbot.ask("run", "--once")
    found = {tuple(one["flags"]): one for one in mailbot.export()}
    held = json.loads(mailbot.command("held", "--json"))
    listed = json.loads(mailbot.command("partners", "--json"))
    first = [mail.recipients for mail in smtp.received]
    stranger = found["unknown_partner", "never_seen"]
    (ack,) = [one["ack_id"] for one in held if one["message_id"] == stranger["message_id"]]
    mailbot.command("held", "--release", ack)
    again = mailbot.ask("run", "--once")
    status = mailbot.status()
    heard("partners", ended.err + again.err + json.dumps(held) + json.dumps(status))

    assert [(KNOWN,)] == first
    assert {
        ("never_seen",),
        ("unknown_partner", "never_seen"),
        ("spoof_suspected", "never_seen"),
        ("unknown_partner", "never_seen", "spoof_suspected"),
    } == set(found)
    assert ["unknown_partner"] * 2 == [one["code"] for one in held]
    assert [(2, 1, "01632 960001")] == [
        (one["messages"], one["not_authenticated"], one["phone"]) for one in listed
    ]
    assert [(KNOWN,), (STRANGER,)] == [mail.recipients for mail in smtp.received]
    assert {"sent": 2, "held": 1, "not_due": 1} == status["outbox"]
    assert ({"waiting": 4}, 0) == (status["review"], status["difference"])

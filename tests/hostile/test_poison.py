"""A message that ends whatever reads it: three attempts, each counted first, and nobody waits for it."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.app import open_app
from mailbot.config import load
from mailbot.store.schema import message
from tests.house.silence import heard
from tests.installation import Installation, kill, working
from tests.letters import poison, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

BEHIND = "asker@dreamsby.example"


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """An empty mailbox."""
    return dovecot.user("poison")


@pytest.fixture
def mailbot(tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink) -> Installation:
    """An installation with a single reader: who waits for it waits for everybody."""
    return Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)


def attempts(mailbot: Installation) -> list[int]:
    """How often each message was tried, as the database has it now."""
    with open_app(load(mailbot.folder / "mailbot.toml", {})) as app, app.store.look() as db:
        return list(db.scalars(select(message.c.attempts).order_by(message.c.received_at)))


def until_tried(mailbot: Installation, times: int, seconds: float = 60) -> bool:
    """Whether the first message is tried so often within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := attempts(mailbot)) and found[0] >= times:
            return True
        time.sleep(0.02)
    return False


def test_the_message_behind_does_not_wait(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    With one reader and the poison in front, the next message is read and answered before the poison is given
    up; the poison is then in the queue, with its bytes, and in a folder of its own.
    """
    raw = poison()
    dovecot.deliver(user, raw)
    dovecot.deliver(user, question(BEHIND))
    ended = mailbot.ask("run", "--once")
    log = ended.err.splitlines()
    heard("poison", ended.err)
    told = [index for index, line in enumerate(log) if " message_read " in line]
    given_up = next(index for index, line in enumerate(log) if " message_quarantined " in line)
    failed = [index for index, line in enumerate(log) if " reading_failed " in line]
    records = {one["state"]: one for one in mailbot.export()}

    assert 0 == ended.code
    assert 3 == len(failed)
    assert told[0] < failed[1] < given_up  # behind the first attempt, before the second
    assert (3, "unreadable") == (records["quarantined"]["attempts"], records["quarantined"]["kind"])
    assert raw == mailbot.raw(records["quarantined"]["message_id"])
    assert [raw] == dovecot.served(user, "Quarantine")
    assert {"waiting": 2} == mailbot.status()["review"]
    assert 2 == len(smtp.received)


def test_attempts_outlive_the_worker(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    Where the whole worker is killed in each attempt, each was counted before it was made: the fourth start
    reads nothing but the headers, the message is given up and queued, its sender is answered once.
    """
    dovecot.deliver(user, poison())
    for times in (1, 2, 3):
        with working(mailbot) as worker:
            assert until_tried(mailbot, times)
            kill(worker)
        assert [times] == attempts(mailbot)
    dovecot.deliver(user, question(BEHIND))
    ended = mailbot.ask("run", "--once")
    status = mailbot.status()
    (given_up,) = [one for one in mailbot.export() if one["state"] == "quarantined"]

    assert 0 == ended.code
    assert " reading_failed " not in ended.err
    assert {"queued": 1, "quarantined": 1} == status["messages"]
    assert ({"waiting": 2}, 0) == (status["review"], status["difference"])
    assert "unreadable_part" in given_up["flags"]
    assert sorted([BEHIND, "hyacinth.bogus@elsewhereham.example"]) == sorted(
        mail.recipients[0] for mail in smtp.received
    )

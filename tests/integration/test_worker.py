"""The worker as a process: how it ends, what it leaves behind, and that one trouble is not everybody's."""

import time
from pathlib import Path

import pytest

from tests.installation import Installation, children_of, is_alive, kill, working
from tests.letters import poison, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

SECOND = """
[[mailboxes]]
name = "second"
kind = "imap"
addresses = ["second@police.example"]
host = "127.0.0.1"
port = {port}
tls = "none"
username = "second"
password_file = "wrong.password"
authserv_ids = ["mx.police.example"]
"""


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """An empty mailbox."""
    return dovecot.user("worker")


@pytest.fixture
def mailbot(tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink) -> Installation:
    """An installation over it."""
    return Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)


def gone(pids: list[int], seconds: float) -> bool:
    """Whether they all end within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(map(is_alive, pids)):
            return True
        time.sleep(0.02)
    return False


def test_a_stop_while_a_child_is_busy(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    SIGTERM ends the worker within 30 seconds and with it everything that it started; what was in hand
    is still there, and the next runs finish it. Killed, it leaves no process behind either.
    """
    dovecot.deliver(user, poison())
    with working(mailbot) as worker:
        mailbot.await_log("poll_done", seconds=60)
        mailbot.await_log("reading_failed", seconds=60)  # the first of three attempts
        children = children_of(worker.pid)
        began = time.monotonic()
        worker.terminate()
        code = worker.wait(40)
        seconds = time.monotonic() - began
    stopped = (dovecot.uids(user), mailbot.status()["messages"])

    with working(mailbot) as worker:
        mailbot.await_log("worker_started", seconds=60)
        others = children_of(worker.pid)
        kill(worker)
        others_gone = gone(others, 10)

    dovecot.deliver(user, question("asker@dreamsby.example"))
    mailbot.command("run", "--once")
    status = mailbot.status()

    assert 0 == code
    assert seconds < 30
    assert children
    assert gone(children, 1)
    assert others
    assert others_gone
    assert stopped[1] == {"stored": 1}
    assert 1 == len(stopped[0])
    assert {"queued": 1, "quarantined": 1} == status["messages"]
    assert (0, []) == (status["difference"], dovecot.uids(user))
    assert [1, 1] == [len(dovecot.uids(user, name)) for name in ("Processed", "Quarantine")]
    assert 2 == len(smtp.received)


def test_a_mailbox_that_fails_is_the_only_one(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """The other mailbox is collected, read, answered and tidied; the failure is named."""
    (mailbot.folder / "wrong.password").write_text("battery-staple")
    mailbot.configure(more=SECOND.format(port=dovecot.plain))
    dovecot.deliver(user, question("asker@dreamsby.example"))

    ended = mailbot.ask("run", "--once")
    boxes = {box["name"]: box["error"] for box in mailbot.status()["mailboxes"]}

    assert 1 == ended.code
    assert [f"mailbot: 127.0.0.1:{dovecot.plain} refused the user name or the password"] == ended.said
    assert {"partnership": None, "second": "Refused"} == boxes
    assert [] == dovecot.uids(user)
    assert 1 == len(smtp.received)

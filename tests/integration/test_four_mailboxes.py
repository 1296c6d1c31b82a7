"""One worker, one configuration, all four kinds of mailbox; and one of them dead."""

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ews, login
from tests.fakes.ews import EwsServer
from tests.fakes.graph import GraphServer
from tests.fakes.login import LoginServer
from tests.fakes.web import Reply
from tests.installation import Installation, working
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import Tls, make_certificate

CONFIG = """
[mailbot]
data = "data"
disk_reserve_mb = 1

[network]
ca_file = "{ca_file}"

[sandbox]
mode = "best_effort"

[engine]
readers = 1

[[mailboxes]]
name = "online"
kind = "graph"
addresses = ["partnership@police.example"]
other_mailbox = "chief@police.example"
url = "{graph_url}"
poll_seconds = 1

[mailboxes.oauth]
tenant = "{tenant}"
client_id = "{client}"
certificate_file = "mailbot.pem"
authority = "{authority}"

[[mailboxes]]
name = "premises"
kind = "ews"
addresses = ["partnership@police.example"]
url = "{ews_url}"
username = '{ews_user}'
password_file = "ews.secret"
poll_seconds = 1

[[mailboxes]]
name = "imap"
kind = "imap"
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "{imap_user}"
password_file = "imap.secret"
poll_seconds = 1

[[mailboxes]]
name = "folder"
kind = "maildir"
path = "{maildir}"
poll_seconds = 1
"""
NAMES = ["online", "premises", "imap", "folder"]


@dataclass
class Four:
    """Four mailboxes and one installation."""

    installation: Installation
    graph: GraphServer
    deliver: dict[str, Callable[[bytes], object]]

    def mailboxes(self) -> dict[str, dict[str, Any]]:
        """What `status` says of each."""
        return {box["name"]: box for box in self.installation.status()["mailboxes"]}

    def await_queued(self, count: int, seconds: float) -> float:
        """Until so many messages are in the queue; how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.installation.status()["messages"].get("queued", 0) >= count:
                return time.monotonic() - began
            time.sleep(0.2)
        raise AssertionError(f"{self.installation.status()} after {seconds} s")


@pytest.fixture
def four(
    tmp_path: Path,
    graph_server: GraphServer,
    login_server: LoginServer,
    ews_server: EwsServer,
    exchange_tls: Tls,
    dovecot: Dovecot,
) -> Four:
    """Each kind with a server of its own."""
    graph_server.accepts = login_server.is_good
    user, maildir = dovecot.user("four"), tmp_path / "Maildir"
    for place in ("tmp", "new", "cur"):
        (maildir / place).mkdir(parents=True)
    text = CONFIG.format(
        ca_file=exchange_tls.ca_file,
        graph_url=graph_server.base_url,
        tenant=login.TENANT,
        client=login.CLIENT,
        authority=login_server.authority,
        ews_url=ews_server.url,
        ews_user=ews.USER,
        imap_port=dovecot.plain,
        imap_user=user,
        maildir=maildir,
    )
    secrets = {"ews.secret": ews.PASSWORD, "imap.secret": dovecot.password}
    installation = Installation.of(tmp_path / "mailbot", text, secrets)
    _, login_server.application.certificate = make_certificate(
        tmp_path / "mailbot" / "mailbot.pem", timedelta(days=20)
    )

    def into_folder(data: bytes) -> None:
        name = f"{time.time_ns()}.test"
        (maildir / "tmp" / name).write_bytes(data)
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    deliver: dict[str, Callable[[bytes], object]] = {
        "online": graph_server.deliver,
        "premises": ews_server.deliver,
        "imap": lambda data: dovecot.deliver(user, data),
        "folder": into_folder,
    }
    return Four(installation, graph_server, deliver)


def letter(number: int) -> bytes:
    """A small message."""
    return b"From: a@school.example\r\nTo: partnership@police.example\r\nSubject: %d\r\n\r\nText\r\n" % number


def test_all_four_are_read_and_tidied(four: Four) -> None:
    """One run collects from each, and moves what was read; the check has gone through all of them before."""
    checked = four.installation.command("check")
    for number, name in enumerate(NAMES):
        four.deliver[name](letter(number))
    four.installation.command("run", "--once")
    status = four.installation.status()

    assert {"queued": 4} == {state: count for state, count in status["messages"].items() if count}
    assert {"moved": 4} == {state: count for state, count in status["deliveries"].items() if count}
    assert all(box["last_good_poll"] and not box["what_to_do"] for box in status["mailboxes"])
    assert "closed to us" in checked
    assert "oauth.certificate_file: ends on" in checked


def test_a_silent_mailbox_does_not_hold_up_a_single_run(four: Four) -> None:
    """The other three are queued while the first one says nothing yet; the run then ends and names it."""
    seen = threading.Event()
    four.graph.fail("GET", Reply(raw=lambda connection: seen.wait(120)), times=10_000)
    for number, name in enumerate(NAMES):
        four.deliver[name](letter(number))
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(four.installation.ask, "run", "--once")
        four.await_queued(3, 60)
        silent = not run.done()
        seen.set()
        ended = run.result(120)

    assert (True, 1) == (silent, ended.code)
    assert ["online"] == [box["name"] for box in four.mailboxes().values() if box["what_to_do"]]


@pytest.mark.parametrize("wanted", [r"\$value", "mailFolders"])
def test_a_stop_waits_for_no_silent_server(wanted: str, four: Four) -> None:
    """SIGTERM ends the worker within 30 seconds also while Graph says nothing."""
    four.graph.fail(wanted, Reply(raw=lambda connection: time.sleep(300)), times=10_000)
    four.deliver["online"](letter(1))
    with working(four.installation) as worker:
        four.installation.await_log("poll_done", seconds=60)
        four.graph.await_asked(wanted, 60)
        worker.send_signal(signal.SIGTERM)
        assert 0 == worker.wait(30)


def test_a_certificate_that_is_about_to_end_fails_the_check(four: Four) -> None:
    """Two days before its end the check says so by its exit code, and names the setting."""
    path = four.installation.folder / "mailbot.pem"
    path.unlink()
    make_certificate(path, timedelta(days=2, hours=1))
    said = four.installation.command("check", expected=1)

    assert 'FAILED  certificates          [[mailboxes]] "online" → oauth.certificate_file: ends on' in said
    assert "in 2 days; renew it now" in said


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (Reply(raw=lambda connection: time.sleep(300)), None),
        (Reply(403), "Refused"),
        (Reply(429, headers={"Retry-After": "600"}), "SourceUnavailable"),
    ],
    ids=["silent", "refusing", "throttling"],
)
def test_a_dead_mailbox_does_not_slow_the_others(how: Reply, error: str | None, four: Four) -> None:
    """The other three are read at once, and the dead one says what to do."""
    four.graph.fail("GET", how, times=10_000)
    with working(four.installation):
        four.installation.await_log("poll_done", seconds=60)
        for number, name in enumerate(NAMES):
            four.deliver[name](letter(number))
        seconds = four.await_queued(3, 60)
        boxes = four.mailboxes()

    assert seconds < 20
    assert all(boxes[name]["last_good_poll"] for name in NAMES[1:])
    assert boxes["online"]["last_good_poll"] is None
    assert error == boxes["online"]["error"]
    assert boxes["online"]["what_to_do"]

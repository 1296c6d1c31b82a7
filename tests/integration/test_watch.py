"""The watch of a running worker: real ways to an operator, a real mailbox with junk in it, a real canary."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.installation import Installation, working
from tests.letters import question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

WATCH = """
[watch]
port = {port}
syslog = "{syslog}"
[watch.mail]
to = ["duty@police.example"]
host = "127.0.0.1"
port = {relay}
tls = "none"
from = "mailbot <alerts@police.example>"
[watch.webhook]
url = "http://127.0.0.1:{hook}/mailbot"
token_env = "HOOK_TOKEN"
{more}
"""


@dataclass
class Hook:
    """A site's webhook, and what was posted to it."""

    port: int = 0
    status: int = 204
    posts: list[tuple[str, dict[str, object]]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """One that listens."""
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.posts.append((self.headers["Authorization"], body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(60)


@dataclass
class Site:
    """An installation with every way to an operator, and what came by each."""

    mailbot: Installation
    user: str
    operator: SmtpSink
    hook: Hook
    syslog: socket.socket
    port: int

    def lines(self) -> list[str]:
        """What syslog got so far."""
        found = []
        with suppress(BlockingIOError):
            while True:
                found.append(self.syslog.recv(4096).decode())
        return found


@pytest.fixture
def site(
    tmp_path: Path,
    dovecot: Dovecot,
    smtp: SmtpSink,
    start_smtp: Callable[..., SmtpSink],
    hook: Hook,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    """A site with a mailbox that has a junk folder."""
    monkeypatch.setenv("HOOK_TOKEN", "hunter2")
    user, operator, place = dovecot.user("watch"), start_smtp(), tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.bind(str(place))
        syslog.setblocking(False)
        mailbot = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)
        more = WATCH.format(port=port, syslog=place, relay=operator.port, hook=hook.port, more="")
        mailbot.configure(more=more)
        yield Site(mailbot, user, operator, hook, syslog, port)


def test_every_way_is_tried_by_hand(site: Site) -> None:
    """A test goes by mail, webhook and syslog; one that refuses is named, and the others are used."""
    said = site.mailbot.command("alerts", "--test")
    site.hook.status = 500
    failed = site.mailbot.ask("alerts", "--test")

    assert ["mail", "webhook", "syslog"] == [line.partition(":")[0] for line in said.splitlines()]
    assert ["mailbot: webhook: the webhook refuses the alert (500)"] == failed.said
    assert 1 == failed.code
    assert [("duty@police.example",)] * 2 == [mail.recipients for mail in site.operator.received]
    assert b"ALERT test: this is a test" in site.operator.received[0].data
    assert {"Bearer hunter2"} == {token for token, _ in site.hook.posts}
    assert 2 == len([line for line in site.lines() if line.startswith("<25>mailbot: ALERT test")])


def test_junk_alarms_an_operator_and_is_settled(site: Site, dovecot: Dovecot) -> None:
    """
    Old junk is the custom of the place; what comes into it later alarms by every way. Somebody settles it.
    The alert says a code, a mailbox and a number.
    """
    dovecot.deliver(site.user, b"Subject: old\r\n\r\nold junk\r\n", "Junk")
    site.mailbot.command("run", "--once")
    before = len(site.operator.received)
    dovecot.deliver(site.user, question("asker@dreamsby.example"), "Junk")
    site.mailbot.command("run", "--once")
    (standing,) = json.loads(site.mailbot.command("alerts", "--json"))
    site.mailbot.command("alerts", "--settle", standing["alert_id"])
    site.mailbot.command("run", "--once")

    alert, over = (mail.data.decode() for mail in site.operator.received)
    assert 0 == before
    assert ("in_junk", "partnership", 1) == (standing["code"], standing["mailbox"], standing["number"])
    assert "ALERT in_junk [partnership] (1): there is new mail in the junk folder" in alert
    assert "OVER in_junk [partnership] (1)" in over
    assert ["in_junk"] * 2 == [body["alerts"][0]["code"] for _, body in site.hook.posts]
    assert "Nothing is wrong" in site.mailbot.command("alerts")


def test_a_message_that_somebody_moved_too_early(site: Site, dovecot: Dovecot) -> None:
    """What lies in the folder of processed mail and never came by us alarms; what we moved there does not."""
    dovecot.deliver(site.user, question("asker@dreamsby.example"))
    site.mailbot.command("run", "--once")
    site.mailbot.command("run", "--once")
    before = site.mailbot.command("alerts")
    dovecot.deliver(site.user, question("asker@dreamsby.example", 2), "Processed")
    site.mailbot.command("run", "--once")

    assert "Nothing is wrong" in before
    assert "did not put there [partnership] (1)" in site.mailbot.command("alerts")


def test_a_canary_goes_the_whole_way(site: Site, dovecot: Dovecot) -> None:
    """
    It leaves once; delivered, it is known when it is read: outside the queue, and not answered. A worker that
    lives says so, and whether it is ready.
    """
    wanted = '[watch.canary]\nmailbox = "partnership"\nhour = 0\n'
    site.mailbot.configure(more=f"{site.mailbot.settings['more']}{wanted}")
    with working(site.mailbot) as worker:
        site.mailbot.await_log("canary_sent", seconds=60)
        await_ready(site.port)
        (canary,) = site.operator.received
        dovecot.deliver(site.user, canary.data)
        site.mailbot.await_log("canary_arrived", seconds=60)
        worker.terminate()
        worker.wait(30)

    assert ("partnership@police.example",) == canary.recipients
    assert {"ignored": 1} == site.mailbot.status()["messages"]
    assert {"not_due": 1} == site.mailbot.status()["outbox"]


def await_ready(port: int) -> None:
    """Wait until the worker has looked, and says that it is ready."""
    end = time.monotonic() + 60
    while readiness(port) != (200, {"ready": True, "alarms": []}):
        assert time.monotonic() < end, readiness(port)
        time.sleep(0.05)


def readiness(port: int) -> tuple[int, dict[str, object]]:
    """What `/readyz` says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())

"""
The kill test: a worker that dies at any moment loses nothing and doubles nothing.

A real mailbox on a real IMAP server, a real relay; the worker is killed with SIGKILL fifty times while two
hundred messages arrive, and half way the server loses its numbering (UIDVALIDITY). The same with Exchange by
Graph and by EWS, which also take the acknowledgements, write each message anew whenever it is fetched, and
half way end all tokens, throttle and fail; there the suite kills less often, and the whole is `long`.
"""

import random
import re
import signal
import time
from pathlib import Path

import pytest

from tests.fakes.ews import EwsServer
from tests.fakes.graph import GraphServer
from tests.fakes.login import LoginServer
from tests.faults.worlds import EwsWorld, GraphWorld, ImapWorld, World
from tests.installation import Installation, kill
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import Tls
from tests.servers.smtp import SmtpSink

KILLS, MESSAGES, SEED = 50, 200, 20261121
FEWER_KILLS, FEWER_MESSAGES = 6, 24
PATIENCE = 90.0  # seconds for the last, undisturbed run

FORM = """\
Authentication-Results: mx.police.example; dmarc=pass header.from=school{n}.example
Received: from mail.school{n}.example (mail.school{n}.example [192.0.2.7])
 by mx.police.example with ESMTPS; Mon, 3 Nov 2025 09:{minute:02}:01 +0000
From: Teacher {n} <head{n}@school{n}.example>
To: partnership@police.example
Subject: Partnership form {n}
Date: Mon, 3 Nov 2025 09:{minute:02}:00 +0000
Message-ID: <form-{n}@school{n}.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Community Partnership Information form (CPI)

Your details
Name: Invented Teacher {n}
Organisation: Mockbury School {n}
Date completed: 03/11/2025

The information
Details of the information: Somebody sells vapes at gate {n} after school.
"""


def _form(number: int) -> bytes:
    return FORM.format(n=number, minute=number % 60).replace("\n", "\r\n").encode()


def _disturb(world: World, kills: int, messages: int) -> None:
    """Deliver everything, and kill a worker again and again meanwhile."""
    moments = random.Random(SEED)  # noqa: S311  the moments are printed by their seed
    numbers = iter(range(messages))
    for round_number in range(kills):
        world.readers(1 + round_number % 2)
        worker = world.installation.start()
        if round_number % 5:  # every fifth is killed while it starts
            world.installation.await_log("poll_done", seconds=60)
        for number in (next(numbers, None) for _ in range(messages // kills)):
            time.sleep(moments.uniform(0.0, 0.1))
            if number is not None:
                world.deliver(_form(number))
        time.sleep(moments.uniform(0.0, 0.6))
        if round_number == kills // 2:
            world.trouble()
        kill(worker)


def _sender(data: bytes) -> str:
    match = re.search(rb"<(head\d+@[a-z0-9.]+)>", data)
    assert match is not None
    return match[1].decode()


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {state: count for state, count in counts.items() if count}


def _settle(installation: Installation, messages: int) -> None:
    """One run without disturbance, until nothing is left to do; it ends in order."""
    worker = installation.start()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(0.5)
        found = installation.status()
        unfinished = {"stored", "moving", "reserved", "sending"}
        states = _counted(found["deliveries"] | found["outbox"])
        if found["messages"].get("queued") == messages and not unfinished & set(states):
            break
    worker.send_signal(signal.SIGTERM)
    assert 0 == worker.wait(30)


def _prove(world: World, kills: int, messages: int) -> None:
    """Every message is stored once, queued once and answered at most once; its bytes are those served."""
    mailbot = world.installation
    _disturb(world, kills, messages)
    _settle(mailbot, messages)

    exported = mailbot.export()
    status = mailbot.status()
    answered = world.answered()
    served = world.within("Processed")
    stored = mailbot.raws([one["message_id"] for one in exported])

    assert [] == world.within("INBOX")
    assert messages == len(served) == len(set(served))
    assert messages == len(exported)
    assert sorted(served) == sorted(world.as_delivered(data) for data in stored.values())
    assert {"queued": messages} == _counted(status["messages"])
    assert {"waiting": messages} == _counted(status["review"])
    assert 0 == status["difference"]
    assert 1 == max(answered.values())
    for one in exported:
        expected = {"sent": (1,), "uncertain": (0, 1)}[one["acknowledgement"]]
        assert answered[_sender(stored[one["message_id"]])] in expected
        assert one["attempts"] <= 3
    mailbot.command("audit", "verify")


def test_a_worker_killed_fifty_times_loses_nothing_and_doubles_nothing(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink
) -> None:
    """By IMAP and SMTP."""
    _prove(ImapWorld(tmp_path / "mailbot", dovecot, smtp), KILLS, MESSAGES)


@pytest.mark.parametrize(
    ("kills", "messages"),
    [(FEWER_KILLS, FEWER_MESSAGES), pytest.param(KILLS, MESSAGES, marks=pytest.mark.long)],
)
def test_the_same_by_graph(
    kills: int,
    messages: int,
    tmp_path: Path,
    graph_server: GraphServer,
    login_server: LoginServer,
    exchange_tls: Tls,
) -> None:
    """In Exchange Online, with tokens of a directory."""
    _prove(GraphWorld(tmp_path / "mailbot", graph_server, login_server, exchange_tls), kills, messages)


@pytest.mark.parametrize(
    ("kills", "messages"),
    [(FEWER_KILLS, FEWER_MESSAGES), pytest.param(KILLS, MESSAGES, marks=pytest.mark.long)],
)
def test_the_same_by_ews(
    kills: int, messages: int, tmp_path: Path, ews_server: EwsServer, exchange_tls: Tls
) -> None:
    """On an Exchange server of one's own, by NTLM."""
    _prove(EwsWorld(tmp_path / "mailbot", ews_server, exchange_tls), kills, messages)

"""
The kill test: a worker that dies at any moment loses nothing and doubles nothing.

A real mailbox on a real IMAP server, a real relay; the worker is killed with SIGKILL fifty times while two
hundred messages arrive, and half way the server loses its numbering (UIDVALIDITY).
"""

import hashlib
import random
import re
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.installation import Installation, kill
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

KILLS, MESSAGES, SEED = 50, 200, 20261121
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


@pytest.fixture
def installation(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> tuple[Installation, str]:
    """An installation over an empty mailbox, and the mailbox's user."""
    user = dovecot.user("kill")
    return Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port), user


def _disturb(installation: Installation, dovecot: Dovecot, user: str) -> None:
    """Deliver everything, and kill a worker again and again meanwhile."""
    moments = random.Random(SEED)  # noqa: S311  the moments are printed by their seed
    numbers = iter(range(MESSAGES))
    for round_number in range(KILLS):
        worker = installation.start()
        if round_number % 5:  # every fifth is killed while it starts
            installation.await_log("poll_done", seconds=60)
        for number in (next(numbers, None) for _ in range(MESSAGES // KILLS)):
            time.sleep(moments.uniform(0.0, 0.1))
            if number is not None:
                dovecot.deliver(user, _form(number))
        time.sleep(moments.uniform(0.0, 0.6))
        if round_number == KILLS // 2:
            dovecot.renumber(user)
        kill(worker)


def _sender(data: bytes) -> str:
    match = re.search(rb"<(head\d+@[a-z0-9.]+)>", data)
    assert match is not None
    return match[1].decode()


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {state: count for state, count in counts.items() if count}


def _settle(installation: Installation) -> None:
    """One run without disturbance, until nothing is left to do; it ends in order."""
    worker = installation.start()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(2)
        found = installation.status()
        unfinished = {"stored", "moving", "reserved", "sending"}
        states = _counted(found["deliveries"] | found["outbox"])
        if found["messages"].get("queued") == MESSAGES and not unfinished & set(states):
            break
    worker.send_signal(signal.SIGTERM)
    assert 0 == worker.wait(30)


def test_a_worker_killed_fifty_times_loses_nothing_and_doubles_nothing(
    installation: tuple[Installation, str], dovecot: Dovecot, smtp: SmtpSink
) -> None:
    """
    Every message is stored once, queued once and answered at most once, and its bytes are those served.
    """
    mailbot, user = installation
    _disturb(mailbot, dovecot, user)
    _settle(mailbot)

    exported = mailbot.export()
    status = mailbot.status()
    served = {hashlib.sha256(data).hexdigest(): data for data in dovecot.served(user, "Processed")}
    answered = Counter(mail.recipients[0] for mail in smtp.received)
    answers = {one["message_id"]: answered[_sender(served[one["raw_sha256"]])] for one in exported}

    assert [] == dovecot.uids(user)
    assert MESSAGES == len(served) == len(dovecot.uids(user, "Processed"))
    assert MESSAGES == len(exported)
    assert set(served) == {one["raw_sha256"] for one in exported}
    assert {"queued": MESSAGES} == _counted(status["messages"])
    assert {"waiting": MESSAGES} == _counted(status["review"])
    assert 0 == status["difference"]
    assert 1 == max(answered.values())
    for one in exported:
        expected = {"sent": (1,), "uncertain": (0, 1)}[one["acknowledgement"]]
        assert answers[one["message_id"]] in expected
        assert one["attempts"] <= 3
        assert served[one["raw_sha256"]] == mailbot.raw(one["message_id"])
    mailbot.command("audit", "verify")

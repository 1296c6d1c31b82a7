"""
Every way of spoiling a form, in every format: one run of a whole worker over all of them.

Each message is in the queue with the flags that it must have and no others, within ten seconds and 512 MB,
and its bytes are what the server had.
"""

import hashlib
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mailbot.app import open_app
from mailbot.config import load
from mailbot.domain.mail import Border
from mailbot.reading import read_message
from mailbot.store import messages
from tests.hostile.cases import attached, host_of
from tests.hostile.formats import LOCKED, MACRO, UNREADABLE, UNSAFE, Spoilt, good, samples
from tests.hostile.peak import Peak
from tests.house.silence import heard
from tests.installation import Installation, children_of, working
from tests.letters import GATEWAY
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Authority, SmtpSink

SECONDS, MEGABYTES = 10.0, 512
RAISED = {UNREADABLE, LOCKED, MACRO, UNSAFE}
READ = re.compile(r"(?m)^(\S+)Z INFO message_read ")
FROM = re.compile(rb"(?m)^Return-Path: <zebedee\.quince@([a-z0-9.-]+)>")
LIMITS = "[acknowledge.limits]\nper_address_day = 1000\nper_domain_day = 1000\ntotal_day = 10000\n"


@dataclass
class Ran:
    """The samples, and what the worker made of them."""

    mailbot: Installation
    served: dict[str, bytes]  # as the server had them, by digest
    spoilt: dict[str, Spoilt]
    exported: dict[str, dict[str, Any]]
    log: str
    peak: Peak


@pytest.fixture(scope="module")
def ran(quick_all: Path, dovecot: Dovecot, smtp_authority: Authority) -> Ran:
    """Delivered to a real mailbox, collected, read one after the other, answered over a real relay."""
    user, by_host = dovecot.user("spoilt"), {host_of(one.name): one for one in samples()}
    for one in by_host.values():
        dovecot.deliver(user, one.raw())
    served = {hashlib.sha256(raw).hexdigest(): raw for raw in dovecot.served(user)}
    (quick_all / "relay").mkdir()
    relay = SmtpSink(quick_all / "relay", smtp_authority.context)
    mailbot = Installation.create(quick_all / "mailbot", dovecot, user, relay.port, readers=1, more=LIMITS)
    peak = Peak()
    with working(mailbot) as worker:
        watcher = threading.Thread(target=peak.watch, args=(_readers(worker.pid),))
        watcher.start()
        try:
            _await(mailbot, len(served))
        finally:
            peak.over.set()
            watcher.join()
        worker.terminate()
        assert worker.wait(60) == 0
    relay.close()
    exported = {one["raw_sha256"]: one for one in mailbot.export()}
    spoilt = {digest: by_host[_host(raw)] for digest, raw in served.items()}
    return Ran(mailbot, served, spoilt, exported, mailbot.log(), peak)


def _readers(worker: int) -> list[int]:
    """The parents of the children that read."""
    for _ in range(600):
        found = [pid for pid in children_of(worker) if b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("no reader has begun")


def _await(mailbot: Installation, count: int) -> None:
    end = time.monotonic() + 240
    while len(READ.findall(mailbot.log())) < count:
        assert time.monotonic() < end, f"{len(READ.findall(mailbot.log()))} of {count} are read"
        time.sleep(0.2)


def _host(raw: bytes) -> str:
    found = FROM.search(raw)
    assert found is not None
    return found[1].decode()


def test_all_are_queued(ran: Ran) -> None:
    """Every one has a record and a place in the queue; none needed a second attempt, none was given up."""
    status = ran.mailbot.status()

    assert len(samples()) == len(ran.served) > 70
    assert set(ran.served) == set(ran.exported)
    assert {"queued": len(ran.served)} == status["messages"]
    assert {"waiting": len(ran.served)} == status["review"]
    assert 0 == status["difference"]
    assert [] == re.findall(r"reader_killed|reading_failed|quarantined| fault ", ran.log)


def test_each_has_its_flags(ran: Ran) -> None:
    """What must be said is said, and nothing that is not so."""
    wrong = {
        one.name: (sorted(RAISED & set(ran.exported[digest]["flags"])), sorted(one.flags))
        for digest, one in ran.spoilt.items()
        if RAISED & set(ran.exported[digest]["flags"]) != one.flags
    }

    assert {} == wrong


def test_none_is_slow_or_large(ran: Ran) -> None:
    """With one reader the messages end one after the other: none later than ten seconds after the last."""
    ends = [datetime.fromisoformat(when) for when in READ.findall(ran.log)]

    assert max((after - before).total_seconds() for before, after in pairwise(ends)) < SECONDS
    assert len(ran.peak.seen) > len(ran.served) / 3, "the watch saw too few children to say anything"
    assert ran.peak.megabytes < MEGABYTES


def test_the_bytes_are_untouched(ran: Ran) -> None:
    """What is stored is what the server had."""
    with open_app(load(ran.mailbot.folder / "mailbot.toml", {})) as app, app.store.look() as db:
        for digest, one in ran.exported.items():
            message = messages.get(db, one["message_id"])
            assert message is not None
            assert app.raw.read(message.raw_digest) == ran.served[digest]


def test_nothing_of_it_shows(ran: Ran) -> None:
    """Whatever a reader stumbled over, its words stay out of the log."""
    heard("the spoilt forms", ran.log)

    assert "Traceback" not in ran.log


@pytest.mark.parametrize("file", good())
def test_each_is_good_before_it_is_spoilt(file: str) -> None:
    """The same file, unspoilt, is read, and nothing is said of it."""
    reading = read_message(attached("good", file, good()[file]), Border((GATEWAY,)))

    assert set() == RAISED & set(reading.flags)
    assert {"read"} == {part.state for part in reading.parts}
    assert len(reading.parts) > 1

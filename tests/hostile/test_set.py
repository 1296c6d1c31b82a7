"""
The hostile set, through real readers and a real database, and through a whole worker with mailbox and relay.

Each message becomes a reading and a place in the queue, cheaply; its sender is answered or not by the
headers alone; nothing calls out, and nothing of what was written shows anywhere.
"""

import hashlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mailbot.domain.mail import Reading
from mailbot.parse.sandbox import ReaderPool
from mailbot.pipeline import DEADLY
from tests.hostile import archives, senders, structure
from tests.hostile.cases import AUTHOR, CHILD, PORT, SCHOOL, SECRET, Case
from tests.hostile.peak import Peak
from tests.hostile.road import Road, road
from tests.house.silence import heard
from tests.installation import Ended, Installation, children_of
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Authority, SmtpSink

SECONDS, MEGABYTES = 10.0, 512
LARGEST = 300_000  # bytes of what goes through the worker too; the giants have shown what they do
PRIVATE = (SCHOOL, CHILD, AUTHOR, SECRET, "zebedee.quince", "zorilla")
CHANGING = re.compile(rb"(?m)^(?:To|Date|Message-ID): .*\r\n")
LIMITS = "[acknowledge.limits]\nper_address_day = 1000\nper_domain_day = 1000\ntotal_day = 10000\n"


@dataclass
class Passed:
    """What became of one message."""

    case: Case
    raw: bytes
    seconds: float
    state: str
    reading: Reading
    ack: str
    code: str | None


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Where the hostile messages would call, if anything did."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", PORT))
        door.listen(16)
        door.settimeout(0.2)
        yield door


def calls(door: socket.socket) -> int:
    """How many have called since the last look."""
    count = 0
    while True:
        try:
            door.accept()[0].close()
        except TimeoutError:
            return count
        count += 1


def cases() -> list[Case]:
    """The whole set."""
    return [*archives.cases(), *structure.cases(), *senders.cases()]


@dataclass
class All:
    """The set, after it went through."""

    passed: list[Passed]
    peak: Peak
    way: Road


@pytest.fixture(scope="module")
def every(quick_all: Path, listener: socket.socket) -> Iterator[All]:
    """Each message once, one after the other, with a watch on the children."""
    with (
        ReaderPool(mode="best_effort", readers=1) as pool,
        road(quick_all, pool) as way,
    ):
        peak = Peak()
        watcher = threading.Thread(target=peak.watch, args=(_readers(),))
        watcher.start()
        try:
            passed = [_pass(way, case) for case in cases()]
        finally:
            peak.over.set()
            watcher.join()
        yield All(passed, peak, way)


def _readers() -> list[int]:
    return [pid for pid in children_of(os.getpid()) if b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _pass(way: Road, case: Case) -> Passed:
    raw = case.make()
    message_id = way.arrive(raw)
    began = time.monotonic()
    reading = way.read(message_id)
    seconds = time.monotonic() - began
    row = way.decided(message_id)
    return Passed(case, raw, seconds, way.state(message_id), reading, row.state, row.code)


def test_no_message_is_without_a_record(every: All) -> None:
    """Every one is read or given up, and in the queue unless a machine wrote it."""
    wrong = [
        (one.case.name, one.state, one.reading.kind.value)
        for one in every.passed
        if one.state not in ("queued", "quarantined", "ignored")
        or (one.state == "ignored") != (one.reading.kind.value == "automatic")
    ]

    assert [] == wrong
    assert len(every.passed) > 150


def test_no_child_dies(every: All) -> None:
    """No crash, no time or memory that a watch had to end, no answer that was none."""
    assert [] == [one.case.name for one in every.passed if DEADLY & set(one.reading.problems)]


def test_none_is_slow_or_large(every: All) -> None:
    """None takes 10 seconds, and no child 512 MB."""
    slowest = max(every.passed, key=lambda one: one.seconds)

    assert slowest.seconds < SECONDS, slowest.case.name
    assert len(every.peak.seen) > len(every.passed) / 2, "the watch saw too few children to say anything"
    assert every.peak.megabytes < MEGABYTES


def test_each_is_what_it_is(every: All) -> None:
    """The kind, the flags that must be raised, and for a control the form that must be found."""
    wrong = [
        (one.case.name, one.reading.kind.value, one.reading.flags, len(one.reading.records))
        for one in every.passed
        if one.reading.kind.value not in one.case.kinds
        or not set(one.case.flags) <= set(one.reading.flags)
        or one.case.records not in (None, len(one.reading.records))
    ]

    assert [] == wrong


def test_each_sender_is_answered_or_not_as_it_must_be(every: All) -> None:
    """By headers alone: a bomb is answered like a form."""
    wrong = [
        (one.case.name, one.ack, one.code, one.case.why)
        for one in every.passed
        if (one.code, one.ack) != (one.case.why, "not_due" if one.case.why else "reserved")
    ]

    assert [] == wrong


def test_only_the_author_is_answered(every: All) -> None:
    """Whatever address stands elsewhere, the one in From is meant, to the letter."""
    answered = {one.case.name: one.reading.envelope.senders for one in every.passed if not one.case.why}
    strange = {name: found for name, found in answered.items() if "homograph" not in name}

    assert {} == {
        name: found
        for name, found in strange.items()
        if not re.fullmatch(r"zebedee\.quince(\+school)?@[a-z0-9.-]+\.example", found[0]) or len(found) > 1
    }


def test_every_kind_has_its_control(every: All) -> None:
    """Beside each kind of hostile message stands an honest one, and is read whole."""
    controls = [one for one in every.passed if "control" in one.case.name]

    assert len(controls) >= 10
    assert {"queued"} == {one.state for one in controls}
    assert {"reserved"} == {one.ack for one in controls}


def test_nothing_calls_out(every: All, listener: socket.socket) -> None:
    """Nobody rang while all were read; and the listener does listen."""
    rang = calls(listener)
    socket.create_connection(("127.0.0.1", PORT), 1).close()

    assert 0 == rang
    assert 1 == calls(listener)
    assert not Path("/tmp/mailbot-was-here").exists()  # noqa: S108


@dataclass
class Worked:
    """The small ones, after a whole worker had them."""

    mailbot: Installation
    relay: SmtpSink
    ran: Ended
    served: list[bytes]
    exported: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def worked(
    every: All,
    quick_all: Path,
    dovecot: Dovecot,
    smtp_authority: Authority,
) -> Worked:
    """Delivered to a real mailbox, collected, read, answered over a real relay, tidied."""
    folder, user = quick_all / "worked", dovecot.user("hostile")
    (folder / "relay").mkdir(parents=True)
    relay = SmtpSink(folder / "relay", smtp_authority.context)
    for one in every.passed:
        if len(one.raw) <= LARGEST:
            dovecot.deliver(user, one.raw)
    mailbot = Installation.create(folder / "mailbot", dovecot, user, relay.port, more=LIMITS)
    served = dovecot.served(user)
    ran = mailbot.ask("run", "--once", seconds=300)
    relay.close()
    return Worked(mailbot, relay, ran, served, {one["raw_sha256"]: one for one in mailbot.export()})


def test_the_worker_takes_them_all(worked: Worked) -> None:
    """Every message that the server had is stored byte for byte, has a record, and left the inbox."""
    status = worked.mailbot.status()

    assert (0, []) == (worked.ran.code, worked.ran.said)
    assert len(worked.served) > 130
    assert {hashlib.sha256(raw).hexdigest() for raw in worked.served} == set(worked.exported)
    assert {"moved": len(worked.served)} == status["deliveries"]
    assert (0, []) == (status["difference"], status["uncertain"])


def test_the_worker_answers_whom_it_must(worked: Worked, every: All) -> None:
    """One acknowledgement for each sender who gets one, to that address alone, all of them one text."""
    small = [one for one in every.passed if len(one.raw) <= LARGEST]
    due = sorted(one.reading.envelope.senders[0] for one in small if one.ack == "reserved")

    assert due == sorted(mail.recipients[0] for mail in worked.relay.received)
    assert {1} == {len(mail.recipients) for mail in worked.relay.received}
    assert 1 == len({CHANGING.sub(b"", mail.data) for mail in worked.relay.received})
    assert {True} == {b"Auto-Submitted: auto-replied" in mail.data for mail in worked.relay.received}


def test_nothing_of_it_shows(worked: Worked, listener: socket.socket) -> None:
    """No name, no word of a message in the log, in what was said, in the counts or in an acknowledgement."""
    told = worked.ran.err + worked.ran.text + str(worked.mailbot.status())
    bodies = "".join(mail.data.partition(b"\r\n\r\n")[2].decode() for mail in worked.relay.received)
    heard("the hostile run", told)

    assert [] == [word for word in PRIVATE if word.lower() in (told + bodies).lower()]
    assert 0 == calls(listener)

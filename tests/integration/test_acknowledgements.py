"""
An acknowledgement says nothing, whatever came: the whole sample corpus, and our own samples, through the
real worker to a real relay.
"""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from mailbot.app import open_app
from mailbot.cli.demo import forms
from mailbot.cli.demo.messages import samples
from mailbot.config import load
from mailbot.domain.states import MessageState, ReviewState
from mailbot.store.schema import message, review_item
from tests.house.silence import CORPUS
from tests.installation import Installation
from tests.letters import form, letter, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

LIMITS = "[acknowledge.limits]\nper_address_day = 1000\nper_domain_day = 1000\ntotal_day = 10000\n"
CHANGING = re.compile(rb"(?m)^(?:To|Date|Message-ID): .*\r\n")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Installation:
    """An installation that the others are copies of."""
    return Installation.create(tmp_path_factory.mktemp("blank") / "mailbot", dovecot, "nobody", 1, readers=1)


@dataclass
class Box:
    """An installation over a mailbox of its own, and its relay."""

    mailbot: Installation
    dovecot: Dovecot
    user: str
    relay: SmtpSink

    def deliver(self, *messages: bytes) -> None:
        """Into the inbox, in this order."""
        for one in messages:
            self.dovecot.deliver(self.user, one)

    def answered(self) -> Counter[str]:
        """How many acknowledgements each address got."""
        return Counter(mail.recipients[0] for mail in self.relay.received)


@pytest.fixture
def box(blank: Installation, tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> Box:
    """A fresh one, without limits and delay."""
    user = dovecot.user("ack")
    mailbot = blank.copy(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1, more=LIMITS)
    return Box(mailbot, dovecot, user, smtp)


def sender(raw: bytes) -> str:
    """The address in From; as the sample wrote it."""
    found = message_from_bytes(raw, policy=policy.default)["From"]
    return found.addresses[0].addr_spec if found and found.addresses else ""


def assert_one_text(relay: SmtpSink) -> None:
    """All are the same bytes, but for three headers whose length tells nothing either."""
    assert 1 == len({CHANGING.sub(b"", mail.data) for mail in relay.received})
    for mail in relay.received:
        kept = [line for line in CHANGING.findall(mail.data) if not line.startswith(b"To:")]
        assert [b"Date", b"Message-ID"] == [line.partition(b":")[0] for line in kept]
        assert f"To: {mail.recipients[0]}\r\n".encode() in mail.data
        assert (1, "") == (len(mail.recipients), mail.sender)
    assert 1 == len({len(CHANGING.findall(mail.data)[2]) for mail in relay.received})


def _truth() -> dict[str, dict[str, Any]]:
    """What the corpus says of each message, by its digest; with its sender."""
    if not CORPUS.is_dir():
        pytest.skip("the sample corpus is not beside this checkout")
    found = {}
    for path in sorted((CORPUS / "messages").glob("*.eml")):
        raw = path.read_bytes()
        truth = json.loads((CORPUS / "truth" / f"{path.stem}.json").read_text(encoding="utf-8"))
        served = re.sub(rb"\r?\n", b"\r\n", raw)  # as an IMAP server hands it over
        found[hashlib.sha256(served).hexdigest()] = truth | {"raw": raw, "sender": sender(raw).lower()}
    return found


def test_the_whole_corpus_is_answered_with_one_text(box: Box) -> None:
    """
    234 messages at once: the decision about each is the right one, each sender who may be answered gets one
    acknowledgement (it covers the others), nobody else gets any, and all are the same.
    """
    truth = _truth()
    own = '"cpi@police.example", "education.partnership@police.example"'
    box.mailbot.configure(addresses=own, readers=2)
    box.deliver(*(one["raw"] for one in truth.values()))

    box.mailbot.command("run", "--once")

    # Whoever sent a form that says contact is not safe hears nothing about any other message
    silent = {one["sender"] for one in truth.values() if one["why_not"] == "not_safe"}
    wanted = {one["sender"] for one in truth.values() if one["may_acknowledge"]} - silent
    exported = {one["raw_sha256"]: one for one in box.mailbot.export()}
    wrong = [
        truth[digest]["file"]
        for digest, one in exported.items()
        if not _is_right(one, truth[digest], truth[digest]["sender"] in silent)
    ]
    assert set(truth) == set(exported)
    assert [] == wrong
    assert Counter(wanted) == Counter({to.lower(): count for to, count in box.answered().items()})
    assert_one_text(box.relay)


def _is_right(found: dict[str, Any], truth: dict[str, Any], silent: bool) -> bool:
    reasons = {truth["why_not"], *truth["why_not_ok"], *(["not_safe"] if silent else [])}
    if truth["may_acknowledge"] and not silent:
        return bool(found["may_acknowledge"] and found["acknowledgement"] in ("sent", "covered"))
    return found["acknowledgement"] == "not_due" and found["why_not"] in reasons


def test_our_own_samples_are_answered_with_one_text(box: Box) -> None:
    """The same without the corpus: a form, a request, a question, something unreadable: nobody can tell."""
    box.deliver(*samples(datetime.now(UTC)))

    box.mailbot.command("run", "--once")

    states = Counter(one["acknowledgement"] for one in box.mailbot.export())
    assert len(box.relay.received) == states["sent"] >= 8
    assert 1 == max(box.answered().values())
    assert_one_text(box.relay)


def test_a_burst_gets_one_and_a_warning_among_it_none(box: Box) -> None:
    """
    Five messages of one sender are covered by one acknowledgement; where a form among five says that contact
    is not safe, nothing leaves for any of them, wherever in the row it stands.
    """
    unsafe = forms.as_text(form("Hushwick School", "Do not write to me.", safe="No"))
    for where in range(3):
        five = [question(f"quiet{where}@hushwick.example", number) for number in range(5)]
        five[where * 2] = letter(f"quiet{where}@hushwick.example", unsafe)
        box.deliver(*five)
    box.deliver(*(question("talker@gabfield.example", number) for number in range(5)))

    box.mailbot.command("run", "--once")

    states = Counter((one["acknowledgement"], one["why_not"]) for one in box.mailbot.export())
    assert Counter({"talker@gabfield.example": 1}) == box.answered()
    assert {("sent", None): 1, ("covered", None): 4, ("not_due", "not_safe"): 15} == states


def test_nothing_that_a_handler_does_leaves(box: Box) -> None:
    """Decided, then reopened: the next runs send nothing, because only the outbox is sent."""
    box.deliver(question("asker@dreamsby.example"))
    box.mailbot.command("run", "--once")
    before = (box.answered(), box.mailbot.status()["outbox"])

    for reopen in (False, True):
        _decide(box.mailbot, reopen=reopen)
        box.mailbot.command("run", "--once")

    assert (Counter({"asker@dreamsby.example": 1}), {"sent": 1}) == before
    assert before == (box.answered(), box.mailbot.status()["outbox"])


def _decide(mailbot: Installation, *, reopen: bool) -> None:
    """What a handler's decision does to the states, both ways."""
    queued, decided = MessageState.QUEUED, MessageState.DECIDED
    waiting, done = ReviewState.WAITING, ReviewState.DECIDED
    with open_app(load(mailbot.folder / "mailbot.toml", {})) as app, app.store.unit() as unit:
        for table, key, old, new in (
            (message, message.c.message_id, queued, decided),
            (review_item, review_item.c.item_id, waiting, done),
        ):
            for (found,) in unit.db.execute(table.select().with_only_columns(key)).all():
                assert unit.move(table, found, *((new, old) if reopen else (old, new)))


def test_doubt_is_left_to_a_person(box: Box, start_smtp: Any) -> None:
    """
    A relay that broke off after the content is never tried again by itself; `retry-ack` sends it once more,
    under the same Message-ID, and refuses an id that is none.
    """
    doubtful = start_smtp(mode="dot-cut")
    box.mailbot.configure(smtp_port=doubtful.port)
    box.deliver(question("asker@dreamsby.example"))
    assert 1 == box.mailbot.ask("run", "--once").code
    box.mailbot.configure(smtp_port=box.relay.port)
    box.mailbot.command("run", "--once")
    unasked = len(box.relay.received)
    (uncertain,) = box.mailbot.status()["uncertain"]
    wrong = box.mailbot.ask("retry-ack", "0" * 32)
    box.mailbot.command("retry-ack", uncertain)
    box.mailbot.command("run", "--once")

    ids = [
        re.findall(rb"Message-ID: (.*)\r\n", mail.data) for mail in (*doubtful.received, *box.relay.received)
    ]
    assert 0 == unasked
    assert (1, 1) == (wrong.code, len(wrong.said))
    assert [{"sent": 1}, []] == [box.mailbot.status()[key] for key in ("outbox", "uncertain")]
    assert 2 == len(ids)
    assert ids[0] == ids[1]
    box.mailbot.command("audit", "verify")

"""
The river, seen from its banks: twelve messages come into a real mailbox, and one run does all of it.

Each test looks at one thing that came of it: the counts, the records, the bytes, the folders, the mail that
left, the audit.
"""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli.demo import forms
from tests.house.silence import heard
from tests.installation import Ended, Installation
from tests.letters import OURS, WORD, bounce, form, letter, packed, poison, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Authority, SmtpSink

SENT, COVERED, NOT_DUE = "sent", "covered", "not_due"


def _messages() -> dict[str, tuple[bytes, tuple[str, str, str | None]]]:
    """Each with what must come of it: kind, the acknowledgement's state, and why there is none."""
    word = ("our form.docx", WORD, forms.as_docx(form("Madeuphurst School", "Stones fly at the bus stop.")))
    text = forms.as_text(form("Nonsuchley College", "A car waits at the gate every Friday."))
    page = forms.as_html(form("Imagineton Academy", "Vapes are handed out behind the shops."))
    unsafe = forms.as_text(form("Hushwick School", "She is driven to work every night.", safe="No"))
    several = (("List-Id", "Heads of the county <heads.lists.example>"), ("Precedence", "list"))
    hello = "Hello,\n\nplease find our form attached.\n"
    locked = ("our form.zip", "zip", packed({"our form.docx": b"x" * 400}, locked=True))
    training = "Hello,\n\ncould we book a training session about county lines in June?\n\nThanks\n"
    return {
        "word": (letter("a@madeuphurst.example", hello, attachment=word), ("cpi", SENT, None)),
        "text": (letter("b@nonsuchley.example", text), ("cpi", SENT, None)),
        "html": (letter("c@imagineton.example", "See the HTML.", html=page), ("cpi", SENT, None)),
        "training": (letter("d@fancifield.example", training), ("training_request", SENT, None)),
        "enquiry": (question("e@dreamsby.example"), ("enquiry", SENT, None)),
        "encrypted": (letter("f@lockley.example", hello, attachment=locked), ("unreadable", SENT, None)),
        "bounce": (bounce(), ("automatic", NOT_DUE, "bounce")),
        "list": (
            letter("g@lists.example", "The news of this month.", headers=several),
            ("automatic", NOT_DUE, "list"),
        ),
        "forged": (letter("h@forgham.example", text, dmarc="fail"), ("cpi", NOT_DUE, "unauthenticated")),
        "ours": (question(OURS), ("enquiry", NOT_DUE, "own_address")),
        "unsafe": (letter("i@hushwick.example", unsafe), ("cpi", NOT_DUE, "not_safe")),
        "poison": (poison(), ("unreadable", SENT, None)),
    }


@dataclass
class River:
    """What there was, and what came of it."""

    mailbot: Installation
    dovecot: Dovecot
    user: str
    relay: SmtpSink
    ran: Ended
    messages: dict[str, tuple[bytes, tuple[str, str, str | None]]]
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def exported(self, *, anew: bool = False) -> dict[str, dict[str, Any]]:
        """The records, by our names for the messages."""
        if anew or not self.records:
            self.records = self._export()
        return self.records

    def _export(self) -> dict[str, dict[str, Any]]:
        names = {hashlib.sha256(raw).hexdigest(): name for name, (raw, _) in self.messages.items()}
        return {names[one["raw_sha256"]]: one for one in self.mailbot.export()}


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, smtp_authority: Authority) -> River:
    """Twelve messages and one that came twice, the poisonous one first; one run."""
    folder, user = tmp_path_factory.mktemp("river"), dovecot.user("river")
    (folder / "relay").mkdir()
    relay = SmtpSink(folder / "relay", smtp_authority.context)
    messages = _messages()
    for name in ("poison", *(name for name in messages if name != "poison"), "text"):
        dovecot.deliver(user, messages[name][0])
    mailbot = Installation.create(folder / "mailbot", dovecot, user, relay.port)
    served = dovecot.served(user)
    assert [messages["poison"][0], messages["word"][0]] == served[:2]  # as they were delivered, byte for byte
    ran = mailbot.ask("run", "--once")
    relay.close()
    return River(mailbot, dovecot, user, relay, ran, messages)


def test_a_run_ends_well(river: River) -> None:
    """Exit 0, and nothing is said but the log, which knows no names."""
    heard("the river's log", river.ran.err)

    assert (0, [], b"") == (river.ran.code, river.ran.said, river.ran.out)


def test_the_counts_add_up(river: River) -> None:
    """Every message in its state, every delivery moved, every item waiting; nothing is missing anywhere."""
    status = river.mailbot.status()
    heard("status", json.dumps(status))

    assert {"queued": 9, "ignored": 2, "quarantined": 1} == status["messages"]
    assert {"moved": 13} == status["deliveries"]
    assert {"waiting": 10} == status["review"]
    assert {"sent": 7, "not_due": 5} == status["outbox"]
    assert [(13, None)] == [(box["listed"], box["error"]) for box in status["mailboxes"]]
    assert (0, 0, []) == (status["difference"], status["unfetched"], status["uncertain"])


def test_each_message_became_what_it_is(river: River) -> None:
    """Kind, acknowledgement and reason; and the form's words are in the record."""
    exported = river.exported()
    found = {name: (one["kind"], one["acknowledgement"], one["why_not"]) for name, one in exported.items()}
    narratives = {one["records"][0]["narrative"] for one in exported.values() if one["records"]}

    assert {name: wanted for name, (_, wanted) in river.messages.items()} == found
    assert {"Stones fly at the bus stop.", "Vapes are handed out behind the shops."} < narratives
    assert ["encrypted_attachment"] == [
        flag for flag in exported["encrypted"]["flags"] if flag == "encrypted_attachment"
    ]


def test_what_came_twice_is_stored_once(river: River) -> None:
    """One message, two deliveries, one acknowledgement."""
    deliveries = {name: one["deliveries"] for name, one in river.exported().items()}

    assert dict.fromkeys(river.messages, 1) | {"text": 2} == deliveries
    assert 1 == sum(mail.recipients == ("b@nonsuchley.example",) for mail in river.relay.received)


def test_what_cannot_be_read_is_tried_three_times_and_queued(river: River) -> None:
    """Its sender is answered like any other, and nobody behind it waited for it."""
    poisonous = river.exported()["poison"]
    log = river.ran.err.splitlines()
    given_up = next(number for number, line in enumerate(log) if " message_quarantined " in line)

    assert (3, "quarantined") == (poisonous["attempts"], poisonous["state"])
    assert 11 == sum(" message_read " in line for line in log[:given_up])
    assert any(mail.recipients == ("hyacinth.bogus@elsewhereham.example",) for mail in river.relay.received)


def test_the_mailbox_is_tidy(river: River) -> None:
    """The inbox is empty, what could not be read lies apart, and nothing was marked or changed."""
    processed, apart = (river.dovecot.served(river.user, name) for name in ("Processed", "Quarantine"))
    delivered = Counter(raw for raw, _ in river.messages.values()) + Counter([river.messages["text"][0]])

    assert [] == river.dovecot.uids(river.user)
    assert [river.messages["poison"][0]] == apart
    assert delivered == Counter([*processed, *apart])
    assert {frozenset()} == {frozenset(flags) for flags in river.dovecot.flags(river.user, "Processed")}


def test_the_bytes_come_back(river: River) -> None:
    """`raw` prints what the server served, byte for byte, and the audit knows that it did."""
    exported = river.exported()
    printed = river.mailbot.ask("raw", exported["word"]["message_id"], "--reason", "a look")
    shown = river.mailbot.command("audit", "show")

    assert (0, river.messages["word"][0]) == (printed.code, printed.out)
    for name, one in exported.items():
        assert river.messages[name][0] == river.mailbot.raw(one["message_id"])
    heard("audit", shown)
    assert "a look" in shown
    assert exported["word"]["message_id"] in shown


def test_all_acknowledgements_are_one(river: River) -> None:
    """To those and only those who may have one; the same bytes but for To, Date and Message-ID."""
    wanted = {name for name, (_, (_, state, _)) in river.messages.items() if state == SENT}
    senders = {re.search(rb"From: .*<(.*)>", river.messages[name][0])[1].decode() for name in wanted}  # type: ignore[index]
    bare = {re.sub(rb"(?m)^(?:To|Date|Message-ID): .*\r\n", b"", mail.data) for mail in river.relay.received}

    assert sorted(senders) == sorted(mail.recipients[0] for mail in river.relay.received)
    assert {1} == {len(mail.recipients) for mail in river.relay.received}
    assert {""} == {mail.sender for mail in river.relay.received}
    assert 1 == len(bare)


def test_reading_again_adds_and_acknowledges_nobody(river: River, start_smtp: Any) -> None:
    """New versions beside the old; no state moves, no mail leaves, and the chain still holds."""
    relay = start_smtp()
    river.mailbot.configure(smtp_port=relay.port)
    before = river.exported()
    again = river.mailbot.ask("reprocess", "--all")
    once = river.mailbot.ask("run", "--once")
    status = river.mailbot.status()

    assert (1, "11 of 12 read again\n") == (again.code, again.text)  # one cannot be read
    assert (0, []) == (once.code, once.said)
    assert [] == relay.received
    assert before == river.exported(anew=True)
    assert {"waiting": 10} == status["review"]
    assert {1: 1, 2: 11} == _versions(river.mailbot)
    river.mailbot.command("audit", "verify")


def _versions(mailbot: Installation) -> dict[int, int]:
    """How many messages have how many readings."""
    from sqlalchemy import func, select

    from mailbot.app import open_app
    from mailbot.config import load
    from mailbot.store.schema import reading

    with open_app(load(mailbot.folder / "mailbot.toml", {})) as app, app.store.look() as db:
        counts = db.execute(select(func.count(reading.c.message_id)).group_by(reading.c.message_id)).scalars()
        return dict(Counter(counts))


def test_a_rehearsal_writes_nothing(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink, river: River) -> None:
    """`--dry-run` says what would be done; data, database, flags and folders stay as they were."""
    user = dovecot.user("dry")
    for name in ("word", "unsafe", "bounce", "encrypted"):
        dovecot.deliver(user, river.messages[name][0])
    mailbot = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port)
    before = _everything(tmp_path, dovecot, user)

    ran = mailbot.ask("run", "--dry-run")

    heard("a rehearsal", ran.text)
    assert (0, []) == (ran.code, ran.said)
    assert 5 == len(ran.text.splitlines())
    assert before == _everything(tmp_path, dovecot, user)
    assert [] == smtp.received
    assert {"INBOX"} == dovecot.folders(user)


def _everything(folder: Path, dovecot: Dovecot, user: str) -> str:
    """Every file with its mode and time of change, and every flag and folder of the mailbox."""
    files = {
        str(path): (path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes().hex()[:100_000])
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    names = sorted(str(path) for path in folder.rglob("*"))
    flags = [sorted(each) for each in dovecot.flags(user)]
    return json.dumps([files, names, flags, sorted(dovecot.folders(user))])

"""
The drill before real mail: a machine is lost, an older backup is brought back on an empty one with the keys
from the safe, and nothing is lost and nobody is answered twice. And what a rotation of the keys, and an
erasure, leave behind.
"""

import hashlib
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from mailbot.store import snapshot
from mailbot.store.keys import Keyring
from mailbot.store.reseal import sealed_columns
from mailbot.store.vault import Vault
from tests.faults.invariants import digest, sender_of
from tests.house.silence import canary
from tests.installation import Installation
from tests.letters import letter, question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

PASSPHRASE = "several random invented words"


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """An empty mailbox."""
    return dovecot.user("drill")


@pytest.fixture
def mailbot(tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink) -> Installation:
    """An installation over it."""
    return Installation.create(tmp_path / "first", dovecot, user, smtp.port, readers=1)


def passphrase(folder: Path) -> str:
    """The file with the passphrase."""
    path = folder / "passphrase"
    path.write_text(f"{PASSPHRASE}\n")
    return str(path)


def answered(smtp: SmtpSink) -> Counter[str]:
    """Acknowledgements by address."""
    return Counter(mail.recipients[0] for mail in smtp.received)


def move_back(dovecot: Dovecot, user: str) -> None:
    """An operator moves everything that was processed back into the inbox."""
    dovecot.command(user, "move", "1:*", "INBOX", folder="Processed")


def test_an_older_backup_on_an_empty_machine(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    Two were processed before the backup, one waited in the outbox, two came after it; then the machine is
    gone. From the backup and the escrow file everything comes back: five messages, each once, each answered
    once at most.
    """
    for number in range(2):
        dovecot.deliver(user, question(f"asker@before{number}.example", number))
    mailbot.command("run", "--once")
    mailbot.configure(delay=3600)
    dovecot.deliver(user, question("asker@waiting.example", 7))
    mailbot.command("run", "--once")
    mailbot.command("backup", str(tmp_path / "copy"))
    mailbot.command("keys", "escrow", str(tmp_path / "escrow"), "--passphrase-file", passphrase(tmp_path))
    mailbot.configure(delay=0)
    for number in range(2):
        dovecot.deliver(user, question(f"asker@after{number}.example", 10 + number))
    mailbot.command("run", "--once")
    with closing(sqlite3.connect(mailbot.folder / "data" / "mailbot.db")) as db, db:
        db.execute("UPDATE outbox SET due_at = decided_at WHERE state = 'reserved'")
    mailbot.command("run", "--once")
    before = answered(smtp)

    second = Installation(tmp_path / "second")
    second.folder.mkdir()
    second.settle(dovecot, user, smtp.port, readers=1)
    second.command(
        *("restore", str(tmp_path / "copy")),
        *("--escrow", str(tmp_path / "escrow"), "--passphrase-file", passphrase(tmp_path)),
    )
    second.command("run", "--once")
    alarm = second.command("alerts")
    move_back(dovecot, user)
    second.command("run", "--once")
    second.command("run", "--once")
    exported, status = second.export(), second.status()

    assert 5 == len(before) == sum(before.values())
    assert "did not put there [partnership] (2)" in alarm
    assert before == answered(smtp)
    assert 5 == len(exported) == len({one["raw_sha256"] for one in exported})
    assert {"sent": 2, "held": 3} == status["outbox"]
    assert {"restored"} == {one["code"] for one in json.loads(second.command("held", "--json"))}
    assert (0, []) == (status["difference"], dovecot.uids(user))
    assert 5 == len(dovecot.uids(user, "Processed"))
    second.command("audit", "verify")


def test_a_restoration_that_was_interrupted_answers_nobody(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    The database is back, and the power fails before what it holds as not sent is held: no worker starts on
    it, until the place is emptied and everything is brought back again.
    """
    mailbot.configure(delay=3600)
    dovecot.deliver(user, question("asker@waiting.example", 7))
    mailbot.command("run", "--once")
    mailbot.command("backup", str(tmp_path / "copy"))
    whole = shutil.copytree(tmp_path / "copy", tmp_path / "whole")
    with closing(sqlite3.connect(tmp_path / "copy" / "mailbot.db")) as db, db:
        db.execute("CREATE TRIGGER cut BEFORE INSERT ON landmark BEGIN SELECT RAISE(ABORT, 'cut'); END")
        db.execute("UPDATE outbox SET due_at = decided_at")
    sign_again(mailbot, tmp_path / "copy")
    second = Installation(tmp_path / "second")
    shutil.copytree(mailbot.folder / "data" / "keys", second.folder / "data" / "keys")
    second.settle(dovecot, user, smtp.port, readers=1)
    cut = second.ask("restore", str(tmp_path / "copy"))
    refused = [second.ask("run", "--once"), second.ask("restore", str(whole))]
    shutil.rmtree(second.folder / "data" / "blobs")
    (second.folder / "data" / "mailbot.db").unlink()
    second.command("restore", str(whole))
    second.command("run", "--once")

    assert 0 != cut.code
    assert [2, 2] == [one.code for one in refused]
    assert "was interrupted" in refused[0].err
    assert [] == smtp.received
    assert {"held": 1} == second.status()["outbox"]


def make_due(database: Path) -> None:
    """The delays of all acknowledgements are over."""
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE outbox SET due_at = '2026-01-01 00:00:00.000000'")


@pytest.mark.parametrize("was", ["reserved", "not there"])
def test_a_database_that_went_back_in_time_answers_nobody_twice(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink, was: str
) -> None:
    """
    Somebody puts an older copy of the database file back by hand, or a replica takes over that was behind. An
    acknowledgement that it calls reserved has left; a message that it never saw is moved back into the inbox.
    """
    path, copy = mailbot.folder / "data" / "mailbot.db", tmp_path / "copy.db"
    if was == "not there":
        shutil.copy2(path, copy)
    mailbot.configure(delay=3600)
    dovecot.deliver(user, question("asker@dreamsby.example"))
    mailbot.command("run", "--once")
    if was == "reserved":
        shutil.copy2(path, copy)
    make_due(path)
    mailbot.command("run", "--once")
    before = answered(smtp)
    shutil.copy2(copy, path)
    move_back(dovecot, user)
    mailbot.command("run", "--once")
    make_due(path)
    mailbot.command("run", "--once")

    assert {"asker@dreamsby.example": 1} == dict(before)
    assert before == answered(smtp)
    assert ["left_before"] == [one["code"] for one in json.loads(mailbot.command("held", "--json"))]
    assert 1 == len(mailbot.export())


def sign_again(mailbot: Installation, copy: Path) -> None:
    """The backup was changed by us; make its manifest true."""
    vault = Vault(Keyring.load(mailbot.folder / "data" / "keys"))
    manifest = msgspec.json.decode((copy / "manifest.json").read_bytes(), type=snapshot.Manifest)
    changed = hashlib.sha256((copy / "mailbot.db").read_bytes()).hexdigest()
    told = msgspec.structs.replace(manifest, sha256=changed).signed(vault)
    (copy / "manifest.json").write_bytes(msgspec.json.encode(told))


def test_a_backup_is_whole_ours_and_overwrites_nothing(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """A missing original, a changed database, keys of somebody else, a place in use: each is refused."""
    dovecot.deliver(user, question("asker@dreamsby.example"))
    mailbot.command("run", "--once")
    copy = tmp_path / "copy"
    mailbot.command("backup", str(copy))
    twice = mailbot.ask("backup", str(copy))
    in_use = mailbot.ask("restore", str(copy))
    (original,) = (copy / "blobs").iterdir()
    other = Installation.create(tmp_path / "other", dovecot, user, smtp.port)
    foreign = other.ask("restore", str(copy))
    original.rename(tmp_path / "aside")
    short = mailbot.ask("restore", str(copy))
    (tmp_path / "aside").rename(original)
    with open(copy / "mailbot.db", "ab") as database:
        database.write(b"x")
    changed = mailbot.ask("restore", str(copy))
    (mailbot.folder / "data" / "blobs" / original.name).unlink()
    missing = mailbot.ask("backup", str(tmp_path / "again"))

    assert [2, 2, 1, 1, 1, 1] == [one.code for one in (twice, in_use, foreign, short, changed, missing)]
    assert "is not empty" in twice.err
    assert "restored into an empty place" in in_use.err
    assert "not of the installation to which these keys belong" in foreign.err
    assert "holds 0 originals, and should hold 1" in short.err
    assert "was changed, or damaged" in changed.err
    assert "1 originals are missing" in missing.err


def test_new_keys_open_everything_and_the_old_ones_nothing_new(
    mailbot: Installation, dovecot: Dovecot, user: str
) -> None:
    """After a rotation everything reads as before, without the old keys; and again after another."""
    for number in range(3):
        dovecot.deliver(user, question(f"asker@dreamsby{number}.example", number))
    mailbot.command("run", "--once")
    before = mailbot.export()
    said = mailbot.command("keys", "rotate")
    for kind in ("source", "content", "training"):
        (mailbot.folder / "data" / "keys" / f"{kind}-1.key").unlink()
    after = mailbot.export()
    mailbot.command("keys", "rotate")

    assert "New keys content-2, source-2, training-2" in said
    assert "12 values and 3 originals" in said  # with what the training desk keeps
    assert before == after == mailbot.export()
    assert b"question" in mailbot.raw(before[0]["message_id"])


def test_every_sealed_value_stands_at_its_place() -> None:
    """A rotation knows every column that holds something sealed."""
    names = {f"{table.name}.{column.name}" for table, column in sealed_columns()}

    assert {"reading_content.sealed", "reading_source.sealed", "outbox.recipient", "draft.sealed"} <= names


def test_what_is_due_is_erased_and_nothing_of_it_is_left(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """
    Old automatic mail goes: the original, the reading, the address. What waits for a person stays, whatever
    its age, and what is on hold. The same bytes that come again are recognised.
    """
    away = (("Auto-Submitted", "auto-replied"),)
    old = letter("robot@away.example", "I am away.\n", subject="Away until Thursday", headers=away)
    for data in (
        old,
        letter("held@away.example", "Away too.\n", headers=away),
        question("asker@dreamsby.example"),
    ):
        dovecot.deliver(user, data)
    mailbot.command("run", "--once")
    served = [*dovecot.served(user, "Processed"), *dovecot.served(user)]
    senders = {digest(data): sender_of(data) for data in served}
    exported = {senders[one["raw_sha256"]]: one for one in mailbot.export()}
    held = exported["held@away.example"]["message_id"]
    path = mailbot.folder / "data" / "mailbot.db"
    with closing(sqlite3.connect(path)) as db, db:
        for table, column in (("message", "received_at"), ("outbox", "decided_at")):
            db.execute(f"UPDATE {table} SET {column} = '2015-01-01 00:00:00.000000'")  # noqa: S608
    mailbot.command("erase", "--hold", held)
    dry = mailbot.command("erase", "--dry-run")
    blobs = len(list((mailbot.folder / "data" / "blobs").glob("[0-9a-f]*")))
    said = mailbot.command("erase", "--due")
    refused = mailbot.ask("erase", "--message", held)
    move_back(dovecot, user)
    mailbot.command("run", "--once")
    again = mailbot.command("erase", "--due")
    states = Counter(one["state"] for one in mailbot.export())
    raw = mailbot.ask("raw", exported["robot@away.example"]["message_id"])
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT count(*) FROM reading_source").fetchone()[0]
        known = db.execute("SELECT count(*) FROM outbox WHERE recipient_digest IS NOT NULL").fetchone()[0]

    assert "1 messages and the addresses of 1 acknowledgements would be erased." in dry
    assert exported["robot@away.example"]["message_id"] in dry
    assert "1 messages and the addresses of 1 acknowledgements erased." in said
    assert "0 messages and the addresses of 0 acknowledgements erased." in again
    assert 3 == blobs
    assert 2 == len([one for one in (mailbot.folder / "data" / "blobs").iterdir() if one.is_file()])
    assert (2, 0) == (rows, known)
    assert 1 == refused.code
    assert {"ignored": 2, "queued": 1} == states
    assert 1 == raw.code
    assert 1 == sum(answered(smtp).values())
    mailbot.command("audit", "verify")


def test_nothing_that_is_kept_or_was_erased_can_be_read_from_the_files(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str
) -> None:
    """
    Whoever gets the disk or a backup without the keys finds no word of a message; and of what was erased not
    even the sealed bytes, in no free page and no journal.
    """
    away = (("Auto-Submitted", "auto-replied"),)
    words = canary("Zebedee Quincehurst is away until Thursday")
    dovecot.deliver(user, letter("robot@away.example", f"{words}\n", subject="Erasable words", headers=away))
    mailbot.command("run", "--once")
    path, copy = mailbot.folder / "data" / "mailbot.db", tmp_path / "copy"
    mailbot.command("backup", str(copy))
    kept = _bytes_of(mailbot.folder / "data") | _bytes_of(copy)
    with closing(sqlite3.connect(path)) as db, db:
        sealed = [
            row[0]
            for row in db.execute(
                "SELECT sealed FROM reading_source UNION ALL SELECT sealed FROM reading_content"
            )
        ]
        db.execute("UPDATE message SET received_at = '2015-01-01 00:00:00.000000'")
    there = [one for one in sealed if one in path.read_bytes()]
    mailbot.command("erase", "--due")
    left = _bytes_of(mailbot.folder / "data")

    assert len(kept) > 4
    for told in (b"Quincehurst", b"Erasable", b"robot@away.example"):
        assert [] == [name for name, data in kept.items() if told in data]
    assert 2 == len(there) == len(sealed)
    assert [] == [name for name, data in left.items() for one in sealed if one[-64:] in data]
    assert [] == [name for name in left if "blobs" in name or "left" in name]


def _bytes_of(folder: Path) -> dict[str, bytes]:
    """All files, by their paths; the keys are somewhere else."""
    files = (path for path in folder.rglob("*") if path.is_file() and "keys" not in path.parts)
    return {str(path): path.read_bytes() for path in files}

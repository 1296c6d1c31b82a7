"""The commands that look at an installation or mend it."""

import hashlib
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from mailbot.app import open_app
from mailbot.config import load
from mailbot.domain.states import AckState, MessageState
from mailbot.store.audit import Action
from mailbot.store.escrow import read_escrow
from mailbot.store.keys import Keyring
from mailbot.store.schema import message, outbox
from tests.unit.cli.conftest import Call

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
BYTES = b"From: a@b.example\r\n\r\nZebedee Quince was here\r\n"


def store(config: Path, ack: AckState | None = None, at: datetime = NOW) -> str:
    """A stored message, and perhaps an acknowledgement of it; its id."""
    with open_app(load(config, {})) as app:
        with app.raw.batch() as batch:
            stored = batch.save([BYTES])
        message_id = "ab" * 16
        with app.store.unit() as unit:
            row = {
                "message_id": message_id,
                "mailbox": "m",
                "raw_digest": stored.digest,
                "size": len(BYTES),
                "received_at": at,
                "stored_at": at,
                "state": MessageState.STORED.value,
                "purpose": "law_enforcement",
            }
            unit.db.execute(insert(message).values(row))
            if ack is not None:
                values = {"mail_id": "cd" * 16, "kind": "acknowledgement", "acknowledges": message_id}
                unit.db.execute(insert(outbox).values(**values, state=ack.value, decided_at=NOW))
    return message_id


def test_status_of_nothing(installed: Path, call: Call) -> None:
    """A fresh installation has nothing, and no difference."""
    said = call("status", "--config", installed, "--json")

    found = json.loads(said.out)
    assert (0, 0) == (said.code, found["difference"])
    assert {} == found["messages"]
    assert found["oldest_waiting"] is None


def test_status_shows_what_a_person_has_to_decide(installed: Path, call: Call) -> None:
    """An acknowledgement in doubt is named by its id, with the command."""
    store(installed, AckState.UNCERTAIN)

    said = call("status", "--config", installed)

    assert said.code == 0
    assert f"mailbot retry-ack {'cd' * 16}" in said.out
    assert "1 stored" in said.out


def test_status_of_mailboxes(installed: Path, call: Call) -> None:
    """A mailbox that was never polled says so."""
    with installed.open("a") as file:
        file.write('\n[[mailboxes]]\nname = "drop"\nkind = "maildir"\npath = "drop"\n')

    said = call("status", "--config", installed)

    assert "drop: last good poll never" in said.out


def test_retry_ack_makes_it_due(installed: Path, call: Call) -> None:
    """A person's word brings it back, once, and is in the audit."""
    store(installed, AckState.UNCERTAIN)

    first = call("retry-ack", "cd" * 16, "--config", installed)
    second = call("retry-ack", "cd" * 16, "--config", installed)

    assert (0, 1) == (first.code, second.code)
    with open_app(load(installed, {})) as app, app.store.look() as db:
        assert AckState.RESERVED.value == db.scalar(select(outbox.c.state))
    assert '"actor": "os:' in call("audit", "show", "--config", installed).out


def test_raw_gives_the_bytes_and_records_it(installed: Path, call: Call) -> None:
    """The bytes as they came; the audit has the disclosure with its reason before them."""
    message_id = store(installed)

    said = call("raw", message_id, "--reason", "court order", "--config", installed)

    assert (0, BYTES.decode()) == (said.code, said.out)
    shown = [json.loads(line) for line in call("audit", "show", "--config", installed).out.splitlines()]
    assert [(Action.DISCLOSURE.value, message_id)] == [(line["action"], line["subject"]) for line in shown]
    assert {"command": "raw", "reason": "court order"} == shown[0]["detail"]


def test_raw_of_an_unknown_id(installed: Path, call: Call) -> None:
    """One sentence, exit code 1, nothing recorded."""
    said = call("raw", "nothing", "--config", installed)

    assert (1, "") == (said.code, said.out)
    assert "there is no message of this id" in said.err


@pytest.mark.parametrize("command", [["raw", "ab" * 16], ["export"]])
def test_production_wants_a_reason(command: list[str], installed: Path, call: Call) -> None:
    """Commands that show content ask why, before they show any."""
    store(installed)
    text = installed.read_text().replace("#production = true", "production = true")
    installed.write_text(text.replace("#[scanner]", "[scanner]").replace('#kind = "clamd"', 'kind = "clamd"'))

    without = call(*command, "--config", installed)
    broken = call(*command, "--reason", "a\nb", "--config", installed)
    given = call(*command, "--reason", "subject access", "--config", installed)

    assert (2, "") == (without.code, without.out)
    assert "--reason" in without.err
    assert (2, 0) == (broken.code, given.code)


def test_export_gives_the_contract(installed: Path, call: Call) -> None:
    """A stored message that was not read yet has every key, and no invented value."""
    message_id = store(installed, AckState.COVERED)

    said = call("export", "--jsonl", "--config", installed)

    found = json.loads(said.out)
    assert message_id == found["message_id"]
    assert hashlib.sha256(BYTES).hexdigest() == found["raw_sha256"]
    assert ("stored", "covered", 0) == (found["state"], found["acknowledgement"], found["attempts"])
    assert ([], None, []) == (found["records"], found["training"], found["unmapped"])


def test_export_since(installed: Path, call: Call) -> None:
    """Only what was received since a day; otherwise an empty list."""
    store(installed)

    later = call("export", "--since", "2026-05-02", "--config", installed)
    earlier = call("export", "--since", "2026-05-01", "--config", installed)

    assert [] == json.loads(later.out)
    assert 1 == len(json.loads(earlier.out))


def test_the_chain_is_verified(installed: Path, call: Call) -> None:
    """A chain that holds ends with 0 and says how long it is."""
    store(installed)
    call("raw", "ab" * 16, "--config", installed)

    said = call("audit", "verify", "--config", installed)

    assert said.code == 0
    assert "1 entries" in said.out


def test_escrow_is_written_once(installed: Path, tmp_path: Path, call: Call) -> None:
    """The file brings the same keys back, is for its owner alone, and is never overwritten."""
    phrase, file = tmp_path / "phrase", tmp_path / "keys.escrow"
    phrase.write_text("correct horse battery staple\nsecond line\n")
    argv = ["keys", "escrow", file, "--passphrase-file", phrase, "--config", installed]

    first, second = call(*argv), call(*argv)

    assert (0, 2) == (first.code, second.code)
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    keys = Keyring.load(installed.parent / "data" / "keys").files()
    assert keys == read_escrow(file.read_bytes(), "correct horse battery staple")
    assert "horse" not in first.out + first.err


def test_escrow_wants_a_passphrase(installed: Path, tmp_path: Path, call: Call) -> None:
    """A short one, and a file that is not there, are refused; nothing is written."""
    short, file = tmp_path / "short", tmp_path / "keys.escrow"
    short.write_text("abc")

    too_short = call("keys", "escrow", file, "--passphrase-file", short, "--config", installed)
    missing = call("keys", "escrow", file, "--passphrase-file", tmp_path / "none", "--config", installed)

    assert (2, 2) == (too_short.code, missing.code)
    assert not file.exists()


def test_upgrade_of_today_changes_nothing(installed: Path, call: Call) -> None:
    """A database of this version is left alone, and no backup is made."""
    said = call("upgrade", "--config", installed)

    assert said.code == 0
    assert "nothing was changed" in said.out
    assert not (installed.parent / "data" / "backups").exists()


def test_a_database_of_another_version_is_refused(installed: Path, call: Call) -> None:
    """Every command that opens it says what to do."""
    with open_app(load(installed, {})) as app, app.store.unit() as unit:
        unit.db.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")

    said = call("run", "--once", "--config", installed)

    assert said.code == 2
    assert "mailbot upgrade" in said.err


def test_without_init_there_is_one_sentence(tmp_path: Path, call: Call) -> None:
    """A configuration without keys says which command makes them."""
    (tmp_path / "mailbot.toml").write_text('[mailbot]\ndata = "data"\n')

    said = call("status", "--config", tmp_path / "mailbot.toml")

    assert said.code == 2
    assert "mailbot init" in said.err


def test_reprocess_wants_one_or_all(installed: Path, call: Call) -> None:
    """Neither or both is misuse; an unknown id is a failure."""
    neither = call("reprocess", "--config", installed)
    both = call("reprocess", "x", "--all", "--config", installed)
    unknown = call("reprocess", "x", "--config", installed)

    assert (2, 2, 1) == (neither.code, both.code, unknown.code)


def test_a_database_of_tomorrow_is_not_upgraded(installed: Path, call: Call) -> None:
    """What a later mailbot made is refused with one sentence, and left as it is."""
    with open_app(load(installed, {})) as app, app.store.unit() as unit:
        unit.db.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")

    said = call("upgrade", "--config", installed)

    assert 2 == said.code
    assert 1 == len(said.err.splitlines())

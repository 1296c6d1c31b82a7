"""The worker asks the scanner first; what it says is shown, and changes no answer to a sender."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from mailbot.app import open_app
from mailbot.cli import main
from mailbot.config import load
from mailbot.store.schema import job
from tests.integration.test_clamd_server import EICAR
from tests.servers.clamd import Clamd

CONFIG = """
[mailbot]
data = "data"
disk_reserve_mb = 1
[[mailboxes]]
name = "partnership"
kind = "maildir"
path = "mail"
addresses = ["partnership@police.example"]
authserv_ids = ["mx.police.example"]
[acknowledge]
enabled = true
kind = "folder"
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [0, 0]
[sandbox]
mode = "best_effort"
[engine]
readers = 1
[scanner]
kind = "clamd"
socket = "{socket}"
"""

MAIL = """\
Authentication-Results: mx.police.example; dmarc=pass header.from=mockbury.example
Received: from mail.mockbury.example (mail.mockbury.example [192.0.2.9]) by mx.police.example
From: Invented Head <head{n}@mockbury.example>
To: partnership@police.example
Subject: Attached
Message-ID: <scan-{n}@mockbury.example>
MIME-Version: 1.0
Content-Type: application/octet-stream; name="a.bin"
Content-Transfer-Encoding: base64

{content}
"""


def make(folder: Path, socket: Path, *contents: bytes) -> None:
    """An installation with a mailbox of these attachments."""
    assert 0 == main(["init", "--dir", str(folder)])
    (folder / "mailbot.toml").write_text(CONFIG.format(socket=socket))
    for place in ("cur", "new", "tmp"):
        (folder / "mail" / place).mkdir(parents=True)
    for number, content in enumerate(contents):
        text = MAIL.format(n=number, content=b64encode(content).decode())
        (folder / "mail" / "new" / f"{number}.M1.test").write_bytes(text.replace("\n", "\r\n").encode())


def states(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `status` says."""
    capsys.readouterr()
    assert 0 == main(["--config", str(folder / "mailbot.toml"), "status"])
    return capsys.readouterr().out


def test_malware_is_flagged_queued_and_answered_like_anything_else(
    clamd: Clamd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The infected one of two is flagged; both are in the queue, and both senders are answered."""
    make(tmp_path, clamd.socket, EICAR, b"harmless")

    assert 0 == main(["--config", str(tmp_path / "mailbot.toml"), "run", "--once"])
    capsys.readouterr()
    assert 0 == main(["--config", str(tmp_path / "mailbot.toml"), "export", "--jsonl"])
    exported = capsys.readouterr().out

    assert 1 == exported.count('"malware"')
    assert 2 == exported.count('"state": "queued"')
    assert 2 == len(list((tmp_path / "data" / "acknowledgements").glob("*.eml")))


def exported(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What is stored."""
    capsys.readouterr()
    assert 0 == main(["--config", str(folder / "mailbot.toml"), "export", "--jsonl"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def run_once(folder: Path) -> None:
    """Everything a single time."""
    assert 0 == main(["--config", str(folder / "mailbot.toml"), "run", "--once"])


def set_to(folder: Path, socket: Path, more: str = "") -> None:
    """Another place of the scanner, and other settings of it."""
    (folder / "mailbot.toml").write_text(CONFIG.format(socket=socket) + more)


def make_due(folder: Path) -> None:
    """Let the pauses of all jobs be over."""
    with open_app(load(folder / "mailbot.toml", {})) as app, app.store.unit() as unit:
        unit.db.execute(update(job).values(run_at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_while_the_scanner_is_away_messages_wait_and_senders_are_answered(
    clamd: Clamd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Stored, in the inbox, and acknowledged as ever, once, however often it is tried; an alarm is raised. When
    the scanner is back it goes on as if it had never been away: no attempt was counted.
    """
    make(tmp_path, tmp_path / "nobody", b"harmless", EICAR)
    for _ in range(5):
        run_once(tmp_path)
        make_due(tmp_path)
    waiting = states(tmp_path, capsys)
    alarms = main(["--config", str(tmp_path / "mailbot.toml"), "alerts"]), capsys.readouterr().out
    inbox = [path.name for path in (tmp_path / "mail" / "new").iterdir()]
    answered = len(list((tmp_path / "data" / "acknowledgements").glob("*.eml")))
    set_to(tmp_path, clamd.socket)
    run_once(tmp_path)

    assert "2 stored" in waiting
    assert 2 == len(inbox)
    assert 2 == answered
    assert "the virus scanner does not answer" in alarms[1]
    assert ["queued", "queued"] == [one["state"] for one in exported(tmp_path, capsys)]
    assert [1, 1] == [one["attempts"] for one in exported(tmp_path, capsys)]
    assert [False, True] == ["malware" in one["flags"] for one in exported(tmp_path, capsys)]
    assert 2 == len(list((tmp_path / "data" / "acknowledgements").glob("*.eml")))


def test_after_a_while_it_is_queued_as_not_scanned_and_scanned_later(
    clamd: Clamd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Handlers wait no longer than is set; what they see says that nobody scanned it, until somebody has."""
    make(tmp_path, tmp_path / "nobody", EICAR)
    set_to(tmp_path, tmp_path / "nobody", "wait_minutes = 0\n")
    run_once(tmp_path)
    (unscanned,) = exported(tmp_path, capsys)
    set_to(tmp_path, clamd.socket)
    make_due(tmp_path)
    run_once(tmp_path)
    (scanned,) = exported(tmp_path, capsys)

    assert ("queued", True, False) == found(unscanned)
    assert ("queued", False, True) == found(scanned)
    assert 1 == len(list((tmp_path / "data" / "acknowledgements").glob("*.eml")))


def found(one: dict[str, Any]) -> tuple[str, bool, bool]:
    """State, whether it says "not scanned", whether it says "malware"."""
    return one["state"], "not_scanned" in one["problems"], "malware" in one["flags"]

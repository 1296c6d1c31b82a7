"""The worker asks the scanner first; what it says is shown, and changes no answer to a sender."""

from base64 import b64encode
from pathlib import Path

import pytest

from mailbot.cli import main
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


def test_without_a_verdict_messages_are_stored_and_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the scanner is away nothing is read and nothing is lost; when it is back everything goes on."""
    make(tmp_path, tmp_path / "nobody", b"harmless")

    main(["--config", str(tmp_path / "mailbot.toml"), "run", "--once"])
    waiting = states(tmp_path, capsys)

    assert "1 stored" in waiting
    assert ["0.M1.test"] == [path.name for path in (tmp_path / "mail" / "new").iterdir()]

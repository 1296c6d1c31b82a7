"""
A whole installation in a folder, driven from outside: real commands, a real mailbox, a real relay.

Only this file of the fault tests knows how mailbot is started and asked.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.app import open_app
from mailbot.config import load
from mailbot.store import messages
from tests.servers.dovecot import Dovecot

PROGRAM = [sys.executable, "-m", "mailbot"]

CONFIG = """
[mailbot]
data = "data"
disk_reserve_mb = 1

[[mailboxes]]
name = "partnership"
kind = "imap"
addresses = ["partnership@police.example"]
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "{user}"
password_file = "imap.password"
poll_seconds = 1
authserv_ids = ["mx.police.example"]

[acknowledge]
enabled = true
kind = "smtp"
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [0, 0]

[sandbox]
mode = "best_effort"

[engine]
readers = 2
"""


@dataclass
class Installation:
    """mailbot in a folder of its own."""

    folder: Path
    _log_start: int = 0

    @classmethod
    def create(cls, folder: Path, dovecot: Dovecot, user: str, smtp_port: int) -> "Installation":
        """`mailbot init`, and a configuration of ours."""
        installation = cls(folder)
        installation.command("init", "--dir", str(folder), config=False)
        secret = folder / "imap.password"
        secret.write_text(dovecot.password)
        secret.chmod(0o400)
        config = CONFIG.format(imap_port=dovecot.plain, smtp_port=smtp_port, user=user)
        (folder / "mailbot.toml").write_text(config)
        return installation

    def command(self, *words: str, config: bool = True, expected: int = 0) -> str:
        """Run a command to its end; what it printed."""
        where = ["--config", str(self.folder / "mailbot.toml")] if config else []
        done = subprocess.run(
            [*PROGRAM, *where, *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.folder.parent,
        )
        assert expected == done.returncode, done.stderr
        return done.stdout

    def raw(self, message_id: str) -> bytes:
        """The original bytes; read in this process, because two hundred starts take minutes."""
        with open_app(load(self.folder / "mailbot.toml", {})) as app, app.store.look() as db:
            message = messages.get(db, message_id)
            assert message is not None
            return app.raw.read(message.raw_digest)

    def start(self) -> subprocess.Popen[bytes]:
        """The worker, in a session of its own; its log goes to a file."""
        self._log_start = len(self.log())
        with open(self.folder / "worker.log", "ab") as log:
            return subprocess.Popen(
                [*PROGRAM, "--config", str(self.folder / "mailbot.toml"), "run"],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_log(self, event: str, *, seconds: float) -> None:
        """Wait until the worker that was started last has told of `event`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if event in self.log()[self._log_start :]:
                return
            time.sleep(0.01)
        raise AssertionError(f"no {event} within {seconds} s")

    def log(self) -> str:
        """All that its workers have written."""
        path = self.folder / "worker.log"
        return path.read_text() if path.exists() else ""

    def export(self) -> list[dict[str, Any]]:
        """Every stored message, as the record contract has it."""
        return [json.loads(line) for line in self.command("export", "--jsonl").splitlines()]

    def status(self) -> dict[str, Any]:
        """The counts."""
        found: dict[str, Any] = json.loads(self.command("status", "--json"))
        return found


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole session of a worker: nothing of it may clean up."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)

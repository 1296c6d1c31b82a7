"""
A whole installation in a folder, driven from outside: real commands, a real mailbox, a real relay.

Only this file knows how mailbot is started and asked. What is made before a test and asked after it (`init`,
`export`, `status`) runs in this process, because each start of a program takes half a second; `command` and
`ask` start one.
"""

import argparse
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from mailbot.app import open_app
from mailbot.cli import export, init, status
from mailbot.config import load
from mailbot.store import messages
from tests.servers.dovecot import Dovecot

PROGRAM = [sys.executable, "-m", "mailbot"]

CONFIG = """
[mailbot]
data = "data"
disk_reserve_mb = {reserve_mb}

[[mailboxes]]
name = "partnership"
kind = "imap"
addresses = [{addresses}]
host = "{imap_host}"
port = {imap_port}
tls = "{imap_tls}"
ca_file = "{imap_ca_file}"
username = "{user}"
password_file = "{password_file}"
inbox = "{inbox}"
poll_seconds = 1
authserv_ids = ["mx.police.example"]

[acknowledge]
enabled = true
kind = "smtp"
host = "127.0.0.1"
port = {smtp_port}
tls = "{smtp_tls}"
ca_file = "{smtp_ca_file}"
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [{delay}, {delay}]

[sandbox]
mode = "best_effort"

[engine]
readers = {readers}
{more}
"""
SETTINGS: dict[str, object] = {
    "reserve_mb": 1,
    "addresses": '"partnership@police.example"',
    "imap_host": "127.0.0.1",
    "imap_tls": "none",
    "imap_ca_file": "",
    "password_file": "imap.password",
    "inbox": "INBOX",
    "smtp_tls": "none",
    "smtp_ca_file": "",
    "delay": 0,
    "readers": 2,
    "more": "",
}
# How a line of the log begins; everything else on standard error is said to a person.
LOGGED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:INFO|WARNING|ERROR) ")


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: bytes
    err: str

    @property
    def said(self) -> list[str]:
        """The lines on standard error that are not the log's."""
        return [line for line in self.err.splitlines() if not LOGGED.match(line)]

    @property
    def text(self) -> str:
        """What it printed."""
        return self.out.decode()


@dataclass
class Installation:
    """mailbot in a folder of its own."""

    folder: Path
    settings: dict[str, object] = field(default_factory=dict)

    @classmethod
    def bare(cls, folder: Path) -> Self:
        """`mailbot init` and nothing more."""
        assert 0 == init.run(argparse.Namespace(dir=folder, config=None), io.StringIO(), io.StringIO())
        return cls(folder)

    @classmethod
    def create(
        cls, folder: Path, dovecot: Dovecot, user: str, smtp_port: int, **settings: object
    ) -> "Installation":
        """`mailbot init`, and a configuration of ours."""
        installation = cls.bare(folder)
        installation.settle(dovecot, user, smtp_port, **settings)
        return installation

    @classmethod
    def of(cls, folder: Path, text: str, secrets: dict[str, str]) -> "Installation":
        """`mailbot init`, and this configuration, with files for its secrets."""
        installation = cls.bare(folder)
        (folder / "mailbot.toml").write_text(text)
        for name, secret in secrets.items():
            (folder / name).write_text(secret)
            (folder / name).chmod(0o400)
        return installation

    def copy(
        self, folder: Path, dovecot: Dovecot, user: str, smtp_port: int, **settings: object
    ) -> "Installation":
        """Another one that is like this, with a configuration of its own: quicker than `create`."""
        shutil.copytree(self.folder, folder)
        installation = Installation(folder)
        installation.settle(dovecot, user, smtp_port, **settings)
        return installation

    def settle(self, dovecot: Dovecot, user: str, smtp_port: int, **settings: object) -> None:
        """Write the configuration and the password."""
        secret = self.folder / "imap.password"
        secret.unlink(missing_ok=True)
        secret.write_text(dovecot.password)
        secret.chmod(0o400)
        self.configure(user=user, imap_port=dovecot.plain, smtp_port=smtp_port, **settings)

    def configure(self, **changes: object) -> None:
        """Change settings; see `SETTINGS`."""
        self.settings |= changes
        (self.folder / "mailbot.toml").write_text(CONFIG.format(**(SETTINGS | self.settings)))

    def ask(self, *words: str, config: bool = True, seconds: float = 120) -> Ended:
        """Run a command to its end, however that is."""
        where = ["--config", str(self.folder / "mailbot.toml")] if config else []
        done = subprocess.run(
            [*PROGRAM, *where, *words],
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=self.folder.parent,
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode())

    def command(self, *words: str, config: bool = True, expected: int = 0) -> str:
        """Run a command that must end as expected; what it printed."""
        done = self.ask(*words, config=config)
        assert expected == done.code, done.err
        return done.text

    def raw(self, message_id: str) -> bytes:
        """The original bytes."""
        return self.raws([message_id])[message_id]

    def raws(self, message_ids: Sequence[str]) -> dict[str, bytes]:
        """The original bytes of many."""
        found = {}
        with open_app(load(self.folder / "mailbot.toml", {})) as app, app.store.look() as db:
            for message_id in message_ids:
                message = messages.get(db, message_id)
                assert message is not None
                found[message_id] = app.raw.read(message.raw_digest)
        return found

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
        said = self._inside(export, jsonl=True, since=None, reason="")
        return [json.loads(line) for line in said.splitlines()]

    def status(self) -> dict[str, Any]:
        """The counts."""
        found: dict[str, Any] = json.loads(self._inside(status, json=True))
        return found

    def _inside(self, command: ModuleType, **options: object) -> str:
        """What a command prints that is run in this process."""
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        args = argparse.Namespace(config=self.folder / "mailbot.toml", **options)
        assert 0 == command.run(args, out, io.StringIO())
        out.seek(0)
        return out.read()


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole session of a worker: nothing of it may clean up."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


@contextmanager
def working(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """A worker while the block runs; killed at its end where it has not ended by itself."""
    worker = installation.start()
    try:
        yield worker
    finally:
        if worker.poll() is None:
            kill(worker)


def children_of(worker: int) -> list[int]:
    """The processes that a worker has started, and what those have started."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = list(parents.get(worker, []))
    for pid in found:
        found += parents.get(pid, [])
    return found


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and not only its remains."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

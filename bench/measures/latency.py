"""
How long a message waits: from the moment at which the server says EXISTS until its review item is committed.

The worker runs as `mailbot run` does. Its database is watched without a lock: the change counter in the
file's head says when to look.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from bench.dovecot import PASSWORD
from bench.installation import MAILBOT, install
from bench.setting import Setting
from bench.table import Row, percentile, spread

COUNT = 40
MEDIAN, NINETY_FIVE = 50.0, 250.0  # ms
PATIENCE = 20.0  # seconds


class Idler:
    """A connection of our own that hears EXISTS when the worker's does."""

    def __init__(self, port: int, user: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._lines = self._socket.makefile("rb")
        self._lines.readline()
        for command in (f"LOGIN {user} {PASSWORD}", "EXAMINE INBOX"):
            self._socket.sendall(f"a {command}\r\n".encode("ascii"))
            self._until(b"a ")
        self._socket.sendall(b"a IDLE\r\n")
        self._until(b"+")

    def _until(self, start: bytes) -> None:
        while not self._lines.readline().startswith(start):
            pass

    def exists(self) -> float:
        """Wait for the next EXISTS; when it came."""
        while b"EXISTS" not in self._lines.readline():
            pass
        return time.perf_counter()

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()


class Watch:
    """Counts committed review items."""

    def __init__(self, database: Path) -> None:
        self._file = os.open(database, os.O_RDONLY)
        self._database = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)

    def items(self) -> int:
        """How many there are."""
        return int(self._database.execute("select count(*) from review_item").fetchone()[0])

    def more_than(self, count: int) -> float:
        """Wait until there are more; when that was."""
        end = time.perf_counter() + PATIENCE
        seen = b""
        while (now := time.perf_counter()) < end:
            changed = os.pread(self._file, 4, 24)
            if changed != seen:
                seen = changed
                if self.items() > count:
                    return now
            time.sleep(0.001)
        raise SystemExit(f"no review item within {PATIENCE:g} seconds")

    def close(self) -> None:
        """Look away."""
        os.close(self._file)
        self._database.close()


def deliver(setting: Setting, user: str, name: str, data: bytes) -> None:
    """As a delivery agent does: whole under another name, then renamed."""
    box = setting.server.maildir(user)
    (box / "tmp" / name).write_bytes(data)
    setting.server.own(box / "tmp" / name)
    (box / "tmp" / name).rename(box / "new" / name)


def run(setting: Setting) -> list[Row]:
    """One message after the other, to a worker that idles."""
    source = sorted(next(iter(setting.sources.values())).iterdir())[: COUNT + 3]
    messages = [path.read_bytes() for path in source if b"Auto-Submitted" not in path.read_bytes()[:8000]]
    nothing = setting.work / "empty"
    nothing.mkdir()
    setting.server.fill("idle", nothing)
    folder = setting.work / "latency"
    config = install(folder, setting.server.port, "idle")
    environ = setting.environ("idle", folder)
    with open(folder / "log", "wb") as log:
        worker = subprocess.Popen([MAILBOT, "--config", config, "run"], env=environ, stdout=log, stderr=log)
    try:
        waits = _waits(setting, folder / "data" / "mailbot.db", messages)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    waits = waits[3:]  # the first ones warm up
    middle = percentile(waits, 0.5)
    return [
        Row("latency", "EXISTS to queued, median", middle, "ms", most=MEDIAN, spread=spread(waits)),
        Row("latency", "EXISTS to queued, 95 of 100", percentile(waits, 0.95), "ms", most=NINETY_FIVE),
    ]


def _waits(setting: Setting, database: Path, messages: list[bytes]) -> list[float]:
    idler, watch = Idler(setting.server.port, "idle"), Watch(database)
    waits = []
    time.sleep(3)  # until the worker idles
    try:
        for number, data in enumerate(messages):
            before = watch.items()
            deliver(setting, "idle", f"{int(time.time())}.M{number}L{time.time_ns()}.bench", data)
            said = idler.exists()
            waits.append(1000 * (watch.more_than(before) - said))
            print(f"  latency {number}: {waits[-1]:.1f} ms", file=sys.stderr)
            time.sleep(0.7)  # the worker tidies up and idles again
    finally:
        idler.close()
        watch.close()
    return waits

"""
What is large: the memory that one message of 25 MB takes in the worker, and an inbox of 50,000 messages:
how long until the first is in the queue, and whether memory grows with what waits.

Memory is the worker's own resident size, at its highest; the reading children have limits of their own.
"""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.dovecot import PASSWORD
from bench.installation import MAILBOT, install
from bench.measures.latency import Watch, deliver
from bench.setting import Setting
from bench.table import Row

MEGABYTES = 25
ABOVE_IDLE, GROWTH = 150.0, 50.0  # MB
WAITING = 50_000
FIRST = 10.0  # seconds
SECONDS = 45.0  # in which memory must stay as it is
PROOF = "Authentication-Results: mx.police.example; dmarc=pass header.from=big.example\r\n"
HEAD = PROOF + "From: A <a{n}@big.example>\r\nMessage-ID: <{n}@big.example>\r\n"


def run(setting: Setting) -> list[Row]:
    """Both, one after the other."""
    return [*_giant(setting), *_flood(setting)]


def _giant(setting: Setting) -> list[Row]:
    nothing = setting.work / "empty-giant"
    nothing.mkdir()
    setting.server.fill("idle", nothing)
    with _worker(setting, "giant") as (worker, database):
        time.sleep(5)  # until it idles
        idle = _memory(worker.pid, "VmRSS")
        Path(f"/proc/{worker.pid}/clear_refs").write_text("5")  # the highest begins anew
        watch = Watch(database)
        deliver(setting, "idle", f"{int(time.time())}.M1giant.bench", _message(MEGABYTES * 2**20))
        watch.more_than(0)
        time.sleep(3)
        peak = _memory(worker.pid, "VmHWM")
        watch.close()
    print(f"  giant: idle {idle:.0f} MB, peak {peak:.0f} MB", file=sys.stderr)
    return [Row("giant", f"{MEGABYTES} MB message, above idle", peak - idle, "MB", most=ABOVE_IDLE)]


def _flood(setting: Setting) -> list[Row]:
    source = setting.work / "flood-source"
    source.mkdir()
    for number in range(WAITING):
        text = f"{HEAD.format(n=number)}Subject: {number}\r\n\r\n{number}\r\n"
        (source / f"1700000000.M{number:06}.bench").write_text(text)
    setting.server.fill("idle", source)
    began = time.perf_counter()
    with _worker(setting, "flood") as (worker, database):
        watch = Watch(database)
        first = watch.more_than(0) - began
        time.sleep(5)
        early = _memory(worker.pid, "VmHWM")
        time.sleep(SECONDS)
        late, items = _memory(worker.pid, "VmHWM"), watch.items()
        watch.close()
    print(f"  flood: {early:.0f} MB, later {late:.0f} MB, {items} queued", file=sys.stderr)
    return [
        Row("flood", f"{WAITING} waiting, first queued", first, "s", most=FIRST),
        Row("flood", f"{items} queued later, growth", late - early, "MB", most=GROWTH),
    ]


@contextmanager
def _worker(setting: Setting, name: str) -> "Iterator[tuple[subprocess.Popen[bytes], Path]]":
    folder = setting.work / name
    config = install(folder, setting.server.port, "idle")
    environ = os.environ | {"BENCH_PASSWORD": PASSWORD}
    with open(folder / "log", "wb") as log:
        worker = subprocess.Popen([MAILBOT, "--config", config, "run"], env=environ, stdout=log, stderr=log)
    try:
        yield worker, folder / "data" / "mailbot.db"
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(40)


def _memory(pid: int, what: str) -> float:
    """Megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"no {what} of the worker")


def _message(size: int) -> bytes:
    head = (
        f"{HEAD.format(n=0)}Subject: large\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n"
        'Content-Type: application/octet-stream; name="large.bin"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(os.urandom(size * 3 // 4)).replace(b"\n", b"\r\n")[:size]

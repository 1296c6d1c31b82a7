"""
Rounds of faults over one mailbox, drawn from a seed; then quiet, then the invariants.

A round delivers some messages, starts a worker, lets one thing go wrong, and ends the worker one way or
another. Nothing is done between rounds but starting the next: that is I12.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.disk import Disk
from tests.faults.invariants import Run, busy, digest, exported, violations
from tests.faults.letters import Letter, write
from tests.faults.sides import TELLS, Side
from tests.installation import PROGRAM, Installation, is_alive
from tests.servers.smtp import Mode, Received, SmtpSink

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
IN_DOUBT: tuple[Mode, ...] = ("dot-silence", "dot-cut", "dot-garbage")
REFUSALS: tuple[Mode, ...] = (
    "mail-421",
    "rcpt-450",
    "data-451",
    "cut-in-content",
    "dot-451",
    "dot-421",
    "slow",
)
OURS = (
    "kill", "kill_at_start", "kill_at_dot", "kill_at_dot", "kill_at_command", "kill_at_database", "stop",
    "freeze", "refusal", "refusal", "in_doubt", "locked", "two", "twice", "relay_away",
)  # fmt: skip
NEEDS_ROOT = ("full", "read_only")
CLOCKS = ("+1d", "-1d", "+3h")
QUIET = 100.0  # seconds at most


@dataclass
class AlignedSink(SmtpSink):
    """A relay that tells when it has kept a message, before it answers."""

    kept: Callable[[], None] = lambda: None
    doubtful: int = 0

    def keep(self, message: Received) -> None:
        """Durable, and then told."""
        super().keep(message)
        self.kept()

    def take_mode(self) -> Mode:
        """Counts those that leave a doubt."""
        mode = super().take_mode()
        self.doubtful += mode in IN_DOUBT
        return mode


@dataclass
class Harness:
    """A run. `program` starts a worker, the right one or one with a fault planted in it."""

    side: Side
    sink: AlignedSink
    installation: Installation
    seed: int
    disk: Disk | None = None
    program: Sequence[str] = ()
    faults: Sequence[str] = ()
    letters: list[Letter] = field(default_factory=list)
    delivered: "Counter[bytes]" = field(default_factory=Counter)
    quiet: float = QUIET
    kills: int = 0
    happened: "Counter[str]" = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311  printed by its seed
        more = (*NEEDS_ROOT,) if self.disk is not None else ()
        clock = ("clock",) if FAKETIME.exists() else ()
        self.faults = self.faults or (*OURS, *self.side.troubles, *more, *clock)

    def rounds(self, count: int) -> None:
        """So many rounds."""
        for _ in range(count):
            self.round(self.dice.choice(self.faults))

    def round(self, fault: str) -> None:
        """One round with this fault."""
        self.happened[fault] += 1
        for _ in range(self.dice.randrange(0, 4)):
            self._deliver()
        try:
            if fault in TELLS:
                self._while_moving(fault)
            elif fault in self.side.troubles:
                self.side.begin(fault, self.dice)
                self._work(self._seconds())
            else:
                getattr(self, f"_{fault}")()
        finally:
            self.side.mend()
            self.sink.modes.clear()
            self.sink.mode = "accept"

    def settle(self) -> None:
        """A worker that nobody disturbs, until nothing is left to do."""
        with self._worker() as worker:
            end = time.monotonic() + self.quiet
            while time.monotonic() < end and not self._is_quiet():
                time.sleep(0.3)
            worker.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                worker.wait(30)

    def verdict(self, folder: Path | None) -> list[str]:
        """Settle, and say what is not as it must be; beside a run without faults in `folder`."""
        self.settle()
        answered = Counter(mail.recipients[0] for mail in self.sink.received)
        clean: list[dict[str, Any]] = []
        if folder is not None:
            twin = self.side.twin(folder, 1, [letter.data for letter in self.letters])
            twin.ask("run", "--once", seconds=600)
            clean = exported(twin)
        doubts = self.kills + self.sink.doubtful
        return violations(
            Run(
                self.installation,
                self.letters,
                self.delivered,
                self.side.holdings(),
                self.side.told(),
                answered,
                doubts,
                self.side.copies,
                self.side.ghosts,
                clean,
            )
        )

    # The ways in which a round goes wrong

    def _while_moving(self, fault: str) -> None:
        """Until the mailbox was to be changed, and a little longer."""
        self._deliver()
        before = self.side.changes()
        self.side.begin(fault, self.dice)
        with self._worker():
            self._await(lambda: self.side.changes() > before, 8.0)
            time.sleep(self._seconds())

    def _kill(self) -> None:
        self._work(self._seconds())

    def _kill_at_start(self) -> None:
        self._work(self.dice.uniform(0.05, 0.6), awaits=False)

    def _kill_at_dot(self) -> None:
        """0 to 6 ms after the relay has the whole message."""
        self._deliver(earning=True)
        pause = self.dice.choice((0.0, 0.0, 0.001, 0.003, 0.006))
        with self._worker() as worker:
            self.sink.kept = lambda: self._kill_later(worker, pause)
            self._until_dead(worker, 15.0)
        self.sink.kept = lambda: None

    def _kill_at_command(self) -> None:
        """At the k-th command of a connection."""
        wanted = self.dice.randrange(4, 16)
        with self._worker() as worker:
            self.side.watch(lambda number: self._kill_later(worker, 0.0) if number == wanted else None)
            self._until_dead(worker, 5.0)
        self.side.watch(lambda number: None)

    def _kill_at_database(self) -> None:
        """When the file of the database has changed so many times."""
        path, changes = self.installation.folder / "data" / "mailbot.db", self.dice.randrange(1, 9)
        with self._worker():
            seen, end = path.stat().st_mtime_ns, time.monotonic() + 3.0
            while changes and time.monotonic() < end:
                now = path.stat().st_mtime_ns
                changes -= now != seen
                seen = now
                time.sleep(0.0005)

    def _stop(self) -> None:
        self._work(self._seconds(), end=signal.SIGTERM)

    def _freeze(self) -> None:
        with self._worker() as worker:
            self._await_poll()
            os.killpg(worker.pid, signal.SIGSTOP)
            time.sleep(1.0)
            os.killpg(worker.pid, signal.SIGCONT)
            time.sleep(self._seconds())

    def _refusal(self) -> None:
        self._at_the_relay(*(self.dice.choice(REFUSALS) for _ in range(2)))

    def _in_doubt(self) -> None:
        self._at_the_relay(self.dice.choice(IN_DOUBT))

    def _at_the_relay(self, *modes: Mode) -> None:
        """Until the relay was spoken to, and a little longer."""
        self._deliver(earning=True)
        self.sink.modes[:] = modes
        with self._worker():
            self._await(lambda: len(self.sink.modes) < len(modes), 8.0)
            time.sleep(self._seconds())

    def _relay_away(self) -> None:
        port = self.installation.settings["smtp_port"]
        self.installation.configure(smtp_port=1)
        self._work(self._seconds())
        self.installation.configure(smtp_port=port)

    def _locked(self) -> None:
        """Another process holds the database."""
        path = self.installation.folder / "data" / "mailbot.db"
        with self._worker():
            self._await_poll(patient=False)
            with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as other:
                with suppress(sqlite3.OperationalError):
                    other.execute("BEGIN EXCLUSIVE")
                time.sleep(self.dice.uniform(0.3, 1.5))
            time.sleep(self._seconds())

    def _two(self) -> None:
        """A second worker at once; the lock is for one."""
        with self._worker(), self._worker() as second:
            with suppress(subprocess.TimeoutExpired):
                second.wait(5)
            time.sleep(self._seconds())

    def _twice(self) -> None:
        """A message is delivered again."""
        if self.letters:
            self._deliver(self.dice.choice(self.letters))
        self._work(self._seconds())

    def _full(self) -> None:
        """No room on the disk, and then some."""
        assert self.disk is not None
        with self._worker():
            self._await_poll(patient=False)
            self.disk.fill(leave=self.dice.choice((0, 4096, 65536, 2**20)))
            self._deliver()
            time.sleep(self._seconds() + 0.5)
            self.disk.free()
            time.sleep(self._seconds())

    def _read_only(self) -> None:
        """The data cannot be written."""
        assert self.disk is not None
        with self.disk.read_only():
            self._work(1.0, awaits=False)

    def _clock(self) -> None:
        """The clock is somewhere else for a round."""
        (self.installation.folder / "clock-moved").touch()
        more = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": self.dice.choice(CLOCKS)}
        self._work(self._seconds(), environment=more)

    # What they are made of

    def _deliver(self, again: Letter | None = None, *, earning: bool = False) -> None:
        one = again or write(len(self.letters), self.dice)
        while earning and not one.earns:
            one = write(len(self.letters), self.dice)
        if again is None:
            self.letters.append(one)
        self.delivered[digest(one.data).encode()] += 1
        self.side.deliver(one.data)

    def _seconds(self) -> float:
        return self.dice.uniform(0.05, 0.9)

    def _work(
        self,
        seconds: float,
        *,
        awaits: bool = True,
        end: int = signal.SIGKILL,
        environment: dict[str, str] | None = None,
    ) -> None:
        with self._worker(environment) as worker:
            if awaits:
                self._await_poll(patient=False)
            time.sleep(seconds)
            if end == signal.SIGTERM and worker.poll() is None:
                began = "worker_started" in self.installation.log()[self._log_start :]
                worker.terminate()
                code = worker.wait(35)
                assert code == 0 or not began, "a stop is no end in order"

    @contextmanager
    def _worker(self, environment: dict[str, str] | None = None) -> "Iterator[subprocess.Popen[bytes]]":
        """A worker in a session of its own, which does not outlive the block."""
        config = str(self.installation.folder / "mailbot.toml")
        program = [*(self.program or PROGRAM), "--config", config, "run"]
        self._log_start = len(self.installation.log())
        with open(self.installation.folder / "worker.log", "ab") as log:
            worker = subprocess.Popen(
                program, stdout=log, stderr=log, start_new_session=True, env=os.environ | (environment or {})
            )
        try:
            yield worker
        finally:
            self._end(worker)

    def _end(self, worker: "subprocess.Popen[bytes]") -> None:
        if worker.poll() is None:
            self.kills += 1
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
        elif worker.returncode == -signal.SIGKILL:
            self.kills += 1
        worker.wait(10)
        end = time.monotonic() + 10
        while (left := [pid for pid in session_of(worker.pid) if is_alive(pid)]) and time.monotonic() < end:
            time.sleep(0.02)
        assert not left, "a worker left processes behind"

    def _kill_later(self, worker: "subprocess.Popen[bytes]", pause: float) -> None:
        def kill() -> None:
            time.sleep(pause)
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)

        if pause:
            threading.Thread(target=kill, daemon=True).start()
        else:
            kill()

    def _until_dead(self, worker: "subprocess.Popen[bytes]", seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            worker.wait(seconds)

    def _await_poll(self, *, patient: bool = True) -> None:
        """Until the mailbox was looked through; not for long where that may never happen."""
        log = self.installation.log
        self._await(lambda: "poll_done" in log()[self._log_start :], 20.0 if patient else 4.0)

    def _await(self, happened: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not happened() and time.monotonic() < end:
            time.sleep(0.02)

    def _is_quiet(self) -> bool:
        return not busy(self.installation) and not self.side.holdings().get("INBOX")


def session_of(leader: int) -> list[int]:
    """The processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                found.append(int(stat.parent.name))
    return found


def planted(name: str) -> list[str]:
    """A worker with this fault in it."""
    return [sys.executable, "-m", "tests.faults.planted", name]

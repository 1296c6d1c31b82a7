"""A worker that is killed while it sends, for real: another process, and SIGKILL."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.send import outbox
from tests.unit.send.conftest import World, make_envelope

WORKER = """
import os, random, signal, sys
from datetime import datetime
from pathlib import Path
from mailbot.send import outbox
from mailbot.send.transports.folder import FolderTransport
from mailbot.store.keys import Keyring
from mailbot.store.open import open_store
from tests.unit.send.conftest import SENDER, SETTINGS, Composer

folder, when, now = Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])


class Killed(FolderTransport):
    def send(self, mail):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().send(mail)
        if when == "after":
            os.kill(os.getpid(), signal.SIGKILL)


store = open_store(f"sqlite:///{folder / 'mailbot.db'}", Keyring.load(folder / "keys"))
transport = Killed(folder / "out", production=False)
outbox.send_due(store, transport, Composer(SENDER), SETTINGS, lambda: now, random.Random(1), limit=50)
"""


def run_worker(folder: Path, when: str, world: World) -> int:
    """Run it; the signal that ended it, negative, or 0."""
    command = [sys.executable, "-c", WORKER, str(folder), when, world.now.isoformat()]
    return subprocess.run(command, cwd=Path(__file__).parents[3], timeout=60).returncode


@pytest.mark.parametrize(("when", "handed_over"), [("before", 0), ("after", 1)])
def test_killed_while_sending(when: str, handed_over: int, small_world: World, tmp_path: Path) -> None:
    """
    Killed just before or just after the transport took it: uncertain, and never sent by the machine.

    The others leave at the next start, each once.
    """
    world = small_world
    for number in range(3):
        world.arrive(make_envelope(f"a{number}@b{number}.example"))
    world.later(minutes=6)
    killed = run_worker(tmp_path, when, world)
    left = len(list((tmp_path / "out").glob("*.eml")))
    recovered = outbox.recover(world.store, world.now)
    finished = run_worker(tmp_path, "never", world)

    assert (-signal.SIGKILL, 0) == (killed, finished)
    assert (handed_over, 1) == (left, recovered)
    assert ["sent", "sent", "uncertain"] == world.states()
    assert handed_over + 2 == len(list((tmp_path / "out").glob("*.eml")))

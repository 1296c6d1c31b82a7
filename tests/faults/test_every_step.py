"""
Killed at calls that make something durable, one after another: between two steps, and not by chance.

A whole run over one message, from the mailbox to the acknowledgement, is killed by strace at one such call,
in another world at a later one, and so on. The next run does what was left.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import PROGRAM, Installation
from tests.letters import question

CONFIG = """
[mailbot]
data = "data"
disk_reserve_mb = 1

[[mailboxes]]
name = "partnership"
kind = "maildir"
path = "{folder}/mail"
addresses = ["partnership@police.example"]
authserv_ids = ["mx.police.example"]

[acknowledge]
enabled = true
kind = "folder"
folder = "{folder}/out"
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [0, 0]

[sandbox]
mode = "best_effort"

[engine]
readers = 1
"""
# Of the twelve to fourteen syncs of each kind that a thread makes, and of the renames, one of which gives an
# acknowledgement its name; more only take longer.
STEPS = [
    *(("fsync", number) for number in (1, 5, 9)),
    *(("fdatasync", number) for number in (2, 5, 8, 11)),
    *(("rename", number) for number in (1, 2, 3)),
]
Make = Callable[[Path], Installation]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Installations over a Maildir of their own with one message in it."""
    first = tmp_path_factory.mktemp("steps") / "first"
    Installation.of(first, CONFIG.format(folder=first), {})

    def another(folder: Path) -> Installation:
        shutil.copytree(first, folder)
        (folder / "mailbot.toml").write_text(CONFIG.format(folder=folder))
        for place in ("new", "cur", "tmp"):
            (folder / "mail" / place).mkdir(parents=True)
        (folder / "mail" / "new" / "1.a").write_bytes(question("asker@dreamsby.example"))
        return Installation(folder)

    return another


@pytest.mark.parametrize(("call", "number"), STEPS)
def test_killed_at_a_step(make: Make, tmp_path: Path, call: str, number: int) -> None:
    """One message, one item, one acknowledgement or a doubt, nothing in the inbox; and no operator."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: strace)")
    mailbot = make(tmp_path / "mailbot")
    kill = ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]
    config = str(mailbot.folder / "mailbot.toml")
    killed = subprocess.run(
        [
            strace,
            "-f",
            "-b",
            "execve",
            "-qq",
            "-o",
            "/dev/null",
            *kill,
            *PROGRAM,
            "--config",
            config,
            "run",
            "--once",
        ],
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},  # no renames but our own
    )
    if b"Operation not permitted" in killed.stderr:
        pytest.skip("this machine lets nobody trace")
    mailbot.command("run", "--once")
    mailbot.command("run", "--once")
    sent, (one,) = len(list((mailbot.folder / "out").glob("*.eml"))), mailbot.export()

    assert -9 == killed.returncode, killed.stderr
    assert (one["state"], one["acknowledgement"], sent) in {
        ("queued", "sent", 1),
        ("queued", "uncertain", 0),
        ("queued", "uncertain", 1),
    }
    assert [] == list((mailbot.folder / "mail" / "new").iterdir())
    assert 1 == len(list((mailbot.folder / "mail" / ".Processed").rglob("*1.a*")))

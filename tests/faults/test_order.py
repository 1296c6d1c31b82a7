"""
I9, seen from outside by strace: nothing is said to a server before the disk has what it speaks of.

A kill leaves the system's own cache alone, so it proves nothing about a power cut; the order of calls does.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.installation import PROGRAM, Installation
from tests.letters import question
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

CALLS = "trace=fsync,fdatasync,rename,sendto,write"
# What a line of strace tells, by the first of these that fits.
EVENTS = (
    ("raw", re.compile(r"f(?:data)?sync\(\d+<[^>]*/blobs/tmp/")),
    ("folder", re.compile(r"f(?:data)?sync\(\d+<[^>]*/blobs>")),
    ("name", re.compile(r'rename\("[^"]*/blobs/tmp/')),
    ("database", re.compile(r"f(?:data)?sync\(\d+<[^>]*/mailbot\.db>")),
    ("move", re.compile(r'(?:sendto|write)\(\d+<[^>]*>, "\w+ UID MOVE ')),
    ("data", re.compile(r'(?:sendto|write)\(\d+<[^>]*>, "(?i:data)\\r\\n"')),
    ("dot", re.compile(r'(?:sendto|write)\(\d+<[^>]*>, "\.\\r\\n"')),
)


@pytest.fixture
def events(tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink) -> list[str]:
    """What a worker did with two messages, in order."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: strace)")
    user = dovecot.user("order")
    installation = Installation.create(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)
    for number in range(2):
        dovecot.deliver(user, question(f"asker@dreamsby{number}.example", number))
    config, log = str(installation.folder / "mailbot.toml"), tmp_path / "calls"
    traced = [strace, "-f", "-y", "-s", "80", "-e", CALLS, "-o", str(log)]
    done = subprocess.run(
        [*traced, *PROGRAM, "--config", config, "run", "--once"],
        capture_output=True,
        timeout=300,
        check=False,
    )
    if b"Operation not permitted" in done.stderr and not log.stat().st_size:
        pytest.skip("this machine lets nobody trace")
    assert (0, 2) == (done.returncode, len(smtp.received)), done.stderr
    lines = log.read_text(errors="replace").splitlines()
    named = (next((name for name, form in EVENTS if form.search(line)), "") for line in lines)
    return [name for name in named if name]


def test_the_disk_has_it_before_any_server_is_told(events: list[str]) -> None:
    """
    The bytes, their name and its folder, then the row; only then the move. Of each acknowledgement: that it
    is being sent, then its content; that it was sent, then the next one's.
    """
    told = [place for place, event in enumerate(events) if event in ("move", "data", "dot")]
    first_told = told[0]
    stored = [place for place, event in enumerate(events) if event in ("raw", "name", "folder")]
    data, dots, moves = (
        [place for place, event in enumerate(events) if event == name] for name in ("data", "dot", "move")
    )

    assert ["raw", "raw", "name", "name", "folder"] == [events[place] for place in stored]
    assert stored[-1] < first_told
    assert "database" in events[stored[-1] : first_told]  # the claim
    assert 2 == len(data) == len(dots)
    for begins, ends, next_one in zip(data, dots, [*data[1:], len(events)], strict=True):
        assert begins < ends
        assert "database" in events[ends:next_one]  # that it was sent
    assert "database" in events[stored[-1] : data[0]]
    assert 2 <= events[dots[0] : data[1]].count("database")  # that it was sent, that the next one is
    assert moves
    assert "database" in events[moves[-1] :]  # the proof

"""`mailbot demo`: from nothing to a table that a newcomer understands."""

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "mailbot", "demo"]
SECONDS = 45.0


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]", float]:
    """A demonstration in a pipe: its folder, what it said, how long it took."""
    folder = tmp_path_factory.mktemp("demo")
    began = time.monotonic()
    ended = subprocess.run(
        [*COMMAND, "--dir", str(folder), "--no-console"], capture_output=True, text=True, timeout=120
    )
    return folder, ended, time.monotonic() - began


Shown = tuple[Path, "subprocess.CompletedProcess[str]", float]


def test_it_works_from_nothing_in_seconds(shown: Shown) -> None:
    """Exit code 0, and quicker than a newcomer's patience."""
    _, ended, seconds = shown

    assert 0 == ended.returncode, ended.stderr
    assert seconds < SECONDS


def test_the_table_tells_each_message(shown: Shown) -> None:
    """What each is, what was found, and whether the sender was told or why not."""
    _, ended, _ = shown

    for words in (  # as far as they stand on one line of their column
        "a completed form",
        "a request for",
        "asks for a blank",
        "a question",
        "a request, and",
        "a referral, sent",
        "automatic mail",
        "something that",
        "yes, by the one to",
        "no: the form says",
        "no: the sender may",
        "no: a program",
        "URGENT",
        "came twice",
        "Tobias",
    ):
        assert words in ended.stdout, words
    assert max(len(line) for line in ended.stdout.splitlines() if "/" not in line) <= 100


def test_a_pipe_gets_no_bar(shown: Shown) -> None:
    """Plain lines, no sign that moves a cursor, and where everything lies."""
    folder, ended, _ = shown

    assert "\x1b" not in ended.stdout + ended.stderr
    assert f"Everything lies in {folder}" in ended.stdout
    assert "mailbot: collecting, reading and acknowledging" in ended.stderr


def test_all_acknowledgements_are_the_same(shown: Shown) -> None:
    """Without To, Date and Message-ID they are the same bytes."""
    folder, _, _ = shown
    files = list((folder / "acknowledgements").glob("*.eml"))

    bare = {re.sub(rb"(?m)^(To|Date|Message-ID): .*\r?\n", b"", file.read_bytes()) for file in files}

    assert len(files) >= 8
    assert 1 == len(bare)


def test_it_touches_nothing_that_is_there(shown: Shown) -> None:
    """A folder that holds something is refused, by name, with the exit code 2."""
    folder, _, _ = shown

    ended = subprocess.run([*COMMAND, "--dir", str(folder)], capture_output=True, text=True, timeout=60)

    assert (2, "") == (ended.returncode, ended.stdout)
    assert "is not empty" in ended.stderr


def test_a_terminal_gets_a_bar(tmp_path: Path) -> None:
    """A person at a terminal sees how far it is."""
    ours, its = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(
        [*COMMAND, "--dir", str(tmp_path), "--no-console"],
        stdout=subprocess.DEVNULL,
        stderr=its,
        env=environ,
    ) as demo:
        os.close(its)
        said = b""
        while piece := _read(ours):
            said += piece
        code = demo.wait(60)
    os.close(ours)

    assert 0 == code
    assert b"\x1b[" in said
    assert b"/15" in said


def _read(descriptor: int) -> bytes:
    """What the terminal shows next; nothing when its last user has gone."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""

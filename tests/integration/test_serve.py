"""`mailbot serve` and `run --console` from outside: they answer, and end when they are told to."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.house.source import ROOT

PROGRAM = [sys.executable, "-m", "mailbot"]


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Path, str]:
    """A fresh installation whose console has a port of its own; where that is."""
    subprocess.run([*PROGRAM, "init", "--dir", str(tmp_path)], check=True, capture_output=True, cwd=ROOT)
    file, port = tmp_path / "mailbot.toml", free_port()
    more = f'\n[console]\nport = {port}\n\n[sandbox]\nmode = "best_effort"\n'
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    return file, f"http://127.0.0.1:{port}"


def await_page(url: str, process: "subprocess.Popen[bytes]") -> requests.Response:
    """The answer, as soon as there is one."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            return requests.get(url, timeout=60)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"no answer; it ended with {process.poll()}")


@pytest.mark.parametrize("command", [["serve"], ["run", "--console"]])
def test_it_answers_and_ends_in_order(installed: tuple[Path, str], command: list[str]) -> None:
    """The door is open within seconds, says nothing about what serves it, and SIGTERM closes it."""
    file, url = installed
    with subprocess.Popen(
        [*PROGRAM, "--config", str(file), *command], cwd=ROOT, stderr=subprocess.PIPE
    ) as process:
        answer = await_page(f"{url}/sign-in", process)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)

    assert 0 == process.returncode, said
    assert "Sign in" in answer.text
    assert "Server" not in answer.headers
    assert b"console_stopped" in said


def test_a_port_that_is_taken_is_a_sentence(installed: tuple[Path, str]) -> None:
    """Two consoles on one port: the second says what to look at."""
    file, url = installed
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(url.rpartition(":")[2])))
        taken.listen()
        done = subprocess.run(
            [*PROGRAM, "--config", str(file), "serve"], cwd=ROOT, capture_output=True, text=True
        )

    assert 2 == done.returncode
    assert "[console] → port" in done.stderr


def test_the_console_is_not_for_a_single_run(installed: tuple[Path, str]) -> None:
    """It would end with it."""
    file, _ = installed
    command = [*PROGRAM, "--config", str(file), "run", "--once", "--console"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert 2 == done.returncode
    assert "--console" in done.stderr


def test_a_change_of_the_settings_is_on_record(installed: tuple[Path, str]) -> None:
    """The next start after it names the table that differs."""
    file, _ = installed
    run = [*PROGRAM, "--config", str(file)]
    for more in ("", "\n[review]\nclaim_minutes = 20\n"):
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        subprocess.run([*run, "run", "--once"], cwd=ROOT, capture_output=True, check=True)

    shown = subprocess.run(
        [*run, "audit", "show", "--item", "settings"], cwd=ROOT, capture_output=True, text=True
    )

    assert "review" == json.loads(shown.stdout.splitlines()[-1])["detail"]["what"]
    assert 2 == len(shown.stdout.splitlines())

"""The scanner adapter against a real clamd, and against daemons that misbehave."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from mailbot.errors import ConfigError, ScannerUnavailable
from mailbot.parse.scanners.base import Verdict
from mailbot.parse.scanners.clamd import ClamdScanner
from mailbot.parse.scanners.none import NoScanner
from mailbot.parse.scanners.rested import RestedScanner
from tests.integration.test_clamd_server import EICAR, zipped
from tests.servers.clamd import Clamd

T = TypeVar("T")


@pytest.mark.parametrize("data", [EICAR, zipped(EICAR)], ids=["bare", "zipped"])
def test_the_test_file_is_infected(clamd: Clamd, data: bytes) -> None:
    """What the daemon finds is infected."""
    assert Verdict.INFECTED is ClamdScanner(clamd.socket).scan(data)


@pytest.mark.parametrize("size", [0, 1, 300_000, 5_000_000])
def test_harmless_bytes_of_any_size_are_clean(clamd: Clamd, size: int) -> None:
    """Bytes in which nothing is found are clean, in one chunk or in many."""
    assert Verdict.CLEAN is ClamdScanner(clamd.socket).scan(b"a" * size)


def test_a_daemon_that_is_there_says_so(clamd: Clamd) -> None:
    """`check` reaches it without scanning."""
    assert ["clamd answers"] == ClamdScanner(clamd.socket).check()


def test_a_daemon_that_is_away_is_not_clean(tmp_path: Path) -> None:
    """No socket, no verdict: the message waits."""
    with pytest.raises(ScannerUnavailable):
        ClamdScanner(tmp_path / "nobody").scan(b"a")


@pytest.fixture
def misbehaving(tmp_path: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A daemon that answers whatever stands in its list."""
    path, answers = tmp_path / "clamd", [b""]
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        door.settimeout(60)

        def serve() -> None:
            client, _ = door.accept()
            with client:
                client.settimeout(60)
                while not client.recv(1 << 20).endswith(bytes(4)):
                    continue
                client.sendall(answers[0])

        thread = threading.Thread(target=serve)
        thread.start()
        yield path, answers
        thread.join(60)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", Verdict.NOT_SCANNED),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", Verdict.NOT_SCANNED),
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict.NOT_SCANNED),
        (b"stream: Some.Thing FOUND\0", Verdict.INFECTED),
    ],
)
def test_a_limit_is_not_clean(
    misbehaving: tuple[Path, list[bytes]], answer: bytes, expected: Verdict
) -> None:
    """What the daemon did not look at is never called clean."""
    path, answers = misbehaving
    answers[0] = answer

    assert expected is ClamdScanner(path).scan(b"a")


@pytest.mark.parametrize(
    "answer", [b"", b"stream: OK and more\0", b"stream: Can't allocate memory ERROR\0", b"OK\0"]
)
def test_any_other_answer_is_no_verdict(misbehaving: tuple[Path, list[bytes]], answer: bytes) -> None:
    """An error, half an answer or a stranger's answer leaves the message waiting."""
    path, answers = misbehaving
    answers[0] = answer

    with pytest.raises(ScannerUnavailable):
        ClamdScanner(path).scan(b"a")


def test_no_scanner_refuses_production() -> None:
    """Without a scanner nothing is clean, and production does not start."""
    assert Verdict.NOT_SCANNED is NoScanner(production=False).scan(b"a")
    with pytest.raises(ConfigError):
        NoScanner(production=True)


class Moody:
    """A daemon that answers when it likes to; counts the questions."""

    def __init__(self) -> None:
        self.well, self.greeted, self.asked = True, 0, 0

    def scan(self, untrusted_data: bytes) -> Verdict:
        self.asked += 1
        return self._answer(Verdict.CLEAN)

    def check(self) -> list[str]:
        self.greeted += 1
        return self._answer(["well"])

    def _answer(self, answer: T) -> T:
        if not self.well:
            raise ScannerUnavailable("the virus scanner does not answer")
        return answer


def test_a_silent_daemon_is_left_alone_for_a_while() -> None:
    """After a failure nobody asks until its rest is over, and then a greeting goes first."""
    daemon = Moody()
    scanner = RestedScanner(daemon, rest=3.0)
    first = scanner.scan(b"a")
    daemon.well = False
    for _ in range(20):
        with pytest.raises(ScannerUnavailable):
            scanner.scan(b"a")
    tired = daemon.greeted, daemon.asked
    daemon.well = True
    time.sleep(3.1)

    assert Verdict.CLEAN is first
    assert (1, 2) == tired
    assert Verdict.CLEAN is scanner.scan(b"a")
    assert (2, 3) == (daemon.greeted, daemon.asked)


def test_a_daemon_that_hangs_is_told_from_one_that_works(tmp_path: Path) -> None:
    """A daemon that takes a connection and says nothing is given up within seconds, not minutes."""
    path = tmp_path / "clamd"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        began = time.monotonic()
        with pytest.raises(ScannerUnavailable):
            RestedScanner(ClamdScanner(path)).scan(b"a")

    assert time.monotonic() - began < 60

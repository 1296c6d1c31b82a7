"""
A private ClamAV daemon on a unix socket, which knows the EICAR test file and nothing else.

It loads one local signature, so that it is up within a second and never asks the network for more.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# Digest and size of the test file that the makers of virus scanners have agreed on; it is harmless.
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-File\n"
CONFIGURATION = """\
DatabaseDirectory {root}/signatures
LocalSocket {root}/clamd.sock
TemporaryDirectory {root}/tmp
LogFile {root}/clamd.log
Foreground yes
OfficialDatabaseOnly no
SelfCheck 0
MaxThreads 2
StreamMaxLength 60M
AlertExceedsMax yes
AlertEncrypted yes
AlertOLE2Macros yes
"""


@dataclass(frozen=True, slots=True)
class Clamd:
    """A daemon that runs."""

    socket: Path
    process: "subprocess.Popen[bytes]"


def _executable() -> str | None:
    return shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/sbin")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(5)
        try:
            asked.connect(str(path))
        except OSError:
            return False
        asked.sendall(b"zPING\0")
        return asked.recv(16).startswith(b"PONG")


def _await(process: "subprocess.Popen[bytes]", path: Path, log: Path) -> None:
    deadline = time.monotonic() + 30
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"clamd did not come up; see {log}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """One daemon for the whole run; a test that needs a silent one stops a daemon of its own."""
    executable = _executable()
    if executable is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    root = tmp_path_factory.mktemp("clamd")
    for name in ("signatures", "tmp"):
        (root / name).mkdir()
    (root / "signatures" / "local.hdb").write_text(SIGNATURE, encoding="ascii")
    (root / "clamd.conf").write_text(CONFIGURATION.format(root=root), encoding="utf-8")
    with open(root / "output", "wb") as output:
        process = subprocess.Popen(
            [executable, "--config-file", str(root / "clamd.conf")], stdout=output, stderr=output
        )
    try:
        _await(process, root / "clamd.sock", root / "output")
        yield Clamd(root / "clamd.sock", process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""
ClamAV's daemon over its local socket (clamd(8), INSTREAM).

GUARANTEES
    "OK" counts as clean only when it is the whole answer. A FOUND whose name says that a limit was reached
    or that something is encrypted is "not scanned"; an error or an answer that is none of these raises.
BUGS
    Beyond its limits clamd says OK unless `AlertExceedsMax yes` is set in its own configuration, which no
    command of clamd lets us see: the handbook asks for it.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

from mailbot.errors import ScannerUnavailable
from mailbot.parse.scanners.base import Verdict

TIMEOUT = 120.0  # seconds; clamd's own MaxScanTime
HELLO = 5.0  # seconds for the answer to a greeting
CHUNK = 256 * 1024
LONGEST = 512  # bytes of an answer
_FOUND = re.compile(rb"stream: (?P<name>[\x21-\x7e ]+) FOUND")
_NOT_SCANNED = re.compile(rb"Heuristics\.(Limits\.Exceeded|Encrypted)", re.IGNORECASE)


class ClamdScanner:
    """A daemon on this machine."""

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        self._path = path
        self._timeout = timeout

    def scan(self, untrusted_data: bytes) -> Verdict:
        """See the port."""
        answer = self._ask(b"zINSTREAM\0", _stream(untrusted_data), self._timeout)
        if answer == b"stream: OK":
            return Verdict.CLEAN
        if found := _FOUND.fullmatch(answer):
            return Verdict.NOT_SCANNED if _NOT_SCANNED.match(found["name"]) else Verdict.INFECTED
        if b"size limit exceeded" in answer:
            return Verdict.NOT_SCANNED
        raise ScannerUnavailable("the virus scanner answered with an error")

    def check(self) -> list[str]:
        """See the port."""
        if self._ask(b"zPING\0", iter(()), min(HELLO, self._timeout)) != b"PONG":
            raise ScannerUnavailable("the virus scanner does not answer as clamd does")
        return ["clamd answers"]

    def _ask(self, command: bytes, chunks: Iterator[bytes], seconds: float) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(seconds)
                door.connect(str(self._path))
                try:
                    door.sendall(command)
                    for chunk in chunks:
                        door.sendall(chunk)
                except BrokenPipeError:
                    pass  # it stopped listening because it has something to say
                return _answer(door)
        except OSError as error:
            raise ScannerUnavailable("the virus scanner does not answer") from error


def _stream(untrusted_data: bytes) -> Iterator[bytes]:
    view = memoryview(untrusted_data)
    for start in range(0, len(view), CHUNK):
        chunk = view[start : start + CHUNK]
        yield len(chunk).to_bytes(4) + chunk
    yield bytes(4)


def _answer(door: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST:
        more = door.recv(LONGEST)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n")

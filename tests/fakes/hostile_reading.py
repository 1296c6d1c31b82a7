"""
Stands in for `mailbot.reading` inside a reading child that has been taken over: does what the message says.

What it finds out, it answers as flags; what it breaks is seen from outside.
"""

import ctypes
import mmap
import os
import socket
import sys
import time
from pathlib import Path

from mailbot.domain.mail import Border, Envelope, Kind, Reading
from mailbot.errors import LimitExceeded, Unreadable

_FILE = "/etc/passwd"


def _said(*flags: str) -> Reading:
    return Reading(Envelope(), Kind.ENQUIRY, flags)


def _error(error: OSError) -> Reading:
    return _said(type(error).__name__)


def _descriptors() -> Reading:
    found = []
    for number in range(1024):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(str(number))
    return _said(*found)


def _spin() -> Reading:
    while True:
        pass


def _grow() -> Reading:
    """Keeps what it allocates: less than the address space, more than may be resident."""
    held = mmap.mmap(-1, 700 << 20)
    for page in range(0, len(held), mmap.PAGESIZE):
        held[page] = 1
    time.sleep(60)
    return _said("grown")


def _signal_others() -> Reading:
    os.kill(os.getppid(), 9)
    return _said("killed")


def _nonsense() -> Reading:
    """Writes to every descriptor instead of answering."""
    for number in range(3, 16):
        try:
            os.write(number, b"+\x00\x00\x00\x02[]")
        except OSError:
            continue
    os._exit(0)


def _flood() -> Reading:
    """Promises more than may be answered."""
    for number in range(3, 16):
        try:
            os.write(number, b"+\xff\xff\xff\xff")
        except OSError:
            continue
    time.sleep(60)
    return _said("flooded")


_DEEDS = {
    b"open": lambda: _said(Path(_FILE).read_text()[:1]),
    b"write": lambda: _said(str(Path("/tmp/mailbot-was-here").write_text("x"))),  # noqa: S108
    b"list": lambda: _said(*os.listdir("/")),
    b"chmod": lambda: _said(str(os.chmod("/tmp", 0o777))),  # noqa: S103, S108
    b"socket": lambda: _said(str(socket.create_connection(("127.0.0.1", 9), 1))),
    b"unix": lambda: _said(str(socket.socket(socket.AF_UNIX))),
    b"exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
    b"fork": lambda: _said(str(os.fork())),
    b"thread": lambda: _said(str(__import__("_thread").start_new_thread(time.sleep, (1,)))),
    b"kill": _signal_others,
    b"setsid": lambda: _said(str(os.setsid())),
    b"allocate": lambda: _said(str(len(bytes(2 << 30)))),
    b"grow": _grow,
    b"spin": _spin,
    b"sleep": lambda: _said(str(time.sleep(60))),
    b"print": lambda: _said(str(sys.stdout.write("x" * 10_000_000))),
    b"exit": lambda: os._exit(0),
    b"segfault": lambda: _said(str(ctypes.string_at(0))),
    b"descriptors": _descriptors,
    b"environment": lambda: _said(*os.environ),
    b"nonsense": _nonsense,
    b"flood": _flood,
    b"large": lambda: _said("x" * (6 << 20)),
}


def warm_up() -> None:
    """Nothing to load."""


def read_message(untrusted_raw: bytes, border: Border) -> Reading:
    """Does the deed that the message names; an honest message is read."""
    if untrusted_raw.startswith(b"unreadable:"):
        raise Unreadable(untrusted_raw[11:].decode())
    if untrusted_raw.startswith(b"limit:"):
        raise LimitExceeded(untrusted_raw[6:].decode())
    if untrusted_raw not in _DEEDS:
        return _said(str(len(untrusted_raw)), *border.authserv_ids)
    try:
        result: Reading = _DEEDS[untrusted_raw]()
    except OSError as error:
        return _error(error)
    except RuntimeError:
        return _said("RuntimeError")
    return result


def read_document(untrusted_data: bytes, untrusted_name: str) -> Reading:
    """Says what it got."""
    return _said(untrusted_name, str(len(untrusted_data)))


def read_headers(untrusted_raw: bytes, border: Border) -> Envelope:
    """Says what it got."""
    return Envelope(subject=str(len(untrusted_raw)))

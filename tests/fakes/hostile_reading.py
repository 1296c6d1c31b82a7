"""
Stands in for `mailbot.reading` inside a reading child that has been taken over: does what the message says.

What it finds out, it answers as flags; what it breaks is seen from outside.
"""

import ctypes
import fcntl
import mmap
import os
import resource
import signal
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


_C = ctypes.CDLL(None, use_errno=True)
_WORKER = os.getppid()  # as the zygote is started: the worker is its parent


def _called(name: str, *arguments: object) -> Reading:
    """Calls the C library, which calls the kernel."""
    result = getattr(_C, name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return _said(f"{name} gave {result}")


def _fork_bomb() -> Reading:
    """As many processes as it can; each would do the same."""
    made = 0
    for _ in range(2_000):
        try:
            made += os.fork() == 0 or 1
        except OSError:
            continue
    return _said("fork bomb", str(made))


def _map_more() -> Reading:
    """Takes address space in pieces until it gets no more, and says how much it got."""
    held = []
    try:
        while True:
            held.append(mmap.mmap(-1, 16 << 20))
    except OSError:
        return _said("mapped", str(16 * len(held)))


def _open_descriptors() -> Reading:
    """As many descriptors as it can."""
    made = 0
    try:
        while True:
            os.dup(0)
            made += 1
    except OSError:
        return _said("descriptors", str(made))


def _write_everywhere() -> Reading:
    """Through every descriptor that it has but its own socket."""
    for number in range(3):
        for _ in range(100):
            os.write(number, bytes(1 << 20))
    return _said("written")


def _disobey() -> Reading:
    """Ignores what can be ignored, and never ends."""
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    return _spin()


def _recurse() -> Reading:
    """Ends the interpreter's own stack."""
    sys.setrecursionlimit(1 << 30)

    def deeper() -> int:
        return deeper() + 1

    return _said(str(deeper()))


_SHARED = 0o1600  # make it, for its owner
_DEEDS = {
    b"fork bomb": _fork_bomb,
    b"map more": _map_more,
    b"descriptors without end": _open_descriptors,
    b"write everywhere": _write_everywhere,
    b"disobey": _disobey,
    b"recurse": _recurse,
    b"queue a signal": lambda: _called("sigqueue", _WORKER, signal.SIGKILL, None),
    b"own a descriptor": lambda: _said(str(fcntl.fcntl(0, fcntl.F_SETOWN, _WORKER))),
    b"choose its signal": lambda: _said(str(fcntl.fcntl(0, 10, signal.SIGKILL))),  # F_SETSIG
    b"own it by ioctl": lambda: _said(str(fcntl.ioctl(0, 0x8901, _WORKER))),
    b"slow the worker": lambda: _called("sched_setscheduler", _WORKER, 5, ctypes.byref(ctypes.c_int(0))),
    b"nail the worker": lambda: _said(str(os.sched_setaffinity(_WORKER, {0}))),
    b"starve the worker": lambda: _said(str(os.setpriority(os.PRIO_PROCESS, _WORKER, 19))),
    b"shared memory": lambda: _called("shmget", 0x6D61696C, 1 << 20, _SHARED),
    b"shared messages": lambda: _called("msgget", 0x6D61696C, _SHARED),
    b"shared semaphores": lambda: _called("semget", 0x6D61696C, 1, _SHARED),
    b"a message queue": lambda: _called("mq_open", b"/mailbot", os.O_CREAT | os.O_RDWR, 0o600, None),
    b"memory as a file": lambda: _said(str(os.memfd_create("x"))),
    b"look into the worker": lambda: _called("ptrace", 16, _WORKER, 0, 0),
    b"another namespace": lambda: _called("unshare", 0x10000000),
    b"mount": lambda: _called("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    b"chroot": lambda: _called("chroot", b"/"),
    b"personality": lambda: _called("personality", 0x0040000),
    b"watch the kernel": lambda: _called("syscall", 321, 0, 0, 0),
    b"raise a limit": lambda: _called("setrlimit", resource.RLIMIT_NOFILE, (ctypes.c_ulong * 2)(1024, 1024)),
    b"outlive its parent": lambda: _called("prctl", 1, 0),
    b"raw socket": lambda: _said(str(socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))),
    b"netlink": lambda: _said(str(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))),
    b"a pair of sockets": lambda: _said(str(socket.socketpair())),
    b"the worker's memory": lambda: _said(str(open(f"/proc/{_WORKER}/mem", "rb"))),  # noqa: SIM115
    b"its own memory": lambda: _said(str(open("/proc/self/mem", "r+b"))),  # noqa: SIM115
    b"its own descriptors": lambda: _said(*os.listdir("/proc/self/fd")),
    b"a folder": lambda: _said(str(os.mkdir("/tmp/mailbot-was-here"))),  # noqa: S108
    b"a link": lambda: _said(str(os.symlink("/etc/passwd", "/tmp/mailbot-was-here"))),  # noqa: S108
    b"a second name": lambda: _said(str(os.link("/etc/passwd", "/tmp/mailbot-was-here"))),  # noqa: S108
    b"away with it": lambda: _said(str(os.unlink("/etc/hostname"))),
    b"shared memory's folder": lambda: _said(str(Path("/dev/shm/mailbot-was-here").write_text("x"))),  # noqa: S108
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

"""
Gives up everything that reading a message does not need; the kernel holds it, not our manners.

SECURITY
    `leave_world` is called once by the zygote, after it imported all it needs: no network (a network
    namespace of its own), no file (Landlock without a single rule), no new privileges, no capabilities,
    no core dump that another process could read. `enter_child` is called by each child: limits of
    time and memory, and a filter that refuses the system calls which the first leave open (processes,
    signals, changing the mode or owner of a file, debugging).
    None of it can be taken back.
BUGS
    The filter's numbers are known for x86-64 and 64-bit ARM; elsewhere it is reported as missing.
"""

import ctypes
import os
import resource
import struct
from functools import cache

from mailbot.parse.limits import Limits
from mailbot.parse.syscalls import FILTERS, Filter

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same number everywhere
_LANDLOCK_VERSION = 1
_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_FILTER = 2
_SIGKILL = 9

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # 1 is EPERM
_SECOND = 24  # where a call's second argument stands, its lower half
_X32 = 0x40000000  # the second, odd set of numbers on x86-64


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(libc: ctypes.CDLL, option: int, *values: int) -> bool:
    """The call wants whole words, zeros included."""
    words = (ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4])
    return bool(libc.prctl(ctypes.c_int(option), *words) == 0)


def leave_world() -> list[str]:
    """What the kernel would not give: an empty list where all of it holds."""
    libc = _libc()
    missing = []
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        missing.append("user_namespace")
        if libc.unshare(_CLONE_NEWNET) != 0:
            missing.append("network_namespace")
    if not forbid_new_privileges():
        missing.append("no_new_privs")
    if not _landlock(libc):
        missing.append("landlock")
    if not _drop_capabilities(libc):
        missing.append("capabilities")
    if not _prctl(libc, _PR_SET_DUMPABLE, 0):
        missing.append("dumpable")
    calls = _calls()
    if calls is None:
        missing.append("seccomp")
    else:
        _program(calls)  # made now, so that children find it ready
    return missing


def forbid_new_privileges() -> bool:
    """No program that is started gains anything; the filter asks for it too."""
    return _prctl(_libc(), _PR_SET_NO_NEW_PRIVS, 1)


def _landlock(libc: ctypes.CDLL) -> bool:
    """A ruleset that handles every access there is and allows none."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_LANDLOCK_VERSION))
    if version < 1:
        return False
    files = 0x1FFF  # version 1; each later one brought a bit
    files |= sum(bit for since, bit in ((2, 0x2000), (3, 0x4000), (5, 0x8000)) if version >= since)
    attributes = struct.pack("Q", files)
    if version >= 4:
        attributes += struct.pack("Q", 3)  # binding and connecting TCP
    if version >= 6:
        attributes += struct.pack("Q", 3)  # abstract sockets and signals of others
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    held = libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return bool(held)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    """Those that a new user namespace brings; they mean something inside of it only, but to no good."""
    return bool(libc.capset(struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)) == 0)


def enter_child(limits: Limits, parent: int) -> None:
    """Limits, and the filter; called in the child before it sees a byte of the message."""
    libc = _libc()
    _prctl(libc, _PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it died between the fork and the line above
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.address_space_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    calls = _calls()
    if calls is not None:
        refuse(calls)


def _calls() -> Filter | None:
    return FILTERS.get(os.uname().machine)


def refuse(calls: Filter) -> None:
    """Refuses these system calls to this process and all that it starts; ends it where that cannot be."""
    program = _program(calls)
    buffer = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    if not _prctl(_libc(), _PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.addressof(header)):
        os._exit(1)


@cache
def _program(calls: Filter) -> bytes:
    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    steps = [
        step(_LOAD, 4),  # the machine that the call was made for
        step(_EQUAL, calls.machine, 1, 0),
        step(_RETURN, _KILL),
        step(_LOAD, 0),  # the number of the call
        step(_AT_LEAST, _X32, 0, 1),
        step(_RETURN, _KILL),
    ]
    for number in calls.refused:
        steps += [step(_EQUAL, number, 0, 1), step(_RETURN, _REFUSE)]
    for number, value in calls.refused_with:
        second = [step(_LOAD, _SECOND), step(_EQUAL, value, 0, 1), step(_RETURN, _REFUSE), step(_LOAD, 0)]
        steps += [step(_EQUAL, number, 0, len(second)), *second]
    return b"".join((*steps, step(_RETURN, _ALLOW)))

"""
The warm parent of the reading children: imports every reader once, gives up the world, and forks a
child for each message.

GUARANTEES
    Single-threaded. It never sees a message: the worker hands it one end of a socket, which only the
    child keeps. It ends when the worker's end of its control socket closes, and kills its child first.
SECURITY
    What it has, each child has. So it gives everything up before the first message, and what was not
    imported by then cannot be: there is no file any more.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter
from types import ModuleType

from mailbot import codec
from mailbot.domain.mail import Border
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse import answer, memory
from mailbot.parse.limits import Limits
from mailbot.parse.lockdown import enter_child, leave_world
from mailbot.parse.warm import rehearse, warm_up

_NEXT = b"R"


def _main(control_fd: int, module_name: str, limits: Limits, site: str) -> None:
    """Serves until the worker is gone."""
    control = socket.socket(fileno=control_fd)
    module = import_module(module_name)
    if hasattr(module, "prepare"):
        module.prepare(site)
    warm_up(module)
    # What is imported later is not there: so says Python then, where the kernel would say "not permitted".
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]
    gc.collect()
    memory.settle()
    missing = leave_world()
    gc.freeze()  # what is alive now is never looked at again, so children share its pages
    gc.disable()  # a child reads one message and ends
    control.sendall(json.dumps(missing).encode() + b"\n")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if descriptors:  # anything else is a kill that came after its child had ended
            _one(control, descriptors[0], module, limits)


def _one(control: socket.socket, descriptor: int, module: ModuleType, limits: Limits) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            control.close()
            enter_child(limits, parent)
            data = socket.socket(fileno=descriptor)
            if not select.select([data], [], [], 0)[0]:  # a message that is there already does not wait
                rehearse(module)
            _read(data, module)
        finally:
            os._exit(1)  # whatever was raised: the worker sees a child that did not answer
    os.close(descriptor)
    control.sendall(answer.STARTED.pack(pid))
    status = _wait(control, pid)
    control.sendall(answer.ENDED.pack(status))


def _wait(control: socket.socket, pid: int) -> int:
    """How the child ended, having killed it where the worker says so or is gone."""
    ended = os.pidfd_open(pid)
    try:
        watched = [ended, control.fileno()]
        while ended not in select.select(watched, [], [])[0]:
            order = control.recv(1, socket.MSG_PEEK)
            if order == _NEXT:  # it can wait until this child is gone
                watched = [ended]
                continue
            os.kill(pid, signal.SIGKILL)
            if not order:
                os._exit(0)
            control.recv(1)
    finally:
        os.close(ended)
    return os.waitpid(pid, 0)[1]


def _read(data: socket.socket, module: ModuleType) -> None:
    """The child's whole life."""
    kind, size_beside, size = answer.REQUEST.unpack(_exactly(data, answer.REQUEST.size))
    beside = _exactly(data, size_beside)
    untrusted = _exactly(data, size)
    try:
        how, said = answer.DONE, codec.encode(_ask(module, kind, bytes(beside), bytes(untrusted)))
    except Unreadable as error:
        how, said = answer.UNREADABLE, error.code.encode()
    except LimitExceeded as error:
        how, said = answer.LIMIT, str(error).encode()
    except MemoryError:
        how, said = answer.UNREADABLE, b"memory"
    data.sendall(answer.REPLY.pack(how, len(said)))
    data.sendall(said)
    os._exit(0)


def _ask(module: ModuleType, kind: bytes, beside: bytes, untrusted: bytes) -> object:
    if kind == answer.DOCUMENT:
        return module.read_document(untrusted, beside.decode("utf-8", "replace"))
    border = codec.decode(beside, Border)
    function = module.read_headers if kind == answer.HEADERS else module.read_message
    return function(untrusted, border)


def _exactly(data: socket.socket, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    at = 0
    while at < size:
        got = data.recv_into(view[at:])
        if not got:
            os._exit(1)
        at += got
    return buffer


def serve(control_fd: int, module_name: str, limits: bytes, site: str) -> None:
    """The process's entry; it ends in silence when the worker goes away."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _main(control_fd, module_name, codec.decode(limits, Limits), site)

"""
One warm reader, seen from the worker: starts its process, hands it messages, and ends what does not end.

GUARANTEES
    After any failure the next `ask` works, with a new process where the old one did not obey. Everything
    ends with the worker: the process reads end of file from the control socket and kills its child.
"""

import json
import os
import signal
import socket
import subprocess
import sys

from mailbot import codec
from mailbot.errors import ReaderFailed
from mailbot.parse import answer
from mailbot.parse.call import Call
from mailbot.parse.limits import Limits

_START_SECONDS = 30.0  # importing everything on a cold, busy disk
_GRACE_SECONDS = 2.0  # between an order and the next step of the ladder
# The interpreter takes neither environment nor current folder from us; what is importable here is there.
_START = "import sys; sys.path[:] = {path!r}; from mailbot.parse.zygote import serve; serve(*{argv!r})"


class Reader:
    """A zygote and its control socket; one caller at a time."""

    def __init__(self, module: str, limits: Limits, site: str) -> None:
        self._module = module
        self._site = site
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._next: socket.socket | None = None  # our end of a child that waits for its message
        self._ending = False  # the process will say how the child before ended

    def start(self) -> list[str]:
        """Starts the process and waits until it is warm; the protections that it lacks."""
        self.launch()
        return self.ready()

    def launch(self) -> None:
        """Starts the process; several warm up at once."""
        ours, theirs = socket.socketpair()
        argv = (theirs.fileno(), self._module, codec.encode(self._limits), self._site)
        path = [folder for folder in sys.path if os.path.isabs(folder)]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-I", "-c", _START.format(path=path, argv=argv)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._control, self._ending = ours, False

    def ready(self) -> list[str]:
        """Waits until the process is warm; the protections that it lacks."""
        if self._control is None or self._process is None:
            raise ReaderFailed("a reader was not started")
        self._control.settimeout(_START_SECONDS)
        try:
            with self._control.makefile("rb") as lines:
                hello = lines.readline(4096)
        except OSError as error:
            self.stop()
            raise ReaderFailed("a reader did not start") from error
        if not hello:
            status = self._process.wait(_START_SECONDS)
            self.stop()
            raise ReaderFailed(f"a reader ended while it started (status {status})")
        return [str(code) for code in json.loads(hello)]

    def stop(self) -> None:
        """Ends the process and its child."""
        self._drop_next()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None

    def ask(self, kind: bytes, beside: bytes, untrusted: bytes) -> bytes:
        """What a child of it answers about these bytes, as JSON."""
        head = answer.REQUEST.pack(kind, len(beside), len(untrusted)) + beside
        try:
            return self._once(head, untrusted)
        except ProcessLookupError:  # no message can bring that about, so this one is heard again
            try:
                return self._once(head, untrusted)
            except ProcessLookupError as error:
                raise ReaderFailed("a reader ended twice") from error

    def _once(self, head: bytes, untrusted: bytes) -> bytes:
        """One attempt; `ProcessLookupError` where the process itself ended meanwhile."""
        data, control, pid = self._child()
        with data:
            call = Call(data, control, pid, self._limits)
            try:
                return call.run(head, untrusted)
            finally:
                self._ending = not call.reaped
                if call.over:
                    self._order_next()
                else:
                    self.stop()  # it does not obey, or is gone; the next call starts another

    def _child(self) -> tuple[socket.socket, socket.socket, int]:
        """The child that was forked ahead; a process that died meanwhile is replaced, once."""
        for fresh in (False, True):
            if self._control is None or fresh:
                self.stop()
                self.start()
            if self._next is None:
                self._order_next()
            data, control = self._next, self._control
            if data is None or control is None:
                continue
            control.settimeout(_GRACE_SECONDS)
            try:
                if self._ending:
                    control.recv(answer.ENDED.size, socket.MSG_WAITALL)
                started = control.recv(answer.STARTED.size, socket.MSG_WAITALL)
            except OSError:
                continue
            if len(started) == answer.STARTED.size:
                self._next, self._ending = None, True
                return data, control, answer.STARTED.unpack(started)[0]
        raise ReaderFailed("no child could be started")

    def _order_next(self) -> None:
        """Has the next child forked now, while nobody waits for it; it sees its message when there is one."""
        self._drop_next()
        if self._control is None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"R"], [theirs.fileno()])
            except OSError:
                ours.close()
                return
        self._next = ours

    def _drop_next(self) -> None:
        if self._next is not None:
            self._next.close()
            self._next = None

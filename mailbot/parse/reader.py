"""
One warm reader, seen from the worker: starts its process, hands it messages, and ends what does not end.

GUARANTEES
    After any failure the next `ask` works, with a new process where the old one did not obey. Everything
    ends with the worker: the process reads end of file from the control socket and kills its child.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from time import monotonic

from mailbot import codec
from mailbot.errors import Permanent, ReaderFailed, Unreadable
from mailbot.parse import answer
from mailbot.parse.limits import Limits

_START_SECONDS = 30.0  # importing everything on a cold, busy disk
_GRACE_SECONDS = 2.0  # between an order and the next step of the ladder
_WATCH_SECONDS = 0.05  # how often memory is looked at
_PAGE = os.sysconf("SC_PAGE_SIZE")
# The interpreter takes neither environment nor current folder from us; what is importable here is there.
_START = "import sys; sys.path[:] = {path!r}; from mailbot.parse.zygote import serve; serve(*{argv!r})"


class Reader:
    """A zygote and its control socket; one caller at a time."""

    def __init__(self, module: str, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> list[str]:
        """Starts the process and waits until it is warm; the protections that it lacks."""
        ours, theirs = socket.socketpair()
        argv = (theirs.fileno(), self._module, codec.encode(self._limits))
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
        self._control = ours
        ours.settimeout(_START_SECONDS)
        try:
            with ours.makefile("rb") as lines:
                hello = lines.readline(4096)
        except OSError as error:
            self.stop()
            raise ReaderFailed("a reader did not start") from error
        if not hello:
            self.stop()
            raise ReaderFailed("a reader ended while it started")
        return [str(code) for code in json.loads(hello)]

    def stop(self) -> None:
        """Ends the process and its child."""
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
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                control, pid = self._fork(theirs)
            call = _Call(ours, control, pid, self._limits)
            try:
                return call.run(answer.REQUEST.pack(kind, len(beside), len(untrusted)) + beside, untrusted)
            finally:
                if not call.over:
                    self.stop()  # it does not obey; the next call starts another

    def _fork(self, theirs: socket.socket) -> tuple[socket.socket, int]:
        """Has the process fork a child with this end; one that died meanwhile is replaced, once."""
        for fresh in (False, True):
            if self._control is None or fresh:
                self.stop()
                self.start()
            control = self._control
            if control is None:
                break
            control.settimeout(_GRACE_SECONDS)
            try:
                socket.send_fds(control, [b"R"], [theirs.fileno()])
                started = control.recv(answer.STARTED.size, socket.MSG_WAITALL)
            except OSError:
                continue
            if len(started) == answer.STARTED.size:
                return control, answer.STARTED.unpack(started)[0]
        raise ReaderFailed("no child could be started")


class _Call:
    """One message with one child, under the wall limit."""

    def __init__(self, data: socket.socket, control: socket.socket, pid: int, limits: Limits) -> None:
        self._data = data
        self._control = control
        self._pid = pid
        self._limits = limits
        self._until = monotonic() + limits.wall_seconds
        self.over = False  # the child is gone, and the process said so

    def run(self, head: bytes, untrusted: bytes) -> bytes:
        """The answer, or the error that came of it."""
        try:
            self._send(head)
            self._send(untrusted)
            reply = self._receive(answer.REPLY.size)
            how, size = answer.REPLY.unpack(reply)
            if size > self._limits.answer_bytes:
                raise Unreadable("answer")
            said = self._receive(size)
        except Unreadable as error:
            raise self._after(error) from None
        self._ended()
        if how != answer.DONE:
            raise answer.failure(how, said)
        return said

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._data, for_writing=True)
            try:
                view = view[self._data.send(view, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Unreadable("crashed") from error

    def _receive(self, size: int) -> bytes:
        pieces = bytearray()
        while len(pieces) < size:
            self._wait(self._data)
            try:
                piece = self._data.recv(min(size - len(pieces), 1 << 20))
            except OSError as error:
                raise Unreadable("crashed") from error
            if not piece:
                raise Unreadable("crashed")
            pieces += piece
        return bytes(pieces)

    def _wait(self, connection: socket.socket, *, for_writing: bool = False) -> None:
        """Until the child moves; time and memory are watched meanwhile."""
        watch = select.poll()  # `select` fails where a busy worker has many descriptors
        watch.register(connection, select.POLLOUT if for_writing else select.POLLIN)
        while True:
            left = self._until - monotonic()
            if left <= 0:
                raise Unreadable("time")
            if watch.poll(1000 * min(left, _WATCH_SECONDS)):
                return
            if self._resident() > self._limits.resident_bytes:
                raise Unreadable("memory")

    def _resident(self) -> int:
        try:
            with open(f"/proc/{self._pid}/statm", "rb") as file:
                return int(file.read().split()[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0  # it has ended

    def _after(self, error: Unreadable) -> Permanent:
        """Ends the child and says more exactly why there is no answer."""
        if error.code != "crashed":
            self._kill()
        status = self._ended()
        by_clock = status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        spent = status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return Unreadable("time") if error.code == "crashed" and (by_clock or spent) else error

    def _kill(self) -> None:
        try:
            self._control.send(b"K")
        except OSError:
            return

    def _ended(self) -> int | None:
        """How the child ended; a child that answered and stays is killed."""
        self._control.settimeout(_GRACE_SECONDS)
        for _ in range(2):
            try:
                ended = self._control.recv(answer.ENDED.size, socket.MSG_WAITALL)
            except OSError:
                self._kill()
                continue
            self.over = len(ended) == answer.ENDED.size
            return answer.ENDED.unpack(ended)[0] if self.over else None
        return None

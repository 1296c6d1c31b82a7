"""One message with one child, seen from the worker: the wall limit, the watch over memory, the answer."""

import contextlib
import os
import select
import signal
import socket
from time import monotonic

from mailbot.errors import Permanent, Unreadable
from mailbot.parse import answer
from mailbot.parse.limits import Limits

_GRACE_SECONDS = 2.0  # between an order and the next step of the ladder
_WATCH_SECONDS = 0.05  # how often memory is looked at
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Call:
    """One message with one child, under the wall limit."""

    def __init__(self, data: socket.socket, control: socket.socket, pid: int, limits: Limits) -> None:
        self._data = data
        self._control = control
        self._pid = pid
        self._limits = limits
        self._until = monotonic() + limits.wall_seconds
        self.over = False  # the child has answered, or is gone
        self.reaped = False  # the process has said how it ended

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
        self.over = True  # how it ends is heard before the next one
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
        signalled = os.WTERMSIG(status) if (status := self._ended()) is not None else 0
        by_clock = signalled in (signal.SIGXCPU, signal.SIGKILL)  # the kernel, for its processor time
        return Unreadable("time") if error.code == "crashed" and by_clock else error

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            self._control.send(b"K")

    def _ended(self) -> int | None:
        """How the child ended; one that does not is killed."""
        self._control.settimeout(_GRACE_SECONDS)
        for _ in range(2):
            try:
                ended = self._control.recv(answer.ENDED.size, socket.MSG_WAITALL)
            except OSError:
                self._kill()
                continue
            if not ended:
                raise ProcessLookupError  # the process is gone, and its child with it
            self.over = self.reaped = len(ended) == answer.ENDED.size
            return answer.ENDED.unpack(ended)[0] if self.over else None
        return None

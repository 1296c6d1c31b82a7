"""
A proxy before an IMAP server that breaks things, and remembers what the server was told and when.

It understands just enough of the protocol: lines of the client (literals among them are looked at too, which
hurts nobody here), and the UIDVALIDITY that the server names when a folder is opened.
"""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TELLING = re.compile(rb"^\S+ UID (MOVE|COPY|STORE|EXPUNGE) ([0-9:,]+)", re.IGNORECASE)
VALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
SILENCE = 600.0


@dataclass(frozen=True)
class Told:
    """What the server was told of one message: `locator` as mailbot writes it."""

    at: float  # time.time()
    verb: str
    locator: str


@dataclass
class Trouble:
    """
    What goes wrong, for as long as it is set.

    refuse    every connection is closed at once
    garbage   the greeting is none
    client    the connection is cut after so many bytes of the client
    server    the same of the server: in the middle of a literal
    before    cut before a command that changes the mailbox is handed on
    after     handed on, and cut before the answer
    swallow   handed on, and no answer ever comes
    full      answered by the proxy: NO [OVERQUOTA]
    without_move   the ability is hidden
    """

    kind: str = "none"
    bytes: int = 0


@dataclass
class Proxy:
    """Between mailbot and the server on `target`; on a loop of its own."""

    target: int
    trouble: Trouble = field(default_factory=Trouble)
    told: list[Told] = field(default_factory=list)
    cuts: int = 0
    refused: int = 0
    on_command: Callable[[int], None] = lambda number: None  # called with the number of each command
    port: int = 0

    def start(self) -> "Proxy":
        """Listen."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        made = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(made, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def close(self) -> None:
        """Stop, whatever is going on."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self, self.trouble, writer)
        try:
            await session.run(reader)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            session.abort()


class _Session:
    def __init__(self, proxy: Proxy, trouble: Trouble, client: asyncio.StreamWriter) -> None:
        self.proxy, self.trouble, self.client = proxy, trouble, client
        self.server: asyncio.StreamWriter | None = None
        self.from_client = self.from_server = self.commands = 0
        self.validity, self.silent = b"0", False

    async def run(self, reader: asyncio.StreamReader) -> None:
        if self.trouble.kind == "refuse":
            return
        if self.trouble.kind == "garbage":
            self.client.write(b"\x15\x03\x01 what is this\r\n")
            await self.client.drain()
            return
        upstream, self.server = await asyncio.open_connection("127.0.0.1", self.proxy.target, limit=2**26)
        down = asyncio.ensure_future(self._down(upstream))
        try:
            await self._up(reader)
        finally:
            down.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await down

    def abort(self) -> None:
        """Both ends, without a word."""
        for writer in filter(None, (self.client, self.server)):
            writer.transport.abort()

    async def _up(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while data := await reader.read(65536):
            rest += data
            *lines, rest = rest.split(b"\n")
            for line in lines:
                if not await self._line(line + b"\n"):
                    return

    async def _line(self, line: bytes) -> bool:
        """Hand a line on; False when the connection is to be cut."""
        assert self.server is not None
        self.commands += 1
        self.proxy.on_command(self.commands)
        telling = TELLING.match(line)
        if telling and self.trouble.kind in ("before", "full"):
            if self.trouble.kind == "before":
                return self._cut()
            self.proxy.refused += 1
            self.client.write(line.split(b" ", 1)[0] + b" NO [OVERQUOTA] no room\r\n")
            return True
        if telling:
            self._remember(telling)
        self.from_client += len(line)
        if self.trouble.kind == "client" and self.from_client > self.trouble.bytes:
            self.server.write(line[: len(line) // 2])
            return self._cut()
        self.silent |= bool(telling) and self.trouble.kind == "swallow"
        self.server.write(line)
        await self.server.drain()
        if telling and self.trouble.kind == "after":
            await asyncio.sleep(0.01)  # the server takes it
            return self._cut()
        return True

    def _cut(self) -> bool:
        self.proxy.cuts += 1
        return False

    def _remember(self, telling: "re.Match[bytes]") -> None:
        now = time.time()
        for uid in numbers(telling[2].decode()):
            locator = f"INBOX|{self.validity.decode()}|{uid}"
            self.proxy.told.append(Told(now, telling[1].decode().upper(), locator))

    async def _down(self, upstream: asyncio.StreamReader) -> None:
        while data := await upstream.read(65536):
            if found := VALIDITY.search(data):
                self.validity = found[1]
            if self.trouble.kind == "without_move":
                data = data.replace(b" MOVE", b"")
            self.from_server += len(data)
            if self.trouble.kind == "server" and self.from_server > self.trouble.bytes:
                self.client.write(data[: len(data) // 2])
                self._cut()
                break
            if self.silent:
                await asyncio.sleep(SILENCE)
            self.client.write(data)
            await self.client.drain()
        self.abort()


def numbers(text: str) -> list[int]:
    """The numbers of a set: "3:5,9"."""
    found: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found

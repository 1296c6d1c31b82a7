"""
A small IMAP server of our own, for what a good server never does: answers that are cut off, left out or
wrong. It runs on a free loopback port, in a thread for each connection.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HANG_UP = b"\0"  # an answer that ends with it closes the connection
Answer = Callable[[bytes, bytes], bytes]  # tag and the whole line, to what is sent


@dataclass(slots=True)
class ScriptedImap:
    """A mailbox, and how the server answers; `answers` overrides by the words a command begins with."""

    port: int = 0
    host: str = "127.0.0.1"
    greeting: bytes = b"* OK ready\r\n"
    capability: bytes = b"IMAP4rev1 IDLE MOVE UIDPLUS AUTH=PLAIN AUTH=XOAUTH2 SASL-IR"
    uidvalidity: int = 7
    messages: dict[int, bytes] = field(default_factory=dict)
    folders: set[bytes] = field(default_factory=lambda: {b"INBOX", b"Processed", b"Quarantine"})
    answers: dict[bytes, Answer] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    def commands(self) -> list[bytes]:
        """What was asked, without tags."""
        return [line.partition(b" ")[2] for line in self.heard]

    def answer(self, tag: bytes, line: bytes) -> bytes:
        """The answer to a command."""
        command = line.partition(b" ")[2]
        for words, scripted in self.answers.items():
            if command.upper().startswith(words):
                return scripted(tag, line)
        return self.good_answer(tag, command)

    def good_answer(self, tag: bytes, command: bytes) -> bytes:
        """As a good server would answer."""
        done = tag + b" OK done\r\n"
        upper = command.upper()
        if upper.startswith(b"CAPABILITY"):
            return b"* CAPABILITY " + self.capability + b"\r\n" + done
        if upper.startswith(b"LOGOUT"):
            return b"* BYE\r\n" + done + HANG_UP
        if upper.startswith(b"LIST"):
            name = re.findall(rb'"([^"]*)"', command)[-1]
            listed = b'* LIST () "/" "' + name + b'"\r\n' if name in self.folders else b""
            return listed + done
        if upper.startswith((b"SELECT", b"EXAMINE")):
            return self._select() + done
        if upper.startswith(b"UID SEARCH"):
            return b"* SEARCH " + b" ".join(b"%d" % uid for uid in self.messages) + b"\r\n" + done
        if upper.startswith(b"UID FETCH"):
            return self._fetch(upper) + done
        if upper.startswith(b"IDLE"):
            return b"+ idling\r\n"
        return done

    def _select(self) -> bytes:
        return (
            b"* FLAGS (\\Seen \\Deleted)\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
            b"* OK [UIDVALIDITY %d] .\r\n* OK [UIDNEXT %d] .\r\n"
            % (len(self.messages), self.uidvalidity, max(self.messages, default=0) + 1)
        )

    def _fetch(self, command: bytes) -> bytes:
        uids = [int(number) for number in command.split()[2].split(b",")]
        return b"".join(self.item(uid, command) for uid in uids if uid in self.messages)

    def item(self, uid: int, command: bytes) -> bytes:
        """What a good server answers for one message."""
        body = self.messages[uid]
        number = list(self.messages).index(uid) + 1
        if b"BODY.PEEK[]" in command:
            return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, uid, len(body), body)
        facts = b'RFC822.SIZE %d INTERNALDATE "02-Mar-2026 09:00:00 +0000"' % len(body)
        return b"* %d FETCH (UID %d %s)\r\n" % (number, uid, facts)


@contextmanager
def serving(server: ScriptedImap) -> Iterator[ScriptedImap]:
    """Have it run."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        open_ones: list[socket.socket] = []
        thread = threading.Thread(target=_accept, args=(listening, server, open_ones))
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for one in open_ones:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _accept(listening: socket.socket, server: ScriptedImap, open_ones: list[socket.socket]) -> None:
    threads = []
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            break
        server.connections += 1
        open_ones.append(connection)
        threads.append(threading.Thread(target=_serve, args=(connection, server)))
        threads[-1].start()
    for thread in threads:
        thread.join(10)


def _serve(connection: socket.socket, server: ScriptedImap) -> None:
    with connection, connection.makefile("rb") as lines, suppress(OSError):
        connection.sendall(server.greeting.rstrip(HANG_UP))
        idle_tag = b""
        if server.greeting.endswith(HANG_UP):
            return
        for raw in lines:
            line = raw.rstrip(b"\r\n")
            if line == b"DONE":
                answer = idle_tag + b" OK done\r\n"
            elif re.fullmatch(rb"[A-Za-z0-9+/=]*", line):  # the second line of AUTHENTICATE
                answer = server.answer(idle_tag, idle_tag + b" AUTHENTICATED")
            else:
                idle_tag = line.partition(b" ")[0]
                server.heard.append(line)
                answer = _authenticate(line) or server.answer(idle_tag, line)
            connection.sendall(answer.rstrip(HANG_UP))
            if answer.endswith(HANG_UP):
                break
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _authenticate(line: bytes) -> bytes:
    words = line.split()
    return b"+ \r\n" if words[1].upper() == b"AUTHENTICATE" and len(words) == 3 else b""

"""
The mailbox's side of a run by Graph and by EWS: the fakes, with what such servers do wrong.

The way out is a relay as ever, so that kills can be aligned to its final dot. The fakes serve the bytes that
came in: that Exchange writes them anew is held by tests of its own.
"""

import hashlib
import socket
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.fakes import ews, login
from tests.fakes.ews import EwsServer
from tests.fakes.graph import GraphServer, Mailbox
from tests.fakes.login import LoginServer
from tests.fakes.web import Reply, Request, WebServer
from tests.faults.proxy import Told
from tests.faults.sides import TELLS, Side
from tests.faults.worlds import ACKNOWLEDGE, EWS, GRAPH, HEAD, OAUTH
from tests.installation import Installation
from tests.servers.certificates import Authority
from tests.servers.exchange import make_tls

RELAY = """kind = "smtp"
host = "127.0.0.1"
port = PORT
tls = "none"
"""
SILENCE = 4.0  # seconds; a worker is killed before it gives up
_CUT = Reply(raw=lambda connection: None)


def _silent(connection: socket.socket) -> None:
    time.sleep(SILENCE)


@dataclass
class OverExchange(Installation):
    """An installation whose configuration only knows the relay's port as something that changes."""

    text: str = ""

    def configure(self, **changes: object) -> None:
        """Write it anew."""
        self.settings |= changes
        text = self.text.replace("PORT", str(self.settings["smtp_port"]))
        (self.folder / "mailbot.toml").write_text(text)


class _Watched(WebServer):
    """A fake that says which request of its connection each one is."""

    seen: Callable[[int], None] = staticmethod(lambda number: None)  # type: ignore[assignment]

    def reply_to(self, request: Request, line: str) -> Reply:
        number = request.connection["asked"] = request.connection.get("asked", 0) + 1
        self.seen(number)
        return super().reply_to(request, line)


class _Graph(_Watched, GraphServer):
    """Exchange Online, which remembers what it was told to move."""

    def __init__(self) -> None:
        super().__init__(page=5)
        self.told: list[Told] = []

    def _move(self, box: Mailbox, request: Request, known: str) -> Reply:
        self.told.append(Told(time.time(), "move", known))
        return super()._move(box, request, known)


class _Ews(_Watched, EwsServer):
    """The same of one's own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.page = 5
        self.told: list[Told] = []

    def _move_item(self, operation: Any) -> list[str]:
        for asked in operation.find("m:ItemIds", ews.NS):
            if (item := self.items.get(asked.get("Id"))) is not None:
                locator = f"key|{item.key.hex()}|{int(item.received.timestamp())}"
                self.told.append(Told(time.time(), "MoveItem", locator))
        return super()._move_item(operation)


class ExchangeSide(Side):
    """A mailbox of an Exchange. `wanted` are its requests as `begin` fails them."""

    troubles = ("throttled", "away", "garbage", "listing", "body", *TELLS, "vanish", "missing", "login")
    server: "_Graph | _Ews"

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        folder.mkdir(parents=True, exist_ok=True)
        self.ghosts = set()
        self.server = self._start()

    def close(self) -> None:
        """All servers end."""
        self._stack.close()

    @abstractmethod
    def _start(self) -> Any:
        """Another server, running."""

    @abstractmethod
    def _text(self, server: Any) -> str:
        """The configuration of a mailbox there."""

    @abstractmethod
    def _fail(self, what: str, reply: Reply, times: int = 1, *, after: bool = False) -> None:
        """Have requests for a listing, a body, a move, or anything fail."""

    @abstractmethod
    def _lose(self, item_id: str) -> None:
        """Somebody deletes a message."""

    @abstractmethod
    def _sign_in_fails(self) -> None:
        """Who we are is not believed, for once."""

    def _serve(self, server: WebServer) -> None:
        self._stack.enter_context(server.serving())

    def install(self, folder: Path, smtp_port: int, **settings: object) -> Installation:
        """Over the server; the settings are those of the other side's."""
        return self._installed(folder, smtp_port, self.server)

    def twin(self, folder: Path, smtp_port: int, letters: Sequence[bytes]) -> Installation:
        """Over another server."""
        server = self._start()
        for data in letters:
            server.deliver(data)
        return self._installed(folder, smtp_port, server)

    def _installed(self, folder: Path, smtp_port: int, server: Any) -> Installation:
        made = OverExchange.bare(folder)
        made.text = self._text(server) + ACKNOWLEDGE + RELAY
        for name, secret in (("secret", self._secret()),):
            (folder / name).write_text(secret)
            (folder / name).chmod(0o400)
        made.configure(smtp_port=smtp_port)
        return made

    @abstractmethod
    def _secret(self) -> str:
        """What we sign in with."""

    def deliver(self, data: bytes) -> None:
        """Into the inbox."""
        self.server.deliver(data)

    def told(self) -> list[Told]:
        """What was moved."""
        return self.server.told

    def watch(self, seen: Callable[[int], None]) -> None:
        """By the server."""
        self.server.seen = seen

    def begin(self, trouble: str, dice: Random) -> None:
        """At the server, or behind mailbot's back."""
        if trouble == "throttled":
            self._fail("anything", Reply(429, headers={"Retry-After": "1"}), times=dice.randrange(1, 4))
        elif trouble == "away":
            self._fail("anything", Reply(503), times=dice.randrange(1, 6))
        elif trouble == "garbage":
            self._fail(
                "anything", Reply(200, b"<html>sign in</html>", {"Content-Type": "text/html"}), times=2
            )
        elif trouble in ("listing", "body"):
            self._fail(trouble, dice.choice((_CUT, Reply(500))), times=dice.randrange(1, 3))
        elif trouble == "vanish":
            self._vanish(dice.uniform(0.0, 0.5))
        elif trouble == "missing":
            self._rename("Processed")
        elif trouble == "login":
            self._sign_in_fails()
        else:
            replies = {"before": _CUT, "after": _CUT, "swallow": Reply(raw=_silent), "full": Reply(507)}
            self._fail("move", replies[trouble], times=dice.randrange(1, 3), after=trouble == "after")

    def mend(self) -> None:
        """As it should be."""
        with self.server.lock:
            self.server.faults.clear()

    def _rename(self, name: str) -> None:
        with self.server.lock:
            for one in self._folders():
                if one.name == name:
                    one.name = f"{name} {time.time_ns()}"

    @abstractmethod
    def _folders(self) -> list[Any]:
        """All folders."""

    def _vanish(self, seconds: float) -> None:
        """A message comes and goes: whether mailbot ever sees it is chance."""
        data = b"From: Ghost <ghost@nowhere.example>\r\nSubject: ghost\r\n\r\nghost %d\r\n" % time.time_ns()
        self.ghosts.add(hashlib.sha256(data).hexdigest())
        timer = threading.Timer(seconds, self._lose, [self.server.deliver(data)])
        timer.daemon = True
        timer.start()


class GraphSide(ExchangeSide):
    """Exchange Online."""

    server: _Graph

    def _start(self) -> _Graph:
        if not hasattr(self, "_directory"):
            self._tls = make_tls(Authority.new(), self._folder / "tls")
            self._directory = LoginServer(self._tls.context)
            self._serve(self._directory)
        server = _Graph()
        server.accepts = self._directory.is_good
        self._serve(server)
        return server

    def _text(self, server: _Graph) -> str:
        values = {"tenant": login.TENANT, "client": login.CLIENT, "authority": self._directory.authority}
        part = GRAPH.format(url=server.base_url) + OAUTH.format(table="mailboxes", **values)
        return HEAD.format(ca_file=self._tls.ca_file) + part

    def _secret(self) -> str:
        return login.SECRET

    def _fail(self, what: str, reply: Reply, times: int = 1, *, after: bool = False) -> None:
        wanted = {"anything": ".", "listing": r"^GET .*/messages\?", "body": r"/\$value", "move": "/move"}[
            what
        ]
        self.server.fail(wanted, reply, times, after=after)

    def _folders(self) -> list[Any]:
        return list(self.server.box.folders.values())

    def holdings(self) -> dict[str, list[bytes]]:
        """By another program."""
        names = {one.name for one in self._folders()}
        return {
            "INBOX" if name.lower() == "inbox" else name: [one.data for one in self.server.within(name)]
            for name in names
        }

    def changes(self) -> int:
        """How often something was to be moved."""
        return self.server.asked("/move")

    def _lose(self, item_id: str) -> None:
        with self.server.lock:
            self.server.box.items.pop(item_id, None)

    def _sign_in_fails(self) -> None:
        self._directory.revoke_all()


class EwsSide(ExchangeSide):
    """Exchange of one's own."""

    server: _Ews

    def _start(self) -> _Ews:
        server = _Ews(self._folder)
        self._serve(server)
        return server

    def _text(self, server: _Ews) -> str:
        tls = make_tls(Authority.new(), self._folder / "tls")
        return HEAD.format(ca_file=tls.ca_file) + EWS.format(url=server.url, user=ews.USER)

    def _secret(self) -> str:
        return ews.PASSWORD

    def _fail(self, what: str, reply: Reply, times: int = 1, *, after: bool = False) -> None:
        wanted = {"anything": ".", "listing": "FindItem", "body": "GetItem", "move": "MoveItem"}[what]
        self.server.fail_body(wanted, reply, times, after=after)

    def _folders(self) -> list[Any]:
        return list(self.server.folders.values())

    def holdings(self) -> dict[str, list[bytes]]:
        """By another program."""
        found: dict[str, list[bytes]] = {}
        for one in self._folders():
            name = "INBOX" if one.known_as == "inbox" else one.name
            with self.server.lock:
                found[name] = [item.data for item in self.server.items.values() if item.folder == one.id]
        return found

    def changes(self) -> int:
        """How often something was to be moved."""
        return sum(b"MoveItem" in one.body for one in list(self.server.requests))

    def _lose(self, item_id: str) -> None:
        with self.server.lock:
            self.server.items.pop(item_id, None)

    def _sign_in_fails(self) -> None:
        self._fail("anything", Reply(500), times=2)  # a refused password locks accounts: it ends a mailbox

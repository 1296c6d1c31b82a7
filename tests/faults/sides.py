"""The mailbox's side of a run: what is delivered, what is broken, and what the server was told."""

import hashlib
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.faults.proxy import Proxy, Told, Trouble
from tests.installation import Installation
from tests.servers.dovecot import Dovecot

TELLS = ("before", "after", "swallow", "full")


class Side(ABC):
    """A mailbox that can be disturbed. What a kind of server cannot do is not in its `troubles`."""

    troubles: tuple[str, ...] = ()
    ghosts: set[str]  # digests of messages that came and went
    copies: int = 0  # second copies that the server's own protocol may have left behind

    @abstractmethod
    def install(self, folder: Path, smtp_port: int, **settings: object) -> Installation:
        """A mailbot over this mailbox."""

    @abstractmethod
    def twin(self, folder: Path, smtp_port: int, letters: Sequence[bytes]) -> Installation:
        """Another one over another mailbox with these messages, which nothing disturbs."""

    @abstractmethod
    def deliver(self, data: bytes) -> None:
        """A message arrives."""

    @abstractmethod
    def holdings(self) -> dict[str, list[bytes]]:
        """What each folder holds, as others see it."""

    @abstractmethod
    def told(self) -> list[Told]:
        """What the server was told of which message, and when; locators as mailbot writes them."""

    @abstractmethod
    def changes(self) -> int:
        """How often the mailbox was changed, or was to be."""

    @abstractmethod
    def begin(self, trouble: str, dice: Random) -> None:
        """From now on this is wrong."""

    @abstractmethod
    def mend(self) -> None:
        """Nothing is wrong any more."""

    @abstractmethod
    def watch(self, seen: Callable[[int], None]) -> None:
        """`seen` is called with the number of each request that a connection makes."""


class ImapSide(Side):
    """A user of a Dovecot, behind a proxy."""

    troubles = (
        "refuse",
        "garbage",
        "client",
        "server",
        *TELLS,
        "without_move",
        "renumber",
        "vanish",
        "missing",
        "login",
    )

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.user = dovecot.user("fault")
        self.proxy = Proxy(dovecot.plain).start()
        self._aside = 0
        self._installation: Installation | None = None
        self.ghosts = set()

    def close(self) -> None:
        """The proxy ends."""
        self.proxy.close()

    def install(self, folder: Path, smtp_port: int, **settings: object) -> Installation:
        """Through the proxy."""
        self._installation = Installation.create(folder, self.dovecot, self.user, smtp_port, **settings)
        self._installation.configure(imap_port=self.proxy.port)
        return self._installation

    def twin(self, folder: Path, smtp_port: int, letters: Sequence[bytes]) -> Installation:
        """Past the proxy, another user."""
        user = self.dovecot.user("clean")
        for data in letters:
            self.dovecot.deliver(user, data)
        return Installation.create(folder, self.dovecot, user, smtp_port)

    def deliver(self, data: bytes) -> None:
        """Into the inbox."""
        self.dovecot.deliver(self.user, data)

    def holdings(self) -> dict[str, list[bytes]]:
        """By another mail program."""
        folders = self.dovecot.folders(self.user) | {"INBOX"}
        return {folder: self.dovecot.served(self.user, folder) for folder in sorted(folders)}

    def told(self) -> list[Told]:
        """What the proxy handed on."""
        return self.proxy.told

    def changes(self) -> int:
        """Commands that were handed on, answered or cut."""
        return len(self.proxy.told) + self.proxy.cuts + self.proxy.refused

    def watch(self, seen: Callable[[int], None]) -> None:
        """By the proxy."""
        self.proxy.on_command = seen

    def begin(self, trouble: str, dice: Random) -> None:
        """At the proxy, or behind mailbot's back."""
        if trouble in ("client", "server"):
            self.proxy.trouble = Trouble(trouble, dice.randrange(100, 30_000))
        elif trouble == "renumber":
            self.dovecot.renumber(self.user)
        elif trouble == "missing":
            self._lose_folder()
        elif trouble == "login":
            self._password("battery-staple")
        elif trouble == "vanish":
            self._vanish(dice.uniform(0.0, 0.5))
        else:
            self.copies += trouble == "without_move"
            self.proxy.trouble = Trouble(trouble)

    def mend(self) -> None:
        """As it should be."""
        self.proxy.trouble = Trouble()
        self._password(self.dovecot.password)

    def _password(self, password: str) -> None:
        if self._installation is not None:
            path = self._installation.folder / "imap.password"
            path.unlink(missing_ok=True)
            path.write_text(password)
            path.chmod(0o400)

    def _lose_folder(self) -> None:
        """Somebody renames the folder of processed mail."""
        home = self.dovecot.root / "mail" / self.user / "Maildir"
        if (home / ".Processed").is_dir():
            self._aside += 1
            os.rename(home / ".Processed", home / f".Old{self._aside}")

    def _vanish(self, seconds: float) -> None:
        """A message comes and goes: whether mailbot ever sees it is chance."""
        data = b"From: Ghost <ghost@nowhere.example>\r\nSubject: ghost\r\n\r\nghost %d\r\n" % time.time_ns()
        self.ghosts.add(hashlib.sha256(data).hexdigest())
        unique = self.dovecot.deliver(self.user, data)
        home = self.dovecot.root / "mail" / self.user / "Maildir"

        def take() -> None:
            for place in ("new", "cur"):
                for path in (home / place).glob(f"{unique}*"):
                    path.unlink(missing_ok=True)

        timer = threading.Timer(seconds, take)
        timer.daemon = True
        timer.start()

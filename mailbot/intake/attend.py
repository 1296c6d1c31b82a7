"""
Attending a mailbox: one session in which mail is collected, moved when it has been read, and waited for.

A failure ends the session with its typed error; whoever attends opens another one, later. Nothing is
remembered between sessions: the folder and the database say all there is to know.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from mailbot.config import Mailbox
from mailbot.config.derived import counted_folders
from mailbot.errors import MailbotError
from mailbot.intake import census
from mailbot.intake.collect import Collected, collect
from mailbot.intake.polls import poll_failed
from mailbot.intake.raw import RawStore
from mailbot.intake.sources.base import MailSource, SourceSession
from mailbot.intake.tidy import tidy, untidied
from mailbot.store.unit import Store

LOOK = 5.0  # seconds; the longest wait in which a stop goes unnoticed


@dataclass(frozen=True, slots=True)
class Attendant:
    """A mailbox with all that attending it needs."""

    name: str
    source: MailSource
    processed: str
    quarantine: str
    poll_seconds: float
    raw: RawStore
    store: Store
    clock: Callable[[], datetime]
    stored: Callable[[int], None]  # told after each commit, so that reading starts at once
    counted: Mapping[str, str] = field(default_factory=dict)  # folders to count, by their role

    @classmethod
    def of(
        cls,
        box: Mailbox,
        source: MailSource,
        raw: RawStore,
        store: Store,
        clock: Callable[[], datetime],
        stored: Callable[[int], None],
    ) -> "Attendant":
        """A mailbox of the settings."""
        return cls(
            name=box.name,
            source=source,
            processed=box.processed,
            quarantine=box.quarantine,
            poll_seconds=box.poll_seconds,
            raw=raw,
            store=store,
            clock=clock,
            stored=stored,
            counted=counted_folders(box),
        )

    def collect(self) -> Collected:
        """Everything that is in the inbox now, in a session of its own."""
        with self._session() as session:
            return self._collect(session, always=True)

    def tidy(self) -> None:
        """Move what was read, in a session of its own; none is opened when there is nothing to move."""
        if untidied(self.store, self.name, self.clock()):
            with self._session() as session:
                self._tidy(session)

    def attend(self, stop: threading.Event) -> None:
        """Until `stop` is set, or the mailbox fails."""
        with self._session() as session:
            while not stop.is_set():
                self._collect(session)
                self._tidy(session)
                self._wait(session, stop)

    @contextmanager
    def _session(self) -> Iterator[SourceSession]:
        """A session whose failure is seen in the record of polls, also when it could not be opened."""
        try:
            with self.source.session() as session:
                yield session
        except MailbotError as error:
            poll_failed(self.store, self.name, error, self.clock())
            raise

    def _collect(self, session: SourceSession, *, always: bool = False) -> Collected:
        found = collect(session, self.name, self.raw, self.store, self.clock, self.stored)
        if self.counted and (always or census.is_due(self.store, self.name, self.clock())):
            listed = found.listed, found.listed - found.unfetched
            census.take(session, self.name, self.counted, listed, self.store, self.clock())
        return found

    def _tidy(self, session: SourceSession) -> None:
        tidy(session, self.name, self.processed, self.quarantine, self.store, self.clock)

    def _wait(self, session: SourceSession, stop: threading.Event) -> None:
        end = time.monotonic() + self.poll_seconds
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if untidied(self.store, self.name) or session.wait(min(left, LOOK)):
                return

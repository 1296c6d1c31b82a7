"""The ground under a test of the steps: a real database, real keys and a real raw store, in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select, update

from mailbot.intake.collect import Collected, Limits, collect
from mailbot.intake.raw import RawStore
from mailbot.intake.sources.base import MailSource, SourceSession
from mailbot.intake.tidy import Tidied, tidy
from mailbot.store.keys import Keyring
from mailbot.store.open import create_database, open_store
from mailbot.store.schema import delivery, message
from mailbot.store.unit import Store

MAILBOX = "partnership"
LIMITS = Limits()


@dataclass(slots=True)
class Ground:
    """What collecting and tidying stand on; time goes on only when a test says so."""

    store: Store
    raw: RawStore
    now: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    told: list[int] = field(default_factory=list)  # what `stored` was called with

    def clock(self) -> datetime:
        """The time as it is in the test."""
        return self.now

    def later(self, **more: float) -> None:
        """Let time pass."""
        self.now += timedelta(**more)

    def collect(self, source: MailSource) -> Collected:
        """One poll in a session of its own."""
        with source.session() as session:
            return self.collect_in(session)

    def collect_in(self, session: SourceSession, limits: Limits = LIMITS) -> Collected:
        """One poll in this session."""
        return collect(session, MAILBOX, self.raw, self.store, self.clock, self.told.append, limits=limits)

    def tidy(self, source: MailSource) -> Tidied:
        """One tidying in a session of its own."""
        with source.session() as session:
            return tidy(session, MAILBOX, "Processed", "Quarantine", self.store, self.clock)

    def read(self, state: str = "queued") -> None:
        """Have every stored message read, with this outcome."""
        with self.store.unit() as unit:
            unit.db.execute(update(message).where(message.c.state == "stored").values(state=state))

    def rows(self, table: Table, *columns: str) -> list[Any]:
        """The rows of a table, all or some columns, by what was stored first; one column as plain values."""
        order = table.c.stored_at if "stored_at" in table.c else next(iter(table.primary_key.columns))
        wanted = [table.c[column] for column in columns] or list(table.c)
        with self.store.look() as db:
            rows = db.execute(select(*wanted).order_by(order)).all()
        return [row[0] for row in rows] if len(columns) == 1 else [tuple(row) for row in rows]

    def bodies(self) -> list[bytes]:
        """The original bytes of all messages, sorted."""
        return sorted(self.raw.read(digest) for digest in self.rows(message, "raw_digest"))

    def remember(self, count: int, state: str = "moved") -> None:
        """A history: so many messages that were decided, and moved long ago."""
        messages = [
            {
                "message_id": f"{number:032x}",
                "mailbox": MAILBOX,
                "raw_digest": f"{number:064x}",
                "size": 1000,
                "received_at": self.now,
                "stored_at": self.now,
                "state": "decided",
            }
            for number in range(count)
        ]
        deliveries = [
            {
                "delivery_id": f"{number:032x}",
                "mailbox": MAILBOX,
                "locator": f"INBOX|0|{number}",
                "message_id": f"{number:032x}",
                "state": state,
                "stored_at": self.now,
            }
            for number in range(count)
        ]
        with self.store.unit() as unit:
            unit.db.execute(insert(message), messages)
            unit.db.execute(insert(delivery), deliveries)


@contextmanager
def ground(folder: Path, reserve_bytes: int = 0) -> Iterator[Ground]:
    """New ground in a folder."""
    keyring = Keyring.create(folder / "keys")
    url = f"sqlite:///{folder / 'mailbot.db'}"
    create_database(url)
    store = open_store(url, keyring)
    try:
        yield Ground(store, RawStore(folder / "raw", store.vault, reserve_bytes))
    finally:
        store.close()

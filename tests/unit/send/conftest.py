"""A small world: messages that came, a clock that is set, and the outbox on both databases."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Row, insert, select

from mailbot.domain.mail import Envelope
from mailbot.domain.states import AckState, MessageState
from mailbot.send import outbox
from mailbot.send.acknowledge import Composer
from mailbot.send.marks import Marks
from mailbot.send.policy import PolicySettings
from mailbot.send.settings import Settings
from mailbot.store import schema
from mailbot.store.ids import new_id
from mailbot.store.unit import Store
from tests.fakes.transport import FakeTransport

SENDER = "Education Partnership Team <education.partnership@police.example>"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = Settings(PolicySettings(own_addresses=("education.partnership@police.example",)))


def make_envelope(sender: str = "a.sample@school.example", **changes: object) -> Envelope:
    """What an ordinary authenticated message of one person says."""
    plain = Envelope(
        senders=(sender,),
        from_headers=1,
        return_path=sender,
        recipients=("education.partnership@police.example",),
        message_id="<1@school.example>",
        authentication="pass",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """What a test moves."""

    store: Store
    settings: Settings = SETTINGS
    now: datetime = NOON
    transport: FakeTransport = field(default_factory=FakeTransport)
    spread: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    composer: Composer = field(default_factory=lambda: Composer(SENDER))
    marks: Marks | None = None

    def arrive(
        self,
        envelope: Envelope | None = None,
        *,
        not_safe: bool = False,
        received_at: datetime | None = None,
        message_id: str | None = None,
    ) -> AckState:
        """Store a message and decide about it, in one transaction."""
        known = message_id is not None
        message_id = message_id or new_id()
        received_at = received_at or self.now
        with self.store.unit() as unit:
            if not known:
                row = {
                    "message_id": message_id,
                    "mailbox": "partnership",
                    "raw_digest": message_id,
                    "size": 1,
                }
                times = {"received_at": received_at, "stored_at": self.now}
                state = {"state": MessageState.STORED.value}
                unit.db.execute(insert(schema.message).values(**row, **times, **state))
            return outbox.decide(
                unit,
                message_id=message_id,
                mailbox="partnership",
                envelope=envelope or make_envelope(),
                not_safe=not_safe,
                received_at=received_at,
                settings=self.settings,
                now=self.now,
                spread=self.spread,
            )

    def note(self, envelope: Envelope) -> bool:
        """A report came."""
        with self.store.unit() as unit:
            return outbox.note_report(unit, envelope, self.now)

    def send(self, limit: int = 100, clock: Callable[[], datetime] | None = None) -> int:
        """Send what is due."""
        return outbox.send_due(
            self.store,
            self.transport,
            self.composer,
            self.settings,
            clock or (lambda: self.now),
            self.spread,
            limit=limit,
            marks=self.marks,
        )

    def later(self, **step: float) -> None:
        """Let time go by."""
        self.now += timedelta(**step)

    def rows(self) -> list[Row[tuple[object, ...]]]:
        """The outbox, in the order of decisions."""
        with self.store.look() as db:
            table = schema.outbox
            return list(db.execute(select(table).order_by(table.c.decided_at, table.c.mail_id)))

    def states(self) -> list[str]:
        """Their states, sorted."""
        return sorted(row.state for row in self.rows())

    @property
    def only(self) -> Row[tuple[object, ...]]:
        """The one row there is."""
        (row,) = self.rows()
        return row


@pytest.fixture
def world(store: Store) -> World:
    """Empty, on SQLite and on PostgreSQL."""
    return World(store)


@pytest.fixture
def small_world(sqlite_store: Store) -> World:
    """Empty, on SQLite alone."""
    return World(sqlite_store)

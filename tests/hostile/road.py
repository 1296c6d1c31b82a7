"""The product's own way from bytes to a decision, without mailbox and relay: quick enough for hundreds."""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Row, select

from mailbot.domain.mail import Border, Reading
from mailbot.engine.rehearse import Rehearsal
from mailbot.errors import ReaderFailed
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.scanners.none import NoScanner
from mailbot.parse.verifier import Verifier
from mailbot.pipeline import ATTEMPTS, NO_PARTNERS, QUEUE_CLOCKS, Desk, ReadMessage, no_desk
from mailbot.review.partners import Partners
from mailbot.send.acknowledge import Composer
from mailbot.send.policy import PolicySettings
from mailbot.send.settings import Settings
from mailbot.store import readings
from mailbot.store.schema import message, outbox
from tests.fakes.ground import MAILBOX, Ground, ground
from tests.fakes.sources import FakeSource
from tests.letters import GATEWAY, OURS

BORDER = Border((GATEWAY,), own_addresses=(OURS,))
RULES = PolicySettings(own_addresses=(OURS,))
COMPOSER = Composer(f"Education Partnership Team <{OURS}>")


@dataclass
class Road:
    """Ground, a pool of real readers, and what the site has set."""

    ground: Ground
    pool: ReaderPool
    settings: Settings = field(default_factory=lambda: Settings(RULES, total_day=100_000))
    border: Border = BORDER
    partners: Partners = NO_PARTNERS
    verifier: Verifier | None = None
    desk: Desk = no_desk
    spread: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    source: FakeSource = field(default_factory=FakeSource)
    closing: ExitStack = field(default_factory=ExitStack)  # what a world opened

    def arrive(self, raw: bytes) -> str:
        """Store a message; its id."""
        known = set(self.ground.rows(message, "message_id"))
        self.source.deliver(raw)
        self.ground.collect(self.source)
        (found,) = set(self.ground.rows(message, "message_id")) - known
        return str(found)

    def arrive_together(self, raws: Sequence[bytes]) -> list[str]:
        """Store many, in one poll; their ids, in order."""
        for raw in raws:
            self.source.deliver(raw)
        self.ground.collect(self.source)
        stored = self.ground.rows(message, "message_id", "raw_digest")
        known = {self.ground.raw.read(digest): message_id for message_id, digest in stored}
        return [known[raw] for raw in raws]

    def read(self, message_id: str) -> Reading:
        """Read it as the worker would, up to three times, and decide."""
        task = ReadMessage(
            self.ground.raw,
            self.pool,
            NoScanner(production=False),
            lambda name: self.border,
            self.settings,
            self.spread,
            clocks=QUEUE_CLOCKS,
            known=self.partners,
            verifier=self.verifier,
            desk=self.desk,
        )
        for _ in range(ATTEMPTS):
            with self.ground.store.unit() as unit:
                claim = task.begin(unit, message_id, self.ground.now)
            assert claim is not None
            try:
                outcome = task.work(claim)
            except ReaderFailed:
                continue
            with self.ground.store.unit() as unit:
                task.finish(unit, message_id, outcome, self.ground.now)
            break
        with self.ground.store.look() as db:
            found = readings.load_reading(db, self.ground.store.vault, message_id)
        assert found is not None
        return found

    def rehearse(self) -> list[str]:
        """What a rehearsal says, of the mailbox first."""
        return list(
            Rehearsal(
                MAILBOX,
                self.source,
                ("Processed", "Quarantine"),
                self.border,
                self.settings,
                self.pool,
                self.ground.store,
                self.ground.clock,
                self.verifier,
            ).lines()
        )

    def decided(self, message_id: str) -> Row[tuple[object, ...]]:
        """The row of the outbox about it."""
        with self.ground.store.look() as db:
            return db.execute(select(outbox).where(outbox.c.acknowledges == message_id)).one()

    def state(self, message_id: str) -> str:
        """What became of the message."""
        with self.ground.store.look() as db:
            return str(db.scalar(select(message.c.state).where(message.c.message_id == message_id)))

    def pass_by(self, raw: bytes) -> tuple[Reading, Row[tuple[object, ...]]]:
        """All of it."""
        message_id = self.arrive(raw)
        return self.read(message_id), self.decided(message_id)

    def received(self, message_id: str) -> datetime:
        """When the mailbox's server had it."""
        with self.ground.store.look() as db:
            found = db.scalar(select(message.c.received_at).where(message.c.message_id == message_id))
        assert found is not None
        return found


@contextmanager
def road(folder: Path, pool: ReaderPool) -> Iterator[Road]:
    """A new one in a folder."""
    with ground(folder) as found, ExitStack() as closing:
        yield Road(found, pool, closing=closing)

"""
The composition root: everything else is given its collaborators as arguments.

The adapters themselves are named in `adapters` alone.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import events
from mailbot.adapters import (
    build_canaries,
    build_channels,
    build_routes,
    build_scanner,
    build_source,
    build_transport,
    choose,
)
from mailbot.config import Config, Mailbox, console_url
from mailbot.config.derived import border_of, database_url, keys_folder, own_addresses
from mailbot.config.partners import load_partners
from mailbot.engine import office
from mailbot.engine.embedded import EmbeddedEngine
from mailbot.engine.rehearse import Rehearsal, rehearse
from mailbot.engine.reread import reread
from mailbot.engine.rescan import ScanMessage
from mailbot.engine.worker import Worker, desk_bells
from mailbot.errors import MailbotError
from mailbot.intake.attend import Attendant
from mailbot.intake.raw import RawStore
from mailbot.intake.sources.base import MailSource
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.scanners.base import Scanner
from mailbot.parse.verifier import Verifier, verifying
from mailbot.pipeline import ReadMessage
from mailbot.review.deliver import DispatchTask
from mailbot.review.partners import Partners
from mailbot.review.sla import Clocks
from mailbot.send import outbox
from mailbot.send.acknowledge import Composer
from mailbot.send.marks import Marks
from mailbot.send.settings import Settings
from mailbot.send.transports.base import MailTransport
from mailbot.statistics.draft import Maker
from mailbot.store import halfway, landmarks
from mailbot.store.keys import Keyring
from mailbot.store.open import open_store
from mailbot.store.unit import Store
from mailbot.store.vault import Vault
from mailbot.watch.health import serving
from mailbot.watch.settings import limits_of
from mailbot.watch.watcher import Pulse, Watcher
from mailbot.web.reporting import maker

if TYPE_CHECKING:
    from mailbot.web.desk import Desk
    from mailbot.web.routes import Pages
    from mailbot.web.serve import Server


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """An opened installation. Commands take from it what they need; nothing is started by opening it."""

    config: Config
    environ: Mapping[str, str]
    keyring: Keyring
    vault: Vault
    store: Store
    raw: RawStore

    @property
    def marks(self) -> Marks:
        """What was handed over, remembered beside the database."""
        return Marks(self.config.mailbot.data / "left")

    def sources(self) -> list[tuple[Mailbox, MailSource]]:
        """Every configured mailbox."""
        return [(box, build_source(self.config, box, self.environ)) for box in self.config.mailboxes]

    def transport(self) -> MailTransport:
        """The configured way out."""
        return build_transport(self.config, self.environ)

    def pool(self) -> ReaderPool:
        """Reader processes; close them."""
        site = self.config.mailbot.forms
        pool = ReaderPool(
            mode=self.config.sandbox.mode,
            readers=self.config.engine.readers,
            site=str(site.resolve()) if site else "",
        )
        for missing in pool.codes:
            events.sandbox_best_effort(missing)
        return pool

    def scanner(self) -> Scanner:
        """The configured virus scanner."""
        return build_scanner(self.config)

    def desk(self) -> "Desk":
        """What the console works with."""
        from mailbot.clients.sign_in import Provider
        from mailbot.web.desk import Desk
        from mailbot.web.drawing import Drawing

        provider = Provider.of(self.config, self.environ)
        drawing = Drawing(self.raw, self.config.sandbox.mode)
        return Desk(self.config, self.store, self.vault, now, provider, drawing)

    def console(self, *more: "Pages", port: int | None = None) -> "Server":
        """The console, listening; pages beyond its own, and another port, are the demonstration's."""
        # here, because every other command would wait for it
        from mailbot.web.app import create_app
        from mailbot.web.pages import everything
        from mailbot.web.serve import Server

        desk = self.desk()
        web = create_app(desk, [*everything(desk), *more])
        return Server(web, self.config.console, secure=desk.is_secure, port=port)

    def dispatch(self) -> DispatchTask:
        """The task that hands documents to the desks."""
        return DispatchTask(build_routes(self.config, self.environ, now), self.config.mailbot.templates)

    def composer(self) -> Composer:
        """The constant acknowledgement, checked by its linter."""
        wanted = self.config.acknowledge
        return Composer(wanted.sender, self.config.mailbot.templates, wanted.envelope_sender)

    def settings(self) -> Settings:
        """What decides about acknowledgements."""
        own, known = own_addresses(self.config), self.partners().directory
        with self.store.look() as db:
            restored = landmarks.when(db, landmarks.RESTORED)
        return Settings.of(self.config.acknowledge, own, known.domains, restored)

    def partners(self) -> Partners:
        """The partner directory."""
        return Partners.of(load_partners(self.config.mailbot.partners))

    def reader(
        self,
        pool: ReaderPool,
        verifier: Verifier | None = None,
        queued: Callable[[], None] = lambda: None,
    ) -> ReadMessage:
        """The task that reads messages."""
        return ReadMessage(
            self.raw,
            pool,
            self.scanner(),
            border_of(self.config),
            self.settings(),
            random.SystemRandom(),
            queued,
            Clocks.of(self.config.review),
            self.partners(),
            verifier,
            timedelta(minutes=self.config.scanner.wait_minutes),
            office.inbox(self.config),
        )

    def report(self) -> Maker:
        """What makes drafts of the monthly report."""
        return maker(self.config, self.store, self.partners().directory)

    def reprocess(self, ids: Sequence[str], actor: str, step: Callable[[], None]) -> int:
        """Read stored messages again; see `engine.reread`."""
        with closing(self.pool()) as pool:
            return reread(
                ids,
                actor,
                store=self.store,
                raw=self.raw,
                pool=pool,
                scanner=self.scanner(),
                borders=border_of(self.config),
                known=self.partners(),
                clock=now,
                step=step,
                clocks=Clocks.of(self.config.review),
                desk=office.inbox(self.config),
            )

    @contextmanager
    def worker(
        self, stop: threading.Event | None = None, say: Callable[[str], None] = lambda sentence: None
    ) -> Iterator[Worker]:
        """A worker with everything that it needs, ready to run; the caller holds the lock."""
        choose({"embedded": lambda: None}, self.config.engine.kind, "[engine] → kind")
        halfway.refuse(self.config.mailbot.data)
        send_due, sources = self._sender(), self.sources()  # a wrong setting is told before it costs time
        with self.watching() as watcher, closing(self.pool()) as pool, self._verifying() as verifier:
            engine = EmbeddedEngine(
                self.store,
                [self.reader(pool, verifier), ScanMessage(self.raw, self.scanner()), self.dispatch()],
                threads=self.config.engine.readers,
                clock=now,
            )
            attendants = [
                Attendant.of(box, source, self.raw, self.store, now, lambda count: engine.kick())
                for box, source in sources
            ]
            bells = desk_bells(self.store, Clocks.of(self.config.review), now)
            stop = stop or threading.Event()
            yield Worker(engine, attendants, send_due, self.raw, now, stop, say, bells, watcher.look)

    def _verifying(self) -> AbstractContextManager[Verifier | None]:
        """The verifier of signatures, where a mailbox wants one."""
        wanted = any(box.local_dkim for box in self.config.mailboxes)
        return verifying(wanted, self.config.sandbox.mode)

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        """The watch, with what others ask it on loopback."""
        watch, pulse = self.config.watch, Pulse(now())
        watcher = Watcher(
            self.store,
            limits_of(self.config),
            build_channels(self.config, self.environ),
            timedelta(hours=watch.repeat_hours),
            self.raw.room,
            self.scanner().check,
            now,
            pulse,
            build_canaries(self.config, self.environ, self.store, now),
            console_url(self.config),
        )
        with serving(watch.port, pulse, now):
            yield watcher

    def dry_run(self, say: Callable[[str], None]) -> list[MailbotError]:
        """Say what a run would do, and write nothing; see `engine.rehearse`."""
        border, settings = border_of(self.config), self.settings()
        with closing(self.pool()) as pool, self._verifying() as verifier:
            rehearsals = [
                Rehearsal(
                    box.name,
                    source,
                    (box.processed, box.quarantine),
                    border(box.name),
                    settings,
                    pool,
                    self.store,
                    now,
                    verifier,
                )
                for box, source in self.sources()
            ]
            return rehearse(rehearsals, say)

    def _sender(self) -> Callable[[Callable[[MailbotError], None]], int]:
        if not self.config.acknowledge.enabled:
            return lambda failed: 0
        composer, transport, settings = self.composer(), self.transport(), self.settings()
        spread = random.SystemRandom()
        outbox.recover(self.store, now())
        letters = office.postman(self.config, self.store, transport, now, spread)
        return lambda failed: (  # a letter that cannot be opened must keep no acknowledgement
            outbox.send_due(
                self.store,
                transport,
                composer,
                settings,
                now,
                spread,
                limit=50,
                failed=failed,
                marks=self.marks,
            )
            + letters(failed)
        )


@contextmanager
def open_app(config: Config, environ: Mapping[str, str] = os.environ) -> Iterator[App]:
    """Open keys, database and raw store. Raises `ConfigError` when one is missing or of another version."""
    choose({"embedded": lambda: None}, config.engine.kind, "[engine] → kind")
    keyring = Keyring.load(keys_folder(config))
    vault = Vault(keyring)
    store = open_store(database_url(config), keyring)
    reserve = config.mailbot.disk_reserve_mb * 2**20
    raw = RawStore(config.mailbot.data / "blobs", vault, reserve)
    try:
        yield App(config, environ, keyring, vault, store, raw)
    finally:
        store.close()

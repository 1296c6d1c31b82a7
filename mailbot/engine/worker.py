"""
The worker: what `mailbot run` does, once or until it is stopped.

GUARANTEES
    One mailbox that fails does not keep the others, the reading or the sending from going on. A stop ends
    everything within 30 seconds; what was in hand is committed or is found again at the next start. Where
    only a new process helps, the worker stops by itself.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from mailbot import events
from mailbot.engine.base import Bell
from mailbot.engine.embedded import EmbeddedEngine
from mailbot.errors import ConfigError, MailbotError, Permanent, Stuck, Transient
from mailbot.intake.attend import Attendant
from mailbot.intake.raw import RawStore
from mailbot.review import claims
from mailbot.review.attention import watch_clocks
from mailbot.review.sla import Clocks
from mailbot.store.unit import Store

SEND_SECONDS = 1.0
SWEEP_SECONDS = 3600.0
CLAIMS_SECONDS = 15.0
CLOCKS_SECONDS = 30.0
WATCH_SECONDS = 60.0
LOCKED_OUT_SECONDS = 900.0  # after a refused password: seldom enough for any lock-out rule
STALE = timedelta(hours=1)
SAY_AGAIN = timedelta(minutes=15)


def desk_bells(store: Store, clocks: Clocks, clock: Callable[[], datetime]) -> list[Bell]:
    """What the review desk wants rung: claims that are over go back, clocks that are late are raised."""

    def hand_back() -> None:
        claims.hand_back(store, clock())

    def look_at_clocks() -> None:
        watch_clocks(store, clocks, clock())

    return [Bell("claims", CLAIMS_SECONDS, hand_back), Bell("clocks", CLOCKS_SECONDS, look_at_clocks)]


@dataclass
class Worker:
    """See the module. `send_due` sends what is due, tells what failed, and gives how many left."""

    engine: EmbeddedEngine
    attendants: Sequence[Attendant]
    send_due: Callable[[Callable[[MailbotError], None]], int]
    raw: RawStore
    clock: Callable[[], datetime]
    stop: threading.Event = field(default_factory=threading.Event)
    say: Callable[[str], None] = lambda sentence: None  # to a person; the log knows codes only
    more: Sequence[Bell] = ()
    watch: Callable[[], None] = lambda: None  # looks whether all is well, and tells who must know
    ended_by: Stuck | None = None  # why it stopped by itself
    _said: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def once(self) -> list[MailbotError]:
        """Collect, read, send what is due, tidy, ring the rest; what failed, each refusal to send once."""
        failures: list[MailbotError] = []
        self.engine.start()
        try:
            failures += self._each(Attendant.collect)
            self.engine.drain()
            unsent: dict[str, MailbotError] = {}
            while self.send_due(lambda error: unsent.update({str(error): error})):
                pass
            failures += unsent.values()
            failures += self._each(Attendant.tidy)
            for bell in self.more:
                bell.ring()
            self.watch()
        finally:
            self.engine.close()
        return failures

    def run(self) -> None:
        """Until `stop` is set, from outside or by `ended_by`."""
        self.engine.start()
        events.worker_started(len(self.attendants))
        try:
            self.engine.run(self.stop, self.bells())
        finally:
            self.engine.close()
            events.worker_stopped()

    def bells(self) -> list[Bell]:
        """What the engine has to ring while we run."""
        mailboxes = [
            Bell(f"mailbox-{one.name}", one.poll_seconds, partial(self._attend, one))
            for one in self.attendants
        ]
        ours = Bell("send", SEND_SECONDS, self._send), Bell("sweep", SWEEP_SECONDS, self._sweep)
        return [*mailboxes, *ours, Bell("watch", WATCH_SECONDS, self.watch), *self.more]

    def _attend(self, attendant: Attendant) -> None:
        try:
            attendant.attend(self.stop)
        except Stuck as error:
            events.mailbox_suspended(attendant.name, type(error))
            self.ended_by = error
            self.stop.set()
        except Transient as error:
            events.mailbox_failed(attendant.name, type(error))
            self._tell(attendant.name, error)
        except (Permanent, ConfigError) as error:  # the latter: a secret that is gone since the start
            events.mailbox_suspended(attendant.name, type(error))
            self._tell(attendant.name, error)
            self.stop.wait(LOCKED_OUT_SECONDS)

    def _send(self) -> None:
        while not self.stop.is_set() and self.send_due(partial(self._tell, "acknowledgements")):
            pass

    def _tell(self, what: str, error: MailbotError) -> None:
        """Say what is wrong when it begins, and again now and then while it lasts."""
        sentence, now = str(error), self.clock()
        before, at = self._said.get(what, ("", now))
        if sentence != before or now >= at + SAY_AGAIN:
            self._said[what] = sentence, now
            self.say(f"{what}: {sentence}")

    def _sweep(self) -> None:
        self.raw.sweep(self.clock(), STALE)

    def _each(self, action: Callable[[Attendant], object]) -> list[MailbotError]:
        """With all mailboxes at the same time: one that is silent must not hold up the others."""
        if not self.attendants:
            return []
        first, *others = self.attendants
        with ThreadPoolExecutor(max(1, len(others))) as pool:
            waiting = [pool.submit(_tried, action, other) for other in others]
            failed = [_tried(action, first), *(one.result() for one in waiting)]
        return [error for error in failed if error is not None]


def _tried(action: Callable[[Attendant], object], attendant: Attendant) -> MailbotError | None:
    try:
        action(attendant)
    except MailbotError as error:
        events.mailbox_failed(attendant.name, type(error))
        return error
    return None

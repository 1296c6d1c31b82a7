"""
The watch: once a minute it gathers the facts, finds the alarms, and tells the operators what is new.

GUARANTEES
    A channel that fails keeps no other from being used. That the database is away is told too, from memory.
BUGS
    A worker that has died watches nothing: let something outside ask `/healthz`.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailbot import events
from mailbot.errors import DiskFull, MailbotError, StoreUnavailable, Transient
from mailbot.store import status
from mailbot.store.unit import Store
from mailbot.watch import alerts
from mailbot.watch.canary import CanarySender
from mailbot.watch.channels.base import Channel, Notice
from mailbot.watch.facts import Facts, gather
from mailbot.watch.rules import Alarm, Limits, alarms

DEEP = timedelta(minutes=30)  # between looks that go through all rows
AWAY = Alarm("store_unavailable")


@dataclass
class Pulse:
    """What the watch saw last; for `/healthz`, `/readyz` and `/metrics`, which ask from other threads."""

    since: datetime
    facts: Facts | None = None
    alarms: tuple[Alarm, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)

    def beat(self, facts: Facts | None, found: Sequence[Alarm], now: datetime) -> None:
        """The watch has looked."""
        with self.lock:
            self.facts, self.alarms, self.at = facts, tuple(found), now

    def __post_init__(self) -> None:
        self.at = self.since


@dataclass
class Watcher:
    """See the module. For one thread."""

    store: Store
    limits: Limits
    channels: Sequence[Channel]
    again: timedelta
    room: Callable[[], int]
    scanner: Callable[[], object]  # raises `Transient` where it does not answer
    clock: Callable[[], datetime]
    pulse: Pulse
    canaries: Sequence[CanarySender] = ()
    console: str = ""  # its address, for what supervisors must look at
    _difference: tuple[int, datetime] | None = None
    _away_since: datetime | None = None
    _away_told: datetime | None = None

    def look(self) -> None:
        """One look."""
        for canary in self.canaries:
            self._send(canary)
        now = self.clock()
        if now < self.pulse.at:  # the clock was set back: what is late counts from now
            self.pulse.since = now
        try:
            facts = self._facts(now)
            found = alarms(facts, self.limits)
            self.pulse.beat(facts, found, now)
            with self.store.unit() as unit:
                alerts.note(unit, found, now)
            with self.store.look() as db:
                fresh = alerts.news(db, now, self.again)
            if fresh and self._tell([self._notice(one) for one in fresh], now):
                with self.store.unit() as unit:
                    alerts.mark_told(unit, fresh, now)
        except (StoreUnavailable, DiskFull) as error:
            self._away(error, now)
        else:
            self._back(now)

    def _facts(self, now: datetime) -> Facts:
        with self.store.look() as db:
            known = gather(db, now, mailboxes=self.limits.mailboxes)
            if self._difference is None or not self._difference[1] <= now < self._difference[1] + DEEP:
                self._difference = status.counts(db)["difference"], now
        return Facts(
            now, self.pulse.since, self.room(), self._scans(), difference=self._difference[0], **known
        )

    def _scans(self) -> bool:
        try:
            self.scanner()
        except Transient:
            return False
        return True

    def _send(self, canary: CanarySender) -> None:
        try:
            if canary.look():
                events.canary_sent(canary.mailbox)
        except MailbotError as error:  # that it does not arrive is what is told
            events.alert_untold("canary", type(error))

    def _tell(self, notices: Sequence[Notice], now: datetime) -> bool:
        """Whether anybody knows; where nobody is to be told, the log does."""
        for notice in notices:
            events.alert(notice.code, notice.state, notice.about or None, notice.number)
        told = not self.channels
        for channel in self.channels:
            try:
                channel.tell(notices, now)
                told = True
            except MailbotError as error:
                events.alert_untold(channel.name, type(error))
        return told

    def _away(self, error: Transient, now: datetime) -> None:
        events.store_unavailable(type(error))
        self._away_since = self._away_since or now
        self.pulse.beat(None, [AWAY], now)
        if self._away_told is None or not self._away_told <= now < self._away_told + self.again:
            notice = Notice("on", AWAY.code, "", 0, self._away_since)
            self._away_told = now if self._tell([notice], now) else None

    def _back(self, now: datetime) -> None:
        if self._away_told is not None and self._away_since is not None:
            self._tell([Notice("over", AWAY.code, "", 0, self._away_since)], now)
        self._away_since = self._away_told = None

    def _notice(self, one: alerts.Alert) -> Notice:
        link = f"{self.console}/attention" if self.console and one.code.startswith("attention_") else ""
        return Notice("over" if one.ended_at else "on", one.code, one.about, one.number, one.since, link)

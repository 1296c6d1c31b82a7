"""
The clock: until when an item should be looked at, and how it stands.

A mailbox's clock runs day and night, or in its duty hours alone. Hours are local; each is turned into UTC by
itself, so a duty day of ten hours has ten hours on both days on which the clocks change, and a night shift
across the change has the hours that really pass.

GUARANTEES
    Pure functions of what they are given; `now` is an argument.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from mailbot.config import Duty, Review

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 3700  # days that a clock is followed; ten years
_NONE = timedelta(0)


class Stage(Enum):
    """How pressing an item is by its clock alone."""

    ON_TIME = "on_time"
    WARNED = "warned"  # past the first mark
    ESCALATED = "escalated"  # supervisors are told
    BREACHED = "breached"  # late
    STOPPED = "stopped"  # looked at, or decided, in time
    STOPPED_LATE = "stopped_late"  # the same, but late


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock, read: the stage, minutes on duty until it is late (negative when it is), and its age."""

    stage: Stage
    minutes_left: int
    minutes_old: int


@dataclass(frozen=True)
class Clock:
    """The clock of one mailbox."""

    target: timedelta = timedelta(minutes=120)
    warn: timedelta = timedelta(minutes=30)
    escalate: timedelta = timedelta(minutes=90)
    duty: Duty | None = None

    def due_at(self, opened_at: datetime) -> datetime:
        """When it is late; UTC."""
        if self.duty is None:
            return opened_at + self.target
        left = self.target
        for begin, end in self._shifts(opened_at):
            begin = max(begin, opened_at)
            if end - begin >= left:
                return begin + left
            left -= max(end - begin, _NONE)
        return opened_at + self.target  # ten years without a day on duty: nobody meant that

    def passed(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments was on duty."""
        if self.duty is None or end <= begin:
            return max(end - begin, _NONE)
        total = _NONE
        for first, last in self._shifts(begin):
            if first >= end:
                break
            total += max(min(last, end) - max(first, begin), _NONE)
        return total

    def begun(self, now: datetime, mark: timedelta) -> datetime:
        """The latest moment since which so much duty has passed: what was opened then, or before, is past."""
        if self.duty is None:
            return now - mark
        back = mark
        while self.passed(now - back, now) < mark and back.days < _LONGEST:
            back *= 2
        early, late = now - back, now
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            early, late = (middle, late) if self.passed(middle, now) >= mark else (early, middle)
        return early

    def read(self, opened_at: datetime, stopped_at: datetime | None, now: datetime) -> Standing:
        """How the clock of an item stands that was opened and, where it was, stopped then."""
        passed = self.passed(opened_at, stopped_at or now)
        left = int((self.target - passed).total_seconds() // 60)
        old = int(passed.total_seconds() // 60)
        if stopped_at is not None:
            return Standing(Stage.STOPPED if passed <= self.target else Stage.STOPPED_LATE, left, old)
        marks = (
            (self.target, Stage.BREACHED),
            (self.escalate, Stage.ESCALATED),
            (self.warn, Stage.WARNED),
        )
        stage = next((stage for mark, stage in marks if passed >= mark), Stage.ON_TIME)
        return Standing(stage, left, old)

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The duty hours of each day from the one before `start`, in UTC."""
        assert self.duty is not None  # noqa: S101  the callers have looked
        zone = ZoneInfo(self.duty.timezone)
        first = start.astimezone(zone).date() - timedelta(days=1)
        for number in range(_LONGEST):
            day = first + timedelta(days=number)
            if _DAYS[day.weekday()] in self.duty.days and day.isoformat() not in self.duty.closed:
                yield _moment(day, self.duty.begins, zone), _moment(day, self.duty.ends, zone)


def _moment(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """A local time as UTC; an hour that the change left out counts as the moment of the change."""
    if hour == "24:00":
        day, hour = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(hour), zone).astimezone(UTC)


@dataclass(frozen=True)
class Clocks:
    """The clocks of all mailboxes, and what stops them."""

    standard: Clock = Clock()
    by_mailbox: Mapping[str, Clock] = field(default_factory=dict)
    stops: str = "first_opened"

    @classmethod
    def of(cls, review: Review) -> "Clocks":
        """As the configuration has them."""
        standard = Clock(
            target=timedelta(minutes=review.target_minutes),
            warn=timedelta(minutes=review.warn_minutes),
            escalate=timedelta(minutes=review.escalate_minutes),
        )
        own = {duty.mailbox: replace(standard, duty=duty) for duty in review.duty}
        return cls(standard, own, review.stops_clock)

    def of_mailbox(self, name: str) -> Clock:
        """The clock of a mailbox; one that is configured no more keeps the standard one."""
        return self.by_mailbox.get(name, self.standard)

    def passed(self, mailbox: str, begin: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments the mailbox was on duty."""
        return self.of_mailbox(mailbox).passed(begin, end)

    def read(
        self,
        mailbox: str,
        opened_at: datetime,
        first_opened_at: datetime | None,
        decided_at: datetime | None,
        now: datetime,
    ) -> Standing:
        """How the clock of an item stands."""
        stopped = (first_opened_at or decided_at) if self.stops == "first_opened" else decided_at
        return self.of_mailbox(mailbox).read(opened_at, stopped, now)


@dataclass(frozen=True, slots=True)
class Times:
    """How long items waited until somebody first looked, in minutes; None where there were none."""

    count: int
    median: int | None
    p95: int | None
    in_target: int


def summarise(waits: Sequence[timedelta], target: timedelta) -> Times:
    """Median and 95th percentile, by nearest rank."""
    if not waits:
        return Times(0, None, None, 0)
    ordered = sorted(waits)

    def rank(percent: int) -> int:
        return int(ordered[-(-len(ordered) * percent // 100) - 1].total_seconds() // 60)

    return Times(len(ordered), rank(50), rank(95), sum(wait <= target for wait in ordered))

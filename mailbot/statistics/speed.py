"""How long submissions waited until somebody first looked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

LEAST = 20  # submissions; fewer say more about one day than about a month
SHARE = (
    5  # per cent; from twenty on, whatever the number, every multiple of five can come out: it tells nothing
)
MINUTES = 5
TARGET = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Speed:
    """Rounded; None where nobody has looked at one yet."""

    within_target: int  # per cent of all submissions
    median: int | None  # minutes, of those that were looked at
    p95: int | None


def speed(waits: Collection[timedelta | None]) -> Speed | None:
    """Of the submissions of a month; None stands for one that nobody has looked at. None where too few."""
    if len(waits) < LEAST:
        return None
    known = sorted(wait for wait in waits if wait is not None)
    within = sum(wait <= TARGET for wait in known)
    share = SHARE * round(100 * within / len(waits) / SHARE)
    if len(known) < LEAST:
        return Speed(share, None, None)
    return Speed(share, _rank(known, 50), _rank(known, 95))


def _rank(ordered: list[timedelta], percent: int) -> int:
    """The nearest rank."""
    minutes = ordered[-(-len(ordered) * percent // 100) - 1].total_seconds() / 60
    return MINUTES * round(minutes / MINUTES)

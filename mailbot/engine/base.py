"""
The port to an engine: who rings the bells, and how work that must not be forgotten is done.

A `Task` is done in three steps, so that no transaction is open while a child or a server is waited for:

    begin   in the transaction that claims the job: count the attempt, read what the work needs
    work    in no transaction; may be killed anywhere
    finish  in the transaction that removes the job: the whole effect, or nothing of it

GUARANTEES
    A job is deferred inside its caller's transaction, so it exists if and only if its cause does. It is
    done at least once; a task is idempotent by the state of its subject, so its effect happens once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any, Protocol

from mailbot.store.unit import Unit


class Task(Protocol):
    """One kind of work, registered once under its name."""

    name: str

    def begin(self, unit: Unit, subject: str, now: datetime) -> Any | None:
        """What `work` needs, or None when there is nothing left to do; raises `Permanent` to be given up."""
        ...

    def work(self, claim: Any) -> Any:
        """The work itself; raises `Transient` to be tried again, anything else to be given up."""
        ...

    def finish(self, unit: Unit, subject: str, result: Any, now: datetime) -> None:
        """The effect of the work."""
        ...

    def failed(self, unit: Unit, subject: str, error: type[Exception], now: datetime) -> None:
        """The effect of giving up: the subject must be where a human sees it."""
        ...


@dataclass(frozen=True, slots=True)
class Bell:
    """Something that is done again and again, `seconds` after it last ended; never twice at once."""

    name: str
    seconds: float
    ring: Callable[[], None]


class Engine(Protocol):
    """Does the jobs and rings the bells."""

    def kick(self) -> None:
        """Something was deferred: look now instead of at the next tick. From any thread."""
        ...

    def drain(self) -> None:
        """Do all jobs there are, retries included, and return."""
        ...

    def run(self, stop: Event, bells: Sequence[Bell]) -> None:
        """Work, and ring the bells, until `stop` is set, then end within seconds."""
        ...


def pause(attempts: int) -> float:
    """Seconds until a job that failed `attempts` times is tried again: 1, 4, 16 … at most 15 minutes."""
    return float(min(4 ** max(attempts - 1, 0), 900))

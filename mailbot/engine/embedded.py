"""
The embedded engine: one process, the job table as the queue, APScheduler as nothing but a timer.

Its threads each do one job at a time. A turn finishes the last job and claims the next in one transaction,
which it shares with the turns of other threads that are due at that moment (`turns`): so a message costs a
commit at most, an attempt is counted just before the work it counts, and a message that hangs holds up its
own thread and nobody else. More threads than reader processes would count attempts that only wait for one.

GUARANTEES
    Whatever a task does, its subject is afterwards in exactly one place: advanced, to be tried again, or
    given up where a human sees it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from mailbot import events
from mailbot.engine import jobs
from mailbot.engine.base import Bell, Task, pause
from mailbot.engine.guard import guarded
from mailbot.engine.jobs import Job
from mailbot.engine.turns import Turns
from mailbot.errors import Permanent, Transient
from mailbot.store.unit import Store, Unit

GOODBYE = 10.0  # seconds at the end for what bells began; mail that is being sent should know its fate
_LISTEN = 1.0  # seconds until a signal is seen that came just as a wait began
TICK = 1.0  # seconds between looks at the table when nobody kicks
UNKNOWN_SECONDS = 900.0  # until a job whose task is not known here is looked at again
SET_BACK = timedelta(seconds=5)  # a clock that goes back so far was set; ordinary corrections are smaller
PATIENCE = timedelta(seconds=20)  # drain() waits for a retry that is nearer than this


@dataclass(frozen=True, slots=True)
class Held:
    """A claimed job with what its task needs; after the work also what came of it."""

    job: Job
    claim: Any
    outcome: Any = None


class EmbeddedEngine:
    """See the module. Start it, then `run` or `drain`, then close it."""

    def __init__(
        self,
        store: Store,
        tasks: Sequence[Task],
        *,
        threads: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tasks = {task.name: task for task in tasks}
        self._clock = clock
        self._stopping = threading.Event()
        self._news = threading.Condition()
        self._kicks = 0
        self._busy = 0  # jobs in somebody's hand
        self._turning = 0  # threads between two jobs
        self._turns = 0  # that gave or took one
        self._latest = clock()  # at the last turn
        self._together = Turns(self._take)
        self._ringing: set[threading.Thread] = set()
        self._trouble: tuple[Transient, datetime] | None = None
        self._threads = [threading.Thread(target=self._work_all, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        """Take back what dead workers held, and begin to work."""
        with self._store.unit() as unit:
            jobs.free_all(unit.db, self._clock())
            self._pull_in(unit, self._clock(), jobs.LONGEST_PAUSE)
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Let what is in hand end, for 15 seconds at most, and stop."""
        self._stopping.set()
        self.kick()
        for thread in self._threads:
            thread.join(timeout=15)

    def kick(self) -> None:
        """See `Engine`."""
        with self._news:
            self._kicks += 1
            self._news.notify_all()

    def drain(self) -> None:
        """
        See `Engine`. Returns early when the only jobs left wait for a far retry; raises what has kept the
        results from being written for a while.
        """
        while not self._stopping.is_set():
            if self._trouble is not None and self._clock() > self._trouble[1] + PATIENCE:
                raise self._trouble[0]
            with self._news:
                seen = self._turns if self._news.wait_for(self._is_idle, timeout=TICK) else None
            with self._store.look() as db:
                due = jobs.next_at(db)
            with self._news:
                if seen != self._turns or not self._is_idle():
                    continue  # what was looked at may have been in somebody's hand
            if due is None or due > self._clock() + PATIENCE:
                return
            self._stopping.wait(0.05)
            self.kick()

    def run(self, stop: threading.Event, bells: Sequence[Bell]) -> None:
        """See `Engine`."""
        scheduler = BackgroundScheduler(timezone=UTC)
        scheduler.add_executor("threadpool", max_workers=len(bells) + 1)
        for bell in bells:
            self._plan(scheduler, bell, 0.0)
        scheduler.start()
        while not stop.wait(_LISTEN):
            pass  # Python runs a handler between two steps, and an endless wait is one step
        self._stopping.set()
        scheduler.pause()
        scheduler.get_jobs()  # waits for what it has in hand: stopped in the middle, it misses its own jobs
        scheduler.shutdown(wait=False)
        end = time.monotonic() + GOODBYE
        for thread in list(self._ringing):
            if thread.ident is not None:  # else it was about to start, and has begun nothing
                thread.join(max(0.0, end - time.monotonic()))

    def _plan(self, scheduler: BackgroundScheduler, bell: Bell, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        scheduler.add_job(self._strike, DateTrigger(at), (scheduler, bell), misfire_grace_time=None)

    def _strike(self, scheduler: BackgroundScheduler, bell: Bell) -> None:
        """Ring it in a thread that ends with the process: a server may be silent for longer than a stop."""
        thread = threading.Thread(target=self._ring, args=(scheduler, bell), daemon=True)
        self._ringing.add(thread)
        thread.start()

    def _ring(self, scheduler: BackgroundScheduler, bell: Bell) -> None:
        rung = guarded(bell.ring, bell.name)
        if isinstance(rung, Transient):
            events.job_postponed(bell.name, type(rung), 0)
        self._ringing.discard(threading.current_thread())
        if not self._stopping.is_set():
            self._plan(scheduler, bell, bell.seconds)

    def _work_all(self) -> None:
        done: Held | None = None
        while done is not None or not self._stopping.is_set():
            seen = self._kicks
            turn = self._turn(done)
            self._note(turn)
            if isinstance(turn, Exception):
                done = self._recover(done, turn)
                continue
            done = None
            if turn is None:
                self._rest(seen)
            else:
                task = self._tasks[turn.job.task]
                outcome = guarded(partial(task.work, turn.claim), task.name)
                done = Held(turn.job, turn.claim, outcome)

    def _turn(self, done: Held | None) -> Held | Exception | None:
        """Finish `done` and claim the next job; after a failure everything is still in the same hands."""
        with self._news:
            self._turning += 1
        turn = self._together.take(done)
        gives, takes = (0, 0) if isinstance(turn, Exception) else (done is not None, turn is not None)
        with self._news:
            self._turning -= 1
            self._turns += gives or takes
            self._busy += takes - gives
            if self._is_idle():
                self._news.notify_all()
        return turn

    def _take(self, given: Sequence[Held | None]) -> list[Held | None]:
        """The turns of some threads, in one transaction."""
        now = self._clock()
        taken: list[Held | None] = [None for _ in given]
        with self._store.unit() as unit:
            if now < self._latest - SET_BACK:
                self._pull_in(unit, now, timedelta())
            for done in given:
                if done is not None:
                    self._settle(unit, done, now)
            if not self._stopping.is_set():
                taken = [self._claim(unit, now) for _ in given]
        self._latest = now
        return taken

    def _pull_in(self, unit: Unit, now: datetime, longest: timedelta) -> None:
        """What would wait for longer was put into the table by a clock that was set back since."""
        for name, task in self._tasks.items():
            if getattr(task, "soon", False):
                jobs.pull_in(unit.db, name, now, longest)

    def _is_idle(self) -> bool:
        return self._busy == 0 and self._turning == 0

    def _claim(self, unit: Unit, now: datetime) -> Held | None:
        while (job := jobs.claim(unit.db, now)) is not None:
            task = self._tasks.get(job.task)
            if task is None:  # another version's; it waits for that one, and must not keep the others
                events.fault(job.task, LookupError)
                jobs.again(unit.db, job, now + timedelta(seconds=UNKNOWN_SECONDS))
                continue
            try:
                claim = task.begin(unit, job.subject, now)
            except Permanent as error:  # so would every other turn be undone by it
                events.fault(task.name, type(error))
                task.failed(unit, job.subject, type(error), now)
                claim = None
            if claim is not None:
                return Held(job, claim)
            jobs.remove(unit.db, job)
        return None

    def _settle(self, unit: Unit, done: Held, now: datetime) -> None:
        task, job = self._tasks[done.job.task], done.job
        if isinstance(done.outcome, Transient):
            events.job_postponed(task.name, type(done.outcome), job.attempts)
            jobs.again(unit.db, job, now + timedelta(seconds=pause(job.attempts)))
            return
        if isinstance(done.outcome, Exception):
            task.failed(unit, job.subject, type(done.outcome), now)
        else:
            task.finish(unit, job.subject, done.outcome, now)
        jobs.remove(unit.db, job)

    def _recover(self, done: Held | None, error: Exception) -> Held | None:
        """
        The turn failed and was rolled back. What is in hand afterwards.

        The database is away: keep the result and try again. Otherwise the effect itself is at fault: give
        the subject up in the next turn; and if even giving up fails, leave the job to its lease, so that it
        is tried again later: the subject is still where it was.
        """
        if isinstance(error, Transient) and not self._stopping.wait(TICK):
            return done
        if done is None or self._stopping.is_set() or isinstance(done.outcome, Exception):
            self._drop(done)
            return None
        return Held(done.job, done.claim, error)

    def _note(self, turn: object) -> None:
        """Since when the database has not taken what was done; for `drain`."""
        if not isinstance(turn, Transient):
            self._trouble = None
        elif self._trouble is None:
            self._trouble = turn, self._clock()

    def _drop(self, done: Held | None) -> None:
        with self._news:
            self._busy -= done is not None
            self._news.notify_all()
        self._stopping.wait(TICK)

    def _rest(self, seen: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._kicks != seen or self._stopping.is_set(), timeout=TICK)

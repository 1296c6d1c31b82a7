"""The embedded engine on both databases: whatever a task does, its subject is in exactly one place."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.engine import jobs
from mailbot.engine.base import Bell, pause
from mailbot.engine.embedded import EmbeddedEngine
from mailbot.errors import StoreUnavailable, Tampered, Transient, Unreadable
from mailbot.store.schema import job
from mailbot.store.unit import Store, Unit


def now() -> datetime:
    """The real time: leases and retries are about it."""
    return datetime.now(UTC)


class Recorder:
    """A task that notes what was done with each subject."""

    name = "read"
    soon = False

    def __init__(self, work: Callable[[str, int], Any] = lambda subject, times: subject) -> None:
        self._work = work
        self.begun: list[str] = []
        self.finished: list[str] = []
        self.given_up: list[tuple[str, type[Exception]]] = []
        self.break_finish: set[str] = set()
        self.break_begin: set[str] = set()

    def begin(self, unit: Unit, subject: str, at: datetime) -> str | None:
        """A subject called "done" needs nothing any more."""
        self.begun.append(subject)
        if subject in self.break_begin:
            raise Tampered("what it needs cannot be opened")
        return None if subject == "done" else subject

    def work(self, claim: str) -> Any:
        """What the test wants."""
        return self._work(claim, self.begun.count(claim))

    def finish(self, unit: Unit, subject: str, result: Any, at: datetime) -> None:
        """Note it; or fail as a bug of ours would."""
        if subject in self.break_finish:
            raise ZeroDivisionError
        self.finished.append(subject)

    def failed(self, unit: Unit, subject: str, error: type[Exception], at: datetime) -> None:
        """Note it."""
        self.given_up.append((subject, error))


@contextmanager
def running(store: Store, task: Recorder, threads: int = 2) -> Iterator[EmbeddedEngine]:
    """An engine that has started."""
    engine = EmbeddedEngine(store, [task], threads=threads, clock=now)
    engine.start()
    try:
        yield engine
    finally:
        engine.close()


def defer(store: Store, *subjects: str) -> None:
    """Jobs, due now."""
    with store.unit() as unit:
        for subject in subjects:
            unit.defer("read", subject, now())


def left(store: Store) -> list[str]:
    """The subjects of all jobs that there are."""
    with store.look() as db:
        return list(db.scalars(select(job.c.subject).order_by(job.c.subject)))


def test_every_job_is_done_once(store: Store) -> None:
    """A job that was deferred is done, and gone."""
    task = Recorder()
    defer(store, *(f"m{number}" for number in range(20)))

    with running(store, task) as engine:
        engine.drain()

    assert sorted(f"m{number}" for number in range(20)) == sorted(task.finished)
    assert [] == left(store)


def test_a_subject_that_needs_nothing_is_not_worked_on(store: Store) -> None:
    """When begin() says that there is nothing left to do, the job goes without work."""
    task = Recorder()
    defer(store, "done", "m1")

    with running(store, task) as engine:
        engine.drain()

    assert ["m1"] == task.finished
    assert [] == left(store)


def test_a_job_deferred_in_a_transaction_that_fails_does_not_exist(store: Store) -> None:
    """A job exists if and only if its cause was committed."""

    def fail_after_deferring() -> None:
        with store.unit() as unit:
            unit.defer("read", "m1", now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_deferring()

    assert [] == left(store)


def test_what_may_work_later_is_tried_again(store: Store) -> None:
    """A transient failure postpones the job; it is finished by a later attempt."""

    def work(subject: str, times: int) -> str:
        if times < 2:
            raise Transient
        return subject

    task = Recorder(work)
    defer(store, "m1")

    with running(store, task) as engine:
        engine.drain()

    assert ["m1", "m1"] == task.begun
    assert ["m1"] == task.finished


@pytest.mark.parametrize("error", [Unreadable("corrupt"), ValueError("a fault of ours")])
def test_what_can_never_work_is_given_up_where_a_human_sees_it(store: Store, error: Exception) -> None:
    """Any other failure of the work gives the subject up, and only that one."""

    def work(subject: str, times: int) -> str:
        if subject == "bad":
            raise error
        return subject

    task = Recorder(work)
    defer(store, "bad", "good")

    with running(store, task) as engine:
        engine.drain()

    assert [("bad", type(error))] == task.given_up
    assert ["good"] == task.finished
    assert [] == left(store)


def test_an_effect_that_fails_is_rolled_back_and_given_up(store: Store) -> None:
    """A bug in finish() gives that subject up; its neighbours are finished."""
    task = Recorder()
    task.break_finish = {"m2"}
    defer(store, "m1", "m2", "m3")

    with running(store, task, threads=1) as engine:
        engine.drain()

    assert ["m1", "m3"] == sorted(task.finished)
    assert [("m2", ZeroDivisionError)] == task.given_up
    assert [] == left(store)


def test_what_cannot_begin_is_given_up_and_keeps_no_other(store: Store) -> None:
    """It has been due longest; the others would come behind it for ever."""
    task = Recorder()
    task.break_begin = {"a"}
    defer(store, "a", "b", "c")
    with running(store, task) as engine:
        engine.drain()

    assert [("a", Tampered)] == task.given_up
    assert ["b", "c"] == sorted(task.finished)
    assert [] == left(store)


def test_a_job_of_a_task_that_is_not_known_here_waits_and_keeps_no_other(store: Store) -> None:
    """As a newer version may have left it before somebody went back to this one."""
    task = Recorder()
    with store.unit() as unit:
        unit.defer("of_the_future", "a", now())
        unit.defer("read", "b", now())
    with running(store, task) as engine:
        engine.drain()

    assert ["b"] == task.finished
    assert ["a"] == left(store)


def test_an_effect_that_fails_in_company_takes_only_itself_down(store: Store) -> None:
    """Where several threads share a transaction, each neighbour of a bug in finish() is finished."""
    task = Recorder()
    task.break_finish = {"m7"}
    names = [f"m{number}" for number in range(20)]
    defer(store, *names)

    with running(store, task, threads=4) as engine:
        engine.drain()

    assert {*names} - {"m7"} == {*task.finished}
    assert [("m7", ZeroDivisionError)] == task.given_up
    assert [] == left(store)


def test_a_job_that_hangs_does_not_delay_the_one_behind_it(store: Store) -> None:
    """While one thread waits for a poisonous message, the others go on."""
    release, others = threading.Event(), threading.Event()

    def work(subject: str, times: int) -> str:
        if subject == "a-poison":
            assert release.wait(120)
        return subject

    task = Recorder(work)
    defer(store, "a-poison", "m1", "m2", "m3")

    with running(store, task) as engine:
        engine.kick()
        end = time.monotonic() + 60
        while len(task.finished) < 3 and time.monotonic() < end:
            others.wait(0.01)
        finished = list(task.finished)
        release.set()
        engine.drain()

    assert ["m1", "m2", "m3"] == sorted(finished)
    assert 4 == len(task.finished)


def test_a_worker_takes_back_what_a_dead_one_held(store: Store) -> None:
    """At the start the leases of a worker that was killed are free again."""
    defer(store, "m1")
    with store.unit() as unit:
        assert jobs.claim(unit.db, now()) is not None
        assert jobs.claim(unit.db, now()) is None
    task = Recorder()

    with running(store, task) as engine:
        engine.drain()

    assert ["m1"] == task.finished


def test_a_claim_is_free_again_when_its_lease_is_over(store: Store) -> None:
    """Also without a restart a job is never lost to a claim."""
    defer(store, "m1")
    with store.unit() as unit:
        first = jobs.claim(unit.db, now())
        second = jobs.claim(unit.db, now() + jobs.LEASE + timedelta(seconds=1))

    assert first is not None
    assert second is not None
    assert (first.subject, 2) == (second.subject, second.attempts)


def test_bells_ring_again_and_again_and_one_that_fails_too(store: Store) -> None:
    """A bell whose ringing fails is rung again, and the others ring as ever."""
    rung: list[str] = []
    stop = threading.Event()

    def ring(name: str) -> None:
        rung.append(name)
        if rung.count("good") >= 3 and rung.count("bad") >= 3:
            stop.set()
        if name == "bad":
            raise ZeroDivisionError

    with running(store, Recorder()) as engine:
        timer = threading.Timer(20, stop.set)
        timer.start()
        engine.run(stop, [Bell("good", 0.01, lambda: ring("good")), Bell("bad", 0.01, lambda: ring("bad"))])
        timer.cancel()

    assert rung.count("good") >= 3
    assert rung.count("bad") >= 3


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1.0), (2, 4.0), (3, 16.0), (6, 900.0), (60, 900.0)])
def test_pauses_grow_to_a_quarter_of_an_hour(attempts: int, seconds: float) -> None:
    """The pause is a function of the attempts alone."""
    assert seconds == pause(attempts)


def test_what_is_deferred_again_while_it_runs_is_done_again(store: Store) -> None:
    """The news that came during the work is not lost with the job that was being done."""

    def work(subject: str, times: int) -> str:
        if times == 1:
            with store.unit() as unit:
                unit.defer("read", subject, now())
        return subject

    task = Recorder(work)
    defer(store, "m1")

    with running(store, task) as engine:
        engine.drain()

    assert ["m1", "m1"] == task.finished
    assert [] == left(store)


def test_a_drain_waits_for_no_database_for_ever(store: Store) -> None:
    """What keeps results from being written is raised after a while; the job is still there."""

    class Unwritable(Recorder):
        def finish(self, unit: Unit, subject: str, result: Any, at: datetime) -> None:
            raise StoreUnavailable("the database is locked by another process")

    began, looks = now(), iter(range(0, 100_000, 4))
    defer(store, "m1")
    engine = EmbeddedEngine(
        store, [Unwritable()], threads=1, clock=lambda: began + timedelta(seconds=next(looks))
    )
    engine.start()
    try:
        with pytest.raises(StoreUnavailable):
            engine.drain()
    finally:
        engine.close()

    assert ["m1"] == left(store)


def test_what_was_in_hand_when_workers_died_comes_a_little_later(store: Store) -> None:
    """Once may be chance, so it is free at once; what was in hand twice lets the others go first."""
    defer(store, "m1")
    due: list[bool] = []
    for _ in range(2):
        with store.unit() as unit:
            taken = jobs.claim(unit.db, now())
            assert taken is not None
        with store.unit() as unit:
            jobs.free_all(unit.db, now())
            at = jobs.next_at(unit.db)
            assert at is not None
            due.append(at <= now())

    assert [True, False] == due


def test_what_came_a_little_later_is_done_and_gone(store: Store) -> None:
    """A moment that was written in another way than all others would be nobody's to remove."""
    defer(store, "m1")
    for _ in range(2):
        with store.unit() as unit:
            assert jobs.claim(unit.db, now()) is not None
        with store.unit() as unit:
            jobs.free_all(unit.db, now())
    later = now() + 2 * jobs.SUSPECT
    with store.unit() as unit:
        taken = jobs.claim(unit.db, later)
        assert taken is not None
        jobs.remove(unit.db, taken)

    assert [] == left(store)


def test_what_a_clock_put_off_that_was_set_back_is_due(store: Store) -> None:
    """A reading is never put off for long: one that is due tomorrow was put off by a clock that was wrong."""
    with store.unit() as unit:
        unit.defer("read", "tomorrow", now() + timedelta(days=1))
        unit.defer("read", "soon", now() + timedelta(minutes=10))
        jobs.pull_in(unit.db, "read", now())
        due = unit.db.scalars(select(job.c.subject).where(job.c.run_at <= now())).all()

    assert ["tomorrow"] == due


def test_a_stop_just_after_the_start_is_a_stop(store: Store) -> None:
    """However soon it comes, the timer ends in order: an exception in its thread would fail this test."""
    stop = threading.Event()
    stop.set()
    for _ in range(20):
        with running(store, Recorder()) as engine:
            engine.run(stop, [Bell(f"bell-{number}", 1.0, lambda: None) for number in range(5)])


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(days=1)])
def test_a_clock_that_is_set_back_while_we_run_keeps_nothing_waiting(store: Store, back: timedelta) -> None:
    """What is in the table since before is due all the same, at the next look."""
    task, shift, looks = Recorder(), timedelta(), threading.Semaphore(0)
    task.soon = True

    def clock() -> datetime:
        looks.release()
        return now() + shift

    engine = EmbeddedEngine(store, [task], threads=1, clock=clock)
    engine.start()
    try:
        for _ in range(5):  # when it was made, twice when it started, and then at a turn that has ended
            assert looks.acquire(timeout=60)
        shift = -back
        defer(store, "m1")  # at the time that was
        engine.kick()
        end = time.monotonic() + 60
        while not task.finished and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        engine.close()

    assert ["m1"] == task.finished

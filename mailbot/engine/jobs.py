"""
The job table: claims with a lease, taken and given back by single statements.

Only the embedded engine uses it. A claim outlives its worker by the lease at most; a worker that starts is
alone by its lock and takes all leases back at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from mailbot.store.schema import job

LONGEST_PAUSE = timedelta(minutes=30)  # more than any of the engine's, or for the virus scanner
SUSPECT = timedelta(seconds=5)
LEASE = timedelta(minutes=5)  # far above the wall limit of a reading child

_FREE = or_(job.c.leased_until.is_(None), job.c.leased_until < bindparam("now"))
_DUE = (
    select(job.c.job_id)
    .where(job.c.run_at <= bindparam("now"), _FREE)
    .order_by(job.c.run_at, job.c.job_id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(job)
    .where(job.c.job_id == _DUE)
    .values(leased_until=bindparam("lease"), attempts=job.c.attempts + 1)
    .returning(job.c.job_id, job.c.task, job.c.subject, job.c.attempts, job.c.run_at)
)
_REMOVE = delete(job).where(job.c.job_id == bindparam("gone"), job.c.run_at == bindparam("at"))
_LET_GO = update(job).where(job.c.job_id == bindparam("again")).values(leased_until=None)
_AGAIN = (
    update(job).where(job.c.job_id == bindparam("again")).values(run_at=bindparam("at"), leased_until=None)
)
_FREE_ALL = (
    update(job)
    .where(job.c.leased_until.is_not(None))
    .values(
        leased_until=None,
        run_at=case((job.c.attempts > 1, bindparam("later", type_=job.c.run_at.type)), else_=job.c.run_at),
    )
)
_PULL_IN = (
    update(job)
    .where(job.c.task == bindparam("its"), job.c.run_at > bindparam("far"))
    .values(run_at=bindparam("soon"))
)
_NEXT = select(func.min(case((job.c.leased_until > job.c.run_at, job.c.leased_until), else_=job.c.run_at)))


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job; `attempts` counts this one."""

    job_id: int
    task: str
    subject: str
    attempts: int
    run_at: datetime  # as it was claimed


def claim(db: Connection, now: datetime) -> Job | None:
    """The job that has been due longest and is nobody's, now ours for the time of the lease."""
    row = db.execute(_CLAIM, {"now": now, "lease": now + LEASE}).first()
    return Job(*row) if row else None


def remove(db: Connection, one: Job) -> None:
    """It is done, or given up; but one that was deferred anew meanwhile is free again instead."""
    if db.execute(_REMOVE, {"gone": one.job_id, "at": one.run_at}).rowcount == 0:
        db.execute(_LET_GO, {"again": one.job_id})


def again(db: Connection, one: Job, run_at: datetime) -> None:
    """It is not done, and free again at `run_at`."""
    db.execute(_AGAIN, {"again": one.job_id, "at": run_at})


def free_all(db: Connection, now: datetime) -> None:
    """
    Take back the leases of workers that died. Only for a worker that is alone.

    What was in hand more than once when one died comes a little later: if it is what kills workers, the
    others go first; if it is not, a worker that dies at each start does not use up its attempts.
    """
    db.execute(_FREE_ALL, {"later": now + SUSPECT})


def pull_in(db: Connection, task: str, now: datetime, longest: timedelta = LONGEST_PAUSE) -> None:
    """What waits for longer than any pause lasts was put off by a clock that was wrong: it is due."""
    db.execute(_PULL_IN, {"its": task, "far": now + longest, "soon": now})


def next_at(db: Connection) -> datetime | None:
    """When the next job can be claimed; None when there is none at all."""
    value: datetime | None = db.execute(_NEXT).scalar()
    return value

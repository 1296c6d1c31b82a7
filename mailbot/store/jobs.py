"""Tasks waiting in the `job` table: what the embedded engine works through."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Executable, case

from mailbot.store.once import insert_into
from mailbot.store.schema import job


def put_job(db: Connection, task: str, subject: str, run_at: datetime) -> None:
    """
    Add the task in the caller's transaction; one that waits already keeps the earlier of both times.

    One that is being done takes the new time: its worker sees by a changed `run_at` that what it did may
    have come too early, and leaves the row for another turn.
    """
    db.execute(_statement(db.dialect.name), {"task": task, "subject": subject, "run_at": run_at})


@lru_cache
def _statement(dialect: str) -> Executable:
    """Made once: making it takes longer than executing it."""
    statement = insert_into(dialect, job)
    asked = statement.excluded.run_at
    is_earlier = job.c.leased_until.is_(None) & (job.c.run_at <= asked)
    return statement.on_conflict_do_update(
        index_elements=["task", "subject"], set_={"run_at": case((is_earlier, job.c.run_at), else_=asked)}
    )

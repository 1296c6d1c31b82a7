"""The `poll` table: when each mailbox was last looked through, and what stood in the way."""

import contextlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from mailbot.errors import DiskFull, MailbotError, StoreUnavailable
from mailbot.store.once import insert_into
from mailbot.store.schema import poll
from mailbot.store.unit import Store

OFTEN_ENOUGH = timedelta(seconds=10)  # a good poll that found the same as the last is not written sooner


def poll_succeeded(store: Store, mailbox: str, listed: int, at: datetime) -> None:
    """Record a good poll; spares the disk when nothing has changed."""
    with store.look() as db:
        last = db.execute(select(poll).where(poll.c.mailbox == mailbox)).first()
    same = last is not None and last.error is None and last.listed == listed
    good = last.last_good_at if last is not None else None
    if not same or good is None or not good <= at < good + OFTEN_ENOUGH:  # later: the clock was set back
        _write(store, mailbox, last_tried_at=at, last_good_at=at, listed=listed, error=None)


def poll_failed(store: Store, mailbox: str, error: MailbotError, at: datetime) -> None:
    """Record a poll that failed, by the class of the error alone; silent when the database is away too."""
    with contextlib.suppress(StoreUnavailable, DiskFull):  # the first failure is the one to tell
        _write(store, mailbox, last_tried_at=at, error=type(error).__name__)


def _write(store: Store, mailbox: str, **values: Any) -> None:
    with store.unit() as unit:
        statement = insert_into(unit.db.dialect.name, poll).values(mailbox=mailbox, **values)
        unit.db.execute(statement.on_conflict_do_update(index_elements=["mailbox"], set_=values))

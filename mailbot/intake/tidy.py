"""
Tidying a mailbox: what was read leaves the inbox, and is proven to have left.

GUARANTEES
    Nothing is moved that is not ours and read. The intention is committed before the server is told, the
    success only after the server was asked again: that it said OK proves nothing. Killed in between, the
    next run finds the row `moving`; it moves again what is still there, and closes what is not.
    What somebody put back stays where it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Row, select, update

from mailbot import events
from mailbot.domain.states import DeliveryState, MessageState
from mailbot.errors import Refused
from mailbot.intake.sources.base import SourceSession
from mailbot.store.schema import delivery, message
from mailbot.store.unit import Store

AT_ONCE = 500  # a transaction, and a command
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_DOUBLING = 14  # 5 s doubled so often is a day
_OPEN = (DeliveryState.STORED.value, DeliveryState.MOVING.value)
_READ = (MessageState.QUEUED.value, MessageState.DECIDED.value, MessageState.IGNORED.value)
_GIVEN_UP = MessageState.QUARANTINED.value


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tidying did."""

    moved: int = 0
    still_there: int = 0


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A delivery that is to leave the inbox."""

    delivery_id: str
    locator: str
    target: str
    attempts: int


def untidied(store: Store, mailbox: str, now: datetime | None = None) -> bool:
    """
    Whether anything that was read waits to be moved out of the inbox for the first time.

    With `now`, those whose move has failed count too when their pause is over.
    """
    query = _query(mailbox).order_by(delivery.c.attempts, delivery.c.stored_at).limit(AT_ONCE)
    with store.look() as db:
        rows = db.execute(query if now else query.where(delivery.c.attempts == 0).limit(1)).all()
    return any(now is None or _is_due(row, now) for row in rows)


def tidy(
    session: SourceSession,
    mailbox: str,
    processed: str,
    quarantine: str,
    store: Store,
    clock: Callable[[], datetime],
) -> Tidied:
    """Move what was read into `processed`, what could not be read into `quarantine`."""
    moved = there = 0
    while leaving := _intend(store, mailbox, processed, quarantine, clock()):
        for target, some in groupby(leaving, key=lambda one: one.target):
            _tell(session, [one.locator for one in some], target)
        still = session.present([one.locator for one in leaving])
        moved += _prove(store, mailbox, leaving, still, clock())
        there += len(still)
        if still or len(leaving) < AT_ONCE:
            break
    return Tidied(moved, there)


def _query(mailbox: str):  # type: ignore[no-untyped-def]
    return (
        select(
            delivery.c.delivery_id,
            delivery.c.locator,
            delivery.c.state,
            delivery.c.target_folder,
            delivery.c.attempts,
            delivery.c.stored_at,
            message.c.state.label("message_state"),
        )
        .join(message, message.c.message_id == delivery.c.message_id)
        .where(
            delivery.c.mailbox == mailbox,
            delivery.c.state.in_(_OPEN),
            message.c.state.in_((*_READ, _GIVEN_UP)),
        )
    )


def _intend(store: Store, mailbox: str, processed: str, quarantine: str, now: datetime) -> list[_Leaving]:
    """Commit what is about to be done; by target folder."""
    leaving = []
    with store.unit() as unit:
        query = _query(mailbox).order_by(delivery.c.attempts, delivery.c.stored_at).limit(AT_ONCE)
        for row in unit.db.execute(query).all():
            if not _is_due(row, now):
                continue
            target = row.target_folder or (quarantine if row.message_state == _GIVEN_UP else processed)
            if row.state == DeliveryState.STORED.value:
                unit.move(
                    delivery,
                    row.delivery_id,
                    DeliveryState.STORED,
                    DeliveryState.MOVING,
                    target_folder=target,
                )
            leaving.append(_Leaving(row.delivery_id, row.locator, target, row.attempts))
    return sorted(leaving, key=lambda one: one.target)


def _is_due(row: Row[tuple[object, ...]], now: datetime) -> bool:
    """A move that failed waits as long again as the message has been here: pauses that double."""
    if not row.attempts:
        return True
    pause = FIRST_PAUSE * 2 ** min(row.attempts - 1, LONGEST_DOUBLING)
    return bool(now >= row.stored_at + pause)


def _tell(session: SourceSession, locators: list[str], target: str) -> None:
    try:
        session.move(locators, target)
    except Refused:
        return  # a full or read-only target must not stop collecting; the proof will count it


def _prove(store: Store, mailbox: str, leaving: Sequence[_Leaving], still: set[str], now: datetime) -> int:
    gone = [one for one in leaving if one.locator not in still]
    stuck = [one for one in leaving if one.locator in still]
    with store.unit() as unit:
        for one in gone:
            unit.move(delivery, one.delivery_id, DeliveryState.MOVING, DeliveryState.MOVED, moved_at=now)
        for one in stuck:
            counted = update(delivery).where(delivery.c.delivery_id == one.delivery_id)
            unit.db.execute(counted.values(attempts=delivery.c.attempts + 1))
    for one in gone:
        events.message_moved(one.delivery_id, mailbox)
    for one in stuck:
        events.move_unproven(one.delivery_id, mailbox, one.attempts + 1)
    return len(gone)

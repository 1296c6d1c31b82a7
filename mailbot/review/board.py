"""
The wall-board: counts, ages and minutes left.

GUARANTEES
    No id, no name, nothing that anybody wrote. The database counts; what it costs grows slowly with what
    waits, and not with what is decided. Median and percentile are of the last week's first
    looks, of the newest `LOOKS` where there were more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, not_, or_, select, true

from mailbot.domain.states import AckState, ReviewState
from mailbot.review.sla import Clock, Clocks, Stage, Times, summarise
from mailbot.store.schema import message, outbox
from mailbot.store.schema import review_item as table

LOOKS = 2000
WEEK = timedelta(days=7)
HELD = (AckState.HELD.value, AckState.UNCERTAIN.value, AckState.REFUSED.value)


@dataclass(frozen=True, slots=True)
class Board:
    """What hangs on the wall."""

    waiting: int
    claimed: int
    clarification: int
    held: int
    oldest_minutes: int | None  # of what waits, on duty
    next_minutes_left: int | None  # until the first of them is late; negative when it is
    stages: dict[str, int]
    first_look: Times  # of the last seven days


def board(db: Connection, clocks: Clocks, now: datetime) -> Board:
    """How everything stands."""
    stages = {stage.value: 0 for stage in Stage}
    counts = dict.fromkeys(ReviewState, 0)
    old: list[int] = []
    left: list[int] = []
    for clock, here in _groups(clocks):
        row = db.execute(_counts(clock, clocks, here, now)).one()
        for state in (ReviewState.WAITING, ReviewState.CLAIMED, ReviewState.CLARIFICATION):
            counts[state] += getattr(row, state.value) or 0
        _add(stages, row)
        old += [clock.read(at, None, now).minutes_old for at in [row.oldest] if at]
        left += [clock.read(at, None, now).minutes_left for at in [row.pressing] if at]
        for stopped in db.execute(_stopped(clocks, here)):
            stages[clock.read(stopped.opened_at, stopped.first_opened_at, now).stage.value] += 1
    return Board(
        waiting=counts[ReviewState.WAITING],
        claimed=counts[ReviewState.CLAIMED],
        clarification=counts[ReviewState.CLARIFICATION],
        held=_count_held(db),
        oldest_minutes=max(old, default=None),
        next_minutes_left=min(left, default=None),
        stages=stages,
        first_look=first_look(db, clocks, now - WEEK),
    )


def first_look(db: Connection, clocks: Clocks, since: datetime) -> Times:
    """How long items waited that were first looked at since then; on duty."""
    query = (
        select(message.c.mailbox, table.c.opened_at, table.c.first_opened_at)
        .join(message)
        .where(table.c.first_opened_at >= since)
        .order_by(table.c.first_opened_at.desc())
        .limit(LOOKS)
    )
    waits = [
        clocks.of_mailbox(row.mailbox).passed(row.opened_at, row.first_opened_at) for row in db.execute(query)
    ]
    return summarise(waits, clocks.standard.target)


def _groups(clocks: Clocks) -> Iterator[tuple[Clock, ColumnElement[bool]]]:
    """Each clock, and the items that go by it."""
    own = list(clocks.by_mailbox)
    for name, clock in clocks.by_mailbox.items():
        yield clock, message.c.mailbox == name
    yield clocks.standard, message.c.mailbox.not_in(own) if own else true()


def _runs(clocks: Clocks) -> ColumnElement[bool]:
    """Whether the clock of an undecided item still runs."""
    return table.c.first_opened_at.is_(None) if clocks.stops == "first_opened" else true()


def _counts(clock: Clock, clocks: Clocks, here: ColumnElement[bool], now: datetime) -> Any:
    runs, waits = _runs(clocks), table.c.state == ReviewState.WAITING.value
    marks = (clock.begun(now, mark) for mark in (clock.warn, clock.escalate, clock.target))
    warned, escalated, late = (and_(runs, table.c.opened_at <= at) for at in marks)

    def count(*where: ColumnElement[bool]) -> Any:
        return func.sum(case((and_(*where), 1), else_=0))

    query = select(
        *(count(table.c.state == state.value).label(state.value) for state in ReviewState),
        count(late).label(Stage.BREACHED.value),
        count(escalated, not_(late)).label(Stage.ESCALATED.value),
        count(warned, not_(or_(escalated, late))).label(Stage.WARNED.value),
        count(runs, not_(or_(warned, escalated, late))).label(Stage.ON_TIME.value),
        func.min(case((waits, table.c.opened_at))).label("oldest"),
        func.min(case((and_(waits, runs), table.c.opened_at))).label("pressing"),
    ).where(table.c.state != ReviewState.DECIDED.value, here)
    # without clocks of mailboxes there is nothing to look up in the messages
    return query.join(message) if clocks.by_mailbox else query.select_from(table)


def _stopped(clocks: Clocks, here: ColumnElement[bool]) -> Any:
    """Undecided items whose clock stands still: those that somebody has looked at, so never many."""
    query = select(table.c.opened_at, table.c.first_opened_at).join(message)
    return query.where(table.c.state != ReviewState.DECIDED.value, not_(_runs(clocks)), here)


def _add(stages: dict[str, int], row: "Row[Any]") -> None:
    for stage in (Stage.ON_TIME, Stage.WARNED, Stage.ESCALATED, Stage.BREACHED):
        stages[stage.value] += getattr(row, stage.value) or 0


def _count_held(db: Connection) -> int:
    query = select(func.count()).where(outbox.c.kind == "acknowledgement", outbox.c.state.in_(HELD))
    return int(db.scalar(query) or 0)

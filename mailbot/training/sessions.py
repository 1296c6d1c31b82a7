"""
Sessions: planned, changed, held, cancelled; what clashes, how full they are, and who waits.

Times are local (Europe/London) where people write and read them, UTC where they are kept.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from mailbot.codec import decode, encode
from mailbot.domain.states import SessionState, is_legal
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.office import training_session as TABLE
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault
from mailbot.training.shapes import Plan, Request, Rules, Session

ZONE = ZoneInfo("Europe/London")
TRAVEL = timedelta(minutes=30)  # between two places, at least
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Clash:
    """Another session that gets in the way."""

    session: Session
    why: str  # "trainer", "travel" or "place"


def moment(day: date, at: time) -> datetime:
    """A local time as UTC. An hour that the clocks leave out counts as it would without the change."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def plan(
    unit: Unit,
    starts_at: datetime,
    minutes: int,
    capacity: int,
    what: Plan,
    actor: str,
    now: datetime,
    rules: Rules,
) -> str:
    """A new session, its id. `Declined("past")` or `Declined("length")`."""
    _check(starts_at, minutes, now)
    session_id = new_id()
    unit.db.execute(
        insert(TABLE).values(
            session_id=session_id,
            state=SessionState.PLANNED.value,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            capacity=capacity,
            sealed=_sealed(unit.vault, session_id, what),
            purpose="training",
            review_on=starts_at + rules.keep_months * timedelta(days=31),
        )
    )
    unit.audit(actor, Action.COLLECTION, session_id, now, what="training_session")
    return session_id


def change(
    unit: Unit,
    seen: Session,
    actor: str,
    now: datetime,
    *,
    to: SessionState | None = None,
    starts_at: datetime | None = None,
    minutes: int = 0,
    capacity: int | None = None,
    what: Plan | None = None,
) -> None:
    """Change a session that is still as it was seen; its invitation gets the next number (RFC 5545)."""
    row = unit.db.execute(
        select(TABLE).where(TABLE.c.session_id == seen.session_id).with_for_update()
    ).first()
    if row is None or row.version != seen.version:
        raise Declined("stale")
    values: dict[str, object] = {"version": row.version + 1, "sequence": row.sequence + 1}
    if to is not None:
        if not is_legal(SessionState(row.state), to):
            raise Declined("not_now")
        values["state"] = to.value
    if starts_at is not None:
        _check(starts_at, minutes, now)
        values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
        values["review_on"] = row.review_on + (starts_at - row.starts_at)
    if capacity is not None:
        values["capacity"] = capacity
    if what is not None:
        values["sealed"] = _sealed(unit.vault, seen.session_id, what)
    unit.db.execute(update(TABLE).where(TABLE.c.session_id == seen.session_id).values(**values))
    unit.audit(actor, Action.ALTERATION, seen.session_id, now, what="training_session")


def get(db: Connection, vault: Vault, session_id: str) -> Session:
    """A session; `Declined("gone")` where there is none."""
    row = db.execute(select(TABLE).where(TABLE.c.session_id == session_id)).first()
    if row is None or row.erased_at is not None:
        raise Declined("gone")
    return _opened(vault, row)


def between(db: Connection, vault: Vault, begin: datetime, end: datetime) -> list[Session]:
    """Sessions that are not cancelled and begin in this time, the first first."""
    query = (
        select(TABLE)
        .where(TABLE.c.starts_at >= begin, TABLE.c.starts_at < end, TABLE.c.erased_at.is_(None))
        .where(TABLE.c.state != SessionState.CANCELLED.value)
        .order_by(TABLE.c.starts_at, TABLE.c.session_id)
    )
    return [_opened(vault, row) for row in db.execute(query)]


def clashes(
    db: Connection, vault: Vault, starts_at: datetime, ends_at: datetime, what: Plan, but: str = ""
) -> list[Clash]:
    """What the trainer cannot do besides, and what is in the same room."""
    found = []
    for other in between(db, vault, starts_at - LONGEST, ends_at + TRAVEL):
        if other.session_id == but or other.state is not SessionState.PLANNED:
            continue
        at_once = other.starts_at < ends_at and starts_at < other.ends_at
        near = other.starts_at < ends_at + TRAVEL and starts_at < other.ends_at + TRAVEL
        travels = _folded(other.plan.place) != _folded(what.place)
        if (
            what.trainer
            and _folded(other.plan.trainer) == _folded(what.trainer)
            and (at_once or (near and travels))
        ):
            found.append(Clash(other, "trainer" if at_once else "travel"))
        elif what.place and at_once and not travels:
            found.append(Clash(other, "place"))
    return found


def is_same(one: Session, other: Session) -> bool:
    """Whether nothing of when, where, who and how many differs."""
    return one.capacity == other.capacity and tells_the_same(one, other)


def tells_the_same(one: Session, other: Session) -> bool:
    """Whether those who have a place need not be told of the difference."""
    return _told(one) == _told(other)


def seats_left(session: Session, seated: list[Request]) -> int | None:
    """How many people can still come; None where as many as like."""
    return max(session.capacity - sum(one.people for one in seated), 0) if session.capacity else None


def _told(session: Session) -> tuple[object, ...]:
    plan = session.plan
    return session.starts_at, session.ends_at, plan.place, plan.link, plan.trainer


def _check(starts_at: datetime, minutes: int, now: datetime) -> None:
    if starts_at <= now:
        raise Declined("past")
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise Declined("length")


def _opened(vault: Vault, row: Row[tuple[object, ...]]) -> Session:
    return Session(
        session_id=row.session_id,
        state=SessionState(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        sequence=row.sequence,
        version=row.version,
        plan=decode(vault.open(Part.TRAINING, row.sealed, _place(row.session_id)), Plan),
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _sealed(vault: Vault, session_id: str, what: Plan) -> bytes:
    return vault.seal(Part.TRAINING, encode(what), _place(session_id))


def _place(session_id: str) -> str:
    return f"training_session.sealed.{session_id}"

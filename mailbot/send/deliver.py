"""
What is due leaves, each at most once.

    reserved -> sending   committed before the transport is spoken to, with the Message-ID
    sending  -> sent      the transport accepted it
             -> reserved  it certainly did not; again after a pause, for a day
             -> refused   it said no for ever, or the day is over
             -> uncertain nobody knows; a person decides

GUARANTEES
    The transport is never spoken to inside a transaction, and never twice about the same decision. A row that
    a dead worker left in `sending` becomes `uncertain` at the next start, whatever had happened.
SECURITY
    What has happened since the decision is looked at again before each try: a form that asks for silence, the
    breaker, days gone by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, Row, select

from mailbot import events
from mailbot.domain.states import AckState
from mailbot.errors import InDoubt, Refused, TransportUnavailable
from mailbot.send import breaker, silence
from mailbot.send.acknowledge import Composer
from mailbot.send.release import BY_HAND
from mailbot.send.retry import next_pause
from mailbot.send.settings import Settings
from mailbot.send.transports.base import MailTransport, NoSession
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.schema import outbox
from mailbot.store.unit import Store, Unit
from mailbot.store.vault import Part

ACTOR = "mailbot"
_ABANDONED = timedelta(hours=1)  # no try takes so long: its end could not be written down
_STALE = timedelta(hours=72)  # reserved so long ago: nothing left meanwhile, and somebody should know why


@dataclass(frozen=True, slots=True)
class Claim:
    """One acknowledgement that is ours to send, and nobody else's."""

    mail_id: str
    acknowledges: str
    recipient: str
    our_message_id: str
    attempts: int  # this one included
    first_tried_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try."""

    state: AckState
    code: str | None = None
    error: type[Exception] | None = None


def send_due(
    store: Store,
    transport: MailTransport,
    composer: Composer,
    settings: Settings,
    clock: Callable[[], datetime],
    spread: Random,
    *,
    limit: int,
) -> int:
    """Send what is due, at most `limit`; gives how many were accepted."""
    accepted = 0
    if not settings.rules.enabled:
        return accepted
    recover(store, clock() - _ABANDONED)
    try:
        for _ in range(limit):
            claim = _claim(store, composer, settings, clock())
            if claim is None:
                break
            outcome = _try(store, transport, composer, claim, clock, spread)
            accepted += outcome.state is AckState.SENT
            if outcome.error is not None and issubclass(outcome.error, NoSession):
                break  # the others keep their turn: each would only wait for the same silence
    finally:
        transport.close()
    return accepted


def recover(store: Store, claimed_before: datetime) -> int:
    """What was being sent when a worker ended is in doubt; at the start that is everything. How many."""
    sending = select(outbox.c.mail_id).where(
        outbox.c.state == AckState.SENDING.value, outbox.c.due_at <= claimed_before
    )
    with store.look() as db:
        found = db.scalars(sending).all()
    if not found:
        return 0
    doubt = Outcome(AckState.UNCERTAIN, "interrupted")
    with store.unit() as unit:
        moved = [mail_id for mail_id in found if _settle(unit, mail_id, doubt, due_at=None)]
    for mail_id in moved:
        events.ack_uncertain(mail_id)
    return len(moved)


def next_due(db: Connection) -> datetime | None:
    """When the next one is due."""
    return db.scalar(_DUE.with_only_columns(outbox.c.due_at).limit(1))


_DUE = (
    select(outbox)
    .where(outbox.c.state == AckState.RESERVED.value, outbox.c.kind == "acknowledgement")
    .order_by(outbox.c.due_at)
)


def _claim(store: Store, composer: Composer, settings: Settings, now: datetime) -> Claim | None:
    due = _DUE.where(outbox.c.due_at <= now).limit(1)
    while True:
        with store.look() as db:  # an idle second costs a glance, not a write lock
            if db.execute(due).first() is None:
                return None
        with store.unit() as unit:
            row = unit.db.execute(due.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            stop = _why_stop(unit.db, row, settings, now)
            if stop is None:
                claim = _begin(unit, row, composer, now)
                if claim is not None:
                    return claim
            elif stop.code == silence.CODE:
                silence.take_back(unit, row.mail_id)
            else:
                unit.move(outbox, row.mail_id, AckState.RESERVED, stop.state, code=stop.code, due_at=None)
        if stop is not None:
            events.ack_decided(row.acknowledges, stop.state, stop.code)


def _why_stop(
    db: Connection, row: Row[tuple[object, ...]], settings: Settings, now: datetime
) -> Outcome | None:
    if silence.asked_for(db, row.caps_digest, silence.since(row.decided_at, settings)):
        return Outcome(AckState.NOT_DUE, silence.CODE)
    if row.decided_at < now - _STALE and row.code != BY_HAND:
        return Outcome(AckState.HELD, "late")
    if breaker.is_open(db, now):
        return Outcome(AckState.HELD, "breaker")
    return None


def _begin(unit: Unit, row: Row[tuple[object, ...]], composer: Composer, now: datetime) -> Claim | None:
    claim = Claim(
        mail_id=row.mail_id,
        acknowledges=row.acknowledges,
        recipient=unit.vault.open(Part.SOURCE, row.recipient, f"outbox.recipient.{row.mail_id}").decode(),
        our_message_id=row.our_message_id or composer.message_id(new_id()),
        attempts=row.attempts + 1,
        first_tried_at=row.first_tried_at or now,
    )
    won = unit.move(
        outbox,
        claim.mail_id,
        AckState.RESERVED,
        AckState.SENDING,
        due_at=now,  # while it is being sent: when that began
        our_message_id=claim.our_message_id,
        attempts=claim.attempts,
        first_tried_at=claim.first_tried_at,
    )
    return claim if won else None


def _try(
    store: Store,
    transport: MailTransport,
    composer: Composer,
    claim: Claim,
    clock: Callable[[], datetime],
    spread: Random,
) -> Outcome:
    outcome = Outcome(
        AckState.UNCERTAIN, "fault"
    )  # unless we learn better, also when a fault of ours ends it
    try:
        transport.send(composer.compose(claim.recipient, claim.our_message_id, clock()))
        outcome = Outcome(AckState.SENT)
    except TransportUnavailable as error:
        outcome = Outcome(AckState.RESERVED, None, type(error))
    except Refused:
        outcome = Outcome(AckState.REFUSED, "refused")
    except InDoubt:
        outcome = Outcome(AckState.UNCERTAIN, "in_doubt")
    finally:
        _record(store, claim, outcome, clock(), spread)
    return outcome


def _record(store: Store, claim: Claim, outcome: Outcome, now: datetime, spread: Random) -> None:
    pause = next_pause(claim.attempts, now - claim.first_tried_at, spread)
    if outcome.state is AckState.RESERVED and pause is None:
        outcome = Outcome(AckState.REFUSED, "expired", outcome.error)
    due = now + pause if outcome.state is AckState.RESERVED and pause else None
    with store.unit() as unit:
        sent_at = now if outcome.state is AckState.SENT else None
        settled = _settle(unit, claim.mail_id, outcome, due_at=due, sent_at=sent_at)
        if settled and sent_at is not None:
            unit.audit(ACTOR, Action.DISCLOSURE, claim.mail_id, now, message=claim.acknowledges)
    if outcome.state is AckState.SENT:
        events.ack_sent(claim.mail_id)
    elif outcome.state is AckState.REFUSED:
        events.ack_refused(claim.mail_id, claim.attempts)
    elif outcome.state is AckState.UNCERTAIN:
        events.ack_uncertain(claim.mail_id)
    elif outcome.error is not None and pause is not None:
        events.ack_retry(claim.mail_id, outcome.error, claim.attempts, pause.total_seconds())


def _settle(unit: Unit, mail_id: str, outcome: Outcome, **also_set: object) -> bool:
    return unit.move(outbox, mail_id, AckState.SENDING, outcome.state, code=outcome.code, **also_set)

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
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement, select, true, update

from mailbot import events
from mailbot.domain.states import AckState
from mailbot.errors import InDoubt, MailbotError, Refused, TransportUnavailable
from mailbot.send.acknowledge import Composer
from mailbot.send.claim import Claim, Outcome, take
from mailbot.send.marks import Marks
from mailbot.send.retry import next_pause
from mailbot.send.settings import Settings
from mailbot.send.transports.base import MailTransport, NoSession, OutgoingMail
from mailbot.store.audit import Action
from mailbot.store.schema import outbox
from mailbot.store.unit import Store, Unit

ACTOR = "mailbot"
_FAR = timedelta(minutes=30)  # beyond the longest delay and pause
_ABANDONED = timedelta(hours=1)  # no try takes so long: its end could not be written down


def send_due(
    store: Store,
    transport: MailTransport,
    composer: Composer,
    settings: Settings,
    clock: Callable[[], datetime],
    spread: Random,
    *,
    limit: int,
    failed: Callable[[MailbotError], None] = lambda error: None,
    marks: Marks | None = None,
) -> int:
    """
    Send what is due, at most `limit`, and tell each failure; gives how many were accepted.

    `marks` remember beside the database what was handed over.
    """
    accepted = 0
    if not settings.rules.enabled:
        return accepted
    _give_up(store, outbox.c.due_at <= clock() - _ABANDONED)
    _pull_in(store, clock(), settings)
    try:
        for _ in range(limit):
            claim = take(store, composer, settings, clock(), marks)
            if claim is None:
                break
            outcome = attempt(store, transport, _compose(composer, claim, clock, marks), claim, clock, spread)
            accepted += outcome.state is AckState.SENT
            if outcome.error is not None:
                failed(outcome.error)
            if isinstance(outcome.error, NoSession):
                break  # the others keep their turn: each would only wait for the same silence
    finally:
        transport.close()
    return accepted


def recover(store: Store, now: datetime) -> int:
    """At the start, and only there: all that was being sent when a worker ended is in doubt. How many."""
    return _give_up(store, true())  # whatever the clock says: it may have been set back


def _pull_in(store: Store, now: datetime, settings: Settings) -> None:
    """What is due later than any delay or pause lasts was decided by a clock that was set back since."""
    far = now + _FAR + timedelta(seconds=settings.delay_seconds[1])
    reserved = (outbox.c.state == AckState.RESERVED.value) & (outbox.c.kind == "acknowledgement")
    waiting = reserved & (outbox.c.due_at > far)
    with store.look() as db:
        if db.execute(select(outbox.c.mail_id).where(waiting).limit(1)).first() is None:
            return
    with store.unit() as unit:
        unit.db.execute(update(outbox).where(waiting).values(due_at=now))


def _give_up(store: Store, which: ColumnElement[bool]) -> int:
    sending = select(outbox.c.mail_id).where(outbox.c.state == AckState.SENDING.value, which)
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


def _compose(
    composer: Composer, claim: Claim, clock: Callable[[], datetime], marks: Marks | None
) -> Callable[[], OutgoingMail]:
    def compose() -> OutgoingMail:
        mail = composer.compose(claim.recipient, claim.our_message_id, clock())
        if marks is not None:  # the last thing before the transport is spoken to
            marks.make(claim.raw_digest, claim.mail_id, claim.attempts)
        return mail

    return compose


def attempt(
    store: Store,
    transport: MailTransport,
    compose: Callable[[], OutgoingMail],
    claim: Claim,
    clock: Callable[[], datetime],
    spread: Random,
) -> Outcome:
    """Hand over what is claimed, once, and write down what came of it."""
    outcome = Outcome(
        AckState.UNCERTAIN, "fault"
    )  # unless we learn better, also when a fault of ours ends it
    try:
        transport.send(compose())
        outcome = Outcome(AckState.SENT)
    except TransportUnavailable as error:
        outcome = Outcome(AckState.RESERVED, None, error)
    except Refused as error:
        outcome = Outcome(AckState.REFUSED, "refused", error)
    except InDoubt as error:
        outcome = Outcome(AckState.UNCERTAIN, "in_doubt", error)
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
            of = {"message": claim.acknowledges} if claim.acknowledges else {"what": "letter"}
            unit.audit(ACTOR, Action.DISCLOSURE, claim.mail_id, now, **of)
    if outcome.state is AckState.SENT:
        events.ack_sent(claim.mail_id)
    elif outcome.state is AckState.REFUSED:
        events.ack_refused(claim.mail_id, claim.attempts)
    elif outcome.state is AckState.UNCERTAIN:
        events.ack_uncertain(claim.mail_id)
    elif outcome.error is not None and pause is not None:
        events.ack_retry(claim.mail_id, type(outcome.error), claim.attempts, pause.total_seconds())


def _settle(unit: Unit, mail_id: str, outcome: Outcome, **also_set: object) -> bool:
    return unit.move(outbox, mail_id, AckState.SENDING, outcome.state, code=outcome.code, **also_set)

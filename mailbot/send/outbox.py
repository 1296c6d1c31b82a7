"""
The outbox: what is decided about the acknowledgement of each message, in the transaction that queues it.

GUARANTEES
    One row for each message, by a UNIQUE constraint. What a sender sends while an acknowledgement to them is
    reserved is `covered` by it: a burst is neither held nor silent. One form among them that says contact is
    not safe takes it back, and those it covers; so does one that came just before.
    The delay is drawn from `spread` and counted from the receipt, so neither what a message holds nor how
    long it took to read shows in it.
SECURITY
    The address stands sealed and as keyed digests; a row that will never be sent holds none, unless its form
    asked for silence, which must be found again.
BUGS
    What was already handed to the transport when a form asks for silence cannot be taken back.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, bindparam, select

from mailbot import events
from mailbot.domain.mail import Envelope
from mailbot.domain.states import AckState
from mailbot.send import breaker, silence
from mailbot.send.address import domain, fold, untagged
from mailbot.send.breaker import note_report
from mailbot.send.deliver import recover, send_due
from mailbot.send.policy import Facts, Verdict, judge
from mailbot.send.release import release, retry
from mailbot.send.settings import Settings
from mailbot.send.standing import look_up
from mailbot.store.ids import new_id
from mailbot.store.once import insert_once
from mailbot.store.schema import outbox as table
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault

__all__ = ["LATE", "Settings", "decide", "foresee", "note_report", "recover", "release", "retry", "send_due"]

LATE = timedelta(hours=72)
_DECIDED = select(table.c.state).where(table.c.acknowledges == bindparam("subject"))


def decide(
    unit: Unit,
    *,
    message_id: str,
    mailbox: str,
    envelope: Envelope,
    not_safe: bool,
    received_at: datetime,
    settings: Settings,
    now: datetime,
    spread: Random,
) -> AckState:
    """Decide once; asked again, the decision stands, but a form that asks for silence is heard."""
    if not_safe:
        be_silent(unit, envelope)
    sender = envelope.senders[0] if len(envelope.senders) == 1 else ""
    row: dict[str, Any] = {
        "mail_id": new_id(),
        "kind": "acknowledgement",
        "acknowledges": message_id,
        "mailbox": mailbox,
        "decided_at": now,
    }
    digests = _digests(unit.vault, sender)
    state, code, covering = _outcome(unit.db, envelope, digests, not_safe, received_at, settings, now)
    row |= {"state": state.value, "code": code, "covered_by": covering}
    if state is not AckState.NOT_DUE:
        row["recipient"] = unit.vault.seal(Part.SOURCE, sender.encode(), f"outbox.recipient.{row['mail_id']}")
    if state is not AckState.NOT_DUE or (not_safe and sender):
        row |= digests
    if state is AckState.RESERVED:
        row["due_at"] = _due(received_at, now, settings, spread)
    if not insert_once(unit.db, table, row):
        return AckState(unit.db.scalar(_DECIDED, {"subject": message_id}))
    events.ack_decided(message_id, state, code)
    return state


def be_silent(unit: Unit, envelope: Envelope) -> None:
    """A form of theirs says that contact is not safe: take back what has not left for these senders."""
    for sender in envelope.senders:
        silence.suppress(unit, _digest(unit.vault, "caps", untagged(sender)))


def foresee(
    db: Connection,
    vault: Vault,
    *,
    envelope: Envelope,
    not_safe: bool,
    received_at: datetime,
    settings: Settings,
    now: datetime,
) -> tuple[AckState, str | None]:
    """What `decide` would say now, and the code; nothing is written, not even a lock."""
    digests = _digests(vault, envelope.senders[0] if len(envelope.senders) == 1 else "")
    state, code, _ = _outcome(db, envelope, digests, not_safe, received_at, settings, now, hold=False)
    return state, code


def _outcome(
    db: Connection,
    envelope: Envelope,
    digests: dict[str, str],
    not_safe: bool,
    received_at: datetime,
    settings: Settings,
    now: datetime,
    *,
    hold: bool = True,
) -> tuple[AckState, str | None, str | None]:
    """State, code, and the mail that covers it."""
    facts = Facts(not_safe=not_safe, answers_ours=breaker.named_mail(db, envelope) is not None)
    verdict = judge(envelope, facts, settings.rules)
    if not verdict.may:
        return _as_state(verdict), verdict.code, None
    standing = look_up(db, digests, settings, now, hold=hold)
    if standing.silence:
        return AckState.NOT_DUE, silence.CODE, None
    if standing.reserved:
        return AckState.COVERED, None, standing.reserved
    facts = replace(
        facts,
        late=received_at < now - LATE,
        restored=settings.restored_at is not None and received_at <= settings.restored_at,
        breaker_open=standing.breaker_open,
        over_limit=standing.cap is not None,
    )
    verdict = judge(envelope, facts, settings.rules)
    if hold and standing.cap is not None and verdict.code == "rate_limited":
        events.cap_reached(standing.cap.name, standing.cap.count)
    return _as_state(verdict), verdict.code, None


def _as_state(verdict: Verdict) -> AckState:
    if verdict.may:
        return AckState.RESERVED
    return AckState.HELD if verdict.held else AckState.NOT_DUE


def _due(received_at: datetime, now: datetime, settings: Settings, spread: Random) -> datetime:
    """From the receipt, so that the time for reading is inside; from now where that has passed."""
    delay = timedelta(seconds=spread.uniform(*settings.delay_seconds))
    due = min(received_at, now) + delay
    return due if due > now else now + delay


def _digests(vault: Vault, sender: str) -> dict[str, str]:
    return {
        "recipient_digest": _digest(vault, "recipient", fold(sender)),
        "caps_digest": _digest(vault, "caps", untagged(sender)),
        "domain_digest": _digest(vault, "domain", domain(sender)),
    }


def _digest(vault: Vault, purpose: str, text: str) -> str:
    return vault.digest(purpose, text.encode())

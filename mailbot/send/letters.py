"""
Letters that people of ours wrote: what is due leaves, at most once, in the states of the outbox.

The same transport and the same rules as acknowledgements: `sending` is committed before anything is sent,
what is in doubt is never tried again by itself. No limits and no breaker: a person wrote each of them.

GUARANTEES
    A letter that could not leave for three days after it was due is held, and does not go out late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from sqlalchemy import Row, select

from mailbot.domain.states import AckState
from mailbot.errors import MailbotError, Refused, Tampered
from mailbot.send.address import domain, usable
from mailbot.send.claim import Claim
from mailbot.send.deliver import attempt
from mailbot.send.release import BY_HAND
from mailbot.send.transports.base import MailTransport, NoSession, OutgoingMail
from mailbot.store import mailing
from mailbot.store.ids import new_id
from mailbot.store.schema import outbox
from mailbot.store.unit import Store, Unit
from mailbot.store.vault import Part

LATE = timedelta(hours=72)
_DUE = (
    select(outbox)
    .where(
        outbox.c.state == AckState.RESERVED.value,
        outbox.c.kind == mailing.KIND,
        outbox.c.recipient.is_not(None),  # erased while it was being sent
    )
    .order_by(outbox.c.due_at)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Letter:
    claim: Claim
    message: bytes


def send_letters(
    store: Store,
    transport: MailTransport,
    sender: str,
    clock: Callable[[], datetime],
    spread: Random,
    *,
    limit: int,
    failed: Callable[[MailbotError], None] = lambda error: None,
) -> int:
    """Send what is due, at most `limit`; `sender` is our address. How many were accepted."""
    accepted = 0
    try:
        for _ in range(limit):
            letter = _take(store, sender, clock())
            if letter is None:
                break
            outcome = attempt(store, transport, _compose(letter, sender, clock), letter.claim, clock, spread)
            accepted += outcome.state is AckState.SENT
            if outcome.error is not None:
                failed(outcome.error)
            if isinstance(outcome.error, NoSession):
                break
    finally:
        transport.close()
    return accepted


def _compose(letter: _Letter, sender: str, clock: Callable[[], datetime]) -> Callable[[], OutgoingMail]:
    def compose() -> OutgoingMail:
        claim = letter.claim
        if not usable(claim.recipient):
            raise Refused("the recipient's address cannot be written")
        date = format_datetime(clock().astimezone(UTC))
        head = f"Date: {date}\r\nMessage-ID: {claim.our_message_id}\r\n".encode("ascii")
        return OutgoingMail(claim.our_message_id, claim.recipient, head + letter.message, sender)

    return compose


def _take(store: Store, sender: str, now: datetime) -> _Letter | None:
    """The letter that has been due longest, now in `sending`; None when there is none."""
    due = _DUE.where(outbox.c.due_at <= now)
    with store.look() as db:  # an idle second costs a glance, not a write lock
        if db.execute(due).first() is None:
            return None
    with store.unit() as unit:
        while (row := unit.db.execute(due.with_for_update(skip_locked=True)).first()) is not None:
            if row.due_at < now - LATE and row.attempts == 0 and row.code != BY_HAND:
                unit.move(outbox, row.mail_id, AckState.RESERVED, AckState.HELD, code="late", due_at=None)
                continue
            mail_id, opened = row.mail_id, _opened(unit, row)
            if opened is None:
                unit.move(outbox, mail_id, AckState.RESERVED, AckState.HELD, code="sealed", due_at=None)
                continue
            recipient, message = opened
            claim = Claim(
                mail_id=mail_id,
                acknowledges="",
                recipient=recipient,
                our_message_id=row.our_message_id or f"<{new_id()}@{domain(sender)}>",
                attempts=row.attempts + 1,
                first_tried_at=row.first_tried_at or now,
            )
            unit.move(
                outbox,
                mail_id,
                AckState.RESERVED,
                AckState.SENDING,
                due_at=now,
                our_message_id=claim.our_message_id,
                attempts=claim.attempts,
                first_tried_at=claim.first_tried_at,
            )
            return _Letter(claim, message)
    return None


def _opened(unit: Unit, row: Row[tuple[object, ...]]) -> tuple[str, bytes] | None:
    """The address and the message; None where they cannot be opened: that must keep no other."""
    place, content = mailing.recipient_place(row.mail_id), mailing.content_place(row.mail_id)
    try:
        recipient = unit.vault.open(Part.TRAINING, row.recipient, place).decode()
        return recipient, unit.vault.open(Part.TRAINING, row.content, content)
    except Tampered:
        return None

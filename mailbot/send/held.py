"""
The acknowledgements that wait for a person: held by a limit, the breaker, an unknown sender, or their age.

GUARANTEES
    A list names ids, reasons and times. Who would be answered is the source part and not in it: whoever must
    know that opens the message, on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.domain.states import AckState
from mailbot.send.release import release
from mailbot.store.audit import Action
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit

DROPPED = "by_hand"

# Why one is held, for a person; the codes are the policy's.
REASONS = {
    "not_checked": "its signature could not be checked, because the DNS did not answer: it may be forged",
    "unknown_partner": "the sender's domain is not in the partner directory",
    "late": "it was received days ago",
    "left_before": "one may have left before, and the database forgot: look at the mail server's log",
    "sealed": "its address cannot be opened: a key is missing, or the database was changed",
    "restored": "a backup was restored; it may have left before: look at the mail server's log",
    "breaker": "too many acknowledgements came back",
    "rate_limited": "more than a limit allows",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One that waits."""

    mail_id: str
    message_id: str
    mailbox: str
    code: str
    since: datetime


def waiting(db: Connection) -> list[Held]:
    """All that are held, the oldest first."""
    rows = db.execute(
        select(outbox.c.mail_id, outbox.c.acknowledges, outbox.c.mailbox, outbox.c.code, outbox.c.decided_at)
        .where(outbox.c.state == AckState.HELD.value, outbox.c.kind == "acknowledgement")
        .order_by(outbox.c.decided_at, outbox.c.mail_id)
    )
    return [Held(*row) for row in rows]


def release_all(unit: Unit, mail_ids: Sequence[str], actor: str, now: datetime) -> list[str]:
    """Let these go; those that were held."""
    return [mail_id for mail_id in mail_ids if release(unit, mail_id, actor, now)]


def drop_all(unit: Unit, mail_ids: Sequence[str], actor: str, now: datetime) -> list[str]:
    """These are never sent, and their addresses are forgotten; those that were held."""
    blank = {"recipient": None, "recipient_digest": None, "caps_digest": None, "domain_digest": None}
    dropped = []
    for mail_id in mail_ids:
        if unit.move(outbox, mail_id, AckState.HELD, AckState.NOT_DUE, code=DROPPED, due_at=None, **blank):
            unit.audit(actor, Action.ALTERATION, mail_id, now, what="acknowledgement_dropped")
            dropped.append(mail_id)
    return dropped

"""
Messages become submissions: who sent them (as a digest), what they ticked, how long they waited.

A submission is a message that carries at least one completed form and is no copy of another. Times are those
of its receipt. What a handler corrected counts, where the caller knows corrections.

SECURITY
    This reads source parts. Nothing of them leaves but digests, types and areas; the caller records that it
    was done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from mailbot.domain.mail import Kind, Reading
from mailbot.statistics.counts import Submission
from mailbot.statistics.months import Month
from mailbot.statistics.organisations import Organisations
from mailbot.store.readings import load_reading
from mailbot.store.schema import message, review_item
from mailbot.store.unit import Store
from mailbot.store.vault import Vault

AT_ONCE = 100  # messages in one look
_KINDS = (Kind.CPI.value, Kind.MIXED.value)

Correct = Callable[[Connection, Vault, str, Reading], Reading]  # item's id, what was read
Passed = Callable[[str, datetime, datetime], timedelta]  # of a mailbox's clock, between two moments


@dataclass(frozen=True)
class Reader:
    """Everything that is needed to count."""

    store: Store
    organisations: Organisations
    passed: Passed = lambda mailbox, begin, end: end - begin
    correct: Correct = lambda db, vault, item_id, reading: reading

    def submissions(self, month: Month) -> Iterator[Submission]:
        """Those of a month, some at a time, so that nobody waits for us."""
        with self.store.look() as db:
            rows = [_Row(*row) for row in db.execute(_MONTH, {"begins": month.begins, "ends": month.ends})]
        for start in range(0, len(rows), AT_ONCE):
            with self.store.look() as db:
                found = [(row, self._read(db, row)) for row in rows[start : start + AT_ONCE]]
            for row, reading in found:
                if reading is not None and _counts(reading):
                    yield self._submission(row, reading)

    def _read(self, db: Connection, row: "_Row") -> Reading | None:
        reading = load_reading(db, self.store.vault, row.message_id)
        if reading is None or row.item_id is None:
            return reading
        return self.correct(db, self.store.vault, row.item_id, reading)

    def _submission(self, row: "_Row", reading: Reading) -> Submission:
        sender = reading.envelope.senders[0] if len(reading.envelope.senders) == 1 else ""
        organisation = self.organisations.of_domain(sender.rpartition("@")[2].lower())
        waited = None
        if row.opened_at is not None and row.first_opened_at is not None:
            waited = self.passed(row.mailbox, row.opened_at, row.first_opened_at)
        ticks = frozenset(tick for record in reading.records for tick in record.information_types)
        return Submission(organisation.key, organisation.kind, organisation.area, ticks, waited)


@dataclass(frozen=True)
class _Row:
    message_id: str
    mailbox: str
    item_id: str | None
    opened_at: datetime | None
    first_opened_at: datetime | None


_MONTH = (
    select(
        message.c.message_id,
        message.c.mailbox,
        review_item.c.item_id,
        review_item.c.opened_at,
        review_item.c.first_opened_at,
    )
    .join(review_item, review_item.c.message_id == message.c.message_id, isouter=True)
    .where(
        message.c.received_at >= bindparam("begins"),
        message.c.received_at < bindparam("ends"),
        message.c.kind.in_(_KINDS),
    )
    .order_by(message.c.received_at)
)


def _counts(reading: Reading) -> bool:
    return bool(reading.records) and "duplicate" not in reading.flags

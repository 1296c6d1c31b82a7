"""
The canary: once a day a message is sent to a watched mailbox from outside, and must arrive.

It goes the whole way: another account, the site's gateway, the mailbox, the reader. It is known by its
Message-ID, which is random and ours. It is kept like automatic mail: outside the queue, and not answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from mailbot.store.ids import new_id
from mailbot.store.lookout import canary as table
from mailbot.store.unit import Store, Unit
from mailbot.watch.channels.mail import HandOver, written

SUBJECT = "mailbot: a message to be received"
TEXT = "This message is sent once a day to see that messages arrive. Nobody needs to do anything.\n"
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CanarySender:
    """Sends one a day, at or after `hour` UTC."""

    store: Store
    hand_over: HandOver
    sender: str
    mailbox: str
    address: str
    hour: int
    clock: Callable[[], datetime]

    def look(self) -> bool:
        """Send today's, if it is time and was not sent; whether it was. Raises as the transport does."""
        now = self.clock()
        day = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if now < day or self._sent_since(day):
            return False
        message_id, data = written(self.sender, self.address, SUBJECT, TEXT, now)
        with self.store.unit() as unit:  # first the row: it may arrive before we are told that it left
            unit.db.execute(delete(table).where(table.c.sent_at < now - _KEPT))
            row = {"canary_id": new_id(), "mailbox": self.mailbox, "message_id": message_id, "sent_at": now}
            unit.db.execute(insert(table), row)
        self.hand_over(self.address, message_id, data)
        return True

    def _sent_since(self, moment: datetime) -> bool:
        mine = (table.c.mailbox == self.mailbox) & (table.c.sent_at >= moment)
        with self.store.look() as db:
            return db.execute(select(table.c.canary_id).where(mine).limit(1)).first() is not None


def note_arrival(unit: Unit, untrusted_message_id: str, now: datetime) -> bool:
    """Whether a message that was just read is one that we wait for."""
    name = f"<{untrusted_message_id.strip().strip('<>')}>"
    mine = update(table).where(table.c.message_id == name, table.c.arrived_at.is_(None))
    return unit.db.execute(mine.values(arrived_at=now)).rowcount == 1

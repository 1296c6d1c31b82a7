"""
How long the desk keeps what it knows: a period of its own, under the UK GDPR.

What is due is erased for good: sealed parts are overwritten with nothing, digests with what matches nobody.
Counts per state, and who of a school was trained when (its number, no person), stay.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from mailbot.store.audit import Action
from mailbot.store.mailing import take_back
from mailbot.store.office import training_answer as ANSWERS
from mailbot.store.office import training_letter as LETTERS
from mailbot.store.office import training_request as REQUESTS
from mailbot.store.office import training_session as SESSIONS
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit

AT_ONCE = 500


def count_due(db: Connection, now: datetime) -> int:
    """How many requests and sessions `erase_due` would erase, all in all."""
    return sum(
        int(db.scalar(select(func.count()).select_from(table).where(_is_due(table, now))) or 0)
        for table in (REQUESTS, SESSIONS)
    )


def erase_due(unit: Unit, actor: str, now: datetime) -> int:
    """Erase requests and sessions whose period is over and that nobody holds; how many."""
    erased = 0
    for table, key in ((REQUESTS, REQUESTS.c.request_id), (SESSIONS, SESSIONS.c.session_id)):
        ids = unit.db.scalars(select(key).where(_is_due(table, now)).limit(AT_ONCE)).all()
        if table is REQUESTS:
            unit.db.execute(delete(ANSWERS).where(ANSWERS.c.request_id.in_(ids)))
            _erase_letters(unit, ids, now)
            gone: dict[str, object] = {"requester_digest": "", "message_id": None}
        else:
            gone = {}
        unit.db.execute(update(table).where(key.in_(ids)).values(sealed=b"", erased_at=now, **gone))
        for one in ids:
            unit.audit(actor, Action.ERASURE, one, now, what="training")
        erased += len(ids)
    return erased


def _is_due(table: Table, now: datetime) -> ColumnElement[bool]:
    return and_(table.c.review_on <= now, table.c.hold.is_(False), table.c.erased_at.is_(None))


def _erase_letters(unit: Unit, requests: Sequence[str], now: datetime) -> None:
    """No address and no text in the outbox; when something left, and that it did, stays."""
    mails = unit.db.scalars(select(LETTERS.c.mail_id).where(LETTERS.c.request_id.in_(requests))).all()
    for mail_id in mails:
        take_back(unit, mail_id)
    nothing = {"content": None, "recipient": None, "recipient_digest": None, "erased_at": now}
    unit.db.execute(update(outbox).where(outbox.c.mail_id.in_(mails)).values(**nothing))

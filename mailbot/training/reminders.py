"""When a reminder is due: so many days before the session's own day, at a time on people's clocks."""

from datetime import datetime, time, timedelta

from mailbot.training.sessions import ZONE, moment
from mailbot.training.shapes import Rules, Session


def due_at(session: Session, now: datetime, rules: Rules) -> datetime | None:
    """UTC; None where that has passed, or would be no reminder any more."""
    day = session.starts_at.astimezone(ZONE).date() - timedelta(days=rules.remind_days)
    due = moment(day, time.fromisoformat(rules.remind_at))
    return due if now < due < session.starts_at else None

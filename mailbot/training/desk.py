"""
What admins do with several things at once: places in sessions, who waits, attendance, one offer to many.

GUARANTEES
    Each function is one transaction of its caller's: all of it, or nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from mailbot.domain.states import SessionState, TrainingState
from mailbot.errors import Declined
from mailbot.store.unit import Unit
from mailbot.training import letters, requests, sessions
from mailbot.training.compose import Draft, Writer
from mailbot.training.shapes import Request, Rules, Session

MONTH = timedelta(days=365.25 / 12)
MOST = 200  # schools in one offer


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes, and by which rules."""

    writer: Writer
    rules: Rules


def wait(unit: Unit, request: Request, session: Session, actor: str, now: datetime) -> None:
    """Put a request on the waiting list of a session."""
    if request.state not in requests.OPEN:
        raise Declined("not_now")
    requests.change(
        unit,
        request.request_id,
        request.version,
        actor,
        now,
        what="waits",
        session_id=session.session_id,
        waits_since=request.waits_since or now,
    )


def offer_to_many(
    unit: Unit,
    office: Office,
    some: Sequence[Request],
    session: Session,
    shown: Draft,
    actor: str,
    now: datetime,
) -> int:
    """
    One offer to many schools: each gets a letter of its own, with its own name and token. How many.

    `shown` is the draft for the first of them; a line that was changed in it is changed for all. Nobody may
    read there who else has asked: `Declined("names_one")` where such a line still names the first.
    """
    if len(some) > MOST:
        raise Declined("too_many")
    first = letters.draft(office.writer, "offer", some[0], session, now, office.rules)
    for request in some:
        own = letters.draft(office.writer, "offer", request, session, now, office.rules)
        own = _changed(own, first, shown, letters.personal(some[0]) - letters.personal(request))
        letters.send(unit, office.writer, request, session, own, actor, now, office.rules)
    return len(some)


def _changed(own: Draft, first: Draft, shown: Draft, not_theirs: Collection[str]) -> Draft:
    """A letter with the lines that were changed in the first one."""
    if (shown.subject, shown.text) == (first.subject, first.text):
        return own
    old, theirs, new = (f"{one.subject}\n{one.text}".split("\n") for one in (first, own, shown))
    if len(old) != len(theirs):  # a line of the one is no line of the other
        raise Declined("names_one")
    lines: list[str] = []
    for tag, start, end, at, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed = new[at:until] if tag != "equal" else []
        if any(one in " ".join(line.casefold().split()) for line in changed for one in not_theirs):
            raise Declined("names_one")
        lines += theirs[start:end] if tag == "equal" else changed
    return replace(own, subject=lines[0], text="\n".join(lines[1:]))


def deliver(
    unit: Unit, office: Office, request: Request, attended: int, actor: str, at: datetime, now: datetime
) -> None:
    """It took place on that day, with so many people; when the school is due again follows."""
    if not 0 <= attended <= 9999:
        raise Declined("count")
    again = at + office.rules.again_months * MONTH
    requests.change(
        unit,
        request.request_id,
        request.version,
        actor,
        now,
        to=TrainingState.DELIVERED,
        what="delivered",
        attended=attended,
        due_again_at=again if attended else None,
        answered_at=None,
    )
    letters.take_back_reminders(unit, request.request_id)


def answered_elsewhere(unit: Unit, request: Request, actor: str, now: datetime) -> None:
    """Somebody has dealt with it on another way; no letter."""
    letters.take_back_reminders(unit, request.request_id)
    requests.change(
        unit,
        request.request_id,
        request.version,
        actor,
        now,
        to=TrainingState.DECLINED,
        what="elsewhere",
        answered_at=None,
    )


def change_letters(office: Office, seated: Sequence[Request], session: Session, now: datetime) -> list[Draft]:
    """What those who have a place would be told: a new invitation, or the offer anew."""
    return [
        letters.draft(office.writer, _again(one), one, session, now, office.rules)
        for one in seated
        if one.state is not TrainingState.DELIVERED
    ]


def change_session(
    unit: Unit, office: Office, seen: Session, wanted: Session, actor: str, now: datetime
) -> int:
    """
    Change a session that is still as it was seen, and tell everybody who has a place in it; how many letters.

    Where only the number of places differs, or for whom it is, nobody is written to.
    """
    sessions.change(
        unit,
        seen,
        actor,
        now,
        starts_at=wanted.starts_at,
        minutes=(wanted.ends_at - wanted.starts_at) // timedelta(minutes=1),
        capacity=wanted.capacity,
        what=wanted.plan,
    )
    if sessions.tells_the_same(seen, wanted):
        return 0
    session = sessions.get(unit.db, unit.vault, seen.session_id)
    seated, _ = requests.of_session(unit.db, unit.vault, seen.session_id)
    told = [one for one in seated if one.state is not TrainingState.DELIVERED]
    for request, letter in zip(told, change_letters(office, told, session, now), strict=True):
        letters.send(unit, office.writer, request, session, letter, actor, now, office.rules)
    return len(told)


def _again(request: Request) -> str:
    return "offer" if request.state is TrainingState.OFFERED else "change"


def cancel_session(unit: Unit, office: Office, session: Session, actor: str, now: datetime) -> int:
    """Cancel a session, and write to everybody who has a place in it; how many letters."""
    seated, waiting = requests.of_session(unit.db, unit.vault, session.session_id)
    sessions.change(unit, session, actor, now, to=SessionState.CANCELLED)
    off = replace(session, sequence=session.sequence + 1, state=SessionState.CANCELLED)
    told = [one for one in seated if one.state is not TrainingState.DELIVERED]
    for request in told:
        letter = letters.draft(office.writer, "cancellation", request, off, now, office.rules)
        letters.send(unit, office.writer, request, off, letter, actor, now, office.rules)
    for request in waiting:
        requests.change(
            unit,
            request.request_id,
            request.version,
            actor,
            now,
            what="waits_no_more",
            session_id=None,
            waits_since=None,
        )
    return len(told)

"""
Letters: drafted from a template, shown, perhaps changed, and then queued with what goes along.

GUARANTEES
    Nothing is queued that was not drafted and shown: `send` takes the text that stood on the page. One
    letter for each occasion, by a UNIQUE constraint: whoever clicks twice sends once.
SECURITY
    A letter never mentions a submission; `check` refuses the words. Where somebody is asked to answer, the
    text asks them not to send details of any child or incident, whatever the template says. It goes to one
    address, the one that wrote or that an admin typed, and never to one that stands in a request.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.config import MashContact
from mailbot.domain.states import AckState, TrainingState
from mailbot.errors import Declined
from mailbot.store import mailing
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.office import training_letter as TABLE
from mailbot.store.office import training_request as REQUESTS
from mailbot.store.once import insert_once
from mailbot.store.schema import outbox
from mailbot.store.unit import Unit
from mailbot.training import missing, reminders, requests, templates
from mailbot.training.compose import Draft, Writer, compose
from mailbot.training.sessions import ZONE
from mailbot.training.shapes import TRAINING, Request, Rules, Session

KEEP_OUT = "Please do not include details of any child or incident in your reply."
LONGEST = 10_000  # characters
_TELLING = re.compile(
    r"\b(?:submission|submissions|submitted|intelligence|informant|informants|acknowledg\w+"
    r"|your (?:report|information|referral|form|disclosure))\b",
    re.IGNORECASE,
)
AFTER = {  # what a request becomes by a letter
    "offer": TrainingState.OFFERED,
    "confirmation": TrainingState.CONFIRMED,
    "change": TrainingState.CONFIRMED,
    "cancellation": TrainingState.CANCELLED,
    "need_info": TrainingState.NEED_INFO,
    "declined": TrainingState.DECLINED,
    "answer": TrainingState.DELIVERED,
}
WITH_SESSION = frozenset({"offer", "confirmation", "change", "cancellation", "reminder"})
_INVITES = frozenset({"confirmation", "change"})
_ASKS = frozenset(AFTER) - {"answer"}


def draft(
    writer: Writer,
    kind: str,
    request: Request,
    session: Session | None,
    now: datetime,
    rules: Rules,
    answer: str = "",
) -> Draft:
    """The letter of this kind for this request, filled in; `answer` names a prepared one."""
    template = _template(writer, kind, answer)
    subject, text = template.fill(_values(writer, request, session))
    if kind in _ASKS and KEEP_OUT not in text:
        text = f"{text}\n{KEEP_OUT}\n"
    attach = template.attach
    if session is not None and kind in (_INVITES | {"cancellation"}):
        attach = (*attach, "invite.ics")
    follows = reminders.due_at(session, now, rules) if session is not None and kind in _INVITES else None
    return Draft(kind, request.details.address, subject, text, attach, follows)


def send(
    unit: Unit,
    writer: Writer,
    request: Request,
    session: Session | None,
    shown: Draft,
    actor: str,
    now: datetime,
    rules: Rules,
) -> None:
    """
    Queue a letter as it was shown, with its invitation and its reminder, and move the request.

    `Declined` with "sent_already", "stale", "not_now", "telling", "too_long", "no_address",
    "no_sender" or "no_session".
    """
    check(shown)
    if not writer.address:
        raise Declined("no_sender")
    if shown.kind in WITH_SESSION and session is None:
        raise Declined("no_session")
    # a prepared answer to somebody who asked for training changes nothing about the session
    aside = shown.kind == "answer" and request.matter == TRAINING
    columns: dict[str, Any] = {"answered_at": None}
    if session is not None and shown.kind in WITH_SESSION - {"cancellation"}:
        columns |= {"session_id": session.session_id, "waits_since": None}
    requests.change(
        unit,
        request.request_id,
        request.version,
        actor,
        now,
        to=None if aside else AFTER[shown.kind],
        what=f"letter_{shown.kind}",
        **columns,
    )
    if not aside:  # what a reminder says was true before this letter
        take_back_reminders(unit, request.request_id)
    _queue(unit, writer, request, session, shown, actor, now, now)
    if shown.remind_at is not None and session is not None:
        due = reminders.due_at(session, now, rules)
        if due is not None:
            reminder = draft(writer, "reminder", request, session, now, rules)
            _queue(unit, writer, request, session, reminder, actor, due, now)


def check(shown: Draft) -> None:
    """`Declined` where a letter must not go out like this."""
    if not shown.to or "@" not in shown.to:
        raise Declined("no_address")
    if len(shown.text) > LONGEST or len(shown.subject) > 200 or not shown.subject.isprintable():
        raise Declined("too_long")
    if _TELLING.search(f"{shown.subject}\n{shown.text}"):
        raise Declined("telling")


def take_back_reminders(unit: Unit, request_id: str) -> None:
    """No reminder of a session that is no more, or no more then."""
    waiting = select(TABLE.c.mail_id).where(TABLE.c.request_id == request_id, TABLE.c.kind == "reminder")
    for mail_id in unit.db.scalars(waiting).all():
        mailing.take_back(unit, mail_id)


def follow(unit: Unit, now: datetime) -> int:
    """Requests whose reminder has left are reminded; how many."""
    rows = unit.db.execute(
        select(REQUESTS.c.request_id, REQUESTS.c.version)
        .join(TABLE, TABLE.c.request_id == REQUESTS.c.request_id)
        .join(outbox, outbox.c.mail_id == TABLE.c.mail_id)
        .where(
            TABLE.c.kind == "reminder",
            outbox.c.state == AckState.SENT.value,
            REQUESTS.c.state == TrainingState.CONFIRMED.value,
        )
        .distinct()
    ).all()
    for row in rows:
        requests.change(
            unit, row.request_id, row.version, "mailbot", now, to=TrainingState.REMINDED, what="reminded"
        )
    return len(rows)


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of the past, and what became of it."""

    kind: str
    written_by: str
    at: datetime
    state: AckState
    due_at: datetime | None


def sent(db: Connection, request_id: str) -> list[Sent]:
    """All letters of a request, the newest first."""
    rows = db.execute(
        select(TABLE.c.kind, TABLE.c.written_by, TABLE.c.at, outbox.c.state, outbox.c.due_at)
        .join(outbox, outbox.c.mail_id == TABLE.c.mail_id)
        .where(TABLE.c.request_id == request_id)
        .order_by(TABLE.c.at.desc(), TABLE.c.kind)
    )
    return [Sent(row.kind, row.written_by, row.at, AckState(row.state), row.due_at) for row in rows]


def _template(writer: Writer, kind: str, answer: str) -> templates.Text:
    if kind != "answer":
        return templates.letter(kind, writer.site)
    found = next((one for one in templates.answers(writer.site) if one.name == f"answers/{answer}"), None)
    if found is None:
        raise Declined("gone")
    return found


def _values(writer: Writer, request: Request, session: Session | None) -> Mapping[str, object]:
    asked = request.details.asked
    values: dict[str, object] = {
        "name": _line(asked.contact_name) or "colleague",
        "school": _line(asked.school) or "your school",
        "team": writer.name,
        "keep_out": KEEP_OUT,
        "questions": [missing.QUESTIONS[key] for key in missing.missing(asked, request.details.address)],
        "contacts": contacts_text(writer.contacts),
    }
    if session is not None:
        begins, ends = session.starts_at.astimezone(ZONE), session.ends_at.astimezone(ZONE)
        plan = session.plan
        values |= {
            "date": f"{begins:%A} {begins.day} {begins:%B %Y}",
            "begins": f"{begins:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "where": plan.place or (f"online: {plan.link}" if plan.link else "online"),
            "trainer": plan.trainer,
        }
    return values


def contacts_text(contacts: Sequence[MashContact]) -> str:
    """The MASH numbers, each with the day on which somebody last checked it."""
    if not contacts:
        return "    (ask your local authority for its number)"
    return "\n".join(
        f"    {one.area}: {one.phone}{f'; out of hours {one.out_of_hours}' if one.out_of_hours else ''}"
        f" (checked on {one.checked_on.day} {one.checked_on:%B %Y})"
        for one in contacts
    )


def _queue(
    unit: Unit,
    writer: Writer,
    request: Request,
    session: Session | None,
    shown: Draft,
    actor: str,
    due_at: datetime,
    now: datetime,
) -> None:
    data = compose(writer, request, session, shown, now)
    mail_id = mailing.put_letter(unit, shown.to, data, due_at, now)
    occasion = f"{session.session_id}:{session.sequence}" if session else f"version:{request.version}"
    row = {
        "letter_id": new_id(),
        "request_id": request.request_id,
        "mail_id": mail_id,
        "kind": shown.kind,
        "occasion": occasion,
        "written_by": actor,
        "at": now,
    }
    if not insert_once(unit.db, TABLE, row):
        raise Declined("sent_already")  # the whole transaction is undone, the queued mail too
    unit.audit(
        actor, Action.ALTERATION, mail_id, now, what=f"letter_{shown.kind}", request=request.request_id
    )


def personal(request: Request) -> frozenset[str]:
    """What in a letter is about its recipient alone, in small letters."""
    asked, address = request.details.asked, request.details.address
    found = (_line(asked.contact_name), _line(asked.school), address)
    return frozenset(one.casefold() for one in found if one)


def _line(untrusted_text: str | None) -> str:
    """One line of it, short: it stands in a letter."""
    return " ".join("".join(one for one in untrusted_text or "" if one.isprintable()).split())[:120]

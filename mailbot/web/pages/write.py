"""
Letters of the admins: first when and where, then the letter as it will leave, then the button that sends it.

Nothing is kept before the last step: a session that nobody confirms is never planned.
"""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.domain.states import SessionState
from mailbot.errors import Declined
from mailbot.store.unit import Unit
from mailbot.training import dates, letters, requests, sessions
from mailbot.training.compose import Draft
from mailbot.training.settings import office_of
from mailbot.training.shapes import Request, Session
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page
from mailbot.web.session_form import SessionForm, filled

KINDS = {
    "offer": "Offer a session",
    "confirmation": "Confirm a session",
    "need_info": "Ask for what is missing",
    "declined": "Decline",
    "cancellation": "Cancel",
    "answer": "Answer",
}
PLANNED = ("offer", "confirmation")  # letters that say when and where
NEW = "new"


class WhenForm(SessionForm):
    """When and where, for one school."""

    show = forms.button("Show the letter")


class LetterForm(forms.Form):
    """A letter, as it will leave."""

    subject = forms.text("Subject", 200)
    text = forms.text_area("Letter", letters.LONGEST, rows=18)
    version = forms.version()
    send = forms.button("Send it")


class Write:
    """See the module."""

    name = "write"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/requests/<request_id>/when/<kind>", Permission.TRAINING_WORK)
    def when(self, request_id: str, kind: str) -> str:
        """When and where, filled in from what was asked."""
        found, session = self._load(request_id)
        if kind not in PLANNED:
            raise Declined("unknown")
        if session is None or session.state is not SessionState.PLANNED:
            form = self._suggested(found)
        else:
            form = filled(WhenForm, session, found.version)
        return self._when(found, kind, form)

    @page("/training/requests/<request_id>/when/<kind>", Permission.TRAINING_WORK, "POST")
    def shown(self, request_id: str, kind: str) -> str | tuple[str, int]:
        """The letter that says so."""
        found, session = self._load(request_id)
        form = WhenForm()
        if kind not in PLANNED:
            raise Declined("unknown")
        if not form.validate():
            return self._when(found, kind, form), 400
        return self._letter(found, kind, form.session(_known(session)), form)

    @page("/training/requests/<request_id>/write/<kind>", Permission.TRAINING_WORK)
    def letter(self, request_id: str, kind: str) -> str:
        """A letter that plans nothing."""
        found, session = self._load(request_id)
        if kind not in KINDS or kind in PLANNED:
            raise Declined("unknown")
        return self._letter(found, kind, session, None)

    @page("/training/requests/<request_id>/send/<kind>", Permission.TRAINING_WORK, "POST")
    def send(self, request_id: str, kind: str) -> str | Response | tuple[str, int]:
        """Queue it as it stood there."""
        if kind not in KINDS:
            raise Declined("unknown")
        letter, now, office = LetterForm(), self._desk.clock(), office_of(self._desk.config)
        where = WhenForm() if kind in PLANNED else None
        if not letter.validate() or (where is not None and not where.validate()):
            raise Declined("incomplete")
        with self._desk.store.unit() as unit:
            found = requests.get(unit.db, unit.vault, request_id)
            if found.version != letter.version.data:
                raise Declined("stale")
            session = self._kept(unit, found, where)
            shown = letters.draft(
                office.writer, kind, found, session, now, office.rules, request.args.get("answer", "")
            )
            shown = replace(
                shown, subject=letter.subject.data or "", text=f"{(letter.text.data or '').strip()}\n"
            )
            letters.send(unit, office.writer, found, session, shown, person().name, now, office.rules)
        return redirect(url_for("training.one", request_id=request_id, said="letter"))

    def _load(self, request_id: str) -> tuple[Request, Session | None]:
        with self._desk.store.look() as db:
            found = requests.get(db, self._desk.vault, request_id)
            session = sessions.get(db, self._desk.vault, found.session_id) if found.session_id else None
        return found, session

    def _suggested(self, found: Request) -> WhenForm:
        received = found.received_at.astimezone(sessions.ZONE).date()
        asked = found.details.asked
        suggested = dates.first(asked.preferred_dates, received)
        return WhenForm(
            formdata=None,
            day=suggested.day.isoformat() if suggested else "",
            at=f"{suggested.at:%H:%M}" if suggested and suggested.at else "",
            minutes="60",
            place="" if asked.format == "online" else asked.place or asked.school or "",
            audience=asked.audience or "",
            capacity="0",
            version=found.version,
        )

    def _when(self, found: Request, kind: str, form: SessionForm) -> str:
        return render_template(
            "web/training_when.html", request=found, kind=kind, title=KINDS[kind], form=form
        )

    def _kept(self, unit: Unit, found: Request, form: SessionForm | None) -> Session | None:
        """The session in the database: planned now, changed, or as it is."""
        now, rules, actor = self._desk.clock(), office_of(self._desk.config).rules, person().name
        session = sessions.get(unit.db, unit.vault, found.session_id) if found.session_id else None
        if form is None:
            return session
        minutes, capacity = int(form.minutes.data or "0"), int(form.capacity.data or "0")
        if session is not None and session.state is SessionState.PLANNED:
            if sessions.is_same(form.session(session.session_id), session):
                return session
            if len(requests.of_session(unit.db, unit.vault, session.session_id)[0]) > 1:
                raise Declined("shared")  # the others must be told too
            sessions.change(
                unit,
                session,
                actor,
                now,
                starts_at=form.starts_at,
                minutes=minutes,
                capacity=capacity,
                what=form.plan,
            )
            return sessions.get(unit.db, unit.vault, session.session_id)
        session_id = sessions.plan(unit, form.starts_at, minutes, capacity, form.plan, actor, now, rules)
        return sessions.get(unit.db, unit.vault, session_id)

    def _letter(self, found: Request, kind: str, session: Session | None, where: SessionForm | None) -> str:
        office, answer = office_of(self._desk.config), request.args.get("answer", "")
        now = self._desk.clock()
        if kind == "cancellation" and session is None:
            raise Declined("no_session")
        shown: Draft = letters.draft(office.writer, kind, found, session, now, office.rules, answer)
        clashes = []
        if session is not None and where is not None:
            with self._desk.store.look() as db:
                clashes = sessions.clashes(
                    db, self._desk.vault, session.starts_at, session.ends_at, session.plan, session.session_id
                )
        return render_template(
            "web/training_letter.html",
            request=found,
            kind=kind,
            title=KINDS[kind],
            answer=answer,
            shown=shown,
            clashes=clashes,
            carried=where.carried if where is not None else [],
            form=LetterForm(formdata=None, subject=shown.subject, text=shown.text, version=found.version),
        )


def _known(session: Session | None) -> str:
    return session.session_id if session and session.state is SessionState.PLANNED else NEW

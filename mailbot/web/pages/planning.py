"""
Planning: a session that nobody has asked for yet, and another time or place for one that is planned.

Before the last button of a change the letters to all who have a place are shown.
"""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.domain.states import SessionState
from mailbot.errors import Declined
from mailbot.training import desk as work
from mailbot.training import requests, sessions
from mailbot.training.settings import office_of
from mailbot.training.shapes import Session
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page
from mailbot.web.session_form import SessionForm, filled

_NEW = "new"


class PlanForm(SessionForm):
    """A session that nobody has a place in yet."""

    plan_it = forms.button("Plan the session")


class ChangeForm(SessionForm):
    """Another time, another place."""

    look = forms.button("Show what changes")


class ChangedForm(SessionForm):
    """The last button; what it changes comes along unseen."""

    send = forms.button("Change the session")


class Planning:
    """See the module."""

    name = "planning"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/sessions/plan", Permission.TRAINING_WORK)
    def new(self) -> str:
        """When, where, who."""
        form = PlanForm(formdata=None, minutes="60", capacity="0")
        return render_template("web/session_plan.html", form=form)

    @page("/training/sessions/plan", Permission.TRAINING_WORK, "POST")
    def plan(self) -> str | Response | tuple[str, int]:
        """Plan it."""
        form = PlanForm()
        if not form.validate():
            return render_template("web/session_plan.html", form=form), 400
        rules, wanted = office_of(self._desk.config).rules, form.session(_NEW)
        minutes, now = int(form.minutes.data or "0"), self._desk.clock()
        with self._desk.store.unit() as unit:
            session_id = sessions.plan(
                unit, wanted.starts_at, minutes, wanted.capacity, wanted.plan, person().name, now, rules
            )
        return redirect(url_for("sessions.one", session_id=session_id, said="session_planned"))

    @page("/training/sessions/<session_id>/change", Permission.TRAINING_WORK)
    def changing(self, session_id: str) -> str:
        """As it is planned now."""
        found = self._planned(session_id)
        return _asked(found, filled(ChangeForm, found, found.version))

    @page("/training/sessions/<session_id>/change", Permission.TRAINING_WORK, "POST")
    def shown(self, session_id: str) -> str | tuple[str, int]:
        """What would change, whom it clashes with, and the letters as they will leave."""
        form, found = ChangeForm(), self._planned(session_id)
        if not form.validate():
            return _asked(found, form), 400
        wanted, office = form.session(session_id), office_of(self._desk.config)
        with self._desk.store.look() as db:
            seated, _ = requests.of_session(db, self._desk.vault, session_id)
            clashes = sessions.clashes(
                db, self._desk.vault, wanted.starts_at, wanted.ends_at, wanted.plan, session_id
            )
        told = [] if sessions.tells_the_same(found, wanted) else seated
        left = sessions.seats_left(wanted, seated)
        return render_template(
            "web/session_changed.html",
            session=found,
            wanted=wanted,
            clashes=clashes,
            too_many=left == 0 and sum(one.people for one in seated) > wanted.capacity,
            shown=work.change_letters(office, told, wanted, self._desk.clock()),
            carried=form.carried,
            form=ChangedForm(formdata=None, version=found.version),
        )

    @page("/training/sessions/<session_id>/changed", Permission.TRAINING_WORK, "POST")
    def change(self, session_id: str) -> Response:
        """Change it, and send the letters."""
        form = ChangedForm()
        if not form.validate():
            raise Declined("incomplete")
        office, now = office_of(self._desk.config), self._desk.clock()
        with self._desk.store.unit() as unit:
            found = sessions.get(unit.db, unit.vault, session_id)
            if found.version != form.version.data:
                raise Declined("stale")
            if not sessions.is_same(found, form.session(session_id)):
                work.change_session(unit, office, found, form.session(session_id), person().name, now)
        return redirect(url_for("sessions.one", session_id=session_id, said="session_changed"))

    def _planned(self, session_id: str) -> Session:
        """The session, while it can be changed; `Declined("not_now")`."""
        with self._desk.store.look() as db:
            found = sessions.get(db, self._desk.vault, session_id)
        if found.state is not SessionState.PLANNED or found.starts_at <= self._desk.clock():
            raise Declined("not_now")
        return found


def _asked(found: Session, form: ChangeForm) -> str:
    return render_template("web/session_change.html", session=found, form=form)

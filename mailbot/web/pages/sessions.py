"""Sessions: what is planned, who has a place, who waits, attendance; and a feed for calendars."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.domain.states import SessionState, TrainingState
from mailbot.errors import Declined
from mailbot.store.unit import Unit
from mailbot.training import desk as work
from mailbot.training import letters, requests, sessions
from mailbot.training.compose import Draft
from mailbot.training.settings import office_of
from mailbot.training.shapes import Request
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page

BEFORE, AFTER = timedelta(days=90), timedelta(days=400)


class CancelForm(forms.Form):
    """Tell everybody."""

    version = forms.version()
    cancel = forms.button("Cancel the session and send these letters", warning=True)


class OfferForm(forms.Form):
    """One offer to many schools."""

    subject = forms.text("Subject", 200)
    text = forms.text_area("Letter", letters.LONGEST)
    version = forms.version()
    send = forms.button("Send it to all of them")


class Sessions:
    """See the module."""

    name = "sessions"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/sessions", Permission.TRAINING_WORK)
    def all(self) -> str:
        """What is planned, the next first."""
        now = self._desk.clock()
        with self._desk.store.look() as db:
            found = sessions.between(db, self._desk.vault, now - timedelta(days=31), now + AFTER)
            people = [requests.of_session(db, self._desk.vault, one.session_id) for one in found]
        rows = [
            (one, seated, waiting, sessions.seats_left(one, seated))
            for one, (seated, waiting) in zip(found, people, strict=True)
        ]
        return render_template("web/sessions.html", rows=rows, now=now)

    @page("/training/sessions/<session_id>", Permission.TRAINING_WORK)
    def one(self, session_id: str) -> str:
        """Who has a place, who waits, and what can be done."""
        with self._desk.store.look() as db:
            found = sessions.get(db, self._desk.vault, session_id)
            seated, waiting = requests.of_session(db, self._desk.vault, session_id)
            clashes = sessions.clashes(
                db, self._desk.vault, found.starts_at, found.ends_at, found.plan, session_id
            )
        return render_template(
            "web/session.html",
            session=found,
            seated=seated,
            waiting=waiting,
            clashes=clashes,
            left=sessions.seats_left(found, seated),
            over=found.ends_at <= self._desk.clock(),
            planned=found.state is SessionState.PLANNED,
            delivered=TrainingState.DELIVERED,
            others=self._others(),
        )

    @page("/training/sessions/<session_id>/cancel", Permission.TRAINING_WORK)
    def cancelling(self, session_id: str) -> str:
        """The letters as they will leave, and who waits."""
        office, now = office_of(self._desk.config), self._desk.clock()
        with self._desk.store.look() as db:
            found = sessions.get(db, self._desk.vault, session_id)
            seated, waiting = requests.of_session(db, self._desk.vault, session_id)
        told = [one for one in seated if one.state is not TrainingState.DELIVERED]
        shown = [letters.draft(office.writer, "cancellation", one, found, now, office.rules) for one in told]
        return render_template(
            "web/session_cancel.html",
            session=found,
            shown=shown,
            waiting=waiting,
            form=CancelForm(formdata=None, version=found.version),
        )

    @page("/training/sessions/<session_id>/cancel", Permission.TRAINING_WORK, "POST")
    def cancel(self, session_id: str) -> Response:
        """Cancel it, and write to those who had a place."""
        form = CancelForm()
        with self._desk.store.unit() as unit:
            found = sessions.get(unit.db, unit.vault, session_id)
            if found.version != form.version.data:
                raise Declined("stale")
            work.cancel_session(unit, office_of(self._desk.config), found, person().name, self._desk.clock())
        return redirect(url_for("sessions.one", session_id=session_id, said="session_cancelled"))

    @page("/training/sessions/<session_id>/attended/<request_id>", Permission.TRAINING_WORK, "POST")
    def attended(self, session_id: str, request_id: str) -> Response:
        """It took place, with so many people."""
        count = request.form.get("attended", type=int)
        if count is None:
            raise Declined("count")
        with self._desk.store.unit() as unit:
            session = sessions.get(unit.db, unit.vault, session_id)
            found = requests.get(unit.db, unit.vault, request_id)
            if found.version != request.form.get("version", type=int):
                raise Declined("stale")
            office, now = office_of(self._desk.config), self._desk.clock()
            work.deliver(unit, office, found, count, person().name, session.starts_at, now)
        return redirect(url_for("sessions.one", session_id=session_id, said="noted"))

    @page("/training/sessions/<session_id>/wait", Permission.TRAINING_WORK, "POST")
    def wait(self, session_id: str) -> Response:
        """Put requests on the waiting list."""
        with self._desk.store.unit() as unit:
            session = sessions.get(unit.db, unit.vault, session_id)
            for found in _chosen(unit):
                work.wait(unit, found, session, person().name, self._desk.clock())
        return redirect(url_for("sessions.one", session_id=session_id, said="waits"))

    @page("/training/sessions/<session_id>/offer", Permission.TRAINING_WORK, "POST")
    def offer(self, session_id: str) -> str:
        """One offer to many: the letter, and to whom it would go."""
        office, now = office_of(self._desk.config), self._desk.clock()
        with self._desk.store.unit() as unit:
            session, some = sessions.get(unit.db, unit.vault, session_id), _chosen(unit)
        shown = letters.draft(office.writer, "offer", some[0], session, now, office.rules)
        form = OfferForm(formdata=None, subject=shown.subject, text=shown.text, version=session.version)
        return render_template("web/session_offer.html", session=session, some=some, form=form)

    @page("/training/sessions/<session_id>/offered", Permission.TRAINING_WORK, "POST")
    def offered(self, session_id: str) -> Response:
        """Send it to each, with a token of its own."""
        form = OfferForm()
        if not form.validate():
            raise Declined("incomplete")
        office, now = office_of(self._desk.config), self._desk.clock()
        with self._desk.store.unit() as unit:
            session, some = sessions.get(unit.db, unit.vault, session_id), _chosen(unit)
            if session.version != form.version.data:
                raise Declined("stale")
            text = f"{(form.text.data or '').strip()}\n"
            shown = Draft("offer", some[0].details.address, form.subject.data or "", text)
            work.offer_to_many(unit, office, some, session, shown, person().name, now)
        return redirect(url_for("sessions.one", session_id=session_id, said="letter"))

    def _others(self) -> list[Request]:
        """Requests for training that have no session yet, whoever waits longest first."""
        with self._desk.store.look() as db:
            found, _ = requests.listed(db, self._desk.vault, requests.OPEN, "training")
        return [one for one in found if one.session_id is None]


def _chosen(unit: Unit) -> list[Request]:
    """The requests that were ticked, each as it is now; `Declined("none_ticked")` for none."""
    some = [requests.get(unit.db, unit.vault, one) for one in request.form.getlist("request_id")]
    if not some:
        raise Declined("none_ticked")
    return some

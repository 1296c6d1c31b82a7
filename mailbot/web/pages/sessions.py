"""Sessions: what is planned, who has a place, who waits, attendance; and a feed for calendars."""

import hmac
from datetime import timedelta

from flask import Response as File
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.config import console_url
from mailbot.domain.roles import Permission
from mailbot.domain.states import SessionState, TrainingState
from mailbot.errors import Declined
from mailbot.training import desk as work
from mailbot.training import invitation, letters, requests, sessions
from mailbot.training.settings import office_of
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import Access, page

BEFORE, AFTER = timedelta(days=90), timedelta(days=400)


class CancelForm(forms.Form):
    """Tell everybody."""

    version = forms.version()
    cancel = forms.button("Cancel the session and send these letters", warning=True)


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
        path = url_for("sessions.feed", untrusted_key=self._key())
        feed = f"{console_url(self._desk.config).rstrip('/')}{path}"
        return render_template("web/sessions.html", rows=rows, feed=feed, now=now)

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
        """Put a request on the waiting list."""
        with self._desk.store.unit() as unit:
            session = sessions.get(unit.db, unit.vault, session_id)
            found = requests.get(unit.db, unit.vault, request.form.get("request_id", ""))
            work.wait(unit, found, session, person().name, self._desk.clock())
        return redirect(url_for("sessions.one", session_id=session_id, said="waits"))

    @page("/calendar/<untrusted_key>/sessions.ics", Access.PUBLIC)
    def feed(self, untrusted_key: str) -> File:
        """For a trainer's own calendar, which cannot sign in: who knows the address may read it."""
        if not hmac.compare_digest(self._key().encode(), untrusted_key.encode()):
            abort(404)
        now = self._desk.clock()
        with self._desk.store.look() as db:
            found = sessions.between(db, self._desk.vault, now - BEFORE, now + AFTER)
        domain = office_of(self._desk.config).writer.address.rpartition("@")[2] or "mailbot.invalid"
        return File(invitation.feed(found, domain, now), mimetype="text/calendar")

    def _key(self) -> str:
        return self._desk.vault.digest("training.feed", b"sessions")[:32]

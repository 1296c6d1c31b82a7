"""Acknowledgements that wait for a person: held, in doubt, or refused; and what that person decides."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.domain.states import AckState
from mailbot.errors import Declined
from mailbot.review import lists
from mailbot.send import held, release
from mailbot.web import forms, looks
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.pages.queue import number
from mailbot.web.routes import page

REASONS = held.REASONS | {
    "uncertain": "it may have left: the connection broke while it was handed over",
    "refused": "the mail server refused it, or it was tried for a day",
}


def why(row: lists.HeldMail) -> str:
    """Why it waits."""
    code = (row.code or "") if row.state is AckState.HELD else row.state.value
    return REASONS.get(code) or looks.word(code)


class ReleaseForm(forms.Form):
    """For one that is held."""

    send = forms.button("Send it")


class RetryForm(forms.Form):
    """For one in doubt, or refused."""

    looked = forms.checkbox("I have looked in the mail server's log, and it has not left")
    send = forms.button("Send it again", warning=True)


class DropForm(forms.Form):
    """For one that is never to be sent."""

    drop = forms.button("Never send it", secondary=True)


class Held:
    """See the module. No address is shown: who would be answered is the source part."""

    name = "held"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/held", Permission.QUEUE_SEE)
    def all(self) -> str:
        """The list, the oldest first."""
        with self._desk.store.look() as db:
            found = lists.held(db, number(), lists.PAGE + 1)
        return render_template(
            "web/held.html",
            rows=found[: lists.PAGE],
            more=len(found) > lists.PAGE,
            number=number(),
            why=why,
        )

    @page("/held/<mail_id>", Permission.ACKNOWLEDGEMENT_RELEASE)
    def one(self, mail_id: str) -> str:
        """What can be decided about it."""
        return self._show(mail_id, RetryForm())

    @page("/held/<mail_id>/release", Permission.ACKNOWLEDGEMENT_RELEASE, "POST")
    def let_go(self, mail_id: str) -> Response:
        """Send one that was held."""
        with self._desk.store.unit() as unit:
            if not release.release(unit, mail_id, person().name, self._desk.clock()):
                raise Declined("gone")
        return redirect(url_for("held.all", said="released"))

    @page("/held/<mail_id>/retry", Permission.ACKNOWLEDGEMENT_RELEASE, "POST")
    def retry(self, mail_id: str) -> str | Response | tuple[str, int]:
        """Send one in doubt, or one that was refused, after all."""
        form = RetryForm()
        if not form.looked.data:
            form.looked.errors = ["Say that you have looked: if it did leave, its sender gets a second one"]
            return self._show(mail_id, form), 400
        with self._desk.store.unit() as unit:
            if not release.retry(unit, mail_id, person().name, self._desk.clock()):
                raise Declined("gone")
        return redirect(url_for("held.all", said="released"))

    @page("/held/<mail_id>/drop", Permission.ACKNOWLEDGEMENT_RELEASE, "POST")
    def drop(self, mail_id: str) -> Response:
        """Never send one that was held."""
        with self._desk.store.unit() as unit:
            if not held.drop_all(unit, [mail_id], person().name, self._desk.clock()):
                raise Declined("gone")
        return redirect(url_for("held.all", said="dropped"))

    def _show(self, mail_id: str, form: RetryForm) -> str:
        with self._desk.store.look() as db:
            found = lists.held_one(db, mail_id)
        if found is None:
            raise Declined("unknown")
        return render_template(
            "web/held_one.html",
            row=found,
            why=why(found),
            is_held=found.state is AckState.HELD,
            form=form,
            release=ReleaseForm(),
            drop=DropForm(),
        )

"""Setting up an account of ours: a password of one's own, a device, recovery codes."""

from io import BytesIO

import segno
from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from mailbot.web import accounts, credentials, forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import Access, page
from mailbot.web.session import ticket


class SetupForm(forms.Form):
    """Password twice, and the first code."""

    password = forms.password(
        "New password",
        hint=f"{credentials.LEAST} characters or more. Three random words are good.",
        new=True,
    )
    again = forms.password("New password again", new=True)
    code = forms.text(
        "Code",
        20,
        hint="The six digits that the application shows now.",
        autocomplete="one-time-code",
        inputmode="numeric",
    )
    ready = forms.button("Set up my account")


class Setup:
    """See the module."""

    name = "setup"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/set-up", Access.SETTING_UP)
    def form(self) -> str:
        """What to do."""
        return self._show(SetupForm())

    @page("/set-up", Access.SETTING_UP, "POST")
    def finish(self) -> str | Answer | tuple[str, int]:
        """Do it; the recovery codes are shown this once."""
        form = SetupForm()
        if not form.validate():
            return self._show(form), 400
        new = form.password.data or ""
        if complaint := credentials.complaint(new, person().name):
            form.password.errors = [complaint]
            return self._show(form), 400
        if new != form.again.data:
            form.again.errors = ["The two passwords differ"]
            return self._show(form), 400
        kept, code = credentials.hashed(new), credentials.tidy(form.code.data or "")
        with self._desk.store.unit() as unit:
            codes = accounts.set_up(unit, person().account_id, kept, code, self._desk.clock())
        if codes is None:
            form.code.errors = ["The code is wrong. Check that the clock of your device is right"]
            return self._show(form), 400
        ticket().renew()
        return render_template("web/recovery_codes.html", codes=codes)

    @page("/set-up/code.svg", Access.SETTING_UP)
    def picture(self) -> Response:
        """The secret as a picture for the device's camera."""
        picture = segno.make(credentials.address(self._secret(), person().name))
        file = BytesIO()
        picture.save(file, kind="svg", scale=5, border=4, light="white")
        return Response(file.getvalue(), mimetype="image/svg+xml")

    @page("/set-up/cancel", Access.SETTING_UP, "POST")
    def cancel(self) -> Answer:
        """Not now."""
        ticket().renew()
        return redirect(url_for("sign_in.form", said="signed_out"))

    def _show(self, form: SetupForm) -> str:
        return render_template("web/set_up.html", form=form, secret=self._secret())

    def _secret(self) -> str:
        with self._desk.store.look() as db:
            return accounts.device(self._desk.vault, accounts.by_id(db, person().account_id))

"""The door: signing in with an account of ours, and signing out."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot import events
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.web import forms, proof, sessions
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import Access, page
from mailbot.web.session import ticket

_WRONG = {
    "wrong": "The name, the password or the code is wrong",
    "early": "Too many attempts. Wait some minutes, then try again",
}


class SignInForm(forms.Form):
    """Name, password, code."""

    account = forms.text("Name", 80, autocomplete="username", autocapitalize="none", spellcheck="false")
    password = forms.password("Password")
    code = forms.text(
        "Code",
        40,
        hint="Six digits from your authenticator application, or one of your recovery codes. Leave it empty"
        " when you set up your account.",
        required=False,
        autocomplete="one-time-code",
        autocapitalize="none",
        spellcheck="false",
    )
    next = forms.hidden(300)
    enter = forms.button("Sign in")


class SignIn:
    """See the module."""

    name = "sign_in"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/sign-in", Access.PUBLIC)
    def form(self) -> str | Response:
        """The form; whoever is signed in already goes home."""
        if g.person is not None:
            return redirect(url_for("home.start"))
        return self._show(SignInForm(data={"next": request.args.get("next", "")}))

    @page("/sign-in", Access.PUBLIC, "POST")
    def enter(self) -> str | Response | tuple[str, int]:
        """Check it."""
        form = SignInForm()
        if not self._desk.has_local_accounts:
            return self._show(form), 403
        if not form.validate():
            return self._show(form), 400
        claim = proof.Claim(
            form.account.data or "",
            form.password.data or "",
            form.code.data or "",
            request.remote_addr or "",
        )
        try:
            token = proof.sign_in(self._desk.store, claim, self._desk.clock())
        except Declined as declined:
            form.account.errors = [_WRONG[declined.code]]
            return self._show(form), 429 if declined.code == "early" else 400
        if self._desk.config.mailbot.production:
            events.local_sign_in()
        ticket().renew(token)
        return redirect(own_path(form.next.data or "") or url_for("home.start"))

    @page("/sign-out", Access.PUBLIC, "POST")
    def leave(self) -> Response:
        """End the session."""
        if g.person is not None:
            with self._desk.store.unit() as unit:
                sessions.end(unit, person().digest)
                unit.audit(
                    person().name, Action.SIGN_IN, person().account_id, self._desk.clock(), what="signed_out"
                )
        ticket().renew()
        return redirect(url_for("sign_in.form", said="signed_out"))

    def _show(self, form: SignInForm) -> str:
        return render_template(
            "web/sign_in.html",
            form=form,
            local=self._desk.has_local_accounts,
            provider=self._desk.provider is not None,
        )


def own_path(untrusted_path: str) -> str | None:
    """A path of this console; None for anything that could lead elsewhere."""
    if not untrusted_path.startswith("/") or untrusted_path[1:2] in ("/", "\\"):
        return None
    return untrusted_path if untrusted_path.isprintable() and "\\" not in untrusted_path else None

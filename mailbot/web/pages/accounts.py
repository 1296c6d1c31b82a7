"""
The administrators' page: who may sign in, as what; switching off and other roles.

Making an account and beginning one anew print a word that lets somebody in, so they are done at the machine
(`mailbot users`), not in a page.
"""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission, Role
from mailbot.errors import Declined
from mailbot.web import accounts, forms, looks
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page


class RolesForm(forms.Form):
    """What somebody is."""

    roles = forms.checkboxes("Roles", [(role.value, looks.word(role.value)) for role in Role])
    change = forms.button("Change the roles")


class DisableForm(forms.Form):
    """Whoever is signed in with it is out at once."""

    disable = forms.button("Switch this account off", warning=True)


_WRONG = {
    "no_roles": "Select at least one role, or switch the account off",
    "conflict": "An administrator sees no content: this role cannot be joined with the others",
}


class Accounts:
    """See the module."""

    name = "accounts"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/accounts", Permission.ACCOUNTS_MANAGE)
    def all(self) -> str:
        """Everybody."""
        with self._desk.store.look() as db:
            found = accounts.everybody(db)
        return render_template("web/accounts.html", found=found)

    @page("/accounts/<account_id>", Permission.ACCOUNTS_MANAGE)
    def one(self, account_id: str) -> str:
        """Somebody."""
        found = self._find(account_id)
        return self._show(found, RolesForm(data={"roles": [role.value for role in found.roles]}))

    @page("/accounts/<account_id>/roles", Permission.ACCOUNTS_MANAGE, "POST")
    def roles(self, account_id: str) -> str | Response | tuple[str, int]:
        """Give somebody other roles; those of a provider's account are the provider's."""
        form, found = RolesForm(), self._find(account_id)
        if not form.validate() or found.way != "local":
            return self._show(found, form), 400
        try:
            with self._desk.store.unit() as unit:
                chosen = [Role(word) for word in form.roles.data or ()]
                accounts.set_roles(unit, found.name, chosen, person().name, self._desk.clock())
        except Declined as declined:
            form.roles.errors = [_WRONG[declined.code]]
            return self._show(found, form), 400
        return redirect(url_for("accounts.one", account_id=account_id, said="roles_changed"))

    @page("/accounts/<account_id>/disable", Permission.ACCOUNTS_MANAGE, "POST")
    def disable(self, account_id: str) -> Response:
        """Let somebody in no more."""
        found = self._find(account_id)
        with self._desk.store.unit() as unit:
            accounts.disable(unit, found.name, person().name, self._desk.clock())
        return redirect(url_for("accounts.all", said="account_disabled"))

    def _find(self, account_id: str) -> accounts.Account:
        with self._desk.store.look() as db:
            found = [known for known in accounts.everybody(db) if known.account_id == account_id]
        if not found:
            raise Declined("unknown")
        return found[0]

    def _show(self, found: accounts.Account, form: RolesForm) -> str:
        return render_template("web/account.html", found=found, form=form, disable=DisableForm())

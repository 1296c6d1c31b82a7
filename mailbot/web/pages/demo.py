"""
The demonstration's way in: an address that lets one person in, once, as somebody who may see everything.

SECURITY
    It refuses production at its construction; no configuration brings it there.
"""

import hmac
import secrets
import threading

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Role
from mailbot.errors import ConfigError
from mailbot.store.audit import Action
from mailbot.web import accounts, sessions
from mailbot.web.desk import Desk
from mailbot.web.routes import Access, page
from mailbot.web.session import ticket

NAME = "demo"
ROLES = (Role.HANDLER, Role.SUPERVISOR, Role.AUDITOR)


class Demo:
    """See the module."""

    name = "demo"

    def __init__(self, desk: Desk) -> None:
        if desk.config.mailbot.production:
            raise ConfigError("the demonstration's way in is not allowed in production")
        self._desk = desk
        self._once: str | None = secrets.token_urlsafe(16)
        self._lock = threading.Lock()
        self.path = f"/once/{self._once}"

    @page("/once/<untrusted_word>", Access.PUBLIC)
    def door(self, untrusted_word: str) -> str:
        """A button: a browser that loads ahead must not use the address up."""
        if not self._is_it(untrusted_word):
            abort(404)
        return render_template("web/once.html", word=untrusted_word)

    @page("/once/<untrusted_word>", Access.PUBLIC, "POST")
    def enter(self, untrusted_word: str) -> Response:
        """Let them in; nobody after them."""
        with self._lock:
            if not self._is_it(untrusted_word):
                abort(404)
            self._once = None
        now = self._desk.clock()
        with self._desk.store.unit() as unit:
            account_id = accounts.know(unit, "demo", NAME, ROLES, now)
            unit.audit(NAME, Action.SIGN_IN, account_id, now, way="demo")
            token = sessions.begin(unit, account_id, "demo", now)
        ticket().renew(token)
        return redirect(url_for("home.start"))

    def _is_it(self, untrusted_word: str) -> bool:
        known = self._once
        return known is not None and hmac.compare_digest(known.encode(), untrusted_word.encode())

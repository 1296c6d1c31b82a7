"""
The cookie: a random token, and the proof against forged forms that belongs to it.

SECURITY
    By https the cookie is `__Host-` (this host, all paths, never without TLS), `HttpOnly`, `SameSite=Lax`: a
    provider brings people back by a link. Over plain http, which is for this machine alone, browsers do not
    all keep such a name, so there it has a plain one. The form token is a keyed digest of the session's, so a
    form works in the session in which it was made, and nothing need be stored for whoever is not signed in.
"""

import secrets
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin

from mailbot.store.vault import Vault

SECURE, PLAIN = "__Host-mailbot", "mailbot"


class Ticket(dict[str, Any], SessionMixin):
    """What a request came with, and what its answer will leave in the browser."""

    def __init__(self, vault: Vault, token: str) -> None:
        super().__init__()
        self._vault = vault
        self.is_new = False
        self.renew(token)
        self.is_new = not token

    def renew(self, token: str | None = None) -> None:
        """Another session from now on; without a token one of nobody."""
        self.is_new = True
        self.token = token or secrets.token_urlsafe(32)
        self["csrf_token"] = self._vault.digest("csrf", self.token.encode())


class Tickets(SessionInterface):
    """Reads and writes the cookie for Flask."""

    def __init__(self, vault: Vault, *, secure: bool) -> None:
        self._vault = vault
        self._secure = secure
        self.cookie = SECURE if secure else PLAIN

    def open_session(self, app: Flask, request: Request) -> Ticket:
        """The ticket of a request."""
        return Ticket(self._vault, request.cookies.get(self.cookie, "")[:100])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave it in the browser, where it is another than before; until the browser is closed."""
        ticket = cast(Ticket, session)
        if ticket.is_new and not response.cache_control.public:
            response.set_cookie(
                self.cookie, ticket.token, secure=self._secure, httponly=True, samesite="Lax", path="/"
            )


def ticket() -> Ticket:
    """That of this request."""
    return cast(Ticket, session)

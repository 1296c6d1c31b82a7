"""
The other door: signing in at the force's own provider, and coming back with a token.

SECURITY
    What must be remembered while somebody is away stands sealed in a cookie of theirs, for ten minutes. The
    roles are those of the token, each time; a token without a role of ours lets nobody in. Every failure is
    on record, without what was sent.
"""

import base64
import binascii
import json
import re
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from mailbot import events
from mailbot.clients.sign_in import Provider, Signed
from mailbot.clients.trouble import Kind, Trouble
from mailbot.config import console_url
from mailbot.domain.roles import Role
from mailbot.errors import Declined, Tampered
from mailbot.store.audit import Action
from mailbot.store.vault import Part
from mailbot.web import accounts, failures, sentences, sessions
from mailbot.web.desk import Desk
from mailbot.web.pages.sign_in import own_path
from mailbot.web.routes import Access, page
from mailbot.web.session import ticket

PATIENCE = timedelta(minutes=10)
_PLACE = "cookie.sign_in.flow"
_ROLES = {role.value: role for role in Role}


class Oidc:
    """See the module."""

    name = "oidc"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cookie = "__Host-mailbot-flow" if desk.is_secure else "mailbot-flow"

    @page("/sign-in/away", Access.PUBLIC)
    def away(self) -> Response | failures.Answer:
        """Off to the provider."""
        try:
            there, flow = self._provider().begin(console_url(self._desk.config) + url_for("oidc.back"))
        except Trouble as trouble:
            return self._failed(trouble)
        kept = {
            "flow": flow,
            "next": request.args.get("next", "")[:300],
            "until": (self._desk.clock() + PATIENCE).isoformat(),
        }
        answer = redirect(there)
        answer.set_cookie(
            self._cookie,
            self._seal(kept),
            max_age=int(PATIENCE.total_seconds()),
            secure=self._desk.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    @page("/sign-in/back", Access.PUBLIC)
    def back(self) -> Response | failures.Answer:
        """Back from there."""
        kept = self._kept()
        if kept is None:
            return failures.show(400, *sentences.NO_SIGN_IN["late"])
        try:
            signed = self._provider().finish(kept["flow"], request.args.to_dict())
            token = self._let_in(signed)
        except Trouble as trouble:
            return self._failed(trouble)
        except Declined as declined:
            self._record_failure()
            return failures.show(403, *sentences.NO_SIGN_IN[declined.code])
        ticket().renew(token)
        answer = redirect(own_path(kept["next"]) or url_for("home.start"))
        answer.delete_cookie(self._cookie, secure=self._desk.is_secure, httponly=True, samesite="Lax")
        return answer

    def _provider(self) -> Provider:
        provider = self._desk.provider
        if provider is None:
            abort(404)
        return provider

    def _let_in(self, signed: Signed) -> str:
        now = self._desk.clock()
        name = re.sub(r"[^a-z0-9._@-]", "-", signed.name.strip().lower())[:80]
        with self._desk.store.unit() as unit:
            account_id = accounts.know(unit, signed.subject, name, self._roles(signed), now)
            known = accounts.by_id(unit.db, account_id).name  # the name that the audit has, if theirs changed
            unit.audit(known, Action.SIGN_IN, account_id, now, way="oidc")
            return sessions.begin(unit, account_id, "oidc", now)

    def _roles(self, signed: Signed) -> set[Role]:
        oidc = self._desk.config.console.oidc
        prefix = oidc.role_prefix if oidc else ""
        words = (word.removeprefix(prefix) for word in signed.roles if word.startswith(prefix))
        return {_ROLES[word] for word in words if word in _ROLES}

    def _failed(self, trouble: Trouble) -> failures.Answer:
        events.console_failed(type(trouble))
        self._record_failure()
        if trouble.kind is Kind.DENIED:
            return failures.show(403, *sentences.NO_SIGN_IN["denied"])
        return failures.show(503, *sentences.NO_SIGN_IN["away"])

    def _record_failure(self) -> None:
        with self._desk.store.unit() as unit:
            unit.audit("unknown", Action.SIGN_IN_FAILED, "unknown", self._desk.clock(), way="oidc")

    def _seal(self, kept: dict[str, Any]) -> str:
        sealed = self._desk.vault.seal(Part.SOURCE, json.dumps(kept).encode(), _PLACE)
        return base64.urlsafe_b64encode(sealed).decode()

    def _kept(self) -> dict[str, Any] | None:
        """What this browser was sent away with; None when that is too long ago, or never was."""
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(self._cookie, ""))
            kept: dict[str, Any] = json.loads(self._desk.vault.open(Part.SOURCE, sealed, _PLACE))
        except (binascii.Error, ValueError, Tampered):
            return None
        return kept if self._desk.clock() < datetime.fromisoformat(kept["until"]) else None

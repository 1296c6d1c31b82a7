"""
Who may see a page: asked once, before every request, of what the page declares.

GUARANTEES
    A page that declares nothing, and everything that is not a page, is refused. Whoever is not signed in is
    sent to the door and back to where they wanted to go.
"""

from typing import Any

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.web import sessions
from mailbot.web.desk import Desk
from mailbot.web.routes import Access, Needs, Route
from mailbot.web.session import ticket
from mailbot.web.sessions import Person

AUTO = "auto"  # a page that loads itself again says so: that is no sign of a person


def person() -> Person:
    """Who asks; on a page that needs a permission there is always somebody."""
    found: Person = g.person
    return found


def admit(desk: Desk) -> Response | None:
    """None where the page may be shown; else where to go, or an error."""
    g.person = None
    if request.endpoint is None:
        g.person = _who(desk)
        return None  # there is no such page, which Flask says
    route = getattr(current_app.view_functions[request.endpoint], "route", None)
    if not isinstance(route, Route):
        abort(403)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        abort(403)
    if request.endpoint != "assets.file":
        g.person = _who(desk)
    if g.person is None and route.needs is not Access.PUBLIC:
        return _to_the_door()
    if not allows(g.person, route.needs):
        abort(403)
    return None


def allows(who: Person | None, needs: Needs) -> bool:
    """Whether somebody, or nobody, may see what needs this."""
    if needs is Access.PUBLIC:
        return True
    if who is None:
        return False
    if isinstance(needs, Permission):
        return who.may(needs)
    return (who.way == "setup") is (needs is Access.SETTING_UP)


_OURS = ("same-origin", "none")


def _who(desk: Desk) -> Person | None:
    now = desk.clock()
    with desk.store.look() as db:
        row: Any = sessions.find(db, desk.vault, ticket().token, desk.config.console, now)
    if row is None:
        return None
    if AUTO not in request.args:
        sessions.note(desk.store, row, now)
    return sessions.person_of(row)


def _to_the_door() -> Response:
    if request.method == "GET":
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    return redirect(url_for("sign_in.form", said="ended"))

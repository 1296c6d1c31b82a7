"""Where somebody lands: the page that their role works with most."""

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.web import navigation
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import Access, page


class Home:
    """See the module."""

    name = "home"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/", Access.PUBLIC)
    def start(self) -> str | Response:
        """On to where the work is."""
        if g.person is None:
            return redirect(url_for("sign_in.form"))
        if person().way == "setup":
            return redirect(url_for("setup.form"))
        for entry in navigation.ENTRIES:
            if person().may(entry.needs):
                return redirect(url_for(entry.endpoint))
        return render_template("web/home.html")

"""The sessions in somebody's own calendar: the address, a new one, none; and what a calendar reads there."""

from datetime import timedelta

from flask import Response as File
from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.config import console_url
from mailbot.domain.roles import Permission
from mailbot.training import invitation, sessions
from mailbot.training.settings import office_of
from mailbot.web import feeds
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import Access, page

BEFORE, AFTER = timedelta(days=90), timedelta(days=400)


class Feed:
    """See the module."""

    name = "feed"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/calendar-address", Permission.TRAINING_WORK)
    def address(self) -> str:
        """What such an address shows, and since when the person has one."""
        return self._show("")

    @page("/training/calendar-address", Permission.TRAINING_WORK, "POST")
    def renew(self) -> str:
        """A new one, shown this once; the old one is dead."""
        who = person()
        with self._desk.store.unit() as unit:
            key = feeds.renew(unit, who.account_id, who.name, self._desk.clock())
        return self._show(
            console_url(self._desk.config).rstrip("/") + url_for("feed.read", untrusted_key=key)
        )

    @page("/training/calendar-address/end", Permission.TRAINING_WORK, "POST")
    def end(self) -> Response:
        """None any more."""
        who = person()
        with self._desk.store.unit() as unit:
            feeds.end(unit, who.account_id, who.name, self._desk.clock())
        return redirect(url_for("feed.address", said="address_ended"))

    @page("/calendar/<untrusted_key>/sessions.ics", Access.PUBLIC)
    def read(self, untrusted_key: str) -> File:
        """For a calendar: who knows the address may read it."""
        now = self._desk.clock()
        with self._desk.store.look() as db:
            if not feeds.opens(db, self._desk.vault, untrusted_key):
                abort(404)
            found = sessions.between(db, self._desk.vault, now - BEFORE, now + AFTER)
        domain = office_of(self._desk.config).writer.address.rpartition("@")[2] or "mailbot.invalid"
        return File(invitation.feed(found, domain, now), mimetype="text/calendar")

    def _show(self, address: str) -> str:
        with self._desk.store.look() as db:
            since = feeds.made_at(db, person().account_id)
        return render_template("web/feed.html", address=address, since=since)

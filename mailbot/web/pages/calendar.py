"""The sessions of a month, as a wall calendar shows them."""

from flask import render_template, request

from mailbot.domain.roles import Permission
from mailbot.training import month
from mailbot.training.sessions import ZONE
from mailbot.web.desk import Desk
from mailbot.web.routes import page


class Calendar:
    """See the module."""

    name = "calendar"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/calendar", Permission.TRAINING_WORK)
    def show(self) -> str:
        """One month, with the way to the months beside it."""
        today = self._desk.clock().astimezone(ZONE).date()
        first = month.first_of(request.args.get("month", ""), today)
        with self._desk.store.look() as db:
            weeks = month.weeks(db, self._desk.vault, first)
        return render_template(
            "web/calendar.html",
            weeks=weeks,
            first=first,
            today=today,
            before=month.beside(first, -1),
            after=month.beside(first, 1),
            zone=ZONE,
        )

"""Schools of the register: who was trained when, and who is due again."""

from flask import render_template, request

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.store import schools
from mailbot.training import requests
from mailbot.web.desk import Desk
from mailbot.web.routes import page

LONGEST = 100


class Schools:
    """See the module."""

    name = "schools"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training/schools", Permission.TRAINING_WORK)
    def all(self) -> str:
        """Those whose name has these words; without words, those that are due again."""
        words = request.args.get("words", "")[:LONGEST]
        with self._desk.store.look() as db:
            found = schools.find(db, words) if words.strip() else []
            due = requests.due_again(db, self._desk.vault, self._desk.clock())
            names = {one.urn: schools.get(db, one.urn) for one in due if one.urn}
        return render_template("web/schools.html", words=words, found=found, due=due, names=names)

    @page("/training/schools/<urn>", Permission.TRAINING_WORK)
    def one(self, urn: str) -> str:
        """Its requests and sessions, the newest first."""
        with self._desk.store.look() as db:
            school = schools.get(db, urn)
            if school is None:
                raise Declined("unknown")
            found = requests.of_school(db, self._desk.vault, urn)
        return render_template("web/school.html", school=school, requests=found)

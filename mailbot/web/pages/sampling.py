"""Dip-sampling: a supervisor has chance draw some decisions, looks at each item, and says what was found."""

import re

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import ValidationError

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.review import papers, sampling
from mailbot.review.sampling import Outcome
from mailbot.web import items
from mailbot.web.desk import Desk
from mailbot.web.forms import Form, button, radios, select, text, text_area
from mailbot.web.guards import person
from mailbot.web.routes import page

MOST = 50  # at a time
_PERIODS = (("7", "The last 7 days"), ("30", "The last 30 days"), ("90", "The last 90 days"))
_FOUND = ((Outcome.SATISFACTORY.value, "Satisfactory"), (Outcome.TO_DISCUSS.value, "To discuss"))


class DrawForm(Form):
    """From when, and how many."""

    days = select("Decided in", _PERIODS)
    size = text("How many", 4, inputmode="numeric", complaint="Enter how many to draw")
    draw = button("Draw a sample")

    def validate_size(self, field: StringField) -> None:
        """A number of some decisions, not of all."""
        if not re.fullmatch("[0-9]+", field.data or "") or not 1 <= int(field.data or "0") <= MOST:
            raise ValidationError(f"Enter how many to draw, from 1 to {MOST}")


class AnswerForm(Form):
    """What was found in one decision."""

    outcome = radios("What did you find?", _FOUND, complaint="Select what you found")
    text = text_area(
        "What is there to discuss?",
        papers.LONGEST_NOTE,
        rows=3,
        required=False,
        hint="Needed where there is something. Whoever holds the item later can read it. Name nobody here.",
    )
    answer = button("Record what you found")


class Sampling:
    """See the module."""

    name = "sampling"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/sampling", Permission.ITEM_SUPERVISE)
    def all(self) -> str:
        """What waits for its outcome, and how to draw more."""
        return self._list(DrawForm(formdata=None, days="7", size=str(sampling.SIZE)))

    @page("/sampling/draw", Permission.ITEM_SUPERVISE, "POST")
    def draw(self) -> Response | tuple[str, int]:
        """Let chance choose."""
        form = DrawForm()
        if not form.validate():
            return self._list(form), 400
        days, size, now = int(form.days.data), int(form.size.data or "0"), self._desk.clock()
        with self._desk.store.unit() as unit:
            drawn = sampling.draw(unit, person().name, days, now, size)
        return redirect(url_for("sampling.all", said="drawn" if drawn else "none_drawn"))

    @page("/items/<item_id>/sample", Permission.ITEM_SUPERVISE, "POST")
    def answer(self, item_id: str) -> Response | tuple[str, int]:
        """Say what was found; the form stands on the item's own page."""
        form = AnswerForm()
        if not form.validate():
            return self._again(item_id, form)
        try:
            with self._desk.store.unit() as unit:
                found, now = Outcome(form.outcome.data), self._desk.clock()
                sampling.answer(unit, item_id, person().name, found, form.text.data or "", now)
        except Declined as declined:
            if declined.code != "empty":
                raise
            form.text.errors = ["Enter what there is to discuss"]
            return self._again(item_id, form)
        return redirect(url_for("sampling.all", said="answered"))

    def _again(self, item_id: str, form: AnswerForm) -> tuple[str, int]:
        return render_template("web/sample.html", row=items.row(self._desk, item_id), form=form), 400

    def _list(self, form: DrawForm) -> str:
        with self._desk.store.look() as db:
            found = sampling.waiting(db)
        return render_template("web/sampling.html", found=found, form=form)

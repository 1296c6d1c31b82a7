"""Opening a source part, the second person's answer, and the review of broken glass."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.domain.states import OpeningState
from mailbot.errors import Declined
from mailbot.review import openings
from mailbot.review.vocabulary import Vocabulary
from mailbot.web import items
from mailbot.web.desk import Desk
from mailbot.web.forms import Form, button, checkbox, text
from mailbot.web.guards import person
from mailbot.web.routes import page


class ReasonForm(Form):
    """Why the source part must be seen."""

    reason = text(
        "Why do you need to see who the source is?",
        openings.LONGEST_REASON,
        required=False,
        hint="It is kept with the record of the opening. Name nobody here.",
    )
    break_glass = checkbox(
        "Open at once, without the second person",
        hint="Only where somebody would come to harm by waiting. A supervisor reviews it afterwards.",
    )
    open = button("Open the source part", warning=True)


class Source:
    """See the module."""

    name = "source"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words
        self._rules = desk.config.review.source

    @page("/items/<item_id>/source", Permission.SOURCE_OPEN)
    def ask(self, item_id: str) -> str:
        """The question."""
        return self._asked(item_id, ReasonForm())

    @page("/items/<item_id>/source", Permission.SOURCE_OPEN, "POST")
    def open(self, item_id: str) -> Response | str:
        """Open it, or ask the second person."""
        form = ReasonForm()
        seen = items.load(self._desk, self._words, item_id)
        items.require_may_open(seen.row)
        if not form.validate_on_submit():
            return self._asked(item_id, form)
        try:
            with self._desk.store.unit() as unit:
                state = openings.ask(
                    unit,
                    item_id,
                    person().name,
                    form.reason.data or "",
                    self._rules,
                    self._desk.clock(),
                    break_glass=bool(form.break_glass.data),
                )
        except Declined as refusal:
            if refusal.code != "reason":
                raise
            form.reason.errors = ["Enter why you need to see who the source is"]
            return self._asked(item_id, form)
        said = "opened" if state is OpeningState.OPEN else "opening_asked"
        return redirect(url_for("item.show", item_id=item_id, said=said, _anchor="source"))

    @page("/items/<item_id>/source/close", Permission.SOURCE_OPEN, "POST")
    def close(self, item_id: str) -> Response:
        """Close it before its time is over."""
        with self._desk.store.unit() as unit:
            openings.close(unit, item_id, person().name, self._desk.clock())
        return redirect(url_for("item.show", item_id=item_id, said="closed"))

    @page("/openings", Permission.SOURCE_APPROVE)
    def waiting(self) -> str:
        """What waits for a second person, and broken glass."""
        with self._desk.store.look() as db:
            found = openings.to_answer(db, self._desk.vault)
        return render_template("web/openings.html", found=found)

    @page("/openings/<opening_id>/approve", Permission.SOURCE_APPROVE, "POST")
    def approve(self, opening_id: str) -> Response:
        """The second person agrees."""
        return self._answer(opening_id, approve=True)

    @page("/openings/<opening_id>/refuse", Permission.SOURCE_APPROVE, "POST")
    def refuse(self, opening_id: str) -> Response:
        """The second person does not."""
        return self._answer(opening_id, approve=False)

    @page("/openings/<opening_id>/review", Permission.SOURCE_APPROVE, "POST")
    def review(self, opening_id: str) -> Response:
        """A broken glass was looked at."""
        with self._desk.store.unit() as unit:
            openings.review(unit, opening_id, person().name, self._desk.clock())
        return redirect(url_for("source.waiting", said="answered"))

    def _answer(self, opening_id: str, *, approve: bool) -> Response:
        with self._desk.store.unit() as unit:
            now = self._desk.clock()
            openings.answer(unit, opening_id, person().name, self._rules, now, approve=approve)
        return redirect(url_for("source.waiting", said="answered"))

    def _asked(self, item_id: str, form: ReasonForm) -> str:
        seen = items.load(self._desk, self._words, item_id)
        items.require_may_open(seen.row)
        return render_template("web/source_ask.html", seen=seen, form=form, rules=self._rules)

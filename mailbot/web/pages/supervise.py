"""What a supervisor does: reassign, break a claim, reopen, recall, look at what was raised, send again."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.review import attention, claims, decide, dispatch, papers
from mailbot.review.dispatch import Desks
from mailbot.review.lists import Listed
from mailbot.review.vocabulary import Vocabulary
from mailbot.web import items
from mailbot.web.desk import Desk
from mailbot.web.forms import Form, button, chosen_from, select, text_area
from mailbot.web.guards import person
from mailbot.web.routes import page


class BackForm(Form):
    """Why a decision does not stand."""

    reason = text_area(
        "Why?", papers.LONGEST_NOTE, hint="Desks are told that the document no longer stands, not why."
    )
    reopen = button("Reopen the item")
    recall = button("Recall without another decision", warning=True)


class ReassignForm(Form):
    """To whom an item goes."""

    to = select("Who is to have it?", ())
    give = button("Reassign")


class Supervise:
    """See the module."""

    name = "supervise"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words
        self._desks = Desks.of(desk.config.review.desks)

    @page("/items/<item_id>/break", Permission.ITEM_SUPERVISE, "POST")
    def break_claim(self, item_id: str) -> Response:
        """Let it wait again, whoever has it."""
        with self._desk.store.unit() as unit:
            claims.break_claim(unit, item_id, person().name, self._desk.clock())
        return redirect(url_for("queue.taken", said="broken"))

    @page("/items/<item_id>/reassign", Permission.ITEM_SUPERVISE)
    def reassign_form(self, item_id: str) -> str:
        """Whom to give it to."""
        return self._reassign_page(item_id, self._reassign_form())

    @page("/items/<item_id>/reassign", Permission.ITEM_SUPERVISE, "POST")
    def reassign(self, item_id: str) -> Response | str:
        """Give it."""
        form = self._reassign_form()
        if not form.validate_on_submit():
            return self._reassign_page(item_id, form)
        with self._desk.store.unit() as unit:
            now = self._desk.clock()
            claims.reassign(unit, item_id, person().name, form.to.data, now, self._desk.lease)
        return redirect(url_for("queue.taken", said="reassigned"))

    @page("/items/<item_id>/back", Permission.ITEM_SUPERVISE)
    def back_form(self, item_id: str) -> str:
        """Reopen or recall, with a reason."""
        return self._back_page(item_id, BackForm())

    @page("/items/<item_id>/back", Permission.ITEM_SUPERVISE, "POST")
    def back(self, item_id: str) -> Response | str:
        """Do it."""
        form = BackForm()
        if not form.validate_on_submit():
            return self._back_page(item_id, form)
        act = decide.recall if form.recall.data else decide.reopen
        with self._desk.store.unit() as unit:
            now, grading = self._desk.clock(), self._words.grading
            act(unit, item_id, person().name, form.reason.data or "", grading, self._desks, now)
        said = "recalled" if form.recall.data else "reopened"
        return redirect(url_for("item.show", item_id=item_id, said=said))

    @page("/documents/<dispatch_id>/again", Permission.ITEM_SUPERVISE, "POST")
    def again(self, dispatch_id: str) -> Response:
        """Send a document that failed once more."""
        with self._desk.store.unit() as unit:
            item_id = dispatch.send_again(unit, dispatch_id, person().name, self._desk.clock())
        return redirect(url_for("item.show", item_id=item_id, said="sent_again"))

    @page("/attention", Permission.ITEM_SUPERVISE)
    def attention(self) -> str:
        """What somebody in charge must look at."""
        with self._desk.store.look() as db:
            found = attention.unsettled(db)
        return render_template("web/attention.html", found=found)

    @page("/attention/<attention_id>/settle", Permission.ITEM_SUPERVISE, "POST")
    def settle(self, attention_id: str) -> Response:
        """It was looked at."""
        with self._desk.store.unit() as unit:
            attention.settle(unit, attention_id, person().name, self._desk.clock())
        return redirect(url_for("supervise.attention", said="settled"))

    def _reassign_form(self) -> ReassignForm:
        form = ReassignForm()
        people = [("", "Select a person"), *((name, name) for name in items.workers(self._desk))]
        form.to.choices = chosen_from(people)
        return form

    def _reassign_page(self, item_id: str, form: ReassignForm) -> str:
        return render_template("web/reassign.html", row=self._row(item_id), form=form)

    def _back_page(self, item_id: str, form: BackForm) -> str:
        row = self._row(item_id)
        if row.state.value != "decided":
            raise Declined("not_decided")
        return render_template("web/back.html", row=row, form=form)

    def _row(self, item_id: str) -> Listed:
        return items.row(self._desk, item_id)

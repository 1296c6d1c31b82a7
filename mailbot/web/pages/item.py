"""
One item: what it says and where that was found, how it is known, the source part where it is open.

SECURITY
    Everything that a stranger wrote is text in the page, with what is invisible spelt out. No picture, no
    link, no style of a message is ever loaded.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.mail import Kind
from mailbot.domain.roles import Permission
from mailbot.review import claims, clarify, decide, dispatch, papers, sampling
from mailbot.review.vocabulary import Vocabulary
from mailbot.training import answers
from mailbot.web import items
from mailbot.web.desk import Desk
from mailbot.web.forms import Form, button, chosen_from, clean, radios, select, text_area, version
from mailbot.web.guards import person
from mailbot.web.pages.sampling import AnswerForm
from mailbot.web.routes import page

DRAWABLE = ("pdf", "png", "jpeg", "gif", "bmp", "tiff", "webp")  # as pictures
_HOW = (
    ("telephone", "By telephone"),
    ("in_person", "In person"),
    ("through_a_colleague", "Through a colleague"),
)


class NoteForm(Form):
    """A note to colleagues."""

    text = text_area("Note", papers.LONGEST_NOTE, rows=3)
    add = button("Add the note", secondary=True)


class HandOverForm(Form):
    """To a named colleague."""

    to = select("Hand over to", ())
    text = text_area("What they should know", papers.LONGEST_NOTE, required=False, rows=3)
    give = button("Hand over", secondary=True)


class ClarifyForm(Form):
    """Whom a person is going to ask."""

    version = version()
    who = text_area("Who is to be asked?", 200, rows=1)
    why = text_area("What has to be found out?", 2000, rows=3)
    how = radios("How?", _HOW, hint="The console sends nothing. Telephone first.")
    begin = button("Begin the clarification", secondary=True)


class OutcomeForm(Form):
    """What came of it."""

    version = version()
    outcome = text_area("What came of it?", papers.LONGEST_NOTE, rows=3)
    end = button("End the clarification")


class Item:
    """See the module."""

    name = "item"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words

    @page("/items/<item_id>", Permission.ITEM_SEE)
    def show(self, item_id: str) -> str:
        """The whole item, as far as the person may see it."""
        seen = items.see(self._desk, self._words, item_id)
        store, vault = self._desk.store, self._desk.vault
        with store.look() as db:
            papers_ = papers.notes(db, vault, item_id) if seen.is_mine or seen.is_open else []
            versions = decide.versions(db, vault, item_id)
            sent = dispatch.of_item(db, vault, item_id)
            draft = papers.load_draft(db, vault, item_id, person().name)
            supervises = person().may(Permission.ITEM_SUPERVISE)
            sampled = sampling.waits(db, item_id) if supervises else None
            kind, flags = Kind(seen.view.kind), seen.view.flags
            apart = answers.apart(db, seen.view.message_id, kind, flags)
            outcomes = sampling.told(db, vault, item_id) if supervises else []
        return render_template(
            "web/item.html",
            seen=seen,
            notes=papers_,
            versions=versions,
            sent=sent,
            has_draft=draft is not None,
            drawable=DRAWABLE,
            forms=self._forms(seen) if seen.is_mine else {},
            sampled=sampled,
            outcomes=outcomes,
            apart=apart,
            answer=AnswerForm(formdata=None),
        )

    @page("/items/<item_id>/claim", Permission.ITEM_WORK, "POST")
    def claim(self, item_id: str) -> Response:
        """Take it."""
        with self._desk.store.unit() as unit:
            claims.claim(unit, item_id, person().name, self._desk.clock(), self._desk.lease)
        return redirect(url_for("item.show", item_id=item_id))

    @page("/items/<item_id>/release", Permission.ITEM_WORK, "POST")
    def release(self, item_id: str) -> Response:
        """Give it back."""
        with self._desk.store.unit() as unit:
            claims.release(unit, item_id, person().name, self._desk.clock())
        return redirect(url_for("queue.waiting", said="given_back"))

    @page("/items/<item_id>/hand-over", Permission.ITEM_WORK, "POST")
    def hand_over(self, item_id: str) -> Response:
        """To a colleague, with the draft and a word."""
        to, said = request.form.get("to", ""), clean(request.form.get("text"))
        if to not in self._colleagues():
            return redirect(url_for("item.show", item_id=item_id))
        now, me = self._desk.clock(), person().name
        with self._desk.store.unit() as unit:
            claims.hand_over(unit, item_id, me, to, now, self._desk.lease)
            papers.give_draft(unit, item_id, me, to, now)
            if said.strip():
                papers.add_note(unit, item_id, "handover", me, said, now)
        return redirect(url_for("queue.mine", said="handed_over"))

    @page("/items/<item_id>/note", Permission.ITEM_WORK, "POST")
    def note(self, item_id: str) -> Response:
        """Tell colleagues something; for whoever holds it."""
        with self._desk.store.unit() as unit:
            claims.require(unit, item_id, person().name)
            text = clean(request.form.get("text"))
            papers.add_note(unit, item_id, "note", person().name, text, self._desk.clock())
        return redirect(url_for("item.show", item_id=item_id, said="noted"))

    @page("/items/<item_id>/clarify", Permission.ITEM_WORK, "POST")
    def clarify(self, item_id: str) -> Response:
        """Write down whom one is going to ask."""
        given = {name: clean(request.form.get(name)) for name in ("who", "why", "how")}
        with self._desk.store.unit() as unit:
            now = self._desk.clock()
            clarify.begin(unit, item_id, person().name, _version(), **given, now=now)
        return redirect(url_for("item.show", item_id=item_id, said="clarifying"))

    @page("/items/<item_id>/clarified", Permission.ITEM_WORK, "POST")
    def clarified(self, item_id: str) -> Response:
        """Write down what came of it."""
        outcome = clean(request.form.get("outcome"))
        with self._desk.store.unit() as unit:
            now, lease = self._desk.clock(), self._desk.lease
            clarify.end(unit, item_id, person().name, _version(), outcome, now, lease)
        return redirect(url_for("item.show", item_id=item_id, said="noted"))

    @page("/documents/<dispatch_id>/number", Permission.ITEM_WORK, "POST")
    def number(self, dispatch_id: str) -> Response:
        """The number of the force's own system."""
        with self._desk.store.unit() as unit:
            number = clean(request.form.get("number"))
            item_id = dispatch.set_log_number(unit, dispatch_id, person().name, number, self._desk.clock())
        return redirect(url_for("item.show", item_id=item_id, said="noted"))

    def _colleagues(self) -> list[str]:
        return [name for name in items.workers(self._desk) if name != person().name]

    def _forms(self, seen: items.Loaded) -> dict[str, Form]:
        hand_over = HandOverForm(formdata=None)
        hand_over.to.choices = chosen_from([(name, name) for name in self._colleagues()])
        clarify_, outcome = ClarifyForm(formdata=None), OutcomeForm(formdata=None)
        clarify_.version.data = outcome.version.data = seen.row.version
        return {
            "note": NoteForm(formdata=None),
            "hand_over": hand_over,
            "clarify": clarify_,
            "outcome": outcome,
        }


def _version() -> int:
    return request.form.get("version", -1, type=int)

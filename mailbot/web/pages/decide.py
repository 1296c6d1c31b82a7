"""
Sanitising, grading and deciding, on one page: the narrative with its marks beside the text of the log.

GUARANTEES
    Nothing is chosen beforehand. Every button keeps what was typed. Where a value of the source part still
    stands in a log, the question is asked once more, and the answer recorded. What is refused is shown again
    with what was typed and what to do.
"""

from collections.abc import Sequence
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.review import claims, papers
from mailbot.review.decide import Incomplete, decide
from mailbot.review.dispatch import Desks
from mailbot.review.grade import Identity, Problem
from mailbot.review.vocabulary import Vocabulary
from mailbot.web import items, sentences
from mailbot.web.decision_form import HANDED, DecisionForm, log_texts
from mailbot.web.desk import Desk
from mailbot.web.forms import clean
from mailbot.web.guards import person
from mailbot.web.routes import page
from mailbot.web.words import field_name

_STANDS = "A value of the source part may still stand in a log"


class Decide:
    """See the module."""

    name = "decide"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words
        self._desks = Desks.of(desk.config.review.desks)

    @page("/items/<item_id>/decide", Permission.ITEM_WORK)
    def form(self, item_id: str) -> str:
        """The page, with what was typed before."""
        seen = items.see(self._desk, self._words, item_id)
        self._require(seen)
        return self._page(seen, DecisionForm(self._draft(item_id) or {}))

    @page("/items/<item_id>/decide", Permission.ITEM_WORK, "POST")
    def press(self, item_id: str) -> Response | str:
        """One of the buttons of the page; all of them keep what was typed."""
        seen = items.load(self._desk, self._words, item_id)
        typed = DecisionForm.of(dict(request.form.lists()), self._draft(item_id), _offered(seen))
        act, _, number = request.form.get("act", "save").partition("-")
        if act == "copy" and number.isdecimal() and len(number) < 3:
            typed = typed.with_log_text(int(number), _narrative(seen))
        elif act == "more":
            typed = typed.with_logs(typed.logs + 1)
        elif act == "less":
            typed = typed.with_logs(typed.logs - 1)
        self._keep(item_id, typed)
        if act == "decide":
            return self._decide(seen, typed)
        if act == "save":
            return redirect(url_for("decide.form", item_id=item_id, said="saved"))
        self._require(seen)
        return self._page(seen, typed)

    def _decide(self, seen: items.Loaded, typed: DecisionForm) -> Response | str:
        self._require(seen)  # also before the question: it tells that a guess at the source was right
        decision = typed.decision()
        left = sorted({kind for text in log_texts(decision) for kind in seen.view.sanitiser.left_in(text)})
        asked = request.form.get("asked", "")
        if left and (asked != self._question(left) or not decision.answer):
            wrong = [Problem("answer", _STANDS)] if asked else []
            return self._page(seen, typed, wrong, left)
        decision = replace(decision, answered=tuple(left), answer=decision.answer if left else "")
        try:
            with self._desk.store.unit() as unit:
                decide(
                    unit,
                    seen.row.item_id,
                    person().name,
                    request.form.get("version", -1, type=int),
                    decision,
                    self._words.grading,
                    self._desks,
                    self._desk.clock(),
                )
        except Incomplete as refusal:
            return self._page(seen, typed, refusal.problems, left)
        except Declined as refusal:
            if refusal.code != "stale":
                raise
            fresh = items.load(self._desk, self._words, seen.row.item_id)
            return self._page(fresh, typed, [Problem("version", sentences.declined("stale_kept"))])
        return redirect(url_for("item.show", item_id=seen.row.item_id, said="decided"))

    def _page(
        self,
        seen: items.Loaded,
        typed: DecisionForm,
        problems: "list[Problem] | tuple[Problem, ...]" = (),
        left: "list[str] | tuple[str, ...]" = (),
    ) -> str:
        narratives = [
            one
            for record in seen.view.records
            for one in record.content
            if one.name in ("narrative", "additional_comments") and one.value
        ]
        return render_template(
            "web/decide.html",
            seen=seen,
            typed=typed,
            grading=self._words.grading,
            narratives=narratives,
            persons=[clean(line) for record in seen.view.records for line in record.persons],
            types=_types(seen),
            offered=_offered(seen),
            handed=HANDED,
            problems=list(problems),
            refused={problem.field: problem.sentence for problem in problems},
            left=list(left),
            question=self._question(left),
        )

    def _question(self, left: Sequence[str]) -> str:
        """Which question was asked, for the page to hold: not which values, while the source is closed."""
        return self._desk.vault.digest("left", ",".join(left).encode())

    def _draft(self, item_id: str) -> dict[str, list[str]] | None:
        with self._desk.store.look() as db:
            return papers.load_draft(db, self._desk.vault, item_id, person().name)

    def _keep(self, item_id: str, typed: DecisionForm) -> None:
        """Also where the lease is over, or the item somebody else's: what was typed is never lost."""
        now = self._desk.clock()
        with self._desk.store.unit() as unit:
            if claims.get(unit, item_id).state != "decided":
                papers.save_draft(unit, item_id, person().name, typed.fields, now)
                claims.renew(unit, item_id, person().name, now, self._desk.lease)

    def _require(self, seen: items.Loaded) -> None:
        with self._desk.store.unit() as unit:
            claims.require(unit, seen.row.item_id, person().name)


def _offered(seen: items.Loaded) -> dict[str, Identity]:
    """What may be put into a handover, by its path; nothing while the source part is closed."""
    found = {
        one.path: Identity(field_name(one.name), one.value)
        for record in seen.view.records
        for one in record.source
        if one.value and one.name.startswith(("submitter.", "provenance.origin"))
    }
    if seen.view.envelope is not None:
        for number, sender in enumerate(seen.view.envelope.senders):
            found[f"sender-{number}"] = Identity("Sender of the message", sender)
    return found


def _narrative(seen: items.Loaded) -> str:
    texts = [one.value for record in seen.view.records for one in record.content if one.name == "narrative"]
    return clean("\n\n".join(filter(None, texts)) or seen.view.body)


def _types(seen: items.Loaded) -> list[str]:
    found = [
        kind
        for record in seen.view.records
        for one in record.content
        if one.name == "information_types"
        for kind in one.value.split("\n")
    ]
    return list(dict.fromkeys(filter(None, found)))

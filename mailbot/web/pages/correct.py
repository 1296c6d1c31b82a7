"""Correcting a field, or typing one in that nobody could read; what was read stays."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.review import corrections, fields
from mailbot.review.view import Shown
from mailbot.review.vocabulary import Vocabulary
from mailbot.web import items, sentences
from mailbot.web.desk import Desk
from mailbot.web.forms import clean
from mailbot.web.guards import person
from mailbot.web.routes import page
from mailbot.web.words import field_name

# refusals after which the form comes back with what was typed, and what is said then
_SHOWN_AGAIN = {"value": "value", "too_long": "too_long", "masked": "masked", "stale": "stale_kept"}


class Correct:
    """See the module."""

    name = "correct"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words

    @page("/items/<item_id>/correct", Permission.ITEM_WORK)
    def choose(self, item_id: str) -> str:
        """Which field, or its form where one is named; it shows content, so the look is recorded."""
        seen = items.see(self._desk, self._words, item_id)
        if not seen.is_mine:
            raise Declined("not_yours")
        path = request.args.get("field", "")
        if not path:
            return render_template("web/correct_choose.html", seen=seen, choices=_choices(seen))
        return self._form(seen, path, None, "")

    @page("/items/<item_id>/correct", Permission.ITEM_WORK, "POST")
    def save(self, item_id: str) -> Response | str:
        """Say what should stand there."""
        path = request.form.get("field", "")[:120]
        values = [clean(value) for value in request.form.getlist("value")]
        kind = fields.kind_of(path)[2]
        seen = items.load(self._desk, self._words, item_id)
        _require_seen(seen, path)
        value = "\n".join(filter(None, values)) if kind.many else (values or [""])[0]
        try:
            with self._desk.store.unit() as unit:
                version = request.form.get("version", -1, type=int)
                now = self._desk.clock()
                corrections.correct(unit, item_id, person().name, version, path, value, now)
        except Declined as refusal:
            if refusal.code not in _SHOWN_AGAIN:
                raise
            return self._form(seen, path, value, sentences.declined(_SHOWN_AGAIN[refusal.code]))
        return redirect(url_for("item.show", item_id=item_id, said="corrected"))

    def _form(self, seen: items.Loaded, path: str, typed: str | None, wrong: str) -> str:
        _, name, kind = fields.kind_of(path)
        _require_seen(seen, path)
        shown = _shown(seen, path)
        value = shown.value if shown else ""
        return render_template(
            "web/correct.html",
            seen=seen,
            path=path,
            label=field_name(name),
            kind=kind,
            value=clean(value) if typed is None else typed,
            refused=wrong,
        )


def _shown(seen: items.Loaded, path: str) -> Shown | None:
    for record in seen.view.records:
        for one in (*record.content, *record.grading, *record.source):
            if one.path == path:
                return one
    return None


def _require_seen(seen: items.Loaded, path: str) -> None:
    """Nobody overwrites what they cannot see: neither a source field nor one with something left out."""
    shown = _shown(seen, path)
    is_source = fields.kind_of(path)[2].part == "source"
    if not seen.is_open and (is_source or (shown is not None and shown.veiled)):
        raise Declined("closed")


def _choices(seen: items.Loaded) -> list[tuple[str, str]]:
    """Every field that may be typed into, one more of each thing than there is."""
    found = []
    count = max(len(seen.view.records), 1)
    for number in range(count):
        record = seen.view.records[number] if number < len(seen.view.records) else None
        paths = [one.path for one in (*record.content, *record.grading, *record.source)] if record else []
        for name, kind in fields.kinds().items():
            if kind.part == "source" and not seen.is_open:
                continue
            before = f"records[{number}] · " if count > 1 else ""
            thing = name.partition("[]")[0]
            have = sum(f"records[{number}].{thing}[{at}]." in "\n".join(paths) for at in range(fields.MOST))
            places = range(min(have + 1, fields.MOST)) if "[]" in name else (0,)
            for at in places:
                spelt = name.replace("[]", f"[{at}]")
                found.append((f"records[{number}].{spelt}", before + field_name(spelt)))
    return found

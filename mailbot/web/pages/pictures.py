"""
Pictures of attachments, drawn anew in the sandbox: blurred first, clear when somebody asks; and the original.

SECURITY
    A picture of a form shows who filled it in, so it is part of the source: it takes an opening. One button
    seals a picture that must not be seen further, for everybody, and tells a supervisor. The original leaves
    as a file of a neutral name and kind, for those who have the permission, and each time is a disclosure.
    It says all that the source part says: where that takes a second person, so does this. Where a picture of
    it is sealed, it is sealed with it.
"""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailbot.domain.mail import Part
from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.parse.pictures import Picture
from mailbot.review import attention, openings, papers, seals
from mailbot.review.attention import Concern
from mailbot.review.vocabulary import Vocabulary
from mailbot.store import messages
from mailbot.store.audit import Action
from mailbot.web import items
from mailbot.web.desk import Desk
from mailbot.web.forms import Form, button, text
from mailbot.web.guards import person
from mailbot.web.routes import page


class OriginalForm(Form):
    """Why the original is needed."""

    reason = text(
        "Why do you need the original?",
        500,
        hint="It is kept with the record. Name nobody here.",
        complaint="Enter why you need the original",
    )
    fetch = button("Download it", warning=True)


class Pictures:
    """See the module."""

    name = "pictures"

    def __init__(self, desk: Desk, words: Vocabulary) -> None:
        self._desk = desk
        self._words = words

    @page("/items/<item_id>/pictures/<int:index>/<int:number>", Permission.SOURCE_OPEN)
    def show(self, item_id: str, index: int, number: int) -> AnyResponse | str:
        """The page round one picture."""
        seen = items.load(self._desk, self._words, item_id)
        items.require_may_open(seen.row)
        if not seen.is_open:
            return redirect(url_for("source.ask", item_id=item_id))
        part = _part(seen, index)
        drawn = self._draw(seen, part, number, blurred=True)
        if drawn is None:
            raise Declined("no_picture")
        return render_template(
            "web/picture.html",
            seen=seen,
            index=index,
            number=number,
            pages=drawn.pages,
            clear="clear" in request.args,
        )

    @page("/items/<item_id>/pictures/<int:index>/<int:number>.jpg", Permission.SOURCE_OPEN)
    def file(self, item_id: str, index: int, number: int) -> Response:
        """The picture; clear only where it was asked for, and then recorded."""
        seen = items.load(self._desk, self._words, item_id)
        items.require_may_open(seen.row)
        if not seen.is_open:
            raise Declined("closed")
        clear = "clear" in request.args
        part = _part(seen, index)
        drawn = self._draw(seen, part, number, blurred=not clear)
        if drawn is None:
            raise Declined("no_picture")
        if clear:
            with self._desk.store.unit() as unit:
                now = self._desk.clock()
                unit.audit(person().name, Action.CONSULTATION, item_id, now, what="picture", page=number)
        return Response(drawn.data, mimetype="image/jpeg")

    @page("/items/<item_id>/pictures/<int:index>/seal", Permission.SOURCE_OPEN, "POST")
    def seal(self, item_id: str, index: int) -> AnyResponse:
        """Stop, seal, and tell a supervisor."""
        seen = items.load(self._desk, self._words, item_id)
        items.require_may_open(seen.row)
        part = _part(seen, index)
        now = self._desk.clock()
        with self._desk.store.unit() as unit:
            seals.seal(unit, item_id, part, person().name, now)
            attention.raise_concern(unit, item_id, Concern.IMAGE_SEALED, person().name, now, part.path[:64])
        return redirect(url_for("item.show", item_id=item_id, said="sealed"))

    @page("/items/<item_id>/original", Permission.ORIGINAL_DOWNLOAD)
    def original(self, item_id: str) -> AnyResponse | str:
        """What the download means, and why."""
        row = self._unsealed(item_id).row
        if self._must_ask(item_id):
            return redirect(url_for("source.ask", item_id=item_id))
        return render_template("web/original.html", row=row, form=OriginalForm())

    @page("/items/<item_id>/original", Permission.ORIGINAL_DOWNLOAD, "POST")
    def download(self, item_id: str) -> Response | str:
        """The bytes as they came."""
        form = OriginalForm()
        row = self._unsealed(item_id).row
        if self._must_ask(item_id):
            raise Declined("closed")
        if not form.validate_on_submit() or self._desk.drawing is None:
            return render_template("web/original.html", row=row, form=form)
        data = self._desk.drawing.original(self._digest(row.message_id))
        with self._desk.store.unit() as unit:
            now, me = self._desk.clock(), person().name
            papers.add_note(unit, item_id, "original", me, form.reason.data or "", now)
            unit.audit(me, Action.DISCLOSURE, item_id, now, what="original", size=len(data))
        answer = Response(data, mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="message-{item_id[:8]}.bin"'
        return answer

    def _unsealed(self, item_id: str) -> items.Loaded:
        """The item, unless a picture in it must not be seen."""
        seen = items.load(self._desk, self._words, item_id)
        if seen.view.sealed:
            raise Declined("original_sealed")
        return seen

    def _must_ask(self, item_id: str) -> bool:
        """Whether a second person has still to agree, or the glass to be broken."""
        if not self._desk.config.review.source.second_person:
            return False
        with self._desk.store.look() as db:
            return openings.is_open(db, item_id, person().name, self._desk.clock()) is None

    def _draw(self, seen: items.Loaded, part: Part, number: int, *, blurred: bool) -> Picture | None:
        if part.path in seen.view.sealed:
            raise Declined("sealed")
        if self._desk.drawing is None:
            return None
        digest = self._digest(seen.row.message_id)
        return self._desk.drawing.draw(digest, part.path, number, blurred=blurred)

    def _digest(self, message_id: str) -> str:
        with self._desk.store.look() as db:
            message = messages.get(db, message_id)
        if message is None:
            raise Declined("unknown")
        return message.raw_digest


def _part(seen: items.Loaded, index: int) -> Part:
    if index >= len(seen.attachments):
        raise Declined("unknown")
    return seen.attachments[index]

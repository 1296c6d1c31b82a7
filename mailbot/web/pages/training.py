"""The admins' requests: the list by state and age, one on a page, and those that come by telephone."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailbot.domain.record import Training as Asked
from mailbot.domain.roles import Permission
from mailbot.domain.states import TrainingState
from mailbot.errors import Declined
from mailbot.store import schools
from mailbot.store.unit import Unit
from mailbot.training import answers, dates, letters, requests, sessions, templates
from mailbot.training import desk as work
from mailbot.training.missing import QUESTIONS, missing
from mailbot.training.settings import office_of
from mailbot.training.shapes import Request
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.pages.queue import number
from mailbot.web.routes import page

OPEN, OFFERED, AGREED = "open", "offered", "agreed"
VIEWS = {  # of the list
    OPEN: ("To be answered", requests.OPEN),
    OFFERED: ("Offered", (TrainingState.OFFERED,)),
    AGREED: ("Confirmed", (TrainingState.CONFIRMED, TrainingState.REMINDED)),
    "done": (
        "Done",
        (TrainingState.DELIVERED, TrainingState.CANCELLED, TrainingState.DECLINED),
    ),
}
MATTERS = {"training": "Session", "question": "Question", "form": "Blank form"}
FORMATS = (("in_person", "In person"), ("online", "Online"), ("either", "Either"))


class TelephoneForm(forms.Form):
    """What somebody asks on the telephone."""

    school = forms.text("School or organisation", 200)
    contact_name = forms.text("Name", 100)
    address = forms.text("E-mail address", 200, hint="Where the letters go")
    contact_phone = forms.text("Telephone", 40, required=False)
    audience = forms.text("Who it is for", 200, required=False)
    attendees = forms.text("How many people", 40, required=False)
    format = forms.radios("In person or online", FORMATS, required=False)
    preferred_dates = forms.text_area("Dates, a line each", 500, required=False, rows=3)
    keep = forms.button("Put it on the list")


class NoteForm(forms.Form):
    """Something to remember."""

    text = forms.text_area("Note", 2000, rows=2)
    version = forms.version()
    save = forms.button("Save the note", secondary=True)


class SchoolForm(forms.Form):
    """Which school of the register it is, and where letters go."""

    address = forms.text("E-mail address for letters", 200)
    urn = forms.text("Number in the register (URN)", 10, required=False)
    version = forms.version()
    save = forms.button("Save", secondary=True)


class Training:
    """See the module."""

    name = "training"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/training", Permission.TRAINING_WORK)
    def all(self) -> str:
        """Whoever waits longest first."""
        view = request.args.get("view", OPEN)
        _, states = VIEWS.get(view, VIEWS[OPEN])
        with self._desk.store.look() as db:
            found, more = requests.listed(db, self._desk.vault, states, number=number())
            counts = requests.counts(db)
        return render_template(
            "web/training.html",
            rows=found,
            more=more,
            number=number(),
            view=view if view in VIEWS else OPEN,
            views=[(key, words, sum(counts[one] for one in some)) for key, (words, some) in VIEWS.items()],
            matters=MATTERS,
            now=self._desk.clock(),
            missing=lambda one: len(missing(one.details.asked, one.details.address)),
        )

    @page("/training/requests/<request_id>", Permission.TRAINING_WORK)
    def one(self, request_id: str) -> str:
        """Everything about one of them, and what can be done."""
        store, vault = self._desk.store, self._desk.vault
        with store.look() as db:
            found = requests.get(db, vault, request_id)
            session = sessions.get(db, vault, found.session_id) if found.session_id else None
            replies = answers.of_request(db, vault, request_id)
            sent = letters.sent(db, request_id)
            school = schools.get(db, found.urn) if found.urn else None
        received = found.received_at.astimezone(sessions.ZONE).date()
        asked = found.details.asked
        return render_template(
            "web/training_one.html",
            request=found,
            asked=asked,
            dates=[(text, dates.suggestion(text, received)) for text in asked.preferred_dates],
            lacks=[QUESTIONS[key] for key in missing(asked, found.details.address)]
            if found.matter == "training"
            else [],
            matter=MATTERS[found.matter],
            session=session,
            answers=replies,
            sent=sent,
            school=school,
            is_open=found.state not in (TrainingState.DELIVERED, TrainingState.DECLINED),
            prepared=[
                (one.name.removeprefix("answers/"), one.title)
                for one in templates.answers(self._desk.config.mailbot.templates)
            ],
            note=NoteForm(version=found.version),
            school_form=SchoolForm(version=found.version, address=found.details.address, urn=found.urn or ""),
        )

    @page("/training/telephone", Permission.TRAINING_WORK)
    def telephone(self) -> str:
        """A form for what is said on the telephone."""
        return render_template("web/training_telephone.html", form=TelephoneForm())

    @page("/training/telephone", Permission.TRAINING_WORK, "POST")
    def taken(self) -> str | Response | tuple[str, int]:
        """Put it on the list."""
        form = TelephoneForm()
        if not form.validate():
            return render_template("web/training_telephone.html", form=form), 400
        lines = [line.strip() for line in (form.preferred_dates.data or "").splitlines() if line.strip()]
        asked = Asked(
            school=form.school.data,
            contact_name=form.contact_name.data,
            contact_email=form.address.data,
            contact_phone=form.contact_phone.data or None,
            audience=form.audience.data or None,
            attendees=form.attendees.data or None,
            format=form.format.data or None,
            preferred_dates=tuple(lines),
        )
        rules = office_of(self._desk.config).rules
        with self._desk.store.unit() as unit:
            request_id = requests.by_telephone(
                unit, asked, form.address.data or "", person().name, self._desk.clock(), rules
            )
        return redirect(url_for("training.one", request_id=request_id, said="request"))

    @page("/training/requests/<request_id>/note", Permission.TRAINING_WORK, "POST")
    def note(self, request_id: str) -> Response:
        """Write something down."""
        form = NoteForm()
        if not form.validate():
            raise Declined("empty")
        with self._desk.store.unit() as unit:
            found = self._seen(unit, request_id, form.version.data)
            requests.add_note(unit, found, person().name, form.text.data or "", self._desk.clock())
        return redirect(url_for("training.one", request_id=request_id, said="noted"))

    @page("/training/requests/<request_id>/school", Permission.TRAINING_WORK, "POST")
    def school(self, request_id: str) -> Response:
        """Say which school it is, and where its letters go."""
        form = SchoolForm()
        if not form.validate():
            raise Declined("empty")
        address, urn = form.address.data or "", form.urn.data or None
        with self._desk.store.unit() as unit:
            found = self._seen(unit, request_id, form.version.data)
            if urn and schools.get(unit.db, urn) is None:
                raise Declined("value")
            proven = found.details.proven or address != found.details.address
            details = replace(found.details, address=address, proven=proven)
            requests.change(
                unit,
                request_id,
                found.version,
                person().name,
                self._desk.clock(),
                details=details,
                what="school",
                urn=urn,
            )
        return redirect(url_for("training.one", request_id=request_id, said="request_changed"))

    @page("/training/requests/<request_id>/elsewhere", Permission.TRAINING_WORK, "POST")
    def elsewhere(self, request_id: str) -> Response:
        """Somebody has answered it on another way."""
        with self._desk.store.unit() as unit:
            found = self._seen(unit, request_id, request.form.get("version", type=int))
            work.answered_elsewhere(unit, found, person().name, self._desk.clock())
        return redirect(url_for("training.one", request_id=request_id, said="request_changed"))

    def _seen(self, unit: Unit, request_id: str, version: int | None) -> Request:
        """The request, if it is still as the page showed it."""
        found = requests.get(unit.db, unit.vault, request_id)
        if found.version != version:
            raise Declined("stale")
        return found

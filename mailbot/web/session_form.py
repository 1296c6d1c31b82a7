"""When and where: the form of a session, and the session that it would make."""

from datetime import date, datetime, time, timedelta
from typing import TypeVar

from wtforms import Field, StringField
from wtforms.validators import ValidationError

from mailbot.domain.states import SessionState
from mailbot.training import sessions
from mailbot.training.shapes import Plan, Session
from mailbot.web import forms

CARRIED = (
    "day",
    "at",
    "minutes",
    "place",
    "link",
    "trainer",
    "audience",
    "capacity",
)  # from the form to the last button


def _a_date(form: forms.Form, field: StringField) -> None:
    try:
        date.fromisoformat(field.data or "")
    except ValueError:
        raise ValidationError("Enter the date as 2026-05-14") from None


def _a_time(form: forms.Form, field: StringField) -> None:
    try:
        time.fromisoformat(field.data or "")
    except ValueError:
        raise ValidationError("Enter the time as 15:30") from None


class SessionForm(forms.Form):
    """When and where."""

    day = forms.text("Date", 10, hint="For example 2026-05-14", type="date")
    at = forms.text("Begins at", 5, hint="For example 15:30", type="time")
    minutes = forms.text("Minutes", 3, inputmode="numeric")
    place = forms.text("Place", 200, hint="Empty for an online session", required=False)
    link = forms.text("Link, for an online session", 300, required=False)
    trainer = forms.text("Trainer", 100)
    audience = forms.text("Who it is for", 200, required=False)
    capacity = forms.text("Most people", 4, hint="0: as many as come", inputmode="numeric")
    version = forms.version()

    def validate_day(self, field: StringField) -> None:
        """A date."""
        _a_date(self, field)

    def validate_at(self, field: StringField) -> None:
        """A time of day."""
        _a_time(self, field)

    def validate_minutes(self, field: StringField) -> None:
        """A number, not more than a day's work."""
        if not (field.data or "").isdigit() or not 1 <= int(field.data or "0") <= 720:
            raise ValidationError("Enter how many minutes it lasts, at most 720")

    def validate_capacity(self, field: StringField) -> None:
        """A number."""
        if not (field.data or "").isdigit():
            raise ValidationError("Enter how many people can come, or 0")

    @property
    def starts_at(self) -> datetime:
        """UTC."""
        return sessions.moment(
            date.fromisoformat(self.day.data or ""), time.fromisoformat(self.at.data or "")
        )

    @property
    def plan(self) -> Plan:
        """What is sealed."""
        return Plan(
            self.place.data or "", self.link.data or "", self.trainer.data or "", self.audience.data or ""
        )

    def session(self, known: str, version: int = 1) -> Session:
        """As it would be: `known` is its id."""
        minutes, most = int(self.minutes.data or "0"), int(self.capacity.data or "0")
        ends = self.starts_at + timedelta(minutes=minutes)
        return Session(known, SessionState.PLANNED, self.starts_at, ends, most, 0, version, self.plan)

    @property
    def carried(self) -> list[Field]:
        """What the next page sends again."""
        return [field for field in self if field.name in CARRIED]


_Kind = TypeVar("_Kind", bound=SessionForm)


def filled(kind: type[_Kind], session: Session, version: int) -> _Kind:
    """The form with what is planned; `version` is of what its page is about."""
    local = session.starts_at.astimezone(sessions.ZONE)
    return kind(
        formdata=None,
        day=local.date().isoformat(),
        at=f"{local:%H:%M}",
        minutes=str((session.ends_at - session.starts_at) // timedelta(minutes=1)),
        place=session.plan.place,
        link=session.plan.link,
        trainer=session.plan.trainer,
        audience=session.plan.audience,
        capacity=str(session.capacity),
        version=version,
    )

"""
What forms are made of: fields in the looks of the GOV.UK components, with limits and our own sentences.

    class Note(Form):
        words = text_area("What did they say?", most=4000)
        save = button("Save")

GUARANTEES
    A text has a limit, and comes without what no person types: NUL and other control characters, but for line
    ends and tabs. Line ends are "\\n". Every form carries the proof against forgery.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
Choices = Sequence[tuple[str, str]]  # value, words


class Form(FlaskForm):
    """A form of the console. GET never submits it."""


def clean(untrusted_text: str | None) -> str:
    """The text without what no person types."""
    text = (untrusted_text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def text(
    label: str, most: int, *, hint: str = "", required: bool = True, complaint: str = "", **attributes: str
) -> StringField:
    """One line."""
    rules = [_needed(required, complaint or f"Enter {_small(label)}"), _limit(label, most)]
    return StringField(
        label,
        rules,
        [lambda value: clean(value).replace("\n", " ").strip()],
        description=hint,
        widget=GovTextInput(),
        render_kw={**attributes, "params": {"classes": _width(most)}},
    )


def text_area(
    label: str, most: int, *, hint: str = "", required: bool = True, complaint: str = "", rows: int = 5
) -> TextAreaField:
    """Several lines."""
    rules = [_needed(required, complaint or f"Enter {_small(label)}"), _limit(label, most)]
    return TextAreaField(
        label,
        rules,
        [clean],
        description=hint,
        widget=GovTextArea(),
        render_kw={"rows": rows},
    )


def password(label: str, *, hint: str = "", new: bool = False) -> PasswordField:
    """A password; the browser may fill it in, and it may be pasted."""
    rules = [InputRequired(f"Enter {_small(label)}"), Length(max=200, message="Too long to be a password")]
    kind = "new-password" if new else "current-password"
    return PasswordField(
        label,
        rules,
        description=hint,
        widget=GovPasswordInput(),
        render_kw={"autocomplete": kind},
    )


def radios(
    label: str, choices: Choices, *, hint: str = "", required: bool = True, complaint: str = ""
) -> RadioField:
    """One of several; none is chosen beforehand."""
    rules = [_needed(required, complaint or f"Select {_small(label)}")]
    return RadioField(
        label,
        rules,
        choices=chosen_from(choices),
        description=hint,
        widget=GovRadioInput(),
        validate_choice=required,
    )


def select(label: str, choices: Choices, *, hint: str = "", required: bool = True) -> SelectField:
    """One of many."""
    return SelectField(
        label,
        [_needed(required, f"Select {_small(label)}")],
        choices=chosen_from(choices),
        description=hint,
        widget=GovSelect(),
    )


def checkboxes(label: str, choices: Choices, *, hint: str = "") -> SelectMultipleField:
    """Several of several, or none."""
    return SelectMultipleField(
        label,
        choices=chosen_from(choices),
        description=hint,
        widget=GovCheckboxesInput(),
    )


def checkbox(label: str, *, hint: str = "") -> BooleanField:
    """Yes, or not."""
    return BooleanField(label, description=hint, widget=GovCheckboxInput())


def hidden(most: int = 80) -> HiddenField:
    """What the page knew when it was made: an id, a version. Check it like anything that comes in."""
    return HiddenField(validators=[Length(max=most)])


def version() -> IntegerField:
    """The version of the item that the page was made from, hidden; see `claims.require`."""
    return IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenInput())


def button(label: str, *, warning: bool = False, secondary: bool = False) -> SubmitField:
    """A button that sends the form."""
    looks = "govuk-button--warning" if warning else "govuk-button--secondary" if secondary else ""
    return SubmitField(label, widget=GovSubmitInput(), render_kw={"params": {"classes": looks}})


def chosen_from(choices: Choices) -> list[Any]:
    """Choices as the fields want them, also when a page sets them later."""
    return [SelectChoice(value, words) for value, words in choices]


def _needed(required: bool, complaint: str) -> InputRequired | Optional:
    return InputRequired(complaint) if required else Optional()


def _width(most: int) -> str:
    """As wide as what is to be typed, where that is short."""
    fits = next((width for width in (4, 5, 10, 20) if most <= width), None)
    return f"govuk-input--width-{fits}" if fits else ""


def _limit(label: str, most: int) -> Length:
    return Length(max=most, message=f"{label} must be {most} characters or fewer")


def _small(label: str) -> str:
    return label[:1].lower() + label[1:].rstrip("?")

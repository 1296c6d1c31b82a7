"""
What a person sees when something cannot be done: one sentence, never a traceback, never what was typed by
another.

GUARANTEES
    When the database goes away under a form, the answer holds what was typed, to be sent again by a button.
"""

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from mailbot import events
from mailbot.errors import Declined, MailbotError, Transient
from mailbot.web import sentences

Answer = tuple[str, int]
_NEVER_AGAIN = ("csrf_token", "password", "code", "again")


def install(app: Flask) -> None:
    """Enter the answers."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Declined, _declined)
    app.register_error_handler(Transient, _later)
    app.register_error_handler(MailbotError, _ours)


def show(status: int, title: str, sentence: str, again: list[tuple[str, str]] | None = None) -> Answer:
    """The page."""
    g.setdefault("person", None)
    return render_template("web/error.html", title=title, sentence=sentence, again=again or []), status


def _http(error: HTTPException) -> Answer:
    if isinstance(error, SecurityError):  # a host that is not ours: there are no addresses to link to
        return "Unknown host", 400
    status = error.code or 500
    return show(status, *sentences.ERRORS.get(status, sentences.ERRORS[500 if status >= 500 else 400]))


def _forged(error: CSRFError) -> Answer:
    return show(400, *sentences.FORGED)


def _declined(error: Declined) -> Answer:
    status = 404 if error.code == "unknown" else 409
    return show(status, sentences.ERRORS[409][0], sentences.declined(error.code))


def _later(error: Transient) -> Answer:
    events.console_failed(type(error))
    typed = [
        (name, value) for name, values in request.form.lists() if name not in _NEVER_AGAIN for value in values
    ]
    return show(503, *sentences.ERRORS[503], again=typed)


def _ours(error: MailbotError) -> Answer:
    events.console_failed(type(error))
    return show(500, *sentences.ERRORS[500])

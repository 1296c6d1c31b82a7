"""
The console as one WSGI application.

SECURITY
    What goes wrong in a page is logged by its class alone: Flask's own log would print what a form held.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from mailbot import events, resources
from mailbot.config import console_url
from mailbot.config.words import is_loopback
from mailbot.domain.roles import Permission
from mailbot.errors import ConfigError
from mailbot.web import failures, guards, headers, looks, navigation, sentences, strict, words
from mailbot.web.desk import Desk
from mailbot.web.routes import Pages, register
from mailbot.web.session import Tickets

POST_BYTES = 2**20  # a form with a long narrative has 50 kB
FIELDS = 1000  # of one form


class Console(Flask):
    """Flask, silent about what it was working on."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """A fault of ours, by its class."""
        events.fault("console", type(exc_info[1]) if exc_info[1] else RuntimeError)

    def create_global_jinja_loader(self) -> ChoiceLoader:  # type: ignore[override]
        """Our templates, and the components under the names of their packages."""
        ours = FileSystemLoader(resources.find("templates"))
        components = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
        return ChoiceLoader([ours, PrefixLoader(components)])


def create_app(desk: Desk, pages: Sequence[Pages]) -> Flask:
    """The console with these pages; `ConfigError` where its settings do not do for production."""
    if desk.config.mailbot.production and not desk.is_secure:
        raise ConfigError("[console] → public_url: must begin with https:// in production")
    app = Console("console", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=desk.vault.digest("console", b"forms"),
        MAX_CONTENT_LENGTH=POST_BYTES,
        MAX_FORM_MEMORY_SIZE=POST_BYTES,
        MAX_FORM_PARTS=FIELDS,
        TRUSTED_HOSTS=_hosts(desk),
        WTF_CSRF_TIME_LIMIT=None,  # it ends with the session
    )
    app.session_interface = Tickets(desk.vault, secure=desk.is_secure)
    # before the protection of forms: whoever was signed out meanwhile shall read that, and not "forged"
    app.before_request(lambda: guards.admit(desk))
    CSRFProtect(app)
    app.after_request(lambda response: headers.protect(response, secure=desk.is_secure))
    failures.install(app)
    _templates(app)
    for some in pages:
        register(app, some)
    return app


def _hosts(desk: Desk) -> list[str]:
    """The names by which it may be called: another one is somebody's trick with the domain name system."""
    host = urlsplit(console_url(desk.config)).hostname or ""
    return ["127.0.0.1", "localhost", "[::1]"] if is_loopback(host) else [host]


def _templates(app: Flask) -> None:
    app.jinja_options = {
        "undefined": strict.Careful,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": True,
    }
    strict.install(app.jinja_env)
    WTFormsHelpers(app)
    looks.install(app)
    words.install(app)
    navigation.install(app)
    app.context_processor(_always)


def _always() -> dict[str, Any]:
    """What every template knows."""
    return {
        "person": g.get("person"),
        "said": sentences.SAID.get(request.args.get("said", "")),
        "Permission": Permission,
        "here": request.endpoint or "",
    }

"""A console over an empty database, people with accounts, and a browser without a screen."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailbot.clients.sign_in import Provider
from mailbot.config import Acknowledge, Config, Console, General
from mailbot.domain.roles import Role
from mailbot.store.unit import Store
from mailbot.web import accounts, credentials, sessions
from mailbot.web.app import create_app
from mailbot.web.desk import Desk
from mailbot.web.drawing import Drawing
from mailbot.web.pages import everything
from mailbot.web.session import PLAIN

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSWORD = "three random words"


@dataclass
class Clock:
    """Time that a test moves on."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **more: float) -> None:
        """Some time passes."""
        self.now += timedelta(**more)


@dataclass
class Browser:
    """Keeps cookies, follows no link by itself, and sends forms as they were made."""

    client: FlaskClient
    sent: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> TestResponse:
        """A page."""
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, fields: dict[str, Any] | None = None, page: str = "/sign-in") -> TestResponse:
        """A form with the proof that stands in a page of this session."""
        return self.client.post(path, data={"csrf_token": self.proof(page), **(fields or {})})

    def proof(self, page: str = "/sign-in") -> str:
        """The proof against forgery that a page carries."""
        answer = self.client.get(page, follow_redirects=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
        assert found, answer.text
        return found[1]


@dataclass
class Office:
    """The console and its people."""

    desk: Desk
    app: Flask
    clock: Clock

    def browser(self) -> Browser:
        """A fresh one."""
        return Browser(self.app.test_client())

    def account(self, name: str, *roles: Role) -> str:
        """An account that waits to be set up; the word for that."""
        once = accounts.Once.make()
        with self.desk.store.unit() as unit:
            accounts.add(unit, name, roles, once, "os:root", self.clock())
        return once.word

    def signed_in(self, name: str, *roles: Role, way: str = "local") -> Browser:
        """A browser of somebody who is; how they got in is not this test's subject."""
        if way == "setup":
            self.account(name, *roles)
        with self.desk.store.unit() as unit:
            row = accounts.by_name(unit.db, name)
            known = row.account_id if row else accounts.know(unit, name, name, roles, self.clock())
            token = sessions.begin(unit, known, way, self.clock())
        browser = self.browser()
        browser.client.set_cookie(PLAIN, token, domain="localhost")
        return browser

    def code(self, name: str) -> str:
        """What the device of somebody shows now."""
        with self.desk.store.look() as db:
            row = accounts.by_name(db, name)
            assert row is not None
            return pyotp.TOTP(accounts.device(self.desk.vault, row)).at(self.clock())

    def ready(self, name: str, *roles: Role) -> list[str]:
        """An account that is set up with `PASSWORD`; its recovery codes."""
        self.account(name, *roles)
        with self.desk.store.unit() as unit:
            row = accounts.by_name(unit.db, name)
            assert row is not None
            kept = credentials.hashed(PASSWORD)
            codes = accounts.set_up(unit, row.account_id, kept, self.code_in(unit, row), self.clock())
        self.clock.later(seconds=60)
        assert codes is not None
        return codes

    def code_in(self, unit: Any, row: Any) -> str:
        """The same inside a transaction."""
        return pyotp.TOTP(accounts.device(unit.vault, row)).at(self.clock())


def office_over(
    store: Store,
    folder: Path,
    provider: Provider | None = None,
    drawing: Drawing | None = None,
    **console: Any,
) -> Office:
    """A console over a database."""
    clock = Clock()
    acknowledge = Acknowledge(sender="Education Partnership Team <partnership@police.example>")
    config = Config(mailbot=General(data=folder), console=Console(**console), acknowledge=acknowledge)
    desk = Desk(config, store, store.vault, clock, provider, drawing)
    return Office(desk, app_of(desk), clock)


def app_of(desk: Desk) -> Flask:
    """All pages; a fault of ours breaks the test that meets it, and is no page."""
    app = create_app(desk, everything(desk))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    """A console on SQLite."""
    return office_over(sqlite_store, tmp_path)

"""
The console as people meet it: served by waitress on loopback, seen through a real Chromium.

One Chromium for each file of tests; it is Debian's, and Playwright drives it. What a page says to the
browser's console, a refused script for example, is a failure of the test that opened it.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mailbot.domain.roles import Role
from mailbot.intake.raw import RawStore
from mailbot.store.keys import Keyring
from mailbot.store.open import open_store
from mailbot.web.drawing import Drawing
from mailbot.web.serve import Server
from mailbot.web.session import PLAIN
from tests.unit.web.conftest import Office, office_over

CHROMIUM = os.environ.get("MAILBOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


@dataclass
class Site:
    """A served console, and the browser."""

    office: Office
    base: str
    chromium: Browser
    complaints: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def page(self, name: str = "", *roles: Role, way: str = "local", **options: Any) -> Page:
        """A window of its own; of somebody who is signed in, where a name is given."""
        context = self.chromium.new_context(base_url=self.base, **options)
        context.set_default_timeout(60_000)
        self._open.append(context)
        if name:
            context.add_cookies([{"name": PLAIN, "value": self._token(name, roles, way), "url": self.base}])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """All windows."""
        while self._open:
            self._open.pop().close()

    def _token(self, name: str, roles: tuple[Role, ...], way: str) -> str:
        browser = self.office.signed_in(name, *roles, way=way)
        cookie = browser.client.get_cookie(PLAIN, domain="localhost")
        assert cookie is not None
        return cookie.value


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, as sentences; WCAG 2.2 AA and its best practices."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's, without a screen."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (on Debian: apt-get install chromium)")
    # while it is driven, its loop runs in this thread: so not for longer than one file
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def served(
    folder: Path, template: Path, chromium: Browser, *, draws: bool = False, **more: Any
) -> Iterator[Site]:
    """A console over an empty database in a folder."""
    shutil.copy(template, folder / "mailbot.db")
    store = open_store(f"sqlite:///{folder / 'mailbot.db'}", Keyring.create(folder / "keys"))
    drawing = Drawing(RawStore(folder / "raw", store.vault), "best_effort") if draws else None
    office = office_over(store, folder, drawing=drawing, **more)
    try:
        with seen(office, chromium, more.get("port", 0)) as site:
            yield site
    finally:
        if drawing is not None:
            drawing.close()
        store.close()


@contextmanager
def seen(office: Office, chromium: Browser, port: int = 0) -> Iterator[Site]:
    """The console of an office, served; its clock begins with the browser's."""
    office.clock.now = datetime.now(UTC)
    server = Server(office.app, office.desk.config.console, secure=False, port=port)
    thread = threading.Thread(target=server.run)
    thread.start()
    site = Site(office, f"http://127.0.0.1:{server.port}", chromium)
    try:
        yield site
    finally:
        site.close()
        server.stop()
        thread.join()


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path, chromium: Browser) -> Iterator[Site]:
    """A console of one test."""
    with served(tmp_path, sqlite_template, chromium) as made:
        yield made
    assert [] == made.complaints

"""
What only a form leads to, what is said when something is wrong, and what a hostile message can do here.

Each page here is held to what `test_every_page` holds its own to.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import text, update

from mailbot.domain.mail import Border, Kind
from mailbot.domain.record import Record
from mailbot.domain.roles import Role
from mailbot.intake.raw import RawStore
from mailbot.reading import read_message
from mailbot.review import fields
from mailbot.store.schema import message
from mailbot.store.unit import Store
from tests.browser import keys
from tests.browser.conftest import Site, seen, served, violations
from tests.house.silence import canary
from tests.integration.test_pictures import a_message
from tests.integration.test_review_at_once import cut
from tests.unit.review.items import a_part, a_reading, add_item
from tests.unit.review.people import invent, reading_of
from tests.unit.web.conftest import office_over
from tests.unit.web.test_item import HOSTILE

ZOOMED, WIDE = {"width": 320, "height": 256}, {"width": 1280, "height": 900}
SOURCE = invent(29)
THERE = "tracker.example"
REMOTE = (
    f'<img src="http://{THERE}/a.png"><link rel=stylesheet href="//{THERE}/b.css">'
    f'<iframe src="https://{THERE}/c"></iframe><body onload="alert(3)" background="//{THERE}/d">'
    f'<style>@import "http://{THERE}/e.css";</style><svg onload=alert(4)><script src=//{THERE}/f>'
)
LOADED = ", ".join(f"main {kind}" for kind in ("img", "iframe", "svg", "script", "style", "link", "object"))


def usable(page: Page) -> None:
    """By everybody: axe, 400 %, the Tab key."""
    assert [] == violations(page)
    page.set_viewport_size(ZOOMED)
    assert 320 >= page.evaluate("document.documentElement.scrollWidth")
    way = keys.walk(page)
    assert (way.wanted, ()) == (len(way.reached), way.hidden)
    page.set_viewport_size(WIDE)


def an_item(site: Site) -> str:
    """A form of the source, in the queue."""
    canary(*SOURCE.values())
    return add_item(site.office.desk.store, reading_of(SOURCE, "Boys hand out vapes."), site.office.clock())


def taken(site: Site, page: Page, item: str) -> None:
    """The item is the person's."""
    page.goto(f"/items/{item}")
    page.get_by_role("button", name="Take this item").click()
    expect(page.get_by_text("You have it")).to_be_visible()


def test_what_a_handler_is_told(site: Site) -> None:
    """A question before a decision, a mask that is no value, a missing reason, an item that is taken."""
    item = an_item(site)
    page, other = site.page("ada", Role.HANDLER), site.page("bob", Role.HANDLER)
    other.goto(f"/items/{item}")
    taken(site, page, item)

    page.goto(f"/items/{item}/correct?field=records[0].narrative")
    page.get_by_label("What should stand there").fill("He told ▒▒▒")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("stands for something that is left out")).to_be_visible()
    usable(page)

    page.goto(f"/items/{item}/source")
    page.get_by_role("button", name="Open the source part").click()
    expect(page.get_by_role("link", name="Enter why you need to see who the source is")).to_be_visible()
    usable(page)

    page.goto(f"/items/{item}/decide")
    page.get_by_label("Intelligence log").check()
    page.get_by_label("Sanitised text of log 1").fill(f"Vapes near {SOURCE.school}")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("may still stand in a log: possible identifier")).to_be_visible()
    usable(page)

    other.get_by_role("button", name="Take this item").click()
    expect(other.get_by_text("Somebody else has this item.")).to_be_visible()
    usable(other)
    site.complaints.clear()  # the browser notes the statuses


def test_what_a_supervisor_is_told(site: Site) -> None:
    """Nobody chosen, no reason given."""
    item = an_item(site)
    page = site.page("sue", Role.SUPERVISOR)
    page.goto(f"/items/{item}/reassign")
    page.get_by_role("button", name="Reassign").click()
    expect(page.get_by_role("link", name="Select who is to have it")).to_be_visible()
    usable(page)
    page.goto(f"/items/{item}/original")
    page.get_by_role("button", name="Download it").click()
    expect(page.get_by_role("link", name="Enter why you need the original")).to_be_visible()
    usable(page)
    site.complaints.clear()


def test_a_database_that_goes_away_keeps_what_was_typed(
    postgres_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    """In the middle of writing: the page says so, and its button sends the same again when it is back."""
    engine = postgres_store.engine
    with seen(office_over(postgres_store, tmp_path), chromium) as site:
        item = an_item(site)
        page = site.page("ada", Role.HANDLER)
        taken(site, page, item)
        page.get_by_text("Add a note").first.click()
        page.get_by_label("Note", exact=True).fill("Ring the school on Monday")
        with engine.begin() as db:
            for statement in cut("note"):
                db.execute(text(statement))
        page.get_by_role("button", name="Add the note").click()
        expect(page.get_by_text("What you typed is kept on this page.")).to_be_visible()
        usable(page)
        with engine.begin() as db:
            db.execute(text("DROP TRIGGER cut ON note"))
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("Ring the school on Monday")).to_be_visible()


def test_too_much_is_said(site: Site) -> None:
    """A text of more than a megabyte is refused with a page, not with a broken connection."""
    item = an_item(site)
    page = site.page("ada", Role.HANDLER)
    taken(site, page, item)
    page.goto(f"/items/{item}/correct?field=records[0].narrative")
    page.get_by_label("What should stand there").fill("x" * 1_500_000)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="This is too much")).to_be_visible()
    usable(page)
    site.complaints.clear()


def test_a_hostile_message_does_nothing_in_a_browser(site: Site) -> None:
    """No script runs, no question opens, nothing is fetched from elsewhere, whatever page shows it."""
    record = Record()
    for name, kind in fields.kinds().items():
        if not kind.choices:
            record = fields.put(record, name.replace("[]", "[0]"), HOSTILE + REMOTE, kind.many)
    part = a_part("2", name="a.html", detected="html", text=REMOTE + HOSTILE)
    reading = a_reading(records=(record,), unmapped=(REMOTE,), body=REMOTE + HOSTILE, parts=(part,))
    item = add_item(site.office.desk.store, reading, site.office.clock())
    page, asked, opened = site.page("ada", Role.HANDLER), list[str](), list[str]()
    page.on("request", lambda request: asked.append(_where(request)))
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    taken(site, page, item)
    page.goto(f"/items/{item}/source")
    page.get_by_label("Why do you need to see").fill(REMOTE)
    page.get_by_role("button", name="Open the source part").click()
    for path in ("", "/decide", "/correct", "/correct?field=records[0].narrative"):
        page.goto(f"/items/{item}{path}")
        page.wait_for_load_state("networkidle")
        assert (
            0 == page.locator("main img, main iframe, main svg, main script, main style, main link").count()
        )
    page.get_by_role("link", name="Back to the item").click()
    expect(page.get_by_text(THERE).first).to_be_attached()

    assert [] == opened
    assert {site.base} == set(asked)


def _where(request: Request) -> str:
    found = re.match(r"[a-z]+://[^/]*", request.url)
    return found[0] if found else request.url


@pytest.fixture
def drawn(tmp_path: Path, sqlite_template: Path, chromium: Browser) -> Iterator[tuple[Site, str]]:
    """A console that draws, over one message with a photograph; and its item."""
    with served(tmp_path, sqlite_template, chromium, draws=True) as site:
        store = site.office.desk.store
        with RawStore(tmp_path / "raw", store.vault).batch() as batch:
            stored = batch.save([a_message()])
        reading = replace(read_message(a_message(), Border()), kind=Kind.CPI, training=None)
        item = add_item(store, reading, site.office.clock())
        with store.unit() as unit:
            unit.db.execute(update(message).values(raw_digest=stored.digest))
        yield site, item


def test_a_picture_is_closed_blurred_clear_and_sealed(drawn: tuple[Site, str]) -> None:
    """One step each, by buttons that everybody can use; sealed, nobody sees it again."""
    site, item = drawn
    page = site.page("sue", Role.SUPERVISOR)
    taken(site, page, item)
    page.get_by_text("Attachment 1: jpeg").click()
    page.get_by_role("link", name="Look at it as a picture").click()  # the others are closed
    page.get_by_label("Why do you need to see").fill("To see the photograph")
    page.get_by_role("button", name="Open the source part").click()
    page.get_by_text("Attachment 1: jpeg").click()
    page.get_by_role("link", name="Look at it as a picture").click()  # the others are closed
    expect(page.get_by_alt_text("The page, blurred.")).to_be_visible()
    assert page.locator(".app-picture").evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
    usable(page)
    page.get_by_role("button", name="Show it clearly").click()
    expect(page.get_by_alt_text("The page as a picture.")).to_be_visible()
    usable(page)
    page.get_by_role("button", name="Stop, seal it and tell a supervisor").click()
    expect(page.get_by_text("The picture is sealed.")).to_be_visible()
    page.goto(f"/items/{item}/pictures/0/1")
    expect(page.get_by_text("Nobody may see it again.")).to_be_visible()
    page.goto(f"/items/{item}/original")
    expect(page.get_by_text("the original cannot be fetched here")).to_be_visible()
    site.complaints.clear()

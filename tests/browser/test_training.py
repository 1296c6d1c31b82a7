"""The admins' desk in a real browser: from the list to the invitation, and who waits."""

from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from mailbot.domain.roles import Role
from mailbot.store import mailing
from mailbot.store.schema import outbox
from mailbot.store.vault import Part
from tests.browser.admins import furnish
from tests.browser.conftest import Site, violations
from tests.unit.web.test_training_pages import ASKED, asks

MOST = 6  # clicks
COUNT = "document.addEventListener('click', e => e.isTrusted && window.clicked(), true)"


def counted(page: Page) -> list[int]:
    """Counts the clicks of a person, over all pages."""
    clicks: list[int] = []
    page.expose_function("clicked", lambda: clicks.append(1))
    page.add_init_script(COUNT)
    return clicks


def test_a_request_is_confirmed_with_few_clicks(site: Site) -> None:
    """From the list to the letter with the `.ics` in the outbox; the trainer's name is typed."""
    day = site.office.clock() + timedelta(days=20)
    asks(site.office, replace(ASKED, preferred_dates=(f"{day:%A} {day.day} {day:%B} after school",)))
    page = site.page("admin.one", Role.TRAINING_ADMIN)
    clicks = counted(page)
    page.goto("/training")
    page.get_by_role("link", name="Inventley Community Junior School").click()
    page.get_by_role("button", name="Confirm a session").click()
    page.get_by_label("Trainer").fill("PC Imaginary")
    page.get_by_role("button", name="Show the letter").click()
    expect(page.get_by_text("with invite.ics")).to_be_visible()
    assert [] == violations(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The letter will be sent.")).to_be_visible()

    store = site.office.desk.store
    with store.look() as db:
        row = db.execute(select(outbox).order_by(outbox.c.due_at)).first()
    assert row is not None
    data = store.vault.open(Part.TRAINING, row.content, mailing.content_place(row.mail_id))
    assert b"invite.ics" in data
    assert b"SUMMARY:Training session" in data
    assert 0 < len(clicks) <= MOST


def test_a_cancellation_shows_who_waits(site: Site) -> None:
    """Beside the letters that will leave, and again afterwards nobody has a place."""
    where = furnish(site)
    page = site.page("admin.one", Role.TRAINING_ADMIN)
    page.goto(f"/training/sessions/{where.session}")
    page.get_by_role("button", name="Cancel this session").click()
    waiting = page.get_by_role("listitem").filter(has_text="since")
    expect(waiting).to_have_count(1)
    expect(page.get_by_text("will not take place")).to_be_visible()
    assert [] == violations(page)
    page.get_by_role("button", name="Cancel the session and send these letters").click()
    expect(page.get_by_text("The session is cancelled, and those who had a place are told.")).to_be_visible()


def test_a_change_shows_every_letter(site: Site) -> None:
    """From the month to the session, another place, the letter to whoever has a seat, and the last button."""
    where = furnish(site)
    page = site.page("admin.one", Role.TRAINING_ADMIN)
    page.goto(f"/training/calendar?month={site.office.clock() + timedelta(days=10):%Y-%m}")
    page.get_by_role("link", name="School hall").click()
    page.get_by_role("button", name="Change this session").click()
    page.get_by_label("Place").fill("The library")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("The library", exact=False).first).to_be_visible()
    expect(page.get_by_role("heading", name="third@inventley.example")).to_be_visible()
    assert [] == violations(page)
    page.get_by_role("button", name="Change the session and send these letters").click()
    expect(page.get_by_text("The session is changed, and those who had to know are told.")).to_be_visible()
    assert page.url.partition("?")[0].endswith(where.session)


def test_many_get_one_offer(site: Site) -> None:
    """Two ticks, one letter to look at."""
    where = furnish(site)
    page = site.page("admin.one", Role.TRAINING_ADMIN)
    page.goto(f"/training/sessions/{where.session}")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Show the offer").click()
    expect(page.get_by_label("Letter")).to_contain_text("We can offer")
    assert [] == violations(page)
    page.get_by_role("button", name="Send it to all of them").click()
    expect(page.get_by_text("The letter will be sent.")).to_be_visible()


def test_a_second_person_releases_a_report(site: Site) -> None:
    """The first one has no button."""
    page = site.page("stats.one", Role.STATISTICIAN)
    page.goto("/reports")
    page.get_by_label("Month").fill("2026-01")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("button", name="Release it")).to_have_count(0)
    address = page.url.partition("?")[0]
    other = site.page("stats.two", Role.STATISTICIAN)
    other.goto(address)
    other.get_by_role("button", name="Release it").click()
    expect(other.get_by_text("The report is released, and frozen.")).to_be_visible()

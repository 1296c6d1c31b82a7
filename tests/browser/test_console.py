"""The console in a real browser: signing in, the lists, the wall-board, the auditors' pages."""

import json
import re

import pyotp
from playwright.sync_api import Page, expect

from mailbot.domain.roles import Role
from mailbot.review import claims
from mailbot.web.pages.board import Board
from tests.browser.conftest import Site
from tests.unit.review.items import a_reading, add_item
from tests.unit.web.conftest import PASSWORD
from tests.unit.web.test_queue import held

NAME = "handler.one"


def sign_in(page: Page, name: str, password: str, code: str = "") -> None:
    """Fill the form in, by its labels."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_an_account_is_set_up_and_signs_in_with_a_code(site: Site) -> None:
    """From the word of `users add` to the queue: a password of one's own, a device, and its next code."""
    word = site.office.account(NAME, Role.HANDLER)
    page = site.page()

    sign_in(page, NAME, word)
    expect(page).to_have_title("Set up your account - mailbot")
    picture = page.locator("img.app-qr")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    device = pyotp.TOTP(page.locator(".app-code").inner_text())
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_label("Code").fill(device.at(site.office.clock()))
    page.get_by_role("button", name="Set up my account").click()
    expect(page.locator(".app-codes li")).to_have_count(10)

    site.office.clock.later(seconds=60)
    sign_in(page, NAME, PASSWORD, device.at(site.office.clock()))
    expect(page).to_have_title("Queue - mailbot")
    expect(page.get_by_text(f"Signed in as {NAME}")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_a_wrong_code_is_said_where_it_is_read_out(site: Site) -> None:
    """The summary has the focus, its link leads to the field, the title begins with the error."""
    site.office.ready(NAME, Role.HANDLER)
    page = site.page()
    sign_in(page, NAME, PASSWORD, "000000")

    expect(page).to_have_title("Error: Sign in - mailbot")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="The name, the password or the code is wrong").click()
    expect(page.get_by_label("Name")).to_be_focused()
    site.complaints.clear()  # the browser notes the status 400


def test_the_keyboard_alone_is_enough(site: Site) -> None:
    """Past the bar to the content, into the form, and in: without a mouse."""
    site.office.ready(NAME, Role.HANDLER)
    page = site.page()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    for text in (NAME, PASSWORD):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")  # the button that shows the password
    page.keyboard.press("Tab")
    page.keyboard.type(site.office.code(NAME))
    page.keyboard.press("Enter")

    expect(page).to_have_title("Queue - mailbot")


def test_the_queue_is_in_order_and_turns_its_pages(site: Site) -> None:
    """The urgent one first; the next page has the rest."""
    now = site.office.clock()
    for _ in range(26):
        add_item(site.office.desk.store, received_at=now)
    urgent = add_item(site.office.desk.store, a_reading("urgent", "source_risk"), received_at=now)
    page = site.page(NAME, Role.HANDLER)

    page.goto("/queue")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.first).to_contain_text(urgent[:8])
    expect(rows.first).to_contain_text("Urgent")
    page.get_by_role("link", name="Next page").click()
    expect(rows).to_have_count(2)


def test_a_supervisor_decides_about_what_is_held(site: Site) -> None:
    """One in doubt asks for a look into the log before it goes."""
    mail = held(site.office, "uncertain", None)
    page = site.page("boss.one", Role.SUPERVISOR)

    page.goto("/held")
    page.get_by_role("link", name=mail[:8]).click()
    page.get_by_label("I have looked in the mail server's log").check()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The acknowledgement will be sent.")).to_be_visible()


def test_the_board_loads_itself_until_it_is_told_to_stop(site: Site) -> None:
    """Counts change without a click; on the wall nothing else can be seen."""
    site.office.app.view_functions["board.show"] = Board(site.office.desk, seconds=1).show
    page = site.page("boss.one", Role.SUPERVISOR)
    page.goto("/board")
    waiting = page.locator(".app-board dd").first
    expect(waiting).to_have_text("0")
    add_item(site.office.desk.store, received_at=site.office.clock())
    expect(waiting).to_have_text("1")

    page.get_by_role("button", name="Show it on the wall").click()
    expect(page.get_by_role("link", name="Queue")).to_have_count(0)
    page.get_by_role("link", name="Stop that").click()
    expect(page.get_by_text("This page stays as it is.")).to_be_visible()
    assert 403 == page.request.get("/queue").status


def test_an_auditor_finds_prints_and_exports_a_history(site: Site) -> None:
    """From the list to one item's history, and the same as a file; the chain holds."""
    item = add_item(site.office.desk.store, received_at=site.office.clock())
    with site.office.desk.store.unit() as unit:
        claims.claim(unit, item, NAME, site.office.clock())
    page = site.page("auditor.one", Role.AUDITOR)

    page.goto("/audit")
    page.get_by_label("Person").fill(NAME)
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=item[:8]).click()
    page.get_by_role("link", name="History of this item, to be printed").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(f"/audit?item={item}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export these entries").click()
    lines = download.value.path().read_text().splitlines()
    assert "claimed" == json.loads(lines[0])["detail"]["what"]
    assert re.fullmatch(r"audit-\d{8}-\d{6}\.jsonl", download.value.suggested_filename)
    page.get_by_role("button", name="Check the whole chain").click()
    expect(page.get_by_text("The whole chain holds")).to_be_visible()

"""
Every page: usable by everybody (WCAG 2.2 AA, by axe), whole without JavaScript, whole on a narrow screen.

`PAGES` knows each address that shows a page; whoever adds one adds a line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mailbot.config import SourceRules
from mailbot.domain.mail import Kind
from mailbot.domain.roles import Role
from mailbot.review import attention, claims, openings, papers, sampling
from mailbot.review.attention import Concern
from mailbot.web import accounts
from tests.browser import keys
from tests.browser.admins import AdminsDesk, furnish
from tests.browser.conftest import Site, served, violations
from tests.unit.review.deciding import HANDOVER, a_decision, settle
from tests.unit.review.items import a_reading, add_item
from tests.unit.review.people import invent, reading_of
from tests.unit.web.test_queue import held


@dataclass(frozen=True)
class Furnished:
    """A console with something on every page, and where that is."""

    site: Site
    item: str
    held: str
    uncertain: str
    account: str
    form: str  # items that the supervisor has: with its source part closed, and open
    opened: str
    decided: str
    unreadable: str
    office: AdminsDesk
    windows: dict[tuple[Role | None, bool], Page] = field(default_factory=dict)

    def window(self, role: Role | None, *, script: bool = True) -> Page:
        """That of somebody with this role; kept, because a new one takes its time."""
        if (role, script) not in self.windows:
            name, roles = (f"{role.value}.one", (role,)) if role else ("", ())
            self.windows[role, script] = self.site.page(name, *roles, java_script_enabled=script)
        return self.windows[role, script]


ZOOMED = {"width": 320, "height": 256}  # what is left of 1280 times 1024 pixels at 400 %
SUPERVISOR, AUDITOR, ADMINISTRATOR = Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR
TRAINER, STATISTICIAN = Role.TRAINING_ADMIN, Role.STATISTICIAN
Where = Callable[[Furnished], str]
# the rule of the route: who looks, and at which addresses
PAGES: dict[str, tuple[Role | None, tuple[Where, ...]]] = {
    "/accounts": (ADMINISTRATOR, (lambda all: "/accounts",)),
    "/accounts/<account_id>": (ADMINISTRATOR, (lambda all: f"/accounts/{all.account}",)),
    "/audit": (AUDITOR, (lambda all: "/audit", lambda all: f"/audit?item={all.item}")),
    "/audit/items/<item_id>": (AUDITOR, (lambda all: f"/audit/items/{all.item}",)),
    "/board": (SUPERVISOR, (lambda all: "/board?still=1",)),
    "/held": (SUPERVISOR, (lambda all: "/held",)),
    "/held/<mail_id>": (SUPERVISOR, (lambda all: f"/held/{all.held}", lambda all: f"/held/{all.uncertain}")),
    "/attention": (SUPERVISOR, (lambda all: "/attention",)),
    "/items/<item_id>": (
        SUPERVISOR,
        (
            lambda all: f"/items/{all.item}",
            lambda all: f"/items/{all.form}",
            lambda all: f"/items/{all.opened}",
            lambda all: f"/items/{all.decided}",
            lambda all: f"/items/{all.unreadable}",
        ),
    ),
    "/items/<item_id>/back": (SUPERVISOR, (lambda all: f"/items/{all.decided}/back",)),
    "/items/<item_id>/correct": (
        SUPERVISOR,
        (
            lambda all: f"/items/{all.form}/correct",
            lambda all: f"/items/{all.form}/correct?field=records[0].narrative",
            lambda all: f"/items/{all.form}/correct?field=records[0].information_types",
        ),
    ),
    "/items/<item_id>/decide": (
        SUPERVISOR,
        (lambda all: f"/items/{all.form}/decide", lambda all: f"/items/{all.opened}/decide"),
    ),
    "/items/<item_id>/original": (SUPERVISOR, (lambda all: f"/items/{all.form}/original",)),
    "/items/<item_id>/reassign": (SUPERVISOR, (lambda all: f"/items/{all.form}/reassign",)),
    "/items/<item_id>/source": (SUPERVISOR, (lambda all: f"/items/{all.form}/source",)),
    "/openings": (SUPERVISOR, (lambda all: "/openings",)),
    "/queue": (SUPERVISOR, (lambda all: "/queue?said=released", lambda all: "/no-such-page")),
    "/queue/decided": (SUPERVISOR, (lambda all: "/queue/decided",)),
    "/queue/mine": (SUPERVISOR, (lambda all: "/queue/mine",)),
    "/queue/taken": (SUPERVISOR, (lambda all: "/queue/taken",)),
    "/reports": (STATISTICIAN, (lambda all: "/reports",)),
    "/reports/<report_id>": (STATISTICIAN, (lambda all: f"/reports/{all.office.report}",)),
    "/sampling": (SUPERVISOR, (lambda all: "/sampling",)),
    "/sign-in": (None, (lambda all: "/sign-in",)),
    "/training": (TRAINER, (lambda all: "/training", lambda all: "/training?view=agreed")),
    "/training/requests/<request_id>": (
        TRAINER,
        (
            lambda all: f"/training/requests/{all.office.request}",
            lambda all: f"/training/requests/{all.office.seated}",
        ),
    ),
    "/training/requests/<request_id>/when/<kind>": (
        TRAINER,
        (lambda all: f"/training/requests/{all.office.request}/when/confirmation",),
    ),
    "/training/requests/<request_id>/write/<kind>": (
        TRAINER,
        (lambda all: f"/training/requests/{all.office.request}/write/need_info",),
    ),
    "/training/schools": (TRAINER, (lambda all: "/training/schools?words=inventley",)),
    "/training/schools/<urn>": (TRAINER, (lambda all: "/training/schools/900001",)),
    "/training/sessions": (TRAINER, (lambda all: "/training/sessions",)),
    "/training/sessions/<session_id>": (TRAINER, (lambda all: f"/training/sessions/{all.office.session}",)),
    "/training/sessions/<session_id>/cancel": (
        TRAINER,
        (lambda all: f"/training/sessions/{all.office.session}/cancel",),
    ),
    "/training/sessions/<session_id>/change": (
        TRAINER,
        (lambda all: f"/training/sessions/{all.office.session}/change",),
    ),
    "/training/sessions/plan": (TRAINER, (lambda all: "/training/sessions/plan",)),
    "/training/calendar-address": (TRAINER, (lambda all: "/training/calendar-address",)),
    "/training/calendar": (
        TRAINER,
        (lambda all: "/training/calendar", lambda all: "/training/calendar?month=x"),
    ),
    "/training/telephone": (TRAINER, (lambda all: "/training/telephone",)),
}
# what is no page, or leads on to one; "/set-up" is looked at by a test of its own
NO_PAGES = {
    "/calendar/<untrusted_key>/sessions.ics", "/reports/<report_id>/report.csv",
    "/reports/<report_id>/report.html",
    "/", "/items/<item_id>/pictures/<int:index>/<int:number>",
    "/items/<item_id>/pictures/<int:index>/<int:number>.jpg",
    "/assets/<name>", "/audit/items", "/set-up", "/set-up/code.svg", "/sign-in/away", "/sign-in/back",
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, chromium: Browser
) -> Iterator[Furnished]:
    """See the class."""
    with served(tmp_path_factory.mktemp("pages"), sqlite_template, chromium) as site:
        store, now = site.office.desk.store, site.office.clock()
        for _ in range(26):
            add_item(store, received_at=now)
        add_item(store, a_reading("urgent", "source_risk", "unreadable_part"), received_at=now)
        item = add_item(store, a_reading("crime_indicated"), received_at=now)
        site.office.signed_in("handler.one", Role.HANDLER)
        with store.unit() as unit:
            claims.claim(unit, item, "supervisor.one", now)
            account = accounts.by_name(unit.db, "handler.one")
            assert account is not None
        desk = desk_of_items(site)
        made = Furnished(
            site,
            item,
            held(site.office),
            held(site.office, "uncertain"),
            account.account_id,
            *desk,
            furnish(site),
        )
        yield made


def desk_of_items(site: Site) -> tuple[str, str, str, str]:
    """Items that the supervisor works on: closed, open, decided, and one that could not be read."""
    store, now, me = site.office.desk.store, site.office.clock(), "supervisor.one"
    told = "I saw Mrs Quincehurst in room B12. She told me that nobody else knows."
    form, opened, decided = (
        add_item(store, reading_of(invent(number), told), received_at=now) for number in (1, 2, 3)
    )
    blank = a_reading("unreadable_part", kind=Kind.UNREADABLE, problems=("corrupt",), body="Some text")
    unreadable = add_item(store, blank, received_at=now)
    with store.unit() as unit:
        for item in (form, opened, unreadable):
            claims.claim(unit, item, me, now, timedelta(hours=9))
        openings.ask(unit, opened, me, "To see", SourceRules(open_minutes=600), now)
        openings.ask(unit, form, "handler.one", "Why", SourceRules(second_person=True), now)
        papers.add_note(unit, opened, "note", me, "A note", now)
        papers.save_draft(unit, opened, me, {"logs-0-text": ["I was there"], "priority": ["high"]}, now)
        attention.raise_concern(unit, form, Concern.URGENT, "mailbot", now)
    both = a_decision(outcomes=("intelligence_log", "safeguarding"), handovers=(HANDOVER,))
    settle(store, decided, both, at=now)
    with store.unit() as unit:
        assert sampling.draw(unit, me, 7, now)
    return form, opened, decided, unreadable


def test_every_page_is_looked_at(furnished: Furnished) -> None:
    """Each address that answers a GET is in one of the two lists."""
    rules = {
        rule.rule for rule in furnished.site.office.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }

    assert rules == PAGES.keys() | NO_PAGES


@pytest.mark.parametrize("rule", PAGES)
def test_everybody_can_use_it(furnished: Furnished, rule: str) -> None:
    """
    No violation of WCAG 2.2 AA; without JavaScript the words are the same; zoomed to 400 % nothing is cut
    off, and the Tab key leads everywhere, to what can then be seen.
    """
    role, places = PAGES[rule]
    page, plain = furnished.window(role), furnished.window(role, script=False)
    for where in places:
        page.set_viewport_size({"width": 1280, "height": 900})
        for window in (page, plain):
            window.goto(where(furnished))
        assert words(page) == words(plain)
        assert role is None or plain.get_by_role("navigation").get_by_role("link").first.is_visible()
        assert [] == violations(page)
        page.set_viewport_size(ZOOMED)
        assert 320 >= page.evaluate("document.documentElement.scrollWidth")
        way = keys.walk(page)
        assert (way.wanted, ()) == (len(way.reached), way.hidden)
    assert [] == [said for said in furnished.site.complaints if "404" not in said]
    furnished.site.complaints.clear()


def words(page: Page) -> str:
    """What can be read and pressed, but for the button that shows a password, which is a script's."""
    return re.sub(r" Show(?= Code)", "", re.sub(r"\s+", " ", page.locator("main").inner_text()))


def test_setting_up_and_failing_can_be_used_by_everybody(furnished: Furnished) -> None:
    """The pages that only a form leads to: setting up with its mistakes, the codes, a failed sign-in."""
    site = furnished.site
    word = site.office.account("handler.new", Role.HANDLER)
    page = site.page()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    assert [] == violations(page)
    page.get_by_label("Name").fill("handler.new")
    page.get_by_label("Password", exact=True).fill(word)
    page.get_by_role("button", name="Sign in").click()
    assert [] == violations(page)
    page.get_by_role("button", name="Set up my account").click()
    assert [] == violations(page)
    page.get_by_label("New password", exact=True).fill("three random words")
    page.get_by_label("New password again").fill("three random words")
    page.get_by_label("Code").fill(site.office.code("handler.new"))
    page.get_by_role("button", name="Set up my account").click()
    expect(page).to_have_title("Your recovery codes - mailbot")
    assert [] == violations(page)
    site.complaints.clear()


def test_without_javascript_a_person_gets_in_and_works(furnished: Furnished) -> None:
    """Signing in, a filter, a decision, signing out: all are plain forms."""
    site = furnished.site
    site.office.ready("boss.plain", Role.SUPERVISOR)
    page = site.page(java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_label("Name").fill("boss.plain")
    page.get_by_label("Password", exact=True).fill("three random words")
    page.get_by_label("Code").fill(site.office.code("boss.plain"))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Queue - mailbot")
    page.get_by_role("link", name="Held").click()
    page.get_by_role("link", name=furnished.held[:8]).click()
    page.get_by_role("button", name="Never send it").click()
    assert page.get_by_text("The acknowledgement will never be sent.").is_visible()
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_text("You have signed out.").is_visible()

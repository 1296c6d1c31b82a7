"""One item from the queue to the desk, in a real browser; and what a second handler meets meanwhile."""

import json
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from mailbot.domain.roles import Role
from mailbot.review import lists
from mailbot.review.deliver import DispatchTask
from mailbot.review.routes.folder import FolderRoute
from mailbot.review.sla import Clocks
from mailbot.store import schema
from tests.browser import keys
from tests.browser.conftest import Site, violations
from tests.house.silence import canary
from tests.unit.review.deciding import settle
from tests.unit.review.items import add_item
from tests.unit.review.people import invent, reading_of, shown_in

SOURCE = invent(23)
TOLD = (
    f"I saw the boys behind the shops. {SOURCE.origin} told me that nobody else knows. They hand out vapes."
)


def an_item(site: Site) -> str:
    """A form of the source, in the queue."""
    canary(*SOURCE.values())
    return add_item(site.office.desk.store, reading_of(SOURCE, TOLD), site.office.clock())


def hand_over(site: Site, folder: Path) -> None:
    """What the worker does with the documents that wait."""
    task, store, now = (
        DispatchTask({"folder": FolderRoute(folder)}),
        site.office.desk.store,
        site.office.clock(),
    )
    with store.look() as db:
        waiting = list(db.scalars(select(schema.job.c.subject).where(schema.job.c.task == "dispatch")))
    for subject in waiting:
        with store.unit() as unit:
            job = task.begin(unit, subject, now)
        assert job is not None
        done = task.work(job)
        with store.unit() as unit:
            task.finish(unit, subject, done, now)


def grade(page: Page) -> None:
    """Everything that a log needs, by its labels."""
    page.get_by_label("Normal").check()
    page.get_by_label("Intelligence log").check()
    page.get_by_label("2 Untested").check()
    page.get_by_label("C Known indirectly to the source", exact=True).check()
    page.get_by_label("P Lawful sharing permitted").check()
    page.get_by_label("OFFICIAL-SENSITIVE").first.check()


def test_from_the_queue_to_the_drop_folder(site: Site, tmp_path: Path) -> None:
    """Claim, open the source part, sanitise, grade, be asked once more, decide, find the document."""
    item = an_item(site)
    page = site.page("ada", Role.HANDLER)
    page.goto("/queue")
    page.get_by_role("link", name=item[:8]).click()
    page.get_by_role("button", name="Take this item").click()
    assert not (set(shown_in(SOURCE, page.locator("body").inner_text())) - _told())

    page.get_by_role("button", name="Open the source part").click()
    page.get_by_label("Why do you need to see who the source is?").fill("To know whom to protect")
    page.get_by_role("button", name="Open the source part").click()
    expect(page.get_by_text("The source part is open to you")).to_be_visible()
    expect(page.locator("#source").get_by_text(SOURCE.email).first).to_be_visible()

    page.get_by_role("button", name="Sanitise, grade and decide").click()
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="Start log 1 from this text").click()
    grade(page)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("may still stand in a log: who told them")).to_be_visible()
    page.get_by_label("Sanitised text of log 1").fill("Boys hand out vapes behind the shops.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("The item is decided")).to_be_visible()

    hand_over(site, tmp_path / "desks")
    (told,) = (tmp_path / "desks" / "intelligence_log").glob("*.json")
    assert told.with_suffix(".docx").is_file()
    assert "Boys hand out vapes behind the shops." == json.loads(told.read_text())["text"]
    page.reload()
    expect(page.get_by_text(f"{told.stem}").first).to_be_visible()
    expect(page.get_by_text("Done,").first).to_be_visible()
    assert [] == violations(page)
    assert [] == site.complaints


def test_a_second_handler_cannot_take_it_until_the_claim_ends(site: Site) -> None:
    """They are told who has it; when the lease is over, the queue offers it again."""
    item = an_item(site)
    ada, bob = site.page("ada", Role.HANDLER), site.page("bob", Role.HANDLER)
    bob.goto(f"/items/{item}")
    ada.goto(f"/items/{item}")
    ada.get_by_role("button", name="Take this item").click()
    bob.get_by_role("button", name="Take this item").click()
    expect(bob.get_by_text("Somebody else has this item.")).to_be_visible()
    bob.goto("/queue")
    expect(bob.get_by_role("link", name=item[:8])).to_have_count(0)
    for _ in range(4):  # both go on clicking elsewhere, so that they stay signed in
        site.office.clock.later(minutes=10)
        bob.goto("/queue")
    bob.get_by_role("link", name=item[:8]).click()
    bob.get_by_role("button", name="Take this item").click()
    with site.office.desk.store.look() as db:
        row = lists.one(db, Clocks(), item, site.office.clock() + timedelta(0))

    assert row is not None
    assert "bob" == row.claimed_by
    site.complaints.clear()  # the browser notes the status 409


def test_a_decision_without_javascript_by_the_keyboard(site: Site) -> None:
    """Tab, Space, the arrows and Enter alone, from the queue to the decision; plain forms."""
    item = an_item(site)
    page = site.page("ada", Role.HANDLER, java_script_enabled=False)
    page.goto("/queue")
    keys.press(page, page.get_by_role("link", name=item[:8]))
    keys.press(page, page.get_by_role("button", name="Take this item"))
    keys.press(page, page.get_by_role("button", name="Sanitise, grade and decide"))
    keys.choose(page, page.get_by_label("Normal"))
    keys.choose(page, page.get_by_label("Intelligence log"))
    keys.reach(page, page.get_by_label("Sanitised text of log 1"))
    page.keyboard.type("Boys hand out vapes.")
    for label in ("2 Untested", "C Known indirectly to the source", "P Lawful sharing permitted"):
        keys.choose(page, page.get_by_label(label, exact=True))
    keys.choose(page, page.get_by_label("OFFICIAL-SENSITIVE").first)
    keys.press(page, page.get_by_role("button", name="Decide"))

    expect(page.get_by_text("The item is decided")).to_be_visible()


def test_an_untouched_form_is_refused_with_a_summary(site: Site) -> None:
    """Each mistake is a link to its field; nothing was chosen for anybody."""
    item = an_item(site)
    page = site.page("ada", Role.HANDLER)
    page.goto(f"/items/{item}")
    page.get_by_role("button", name="Take this item").click()
    page.goto(f"/items/{item}/decide")
    assert 0 == page.locator("input:checked").count()
    page.get_by_role("button", name="Decide").click()

    expect(page.get_by_role("link", name="Choose a priority")).to_be_visible()
    assert page.title().startswith("Error: ")
    assert [] == violations(page)


def test_a_supervisor_draws_a_sample_and_says_what_she_found(site: Site) -> None:
    """Draw, look at the item, forget the word, be told, record it: and the list is empty again."""
    now = site.office.clock()
    item = add_item(site.office.desk.store, received_at=now)
    settle(site.office.desk.store, item, at=now)
    page = site.page("sue", Role.SUPERVISOR)
    page.goto("/queue")
    page.get_by_role("link", name="Samples").click()
    page.get_by_role("button", name="Draw a sample").click()
    expect(page.get_by_text("Chance has drawn.")).to_be_visible()
    assert [] == violations(page)
    page.get_by_role("link", name=item[:8]).click()
    page.get_by_role("radio", name="To discuss").check()
    page.get_by_role("button", name="Record what you found").click()
    expect(page.get_by_role("link", name="Enter what there is to discuss")).to_be_visible()
    assert [] == violations(page)
    page.get_by_label("What is there to discuss?").fill("The grading of the log.")
    page.get_by_role("button", name="Record what you found").click()
    expect(page.get_by_text("Nothing waits for an outcome.")).to_be_visible()
    site.complaints.clear()  # the browser notes the status 400


def _told() -> set[str]:
    """What the narrative itself says; a handler works on it."""
    return set(shown_in(SOURCE, TOLD))

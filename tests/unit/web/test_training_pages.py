"""The admins' pages: from the list to the letter, and what they never show."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from mailbot.domain.record import Training as Asked
from mailbot.domain.roles import Role
from mailbot.domain.states import TrainingState
from mailbot.store import audit
from mailbot.store.office import training_request, training_session
from mailbot.store.schema import message, outbox
from mailbot.training import requests
from mailbot.training.shapes import Details, Request, Rules
from mailbot.web import accounts
from tests.house.silence import canary
from tests.unit.review.items import add_item
from tests.unit.web.conftest import Browser, Office

canary("Tamsin Pretendham", "Inventley Community Junior School")
ASKED = Asked(
    school="Inventley Community Junior School",
    contact_name="Tamsin Pretendham",
    audience="all staff",
    attendees="15",
    format="in_person",
    place="School hall",
    preferred_dates=("Thursday 12th after school",),
)


def asks(
    office: Office, asked: Asked = ASKED, address: str = "head@inventley.example", **more: object
) -> str:
    """A request by mail; its id."""
    details = Details(asked, address, proven=True, **more)  # type: ignore[arg-type]
    with office.desk.store.unit() as unit:
        made = requests.open_request(unit, details, "training", office.clock(), office.clock(), Rules())
    assert made is not None
    return made


def load(office: Office, request_id: str) -> Request:
    """As it stands."""
    with office.desk.store.look() as db:
        return requests.get(db, office.desk.vault, request_id)


def fields(html: str) -> dict[str, str]:
    """What the last form of a page would send, as it stands."""
    form = html[html.rindex("<form") :]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S))
    return found


def admin(office: Office) -> Browser:
    """Somebody who answers."""
    return office.signed_in("admin.one", Role.TRAINING_ADMIN)


WHEN = {
    "day": "2026-03-12", "at": "15:30", "minutes": "60", "place": "School hall", "link": "",
    "trainer": "PC Imaginary", "capacity": "0",
}  # fmt: skip


def confirm(office: Office, browser: Browser, request_id: str) -> None:
    """The way of a person, without a screen."""
    base = f"/training/requests/{request_id}"
    seen = load(office, request_id).version
    letter = browser.post(f"{base}/when/confirmation", WHEN | {"version": str(seen)}, page=base)
    assert letter.status_code == 200, letter.text
    sent = browser.post(f"{base}/send/confirmation", fields(letter.text), page=base)
    assert sent.status_code == 302, sent.text


def test_the_date_is_filled_in_from_what_they_wrote(office: Office) -> None:
    """Beside their own words."""
    request_id = asks(office)
    page = admin(office).get(f"/training/requests/{request_id}/when/confirmation").text

    assert "Thursday 12th after school" in page
    assert {"2026-03-12", "15:30"} <= set(fields(page).values())


def test_a_confirmation_is_shown_and_then_sent(office: Office) -> None:
    """Before the last click nothing is kept: no session, no mail."""
    request_id = asks(office)
    browser = admin(office)
    base = f"/training/requests/{request_id}"
    letter = browser.post(f"{base}/when/confirmation", WHEN | {"version": "1"}, page=base)
    with office.desk.store.look() as db:
        before = len(db.execute(select(training_session)).all()) + len(db.execute(select(outbox)).all())
    browser.post(f"{base}/send/confirmation", fields(letter.text), page=base)
    with office.desk.store.look() as db:
        session = db.execute(select(training_session)).one()
        mails = db.execute(select(outbox)).all()

    assert "Thursday 12 March 2026, 15:30 to 16:30" in letter.text
    assert (0, 2) == (before, len(mails))  # the confirmation, and its reminder
    assert datetime(2026, 3, 12, 15, 30, tzinfo=office.clock().tzinfo) == session.starts_at
    assert TrainingState.CONFIRMED is load(office, request_id).state


def test_an_old_page_sends_nothing(office: Office) -> None:
    """Somebody else has written meanwhile."""
    request_id = asks(office)
    browser = admin(office)
    base = f"/training/requests/{request_id}"
    letter = fields(browser.post(f"{base}/when/confirmation", WHEN | {"version": "1"}, page=base).text)
    confirm(office, browser, request_id)
    again = browser.post(f"{base}/send/confirmation", letter, page=base)

    assert again.status_code == 409
    assert "has changed since" in again.text


def test_a_telling_letter_is_refused(office: Office) -> None:
    """With a sentence, and not sent."""
    request_id = asks(office)
    browser, base = admin(office), f"/training/requests/{request_id}"
    answer = browser.post(
        f"{base}/send/declined", {"version": "1", "subject": "x", "text": "about your report"}, page=base
    )

    assert "must not" in answer.text
    assert TrainingState.REQUESTED is load(office, request_id).state


def test_every_request_looks_alike(office: Office) -> None:
    """No page speaks of handlers or of a part that is not shown; at each it says that the message is not."""
    browser, details = admin(office), Details(ASKED, "head@inventley.example", proven=True)
    add_item(office.desk.store, received_at=office.clock())
    with office.desk.store.unit() as unit:
        now, message_id = office.clock(), unit.db.scalar(select(message.c.message_id))
        known = requests.open_request(unit, details, "training", now, now, Rules(), message_id)
    pages = [browser.get(f"/training/requests/{known}").text, browser.get("/training").text]

    assert "this desk has what stands above, and not the message" in pages[0]
    assert not [word for word in ("andler", "ntelligence", "mixed") for page in pages if word in page]


def test_a_cancellation_shows_who_waits(office: Office) -> None:
    """Before it, and after it in the list; the letters are shown first."""
    first, second = asks(office), asks(office, address="office@elsewhere.example")
    browser = admin(office)
    confirm(office, browser, first)
    session_id = load(office, first).session_id
    browser.post(f"/training/sessions/{session_id}/wait", {"request_id": second}, page="/training")
    page = browser.get(f"/training/sessions/{session_id}/cancel").text
    browser.post(f"/training/sessions/{session_id}/cancel", fields(page), page="/training")

    assert "Who waits" in page
    assert f"/training/requests/{second}" in page
    assert "will not take place" in page
    assert TrainingState.CANCELLED is load(office, first).state


def test_one_offer_goes_to_many(office: Office) -> None:
    """Ticked on the page of a session, shown, and sent to each in a letter of its own."""
    seated = asks(office)
    some = [asks(office, address=f"head@school{number}.example") for number in range(3)]
    browser = admin(office)
    confirm(office, browser, seated)
    where = f"/training/sessions/{load(office, seated).session_id}"
    page = browser.post(f"{where}/offer", {"request_id": some}, page=where).text
    browser.post(f"{where}/offered", fields(page) | {"request_id": some}, page=where)
    none = browser.post(f"{where}/offer", page=where)

    assert "Dear Tamsin Pretendham" in page
    assert {TrainingState.OFFERED} == {load(office, one).state for one in some}
    assert "tick at least one" in none.text


def test_attendance_is_noted_when_it_is_over(office: Office) -> None:
    """And the school is due again."""
    request_id = asks(office)
    browser = admin(office)
    confirm(office, browser, request_id)
    session_id = load(office, request_id).session_id
    office.clock.later(days=11)
    browser = admin(office)
    version = str(load(office, request_id).version)
    where = f"/training/sessions/{session_id}/attended/{request_id}"
    browser.post(where, {"attended": "14", "version": version}, page="/training")

    assert (TrainingState.DELIVERED, 14) == (
        load(office, request_id).state,
        load(office, request_id).attended,
    )


def test_a_call_becomes_a_request(office: Office) -> None:
    """With what is missing in red, and the rest kept."""
    browser = admin(office)
    wrong = browser.post("/training/telephone", {"school": "A school"}, page="/training/telephone")
    filled = {"school": "A school", "contact_name": "Somebody", "address": "a@school.example"}
    right = browser.post("/training/telephone", filled, page="/training/telephone")
    with office.desk.store.look() as db:
        row = db.execute(select(training_request)).one()

    assert (400, 302) == (wrong.status_code, right.status_code)
    assert row.message_id is None


ADDRESS = "/training/calendar-address"


def address_in(page: str) -> str:
    """The way in the address that a page shows; "" for none."""
    found = re.search(r"/calendar/[\w-]{43}/sessions\.ics", page)
    return found[0] if found else ""


def test_the_feed_needs_its_address(office: Office) -> None:
    """It is for a calendar, which cannot sign in; the address is shown once, with what it shows."""
    request_id = asks(office)
    browser = admin(office)
    confirm(office, browser, request_id)
    page = browser.post(ADDRESS, page=ADDRESS).text
    stranger = office.browser()
    read = stranger.get(address_in(page)).data

    assert b"SUMMARY:Training session" in read
    assert b"Tamsin" not in read
    assert "the place as it is entered" in page
    assert "" == address_in(browser.get(ADDRESS).text)
    assert 404 == stranger.get(f"/calendar/{'0' * 43}/sessions.ics").status_code


def test_a_new_address_ends_the_old_one(office: Office) -> None:
    """At once, and nobody else's; ended by hand none is left, and the audit has each step."""
    browser, other = admin(office), office.signed_in("admin.two", Role.TRAINING_ADMIN)
    first, second = (address_in(browser.post(ADDRESS, page=ADDRESS).text) for _ in range(2))
    others = address_in(other.post(ADDRESS, page=ADDRESS).text)
    stranger = office.browser()
    assert [404, 200, 200] == [stranger.get(one).status_code for one in (first, second, others)]
    browser.post(f"{ADDRESS}/end", page=ADDRESS)
    with office.desk.store.look() as db:
        told = [link.entry.detail for link in audit.entries(db) if link.entry.actor == "admin.one"]

    assert [404, 200] == [stranger.get(one).status_code for one in (second, others)]
    assert 2 == sum("calendar_address_made" in one for one in told)
    assert 1 == sum("calendar_address_ended" in one for one in told)


def test_the_address_ends_with_its_owner(office: Office) -> None:
    """Whose account is off or has another role; switched on again, the old address stays dead."""
    first, second = admin(office), office.signed_in("admin.two", Role.TRAINING_ADMIN)
    off, other = (address_in(one.post(ADDRESS, page=ADDRESS).text) for one in (first, second))
    once, now = accounts.Once.make(), office.clock()
    with office.desk.store.unit() as unit:
        accounts.disable(unit, "admin.one", "os:root", now)
        accounts.reset(unit, "admin.one", once, "os:root", now)
        accounts.set_roles(unit, "admin.two", [Role.STATISTICIAN], "os:root", now)
    stranger = office.browser()

    assert [404, 404] == [stranger.get(one).status_code for one in (off, other)]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.STATISTICIAN])
def test_nobody_else_sees_requests(office: Office, role: Role) -> None:
    """Not even those who see everything else."""
    request_id = asks(office)
    browser = office.signed_in("somebody", role)

    assert {403} == {
        browser.get(path).status_code for path in ("/training", f"/training/requests/{request_id}")
    }


def test_a_report_is_released_by_a_second_person(office: Office) -> None:
    """The first one is told so; the second one's release freezes it."""
    one, two = (office.signed_in(name, Role.STATISTICIAN) for name in ("stats.one", "stats.two"))
    made = one.post("/reports/make", {"first": "2026-01", "last": ""}, page="/reports")
    where = made.headers["Location"].partition("?")[0]
    own = one.post(f"{where}/release", page="/reports")
    second = two.post(f"{where}/release", page="/reports")
    page = two.get(where).text

    assert "second person must" in own.text
    assert second.status_code == 302
    assert "Released by stats.two" in page
    assert two.get(f"{where}/report.csv").data.startswith(b"period_first")
    assert b"Draft" not in two.get(f"{where}/report.html").data
    assert 400 == one.post("/reports/make", {"first": "march"}, page="/reports").status_code

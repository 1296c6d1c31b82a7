"""What the page of an item shows of each field, and what a handler does with it besides deciding once."""

import html
import re

from sqlalchemy import select, update

from mailbot.domain.mail import Kind
from mailbot.domain.record import Finding, Record, Subject
from mailbot.domain.roles import Role
from mailbot.review import decide, dispatch
from mailbot.store import schema
from mailbot.store.desk import attention
from tests.unit.review.items import a_part, a_reading, add_item
from tests.unit.web.conftest import NOON, Browser, Office
from tests.unit.web.test_item import GRADED, an_item, post, take

FOUND = Record(
    subjects=(Subject(full_name="Tobias Madeupson", dob="2011-09-03"),),
    narrative="Vapes behind the shops.",
    findings=(
        Finding("subjects[0].dob", "3/9/11", "Date of birth", "Who", "table 3 row 2", 0.62, "2011-03-09"),
        Finding("narrative", "Vapes behind the shops.", "What happened", "What", "paragraph 9", 1.0),
    ),
)


def words(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(text)).split())


def shown(office: Office, item: str, browser: Browser | None = None) -> str:
    """The words of an item's page."""
    return words((browser or office.signed_in("ada", Role.HANDLER)).get(f"/items/{item}").text)


def test_each_field_says_where_it_was_found_and_how_sure_it_is(office: Office) -> None:
    """The question of the form, the place, the doubt, what else was found; no doubt where there is none."""
    item = an_item(office, a_reading(records=(FOUND,), unmapped=("Seen twice in May",)))
    page = shown(office, item)

    assert "2011-09-03 “Date of birth”, table 3 row 2 62 % sure Also found: 2011-03-09" in page
    assert "“What happened”, paragraph 9 What went into no field Seen twice in May" in page
    assert 1 == page.count("% sure")


def test_possible_duplicates_lead_to_each_other(office: Office) -> None:
    """By a link; each stays an item of its own."""
    first, second = an_item(office), an_item(office)
    with office.desk.store.unit() as unit:
        unit.db.execute(update(schema.message).values(fingerprint="f" * 64))
    ada = office.signed_in("ada", Role.HANDLER)

    assert f'href="/items/{second}"' in ada.get(f"/items/{first}").text
    assert f'href="/items/{first}"' in ada.get(f"/items/{second}").text


def test_what_could_not_be_read_is_typed_in(office: Office) -> None:
    """The same page with the text that there is; what is typed becomes a record, and can be decided about."""
    broken = a_part("2", detected="pdf", state="unreadable", reason="encrypted")
    reading = a_reading(kind=Kind.UNREADABLE, problems=("encrypted",), body="See the form", parts=(broken,))
    item = an_item(office, reading)
    ada = take(office, item)
    page = shown(office, item, ada)
    assert "See the form" in page
    assert "No form was found in it" in page
    for field, value in (("narrative", "Vapes."), ("subjects[0].full_name", "Tobias Madeupson")):
        path = f"records[0].{field}"
        where = f"/items/{item}/correct"
        assert path in html.unescape(ada.get(where).text)
        post(ada, where, {"field": path, "value": value}, f"{where}?field={path}")

    assert "Typed by ada. As it was read: nothing" in shown(office, item, ada)
    assert "Tobias Madeupson" in words(ada.get(f"/items/{item}/decide").text)
    assert "The item is decided" in post(ada, f"/items/{item}/decide", dict(GRADED), f"/items/{item}/decide")


def test_a_stale_correction_keeps_what_was_typed(office: Office) -> None:
    """Another window was quicker: told so, with the text still there, and saved by pressing again."""
    item = an_item(office)
    ada = take(office, item)
    where, path = f"/items/{item}/correct", "records[0].narrative"
    old = re.search(r'name="version"[^>]*value="(\d+)"', ada.get(f"{where}?field={path}").text)
    assert old
    post(ada, where, {"field": "records[0].urgent", "value": "yes"}, f"{where}?field=records[0].urgent")
    stale = ada.post(where, {"field": path, "value": "A long text", "version": old[1]}, where)
    fresh = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert fresh
    again = ada.post(where, {"field": path, "value": "A long text", "version": fresh[1]}, where)

    assert "has changed since your page was made" in stale.text
    assert "A long text" in stale.text
    assert 302 == again.status_code


def test_several_logs_come_of_one_message(office: Office) -> None:
    """Each with its own text and grade; conditions stand in the one whose handling takes them."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    post(ada, page, {"act": "more", "logs": "1"}, page)
    second = {
        "logs": "2",
        "logs-1-text": "A van waits at the gate.",
        "logs-1-source": "1",
        "logs-1-intelligence": "A",
        "logs-1-handling": "C",
        "logs-1-marking": "OFFICIAL",
    }
    refused = post(ada, page, GRADED | second, page)
    conditions = {"logs-1-action": "A1", "logs-1-sanitisation": "S1"}
    done = post(ada, page, GRADED | second | conditions, page)
    with office.desk.store.look() as db:
        (kept,) = decide.versions(db, office.desk.vault, item)
        sent = dispatch.of_item(db, office.desk.vault, item)

    assert "Choose an action condition" in refused
    assert "The item is decided" in done
    assert [(None, None), ("A1", "S1")] == [
        (log.grade.action, log.grade.sanitisation) for log in kept.decision.logs
    ]
    assert 2 == len({one.reference for one in sent})


def test_high_priority_needs_the_control_room_first(office: Office) -> None:
    """Who took it, when, their number: then it closes, and somebody is told at once."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    refused = post(ada, page, GRADED | {"priority": "high"}, page)
    room = {"room-by": "PC 0000 Example", "room-at": "12:05", "room-incident": "44260000000"}
    done = post(ada, page, GRADED | {"priority": "high", **room}, page)
    with office.desk.store.look() as db:
        raised = list(db.scalars(select(attention.c.kind).where(attention.c.item_id == item)))

    assert "There is a problem" in refused
    assert "control room" in refused
    assert "The item is decided" in done
    assert "high_priority" in raised


def test_a_clarification_is_begun_and_ended_on_the_page(office: Office) -> None:
    """Whom, why, how; the item stays theirs, and what came of it stands among the notes; nothing is sent."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}"
    asked = {"who": "The head teacher", "why": "Which day it was", "how": "telephone"}
    begun = post(ada, f"{page}/clarify", dict(asked), page)
    assert "Clarification" in begun
    ended = post(ada, f"{page}/clarified", {"outcome": "It was a Tuesday"}, page)
    with office.desk.store.look() as db:
        mail = db.execute(select(schema.outbox)).all()

    assert "It was a Tuesday" in ended
    assert "You have it" in ended
    assert [] == mail


def test_the_number_of_the_force_s_own_log_is_entered_afterwards(office: Office) -> None:
    """Beside the document that it is of."""
    item = an_item(office)
    ada = take(office, item)
    post(ada, f"/items/{item}/decide", dict(GRADED), f"/items/{item}/decide")
    with office.desk.store.look() as db:
        (sent,) = dispatch.of_item(db, office.desk.vault, item)
    page = post(ada, f"/documents/{sent.dispatch_id}/number", {"number": "44/2026/000123"}, f"/items/{item}")

    assert "44/2026/000123" in page


def test_a_recall_tells_each_desk(office: Office) -> None:
    """What it has is named, and nothing of why; nothing else stands in its place."""
    item = an_item(office)
    ada = take(office, item)
    post(ada, f"/items/{item}/decide", dict(GRADED), f"/items/{item}/decide")
    with office.desk.store.look() as db:
        (first,) = dispatch.of_item(db, office.desk.vault, item)
    with office.desk.store.unit() as unit:  # it has left
        done = {"state": "done", "done_at": office.clock()}
        unit.db.execute(update(schema.desk.dispatch).values(**done))
    sue = office.signed_in("sue", Role.SUPERVISOR)
    back = f"/items/{item}/back"
    page = words(post(sue, back, {"reason": "A name was missed", "recall": "1"}, back))
    with office.desk.store.look() as db:
        notices = [one for one in dispatch.of_item(db, office.desk.vault, item) if one.replaces]

    assert [(first.reference, "withdrawn")] == [(one.replaces, one.kind) for one in notices]
    assert "The decision is recalled, and the desks are told." in page
    assert "Take this item" not in page


def test_what_was_typed_outlives_lease_and_session(office: Office) -> None:
    """The claim ends, a colleague takes the item and gives it back: the handler goes on where they were."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    post(ada, page, {"act": "save", "logs-0-text": "Half a thought"}, page)
    office.clock.later(hours=2)
    bob = take(office, item, "bob")
    assert "Half a thought" not in bob.get(page).text
    bob.post(f"/items/{item}/release", page=f"/items/{item}")
    again = take(office, item)

    assert "/sign-in" in (ada.get(page).location or "")
    assert "Half a thought" in again.get(page).text


def test_an_oversized_text_of_a_log_is_named(office: Office) -> None:
    """Where it fits into a form and not into a log, the field is named and nothing is lost."""
    item = add_item(office.desk.store, a_reading(), NOON)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    refused = post(ada, page, GRADED | {"logs-0-text": "long " * 25_000}, page)

    assert "Shorten the log" in refused
    assert refused.count("long ") >= 25_000

"""The lists of the console, the wall-board, and acknowledgements that wait for a person."""

import pytest
from sqlalchemy import insert

from mailbot.domain.roles import Role
from mailbot.review import claims
from mailbot.store.ids import new_id
from mailbot.store.schema import outbox, review_item
from mailbot.web.looks import minutes, word
from tests.house.silence import canary
from tests.unit.review.items import a_reading, add_item
from tests.unit.web.conftest import NOON, Office


def held(office: Office, state: str = "held", code: str | None = "rate_limited") -> str:
    """An acknowledgement in this state; its id."""
    item = add_item(office.desk.store, received_at=NOON)
    with office.desk.store.unit() as unit:
        row = unit.db.execute(review_item.select().where(review_item.c.item_id == item)).one()
        values = {"mail_id": new_id(), "kind": "acknowledgement", "acknowledges": row.message_id}
        unit.db.execute(insert(outbox).values(**values, state=state, code=code, decided_at=NOON))
    return values["mail_id"]


def test_what_waits_is_in_order_and_says_how_long_is_left(office: Office) -> None:
    """Urgent first, then the clock; a late one says by how much."""
    late = add_item(office.desk.store, a_reading(), received_at=NOON.replace(hour=9))
    urgent = add_item(office.desk.store, a_reading("urgent"), received_at=NOON)
    office.clock.later(minutes=5)

    text = office.signed_in("handler.one", Role.HANDLER).get("/queue").text

    assert text.index(urgent[:8]) < text.index(late[:8])
    assert "2 waiting" in text
    assert "Late by 1 h 5 min" in text
    assert "1 h 55 min left" in text


def test_what_is_said_of_a_clock_and_a_flag() -> None:
    """In words that a person understands, however late it is."""
    assert ("2 h 5 min", "3 d 4 h", "0 min") == (minutes(125), minutes(3 * 1440 + 245), minutes(0))
    assert "Not said: vulnerabilities" == word("missing:subjects.vulnerabilities")
    assert "Not said: narrative" == word("missing:narrative")


def test_a_long_list_has_pages(office: Office) -> None:
    """Twenty-five on each; a number that is none is the first."""
    for minute in range(27):
        add_item(office.desk.store, received_at=NOON.replace(minute=minute))
    browser = office.signed_in("handler.one", Role.HANDLER)

    assert 26 == browser.get("/queue").text.count("<tr")
    assert 3 == browser.get("/queue?number=2").text.count("<tr")
    assert 26 == browser.get("/queue?number=-4").text.count("<tr")
    assert 26 == browser.get("/queue?number=x").text.count("<tr")


def test_mine_are_mine_and_a_supervisor_sees_all_that_are_taken(office: Office) -> None:
    """A handler has their own list; whoever answers for them sees who has what."""
    item = add_item(office.desk.store, received_at=NOON)
    with office.desk.store.unit() as unit:
        claims.claim(unit, item, "handler.one", office.clock())

    assert item[:8] in office.signed_in("handler.one", Role.HANDLER).get("/queue/mine").text
    assert item[:8] not in office.signed_in("handler.two", Role.HANDLER).get("/queue/mine").text
    assert "handler.one" in office.signed_in("boss.one", Role.SUPERVISOR).get("/queue/taken").text


def test_a_lease_that_is_over_is_handed_back_by_looking(office: Office) -> None:
    """Whoever looks at the queue finds what nobody works on any more."""
    item = add_item(office.desk.store, received_at=NOON)
    with office.desk.store.unit() as unit:
        claims.claim(unit, item, "handler.one", office.clock())
    browser = office.signed_in("handler.two", Role.HANDLER)

    assert item[:8] not in browser.get("/queue").text
    office.clock.later(minutes=31)
    assert item[:8] in office.signed_in("handler.two").get("/queue").text


def test_the_board_counts_and_loads_itself(office: Office) -> None:
    """Counts and minutes alone; it can be told to stay as it is."""
    canary("Zebedee Quince")
    item = add_item(office.desk.store, a_reading("urgent"), received_at=NOON)
    browser = office.signed_in("handler.one", Role.HANDLER)

    board = browser.get("/board")

    assert item[:8] not in board.text
    assert "30; url=/board?auto=1" == board.headers["Refresh"]
    assert "Refresh" not in browser.get("/board?still=1").headers


def test_a_screen_on_the_wall_may_see_the_board_alone(office: Office) -> None:
    """For a day, without a click; and nothing else, whoever started it."""
    browser = office.signed_in("boss.one", Role.SUPERVISOR)
    browser.post("/board/wall", page="/board")
    office.clock.later(hours=23)

    assert 200 == browser.get("/board?auto=1").status_code
    assert 403 == browser.get("/queue").status_code
    office.clock.later(hours=1)
    assert 302 == browser.get("/board").status_code


def test_a_supervisor_lets_a_held_one_go(office: Office) -> None:
    """It is reserved again, on record; a second click is told that it is too late."""
    mail = held(office)
    browser = office.signed_in("boss.one", Role.SUPERVISOR)

    assert "more than a limit allows" in browser.get("/held").text
    page = f"/held/{mail}"
    proof = {"csrf_token": browser.proof(page)}
    assert "/held?said=released" == browser.client.post(f"{page}/release", data=proof).location
    assert 409 == browser.client.post(f"{page}/release", data=proof).status_code
    assert "will be sent" in browser.get("/held?said=released").text


def test_one_in_doubt_needs_a_look_into_the_log(office: Office) -> None:
    """Without the tick it stays as it is, and the page says why."""
    mail = held(office, "uncertain", None)
    browser = office.signed_in("boss.one", Role.SUPERVISOR)
    page = f"/held/{mail}"

    refused = browser.post(f"{page}/retry", page=page)

    assert 400 == refused.status_code
    assert "its sender gets a second one" in refused.text
    assert "/held?said=released" == browser.post(f"{page}/retry", {"looked": "y"}, page=page).location


@pytest.mark.parametrize("what", ["release", "drop"])
def test_what_is_in_doubt_is_not_let_go_like_a_held_one(office: Office, what: str) -> None:
    """The short way is closed for it."""
    mail = held(office, "uncertain", None)
    browser = office.signed_in("boss.one", Role.SUPERVISOR)

    assert 409 == browser.post(f"/held/{mail}/{what}", page=f"/held/{mail}").status_code


def test_a_held_one_can_be_dropped(office: Office) -> None:
    """Never sent, and gone from the list."""
    mail = held(office)
    browser = office.signed_in("boss.one", Role.SUPERVISOR)

    assert "/held?said=dropped" == browser.post(f"/held/{mail}/drop", page=f"/held/{mail}").location
    assert mail[:8] not in browser.get("/held").text
    assert 404 == browser.get(f"/held/{mail}").status_code

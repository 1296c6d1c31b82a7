"""The auditors' pages: what was done, by whom, and who could have."""

import json
from datetime import timedelta

from sqlalchemy import text

from mailbot.domain.roles import Permission, Role
from mailbot.review import claims
from mailbot.store import audit
from mailbot.store.audit import Action
from mailbot.web import accounts, trail
from tests.unit.review.items import add_item
from tests.unit.web.conftest import NOON, Office


def worked(office: Office) -> str:
    """An item that somebody took and gave back; its id."""
    item = add_item(office.desk.store, received_at=NOON)
    with office.desk.store.unit() as unit:
        claims.claim(unit, item, "handler.one", office.clock())
        claims.release(unit, item, "handler.one", office.clock())
    return item


def test_the_newest_stands_first_and_a_filter_narrows(office: Office) -> None:
    """By item, by person, by act; and what is not there is said."""
    item = worked(office)
    browser = office.signed_in("auditor.one", Role.AUDITOR)

    text = browser.get("/audit").text

    assert text.index("Released") < text.index("Claimed")
    assert 3 == browser.get(f"/audit?item={item}").text.count("<tr")
    assert 3 == browser.get("/audit?actor=handler.one").text.count("<tr")
    assert 2 == browser.get("/audit?action=role_change").text.count("<tr")
    assert "There is no such entry" in browser.get("/audit?actor=nobody").text


def test_a_long_chain_has_pages(office: Office) -> None:
    """Fifty on each, and a link to the older ones."""
    with office.desk.store.unit() as unit:
        for _ in range(60):
            unit.audit("handler.one", Action.CONSULTATION, "0" * 32, NOON, what="item")
    browser = office.signed_in("auditor.one", Role.AUDITOR)

    assert 51 == browser.get("/audit").text.count("<tr")
    assert "before=12" in browser.get("/audit").text
    assert 12 == browser.get("/audit?before=12").text.count("<tr")


def test_one_history_per_item(office: Office) -> None:
    """All that was done to it in order, and who could have seen it; by the field for an id as well."""
    office.signed_in("handler.two", Role.HANDLER)
    item = worked(office)
    browser = office.signed_in("auditor.one", Role.AUDITOR)

    text = browser.get(f"/audit/items/{item}").text

    assert text.index("Claimed") < text.index("Released")
    assert "handler.two" in text
    assert f"/audit/items/{item}" == browser.get(f"/audit/items?item={item}").location
    assert 404 == browser.get("/audit/items/none").status_code


def test_who_could_follows_the_changes_of_roles(office: Office) -> None:
    """Whoever had the role at some time since, also when they have it no more; nobody from before."""
    office.signed_in("handler.early", Role.HANDLER)
    office.signed_in("handler.late", Role.HANDLER)
    office.signed_in("auditor.one", Role.AUDITOR)
    with office.desk.store.unit() as unit:
        accounts.disable(unit, "handler.early", "os:root", NOON + timedelta(minutes=1))
        accounts.set_roles(unit, "handler.late", {Role.AUDITOR}, "os:root", NOON + timedelta(hours=2))

    with office.desk.store.look() as db:
        could = trail.who_could(db, Permission.ITEM_SEE, NOON + timedelta(hours=1))

    assert ["handler.late"] == could


def test_whoever_was_switched_on_again_could(office: Office) -> None:
    """An account that was off for a while has the roles that it had."""
    office.signed_in("handler.back", Role.HANDLER)
    with office.desk.store.unit() as unit:
        accounts.disable(unit, "handler.back", "os:root", NOON + timedelta(minutes=1))
    once = accounts.Once.make()
    with office.desk.store.unit() as unit:
        accounts.reset(unit, "handler.back", once, "os:root", NOON + timedelta(minutes=2))

    with office.desk.store.look() as db:
        could = trail.who_could(db, Permission.ITEM_SEE, NOON + timedelta(hours=1))

    assert ["handler.back"] == could


def test_an_export_is_exact_and_on_record(office: Office) -> None:
    """Each line has what proves it; the chain names the export itself."""
    item = worked(office)
    browser = office.signed_in("auditor.one", Role.AUDITOR)

    answer = browser.post(f"/audit/export?item={item}", page="/audit")
    lines = [json.loads(line) for line in answer.text.splitlines()]

    assert ["claimed", "released"] == [line["detail"]["what"] for line in lines[:2]]
    assert "audit_export_item" == lines[-1]["detail"]["what"]
    assert "application/octet-stream" == answer.mimetype
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with office.desk.store.look() as db:
        assert [link.mac for link in audit.entries(db)][-1] == lines[-1]["mac"]


def test_an_export_of_everything_is_the_whole_chain(office: Office) -> None:
    """Also when it is longer than a piece."""
    with office.desk.store.unit() as unit:
        for _ in range(trail.LONGEST + 3):
            unit.audit("handler.one", Action.CONSULTATION, "0" * 32, NOON, what="item")
    answer = office.signed_in("auditor.one", Role.AUDITOR).post("/audit/export", page="/audit")

    assert list(range(1, trail.LONGEST + 6)) == [json.loads(line)["seq"] for line in answer.text.splitlines()]


def test_the_page_says_whether_the_chain_holds(office: Office) -> None:
    """It does; and when somebody has changed an entry, which is the first."""
    worked(office)
    browser = office.signed_in("auditor.one", Role.AUDITOR)

    assert "and hold" in browser.get("/audit").text
    assert "The whole chain holds" in browser.post("/audit/verify", page="/audit").text
    with office.desk.store.engine.begin() as db:
        db.execute(text("DROP TRIGGER audit_refuses_update"))
        db.execute(text("UPDATE audit SET actor = 'somebody.else' WHERE seq = 2"))
    assert "broken at entry 2" in browser.get("/audit").text
    assert "broken at entry 2" in browser.post("/audit/verify", page="/audit").text


def test_the_end_of_a_long_chain_is_checked_alone(office: Office) -> None:
    """What was changed before it is the whole check's to find."""
    with office.desk.store.unit() as unit:
        for _ in range(10):
            unit.audit("handler.one", Action.CONSULTATION, "0" * 32, NOON, what="item")
    with office.desk.store.engine.begin() as db:
        db.execute(text("DROP TRIGGER audit_refuses_update"))
        db.execute(text("UPDATE audit SET actor = 'somebody.else' WHERE seq = 5"))

    with office.desk.store.look() as db:
        assert audit.verify_end(db, office.desk.vault.keyring, 5).ok
        assert 5 == audit.verify_end(db, office.desk.vault.keyring, 6).first_bad_seq


def test_an_administrator_gives_roles_and_switches_off(office: Office) -> None:
    """Both on record; what cannot be is said, and an account of the provider keeps its own."""
    office.account("handler.one", Role.HANDLER)
    browser = office.signed_in("admin.one", Role.ADMINISTRATOR)
    with office.desk.store.look() as db:
        known = {one.name: one.account_id for one in accounts.everybody(db)}
    page = f"/accounts/{known['handler.one']}"

    assert "handler.one" in browser.get("/accounts").text
    changed = browser.post(f"{page}/roles", {"roles": ["auditor"]}, page=page)
    assert f"{page}?said=roles_changed" == changed.location
    both = browser.post(f"{page}/roles", {"roles": ["handler", "administrator"]}, page=page)
    assert "sees no content" in both.text
    assert (
        400
        == browser.post(
            f"/accounts/{known['admin.one']}/roles", {"roles": ["handler"]}, page=page
        ).status_code
    )
    assert 302 == browser.post(f"{page}/disable", page=page).status_code
    with office.desk.store.look() as db:
        acts = [
            json.loads(link.entry.detail) for link in audit.entries(db) if link.entry.actor == "admin.one"
        ]
    assert ["roles_changed", "account_disabled"] == [act["what"] for act in acts]

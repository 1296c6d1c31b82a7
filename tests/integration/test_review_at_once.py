"""Fifty handlers poll and decide at once while mail comes in; and a database that goes away under a form."""

import re
import threading
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select, text

from mailbot.domain.roles import Role
from mailbot.review import papers
from mailbot.store import desk, schema
from mailbot.store.unit import Store
from tests.unit.review.items import add_item
from tests.unit.review.people import invent, reading_of
from tests.unit.web.conftest import NOON, Browser, Office, office_over
from tests.unit.web.test_item import GRADED, SOURCE, take

HANDLERS, ROUNDS = 50, 3


def work(browser: Browser, outcomes: Counter[str], failed: list[str]) -> None:
    """One handler: look at the queue, try to take the first items that are there, decide what is taken."""
    done = 0
    while done < ROUNDS:
        queue = browser.get("/queue")
        if queue.status_code != 200:
            failed.append(f"queue {queue.status_code}")
            return
        found = re.findall(r'href="/items/([0-9a-f]{32})"', queue.text)
        proof = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', queue.text)
        if not found or proof is None:
            return
        token = {"csrf_token": proof[1]}
        for item in found:
            claimed = browser.client.post(f"/items/{item}/claim", data=token)
            outcomes[f"claim {claimed.status_code}"] += 1
            if claimed.status_code == 302:
                break
        else:
            continue
        page = browser.get(f"/items/{item}/decide")
        version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
        if version is None:
            failed.append(f"page {page.status_code}")
            return
        form = GRADED | {"version": version[1], **token}
        for _ in range(2):  # everybody presses twice
            answer = browser.client.post(f"/items/{item}/decide", data=form)
            outcomes[f"decide {answer.status_code}"] += 1
        done += 1


def test_fifty_handlers_at_once(sqlite_store: Store, tmp_path: Path) -> None:
    """No error, no lost decision, none taken twice: each decided item has one decision and one document."""
    office = office_over(sqlite_store, tmp_path)
    store = office.desk.store
    for number in range(HANDLERS * ROUNDS):
        add_item(store, reading_of(invent(number), "Vapes."), NOON)
    browsers = [office.signed_in(f"handler{number}", Role.HANDLER) for number in range(HANDLERS)]
    outcomes: Counter[str] = Counter()
    failed: list[str] = []
    stop = threading.Event()

    def mail() -> None:
        number = 1000
        while not stop.wait(0.2):
            add_item(store, reading_of(invent(number), "More."), NOON)
            number += 1

    threads = [threading.Thread(target=work, args=(one, outcomes, failed)) for one in browsers]
    incoming = threading.Thread(target=mail)
    for thread in [incoming, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    incoming.join()
    with store.look() as db:
        decided = db.scalar(select(func.count()).where(schema.review_item.c.state == "decided"))
        decisions = db.scalar(select(func.count()).select_from(desk.decision))
        documents = db.scalar(select(func.count()).select_from(desk.dispatch))

    assert [] == failed
    assert outcomes["decide 302"] == decided == decisions == documents == HANDLERS * ROUNDS
    assert outcomes["decide 409"] == outcomes["decide 302"]
    assert set(outcomes) <= {"claim 302", "claim 409", "decide 302", "decide 409"}


def cut(table: str) -> tuple[str, str]:
    """What makes PostgreSQL end the connection of whoever writes into a table."""
    return (
        """
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$
        """,
        f"CREATE TRIGGER cut BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION cut()",
    )


def test_a_database_that_goes_away_loses_nothing(postgres_store: Store, tmp_path: Path) -> None:
    """In the middle of a decision: the page says so and holds what was typed; sent again, it stands."""
    office: Office = office_over(postgres_store, tmp_path)
    store = office.desk.store
    item = add_item(store, reading_of(SOURCE, "Vapes."), NOON)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    version = re.search(r'name="version"[^>]*value="(\d+)"', ada.get(page).text)
    assert version
    form = GRADED | {"version": version[1], "csrf_token": ada.proof(page)}
    with store.engine.begin() as db:
        for statement in cut("dispatch"):
            db.execute(text(statement))
    answer = ada.client.post(page, data=form)
    with store.look() as db:
        decisions = db.scalar(select(func.count()).select_from(desk.decision))
        kept = papers.load_draft(db, store.vault, item, "ada")
    with store.engine.begin() as db:
        db.execute(text("DROP TRIGGER cut ON dispatch"))
    again = ada.client.post(page, data=form)

    assert (503, 0) == (answer.status_code, decisions)
    assert "Nothing was stored by your last click" in answer.text
    assert GRADED["logs-0-text"] in answer.text
    assert kept is not None
    assert [GRADED["logs-0-text"]] == kept["logs-0-text"]
    assert 302 == again.status_code
    with store.look() as db:
        assert 1 == db.scalar(select(func.count()).select_from(desk.decision))

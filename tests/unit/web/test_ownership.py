"""
The access matrix, item by item: what a handler and a supervisor may do with an item that nobody has, with
their own, and with somebody else's. What is not in `WORKS` must be refused, and must have changed nothing.
"""

import re
from collections.abc import Iterator
from secrets import token_hex

import pytest
from sqlalchemy import select

from mailbot.domain.roles import Role
from mailbot.review import claims
from mailbot.store.desk import attention, correction, decision, note, opening, sealed_part
from mailbot.store.schema import review_item
from tests.unit.review.items import a_part, a_reading, add_item
from tests.unit.web.conftest import NOON, Browser, Office
from tests.unit.web.test_access import asked

NONE, OWN, OTHERS = "nobody's", "own", "somebody else's"
ANY = frozenset({NONE, OWN, OTHERS})
MINE = frozenset({OWN})
NEVER: frozenset[str] = frozenset()
# of each route of an item: with whose item it works for a handler, and for a supervisor
WORKS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "GET /items/<item_id>": (ANY, ANY),
    "GET /items/<item_id>/back": (NEVER, NEVER),
    "POST /items/<item_id>/back": (NEVER, NEVER),  # none of them is decided
    "POST /items/<item_id>/break": (NEVER, frozenset({OWN, OTHERS})),
    "POST /items/<item_id>/claim": (frozenset({NONE, OWN}), frozenset({NONE, OWN})),
    "POST /items/<item_id>/clarified": (NEVER, NEVER),  # none of them is in clarification
    "POST /items/<item_id>/clarify": (MINE, MINE),
    "GET /items/<item_id>/correct": (MINE, MINE),
    "POST /items/<item_id>/correct": (MINE, MINE),
    "GET /items/<item_id>/decide": (MINE, MINE),
    "POST /items/<item_id>/decide": (MINE, MINE),
    "POST /items/<item_id>/hand-over": (MINE, MINE),
    "POST /items/<item_id>/note": (MINE, MINE),
    "GET /items/<item_id>/original": (NEVER, ANY),
    "POST /items/<item_id>/original": (NEVER, ANY),
    "GET /items/<item_id>/pictures/<int:index>/<int:number>": (MINE, ANY),  # it leads to the question why
    "GET /items/<item_id>/pictures/<int:index>/<int:number>.jpg": (NEVER, NEVER),  # nothing is open
    "POST /items/<item_id>/pictures/<int:index>/seal": (MINE, ANY),
    "GET /items/<item_id>/reassign": (NEVER, ANY),
    "POST /items/<item_id>/reassign": (NEVER, ANY),
    "POST /items/<item_id>/release": (MINE, MINE),
    "POST /items/<item_id>/sample": (NEVER, NEVER),  # none of them is decided
    "GET /items/<item_id>/source": (MINE, ANY),
    "POST /items/<item_id>/source": (MINE, ANY),
    "POST /items/<item_id>/source/close": (ANY, ANY),  # nothing of theirs is open, so nothing happens
}
FIELDS = {
    "back": {"reason": "wrong", "reopen": "1"},
    "clarified": {"outcome": "they called back"},
    "clarify": {"who": "the head teacher", "why": "a date", "how": "telephone"},
    "correct": {"field": "records[0].narrative", "value": "another text"},
    "decide": {"act": "more"},
    "hand-over": {"to": "colleague.one", "text": ""},
    "note": {"text": "a word"},
    "reassign": {"to": "colleague.one"},
    "sample": {"outcome": "dip_satisfactory"},
    "source": {"reason": "risk to life"},
}
TABLES = (review_item, note, correction, decision, opening, attention, sealed_part)


def everything(office: Office) -> list[object]:
    """What a click could have changed."""
    with office.desk.store.look() as db:
        return [tuple(row) for table in TABLES for row in db.execute(select(table))]


def an_item(office: Office, whose: str, who: str) -> str:
    """An item that was looked at before, of this holder."""
    part = a_part(role="attachment", sha256=token_hex(32))  # its own: one that is sealed is sealed everywhere
    item = add_item(office.desk.store, a_reading(parts=(part,)), received_at=NOON)
    with office.desk.store.unit() as unit:
        if whose is not NONE:
            claims.claim(unit, item, who if whose is OWN else "somebody.else", office.clock())
    return item


def routes(office: Office) -> Iterator[tuple[str, str, str]]:
    """Line, method and rule of each route of an item."""
    for one in asked(office.app):
        if one.rule.startswith("/items/<item_id>"):
            yield f"{one.method} {one.rule}", one.method, one.rule


def version(browser: Browser, item: str) -> str:
    """That of the item now."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(f"/items/{item}").text)
    return found[1] if found else "2"


def test_every_route_of_an_item_is_in_the_table(office: Office) -> None:
    """Whoever adds one decides whose items it works with."""
    assert WORKS.keys() == {line for line, _, _ in routes(office)}


@pytest.mark.parametrize("whose", [NONE, OWN, OTHERS])
@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR], ids=lambda role: role.value)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(
    office: Office, role: Role, whose: str
) -> None:
    """Each route with an item of this holder."""
    who = f"{role.value}.one"
    office.signed_in("colleague.one", Role.HANDLER)
    browser = office.signed_in(who, role)
    proof = browser.proof("/queue")
    for line, method, rule in routes(office):
        item = an_item(office, whose, who)
        path = re.sub(r"<int:\w+>", "0", rule.replace("<item_id>", item))
        fields = {"csrf_token": proof, "version": version(browser, item)} | FIELDS.get(
            path.split("/")[-1], {}
        )
        before = everything(office)

        answer = browser.get(path) if method == "GET" else browser.client.post(path, data=fields)

        works = whose in WORKS[line][role is Role.SUPERVISOR]
        assert works is (answer.status_code in (200, 302)), (line, answer.status_code)
        assert works or answer.status_code in (403, 404, 409), (line, answer.status_code)
        assert works or before == everything(office), line

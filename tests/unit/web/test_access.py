"""
The access matrix: every route, every role, and nobody. What is not in `MATRIX` must be refused.

The table is written down here and not computed from what the pages declare: a page that asks for too little
is found by whoever reads the change to this file.
"""

import re
from dataclasses import dataclass

import pytest
from flask import Flask

from mailbot.domain.roles import Role
from tests.unit.web.conftest import Browser, Office

EVERYBODY = frozenset(Role)
HANDLERS = frozenset({Role.HANDLER, Role.SUPERVISOR})
# what nobody must be signed in for
OPEN = {
    "GET /",
    "GET /assets/<name>",
    "GET /calendar/<untrusted_key>/sessions.ics",  # a calendar cannot sign in: the address is the secret
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/away",
    "GET /sign-in/back",
    "POST /sign-out",
}
SUPERVISORS = frozenset({Role.SUPERVISOR})
AUDITORS = frozenset({Role.AUDITOR})
TRAINERS = frozenset({Role.TRAINING_ADMIN})
STATISTICIANS = frozenset({Role.STATISTICIAN})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
BOARD = HANDLERS | {Role.ADMINISTRATOR}
MATRIX: dict[str, frozenset[Role]] = {
    "GET /accounts": ADMINISTRATORS,
    "GET /accounts/<account_id>": ADMINISTRATORS,
    "POST /accounts/<account_id>/disable": ADMINISTRATORS,
    "POST /accounts/<account_id>/roles": ADMINISTRATORS,
    "GET /audit": AUDITORS,
    "POST /audit/export": AUDITORS,
    "GET /audit/items": AUDITORS,
    "GET /audit/items/<item_id>": AUDITORS,
    "POST /audit/verify": AUDITORS,
    "GET /board": BOARD,
    "POST /board/wall": BOARD,
    "GET /held": HANDLERS,
    "GET /held/<mail_id>": SUPERVISORS,
    "POST /held/<mail_id>/drop": SUPERVISORS,
    "POST /held/<mail_id>/release": SUPERVISORS,
    "POST /held/<mail_id>/retry": SUPERVISORS,
    "GET /attention": SUPERVISORS,
    "POST /attention/<attention_id>/settle": SUPERVISORS,
    "POST /documents/<dispatch_id>/again": SUPERVISORS,
    "POST /documents/<dispatch_id>/number": HANDLERS,
    "GET /items/<item_id>": HANDLERS,
    "GET /items/<item_id>/back": SUPERVISORS,
    "POST /items/<item_id>/back": SUPERVISORS,
    "POST /items/<item_id>/break": SUPERVISORS,
    "POST /items/<item_id>/claim": HANDLERS,
    "POST /items/<item_id>/clarified": HANDLERS,
    "POST /items/<item_id>/clarify": HANDLERS,
    "GET /items/<item_id>/correct": HANDLERS,
    "POST /items/<item_id>/correct": HANDLERS,
    "GET /items/<item_id>/decide": HANDLERS,
    "POST /items/<item_id>/decide": HANDLERS,
    "POST /items/<item_id>/hand-over": HANDLERS,
    "POST /items/<item_id>/note": HANDLERS,
    "GET /items/<item_id>/original": SUPERVISORS,
    "POST /items/<item_id>/original": SUPERVISORS,
    "GET /items/<item_id>/pictures/<int:index>/<int:number>": HANDLERS,
    "GET /items/<item_id>/pictures/<int:index>/<int:number>.jpg": HANDLERS,
    "POST /items/<item_id>/pictures/<int:index>/seal": HANDLERS,
    "GET /items/<item_id>/reassign": SUPERVISORS,
    "POST /items/<item_id>/reassign": SUPERVISORS,
    "POST /items/<item_id>/release": HANDLERS,
    "POST /items/<item_id>/sample": SUPERVISORS,
    "GET /items/<item_id>/source": HANDLERS,
    "POST /items/<item_id>/source": HANDLERS,
    "POST /items/<item_id>/source/close": HANDLERS,
    "GET /openings": SUPERVISORS,
    "POST /openings/<opening_id>/approve": SUPERVISORS,
    "POST /openings/<opening_id>/refuse": SUPERVISORS,
    "POST /openings/<opening_id>/review": SUPERVISORS,
    "GET /queue": HANDLERS,
    "GET /queue/decided": HANDLERS,
    "GET /queue/mine": HANDLERS,
    "GET /queue/taken": SUPERVISORS,
    "GET /reports": STATISTICIANS,
    "GET /reports/<report_id>": STATISTICIANS,
    "GET /reports/<report_id>/report.csv": STATISTICIANS,
    "GET /reports/<report_id>/report.html": STATISTICIANS,
    "POST /reports/<report_id>/release": STATISTICIANS,
    "POST /reports/make": STATISTICIANS,
    "GET /sampling": SUPERVISORS,
    "POST /sampling/draw": SUPERVISORS,
    "GET /training": TRAINERS,
    "GET /training/calendar-address": TRAINERS,
    "POST /training/calendar-address": TRAINERS,
    "POST /training/calendar-address/end": TRAINERS,
    "GET /training/requests/<request_id>": TRAINERS,
    "POST /training/requests/<request_id>/elsewhere": TRAINERS,
    "POST /training/requests/<request_id>/note": TRAINERS,
    "POST /training/requests/<request_id>/school": TRAINERS,
    "POST /training/requests/<request_id>/send/<kind>": TRAINERS,
    "GET /training/requests/<request_id>/when/<kind>": TRAINERS,
    "POST /training/requests/<request_id>/when/<kind>": TRAINERS,
    "GET /training/requests/<request_id>/write/<kind>": TRAINERS,
    "GET /training/schools": TRAINERS,
    "GET /training/schools/<urn>": TRAINERS,
    "GET /training/calendar": TRAINERS,
    "GET /training/sessions/plan": TRAINERS,
    "POST /training/sessions/plan": TRAINERS,
    "GET /training/sessions/<session_id>/change": TRAINERS,
    "POST /training/sessions/<session_id>/change": TRAINERS,
    "POST /training/sessions/<session_id>/changed": TRAINERS,
    "GET /training/sessions": TRAINERS,
    "GET /training/sessions/<session_id>": TRAINERS,
    "POST /training/sessions/<session_id>/attended/<request_id>": TRAINERS,
    "GET /training/sessions/<session_id>/cancel": TRAINERS,
    "POST /training/sessions/<session_id>/cancel": TRAINERS,
    "POST /training/sessions/<session_id>/offer": TRAINERS,
    "POST /training/sessions/<session_id>/offered": TRAINERS,
    "POST /training/sessions/<session_id>/wait": TRAINERS,
    "GET /training/telephone": TRAINERS,
    "POST /training/telephone": TRAINERS,
}
ENDS_THE_SESSION = {"POST /board/wall"}
# only with the word for setting an account up, whatever the role
SETTING_UP = {"GET /set-up", "GET /set-up/code.svg", "POST /set-up", "POST /set-up/cancel"}


@dataclass(frozen=True)
class Asked:
    """A method and an address."""

    method: str
    rule: str

    @property
    def path(self) -> str:
        """The address with something in the places of its variables."""
        numbers = re.sub(r"<int:\w+>", "1", self.rule)
        return re.sub(r"<[^>]+>", "0" * 32, numbers)


def asked(app: Flask) -> list[Asked]:
    """Every route with each of its methods."""
    rules = ((rule, rule.methods or set()) for rule in app.url_map.iter_rules())
    return [
        Asked(method, rule.rule) for rule, methods in rules for method in sorted(methods & {"GET", "POST"})
    ]


def refused(browser: Browser, wanted: Asked, proof: str) -> bool:
    """Whether it is: sent to the door, or told so."""
    if wanted.method == "GET":
        answer = browser.get(wanted.path)
    else:
        answer = browser.client.post(wanted.path, data={"csrf_token": proof}, buffered=True)
    return answer.status_code == 403 or "/sign-in?" in (answer.location or "")


def test_every_route_is_in_the_table(office: Office) -> None:
    """Whoever adds a page decides who may see it, and no line of the table is left over."""
    routes = {f"{one.method} {one.rule}" for one in asked(office.app)}

    assert routes == OPEN | MATRIX.keys() | SETTING_UP


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "nobody")
def test_what_is_not_in_the_table_is_refused(office: Office, role: Role | None) -> None:
    """Every route for this role; and none is refused that the table grants."""
    browser, proof = entered(office, role)
    for one in asked(office.app):
        line = f"{one.method} {one.rule}"
        if line in OPEN:
            continue
        granted = role is not None and role in MATRIX.get(line, frozenset())
        assert refused(browser, one, proof) is not granted, line
        if granted and line in ENDS_THE_SESSION:
            browser, proof = entered(office, role)


def entered(office: Office, role: Role | None) -> tuple[Browser, str]:
    """A browser of somebody with this role, and the proof for its forms."""
    if role is None:
        nobody = office.browser()
        return nobody, nobody.proof("/sign-in")
    browser = office.signed_in(f"{role.value}.local", role)
    return browser, browser.proof("/none")


def test_whoever_sets_an_account_up_sees_nothing_else(office: Office) -> None:
    """Not even what their role will grant."""
    browser = office.signed_in("handler.new", Role.SUPERVISOR, way="setup")
    proof = browser.proof("/set-up")
    for one in asked(office.app):
        line = f"{one.method} {one.rule}"
        if line not in OPEN | SETTING_UP:
            assert refused(browser, one, proof), line

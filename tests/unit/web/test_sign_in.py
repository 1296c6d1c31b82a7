"""The door: who gets in, for how long, and what is written down about it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.domain.roles import Role
from mailbot.errors import Declined
from mailbot.store import audit
from mailbot.store.unit import Store
from mailbot.web import accounts, credentials, throttle
from tests.unit.web.conftest import NOON, PASSWORD, Browser, Office, office_over

HANDLER = "handler.one"


def enter(browser: Browser, name: str = HANDLER, password: str = PASSWORD, code: str = "") -> int:
    """Try to sign in; the status."""
    fields = {"account": name, "password": password, "code": code}
    return browser.post("/sign-in", fields).status_code


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in."""
    return "Sign out" in browser.get("/", follow_redirects=True).text


def acts(office: Office) -> list[tuple[str, str, dict[str, str]]]:
    """Actor, action and detail of every entry of the chain."""
    with office.desk.store.look() as db:
        links = [link.entry for link in audit.entries(db)]
    return [(entry.actor, entry.action, json.loads(entry.detail)) for entry in links]


def test_password_and_code_let_in(office: Office) -> None:
    """Name, password and the device's code open a session, which is in the audit."""
    office.ready(HANDLER, Role.HANDLER)
    browser = office.browser()

    assert 302 == enter(browser, code=office.code(HANDLER))
    assert is_in(browser)
    assert (HANDLER, "sign_in", {"way": "local"}) == acts(office)[-1]


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        (HANDLER, PASSWORD, ""),
        (HANDLER, PASSWORD, "000000"),
        (HANDLER, PASSWORD, "12345é"),
        (HANDLER, "another password", None),
        ("nobody.here", PASSWORD, "123456"),
    ],
)
def test_anything_wrong_is_the_same_answer(
    office: Office, name: str, password: str, code: str | None
) -> None:
    """A wrong name, password or code is refused in the same words, and recorded without what was typed."""
    office.ready(HANDLER, Role.HANDLER)
    browser = office.browser()
    fields = {"account": name, "password": password, "code": office.code(HANDLER) if code is None else code}

    answer = browser.post("/sign-in", fields)

    assert 400 == answer.status_code
    assert "The name, the password or the code is wrong" in answer.text
    assert password not in answer.text
    assert not is_in(browser)
    assert "sign_in_failed" == acts(office)[-1][1]
    assert "nobody.here" not in str(acts(office))


def test_a_code_counts_once(office: Office) -> None:
    """The same code again lets nobody in."""
    office.ready(HANDLER, Role.HANDLER)
    code = office.code(HANDLER)

    assert 302 == enter(office.browser(), code=code)
    assert 400 == enter(office.browser(), code=code)


def test_a_recovery_code_counts_once(office: Office) -> None:
    """A code of the list stands in for the device, once, however it is typed."""
    code = office.ready(HANDLER, Role.HANDLER)[3]

    assert 302 == enter(office.browser(), code=code.upper().replace("-", " "))
    assert 400 == enter(office.browser(), code=code)
    assert "recovery_code_used" in str(acts(office))


def test_an_account_is_set_up_by_its_owner(office: Office) -> None:
    """The word for setting up leads to that page alone; a password and a device later it is good no more."""
    word = office.account(HANDLER, Role.HANDLER)
    browser = office.browser()
    enter(browser, password=word.upper())
    form = {"password": PASSWORD, "again": PASSWORD, "code": office.code(HANDLER)}

    assert "/set-up" == browser.get("/").location
    assert "<svg" in browser.get("/set-up/code.svg").text
    done = browser.post("/set-up", form, page="/set-up")

    assert 10 == done.text.count("<li>")
    assert not is_in(browser)
    assert 400 == enter(office.browser(), password=word)
    office.clock.later(minutes=1)
    assert 302 == enter(office.browser(), code=office.code(HANDLER))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "short", "again": "short"}, "12 characters or more"),
        ({"password": f"it is {HANDLER}", "again": f"it is {HANDLER}"}, "harder to guess"),
        ({"again": "three other words"}, "The two passwords differ"),
        ({"code": "000000"}, "The code is wrong"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(
    office: Office, change: dict[str, str], words: str
) -> None:
    """Each mistake has its sentence, and nothing is changed by it."""
    browser = office.browser()
    enter(browser, password=office.account(HANDLER, Role.HANDLER))
    form = {"password": PASSWORD, "again": PASSWORD, "code": office.code(HANDLER)}

    answer = browser.post("/set-up", form | change, page="/set-up")

    assert 400 == answer.status_code
    assert words in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.parametrize(
    "name", ["mailbot", "system", "mail-bot", "mailbot.", "unknown", "root", "mailbot@police.example"]
)
def test_nobody_is_named_like_the_machine(office: Office, name: str) -> None:
    """The audit could not tell them from it; neither here nor from a provider."""
    with office.desk.store.unit() as unit, pytest.raises(Declined) as made:
        accounts.add(unit, name, [Role.HANDLER], accounts.Once.make(), "os:root", NOON)
    with office.desk.store.unit() as unit, pytest.raises(Declined) as known:
        accounts.know(unit, "tenant/1", name, [Role.HANDLER], NOON)

    assert ("reserved", "reserved") == (made.value.code, known.value.code)


@pytest.mark.parametrize("name", ["", "-", "os:root"])
def test_a_provider_sends_no_odd_name(office: Office, name: str) -> None:
    """What could not be a name here is none from there either."""
    with office.desk.store.unit() as unit, pytest.raises(Declined) as refusal:
        accounts.know(unit, "tenant/1", name, [Role.HANDLER], NOON)

    assert "bad_name" == refusal.value.code


def test_the_word_for_setting_up_ends(office: Office) -> None:
    """After three days it lets nobody in."""
    word = office.account(HANDLER, Role.HANDLER)
    office.clock.now += accounts.SETUP

    assert 400 == enter(office.browser(), password=word)


def test_a_session_ends_when_nothing_is_clicked(office: Office) -> None:
    """Fifteen minutes without a click and it is over; with clicks it goes on, for ten hours."""
    browser = office.signed_in(HANDLER, Role.HANDLER)
    for _ in range(42):
        office.clock.later(minutes=14)
        assert is_in(browser)
    idle = office.signed_in(HANDLER)
    office.clock.later(minutes=11)
    assert is_in(browser)
    office.clock.later(minutes=1)
    assert not is_in(browser)
    assert is_in(idle)
    office.clock.later(minutes=15)
    assert not is_in(idle)


def test_a_page_that_loads_itself_is_no_click(office: Office) -> None:
    """What a page does by itself keeps nobody signed in."""
    browser = office.signed_in(HANDLER, Role.HANDLER)
    for _ in range(2):
        office.clock.later(minutes=8)
        browser.get("/sign-in?auto=1")

    assert not is_in(browser)


def test_signing_out_ends_the_session(office: Office) -> None:
    """The old cookie opens nothing after it."""
    browser = office.signed_in(HANDLER, Role.HANDLER)
    cookie = browser.client.get_cookie("mailbot", domain="localhost")
    assert cookie is not None

    browser.post("/sign-out", page="/")
    browser.client.set_cookie("mailbot", cookie.value, domain="localhost")

    assert not is_in(browser)


def test_disabling_ends_every_session(office: Office) -> None:
    """Whoever is signed in is out with the next click, and does not get in again."""
    office.ready(HANDLER, Role.HANDLER)
    browser = office.signed_in(HANDLER)
    with office.desk.store.unit() as unit:
        accounts.disable(unit, HANDLER, "os:root", office.clock())

    assert not is_in(browser)
    assert 400 == enter(office.browser(), code=office.code(HANDLER))


def test_the_session_is_another_after_signing_in(office: Office) -> None:
    """An id that somebody planted is worth nothing."""
    office.ready(HANDLER, Role.HANDLER)
    browser = office.browser()
    browser.client.set_cookie("mailbot", "planted", domain="localhost")
    enter(browser, code=office.code(HANDLER))
    cookie = browser.client.get_cookie("mailbot", domain="localhost")

    assert cookie is not None
    assert "planted" != cookie.value


def test_failures_slow_down(office: Office) -> None:
    """After five failures from one address there is a pause, for the right password too; elsewhere not."""
    office.ready(HANDLER, Role.HANDLER)
    browser = office.browser()
    for _ in range(5):
        assert 400 == enter(browser, code="000000")

    assert 429 == enter(browser, code=office.code(HANDLER))
    office.clock.later(seconds=31)
    assert 302 == enter(browser, code=office.code(HANDLER))


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (9, 900), (99, 900)])
def test_the_pause_grows_and_has_a_limit(failures: int, seconds: int) -> None:
    """A person who mistyped waits little, a program long."""
    assert seconds == throttle.pause(failures, 5).total_seconds()


def test_a_page_comes_back_after_signing_in(office: Office) -> None:
    """Whoever was sent to the door is led on to where they wanted to go, and never elsewhere."""
    office.ready(HANDLER, Role.HANDLER)
    for wanted, led in (("/set-up?x=1", "/set-up?x=1"), ("//evil.example/", "/"), ("/\\evil.example", "/")):
        browser = office.browser()
        office.clock.later(seconds=30)
        fields = {"account": HANDLER, "password": PASSWORD, "code": office.code(HANDLER), "next": wanted}

        assert led == browser.post("/sign-in", fields).location


def test_local_accounts_are_off_in_production_unless_set(sqlite_store: Store, tmp_path: Path) -> None:
    """A door that is switched off shows no form and takes none."""
    office = office_over(sqlite_store, tmp_path, local_accounts=False)
    office.ready(HANDLER, Role.HANDLER)
    browser = office.browser()

    assert "Password" not in browser.get("/sign-in").text
    token = office.signed_in(HANDLER).proof("/")
    assert 302 != browser.client.post("/sign-in", data={"csrf_token": token}).status_code


def test_a_step_that_was_used_is_refused_with_those_before() -> None:
    """A code seen over a shoulder is worth nothing once a later one was used."""
    secret = credentials.new_secret()
    now = NOON
    import pyotp

    old, new = pyotp.TOTP(secret).at(now - timedelta(seconds=30)), pyotp.TOTP(secret).at(now)
    step = credentials.step_of(secret, new, now, 0)

    assert step is not None
    assert credentials.step_of(secret, old, now, step) is None
    assert credentials.step_of(secret, old, now, 0) is not None

"""What holds for every page: who may see it, what its answer says about itself, what a fault looks like."""

from pathlib import Path

import pytest
from flask import Flask

from mailbot.config import Config, Console, General
from mailbot.domain.roles import GRANTS, Permission, Role, conflicts
from mailbot.errors import ConfigError, Declined, StoreUnavailable
from mailbot.store.unit import Store
from mailbot.web.app import create_app
from mailbot.web.desk import Desk
from mailbot.web.pages import everything
from mailbot.web.routes import Access, Route, page
from tests.unit.web.conftest import Clock, Office


class Broken:
    """Pages that fail, each in its way."""

    name = "broken"

    @page("/broken/fault", Access.SIGNED_IN)
    def fault(self) -> str:
        """A bug of ours that quotes somebody."""
        raise RuntimeError("Zebedee Quince")

    @page("/broken/declined/<code>", Access.SIGNED_IN)
    def declined(self, code: str) -> str:
        """Not as things stand."""
        raise Declined(code)

    @page("/broken/store", Access.SIGNED_IN, "GET", "POST")
    def store(self) -> str:
        """The database is away."""
        raise StoreUnavailable("away")


@pytest.fixture
def broken(office: Office) -> Office:
    """A console with them."""
    app = create_app(office.desk, [*everything(office.desk), Broken()])
    return Office(office.desk, app, office.clock)


def test_every_route_says_what_it_needs(office: Office) -> None:
    """There is no address whose view declares nothing."""
    rules = list(office.app.url_map.iter_rules())

    assert rules
    for rule in rules:
        assert isinstance(getattr(office.app.view_functions[rule.endpoint], "route", None), Route), rule


def test_a_view_that_declares_nothing_is_refused(office: Office) -> None:
    """Also an address that was entered past our own way is shown to nobody."""
    app: Flask = office.app
    app.add_url_rule("/past", "past", lambda: "secret")
    browser = office.signed_in("handler.one", Role.HANDLER)

    assert 403 == browser.get("/past").status_code


def test_whoever_is_not_signed_in_is_sent_to_the_door(broken: Office) -> None:
    """A page is no page for a stranger; a form of theirs is not looked at."""
    browser = broken.browser()

    assert "/sign-in?next=/broken/fault?x%3D1" == browser.get("/broken/fault?x=1").location
    assert "/sign-in?said=ended" == browser.post("/broken/store").location


@pytest.mark.parametrize("path", ["/sign-in", "/", "/assets/console.css", "/none", "/broken/fault"])
def test_headers(broken: Office, path: str) -> None:
    """Every answer, also an error, forbids what could carry something out."""
    answer = broken.signed_in("handler.one", Role.HANDLER).get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "nosniff" == answer.headers["X-Content-Type-Options"]
    assert "same-origin" == answer.headers["Referrer-Policy"]
    kept = "public" in answer.headers["Cache-Control"]
    assert kept is path.startswith("/assets/")
    assert kept or "no-store" == answer.headers["Cache-Control"]


def test_a_fault_tells_nothing(broken: Office) -> None:
    """A person reads one sentence; what the fault was about is in no answer."""
    answer = broken.signed_in("handler.one", Role.HANDLER).get("/broken/fault")

    assert 500 == answer.status_code
    assert "This is a fault of ours" in answer.text
    assert "Zebedee" not in answer.text


def test_what_was_declined_is_explained(broken: Office) -> None:
    """Our code has our sentence; a code that nobody knows is not repeated."""
    browser = broken.signed_in("handler.one", Role.HANDLER)

    assert "Somebody else has this item." in browser.get("/broken/declined/taken").text
    assert "zebedee" not in browser.get("/broken/declined/zebedee").text


def test_what_was_typed_survives_a_database_that_is_away(broken: Office) -> None:
    """The answer carries the form, escaped, to be sent again; never a password."""
    browser = broken.signed_in("handler.one", Role.HANDLER)
    typed = {"words": '<b>"typed"</b>', "password": "three random words"}

    answer = browser.post("/broken/store", typed, page="/broken/store")

    assert 503 == answer.status_code
    assert 'name="words" value="&lt;b&gt;&#34;typed&#34;&lt;/b&gt;"' in answer.text
    assert "three random words" not in answer.text


def test_a_form_without_its_proof_is_refused(office: Office) -> None:
    """Neither without one, nor with one of another session, nor from another site."""
    browser, other = (
        office.signed_in("handler.one", Role.HANDLER),
        office.signed_in("handler.two", Role.HANDLER),
    )
    forged = browser.client.post("/sign-out", data={"csrf_token": other.proof("/")})

    assert 400 == browser.client.post("/sign-out").status_code
    assert 400 == forged.status_code
    assert "too old" in forged.text
    cross = {"Sec-Fetch-Site": "cross-site"}
    own = browser.proof("/")
    assert 403 == browser.client.post("/sign-out", data={"csrf_token": own}, headers=cross).status_code


def test_too_much_is_refused(office: Office) -> None:
    """A post beyond the limit is not read."""
    browser = office.browser()
    answer = browser.post("/sign-in", {"account": "x" * 2_000_000})

    assert 413 == answer.status_code


def test_another_host_is_refused(office: Office) -> None:
    """A name that somebody else's domain points here is not ours."""
    browser = office.browser()

    assert 400 == browser.get("/sign-in", base_url="http://evil.example").status_code


def test_by_https_the_cookie_is_of_this_host_alone(sqlite_store: Store, tmp_path: Path) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite; and the browser is told to stay with https."""
    console = Console(public_url="https://console.police.example")
    config = Config(mailbot=General(data=tmp_path, production=True), console=console)
    desk = Desk(config, sqlite_store, sqlite_store.vault, Clock())
    client = create_app(desk, everything(desk)).test_client()

    answer = client.get("/sign-in", base_url="https://console.police.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mailbot=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in answer.headers


def test_production_needs_https(sqlite_store: Store, tmp_path: Path) -> None:
    """Without a public address by https the console does not start there."""
    config = Config(mailbot=General(data=tmp_path, production=True))

    with pytest.raises(ConfigError, match="public_url"):
        create_app(Desk(config, sqlite_store, sqlite_store.vault, Clock()), [])


def test_an_administrator_sees_no_content() -> None:
    """The role grants none, and cannot be joined with one that does."""
    seen = {Permission.ITEM_SEE, Permission.SOURCE_OPEN, Permission.ORIGINAL_DOWNLOAD, Permission.QUEUE_SEE}

    assert not seen & GRANTS[Role.ADMINISTRATOR]
    assert conflicts({Role.ADMINISTRATOR, Role.HANDLER})
    assert not conflicts({Role.ADMINISTRATOR, Role.AUDITOR})


def test_permissions_are_in_order() -> None:
    """The list is kept in the alphabet's order, so that nothing hides in it."""
    words = [permission.value for permission in Permission]

    assert sorted(words) == words


def test_no_page_has_script_or_style_in_it(office: Office) -> None:
    """The policy forbids them, so none may be needed."""
    text = office.browser().get("/sign-in").text

    assert "style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert 1 == text.count("<script") == text.count('src="/assets/console.js"')

"""Signing in at the force's provider: what lets in, as what, and everything that does not."""

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests
from werkzeug.test import TestResponse

from mailbot.clients.network import Outward
from mailbot.clients.sign_in import Provider, Registration
from mailbot.clients.trouble import Kind, Trouble
from mailbot.config import Config, Console, General, SignIn
from mailbot.errors import ConfigError
from mailbot.store import audit
from mailbot.store.unit import Store
from mailbot.web import accounts
from mailbot.web.app import create_app
from mailbot.web.desk import Desk
from mailbot.web.pages import everything
from tests.fakes.oidc import CLIENT, SECRET, TENANT, Claims, OidcServer, new_key
from tests.servers.certificates import Authority
from tests.unit.web.conftest import Browser, Clock, Office, app_of

BACK = "http://127.0.0.1:8600/sign-in/back"
NAME = "handler.three@police.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """A file to trust, and a server's side of TLS."""
    folder = tmp_path_factory.mktemp("oidc")
    made = Authority.new()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*made.issue(folder))
    return str(made.write(folder / "ca.pem")), context


@pytest.fixture
def provider(authority: tuple[str, ssl.SSLContext]) -> Iterator[OidcServer]:
    """A provider that knows one handler."""
    server = OidcServer(authority[1], BACK)
    with server.serving():
        server.person(NAME, "Mailbot.handler", "Other.administrator")
        yield server


@pytest.fixture
def office(
    provider: OidcServer, authority: tuple[str, ssl.SSLContext], sqlite_store: Store, tmp_path: Path
) -> Office:
    """A console that sends people there."""
    clock = Clock(datetime.now(UTC))  # the provider's tokens are of today
    oidc = SignIn(issuer=provider.issuer, client_id=CLIENT, tenant=TENANT, role_prefix="Mailbot.")
    config = Config(mailbot=General(data=tmp_path), console=Console(oidc=oidc))
    registration = Registration(provider.issuer, CLIENT, TENANT, lambda: SECRET)
    client = Provider(registration, Outward(ca_files=(authority[0],)))
    desk = Desk(config, sqlite_store, sqlite_store.vault, clock, client)
    return Office(desk, app_of(desk), clock)


def there(browser: Browser, ca_file: str, name: str = NAME, **change: str) -> str:
    """Go to the provider and say who one is; the way back, relative."""
    away = browser.get("/sign-in/away?next=/queue/mine").location
    assert away is not None
    answer = requests.get(f"{away}&name={name}", allow_redirects=False, verify=ca_file, timeout=60)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{urlencode(dict(parse_qsl(parts.query)) | change)}"


def sign_in(
    office: Office, authority: tuple[str, ssl.SSLContext], name: str = NAME
) -> tuple[Browser, TestResponse]:
    """The whole way."""
    browser = office.browser()
    return browser, browser.get(there(browser, authority[0], name))


def acts(office: Office) -> list[str]:
    """The actions in the chain."""
    with office.desk.store.look() as db:
        return [link.entry.action for link in audit.entries(db)]


def test_a_token_lets_in_with_its_roles(office: Office, authority: tuple[str, ssl.SSLContext]) -> None:
    """Back where they wanted to go, as who they are there; another application's role is none of ours."""
    browser, answer = sign_in(office, authority)

    assert "/queue/mine" == answer.location
    assert NAME in browser.get("/queue").text
    assert 403 == browser.get("/accounts").status_code
    assert ["role_change", "sign_in"] == acts(office)


def test_the_roles_are_those_of_the_newest_token(
    office: Office, provider: OidcServer, authority: tuple[str, ssl.SSLContext]
) -> None:
    """What changed there counts here at the next sign-in, and is on record."""
    sign_in(office, authority)
    provider.person(NAME, "Mailbot.auditor")

    browser, _ = sign_in(office, authority)

    assert 200 == browser.get("/audit").status_code
    assert 403 == browser.get("/queue").status_code
    assert ["role_change", "sign_in"] * 2 == acts(office)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ((), "You have no role here"),
        (("handler",), "You have no role here"),
        (("Mailbot.handler", "Mailbot.administrator"), "Your roles contradict each other"),
    ],
)
def test_without_a_fitting_role_nobody_gets_in(
    office: Office,
    provider: OidcServer,
    authority: tuple[str, ssl.SSLContext],
    roles: tuple[str, ...],
    words: str,
) -> None:
    """None, one without our prefix, or two that one person must not have."""
    provider.person(NAME, *roles)
    browser, answer = sign_in(office, authority)

    assert 403 == answer.status_code
    assert words in answer.text
    assert 302 == browser.get("/queue").status_code
    assert ["sign_in_failed"] == acts(office)


def other_key(claims: Claims) -> str:
    """A token that somebody else signed."""
    return jwt.encode(claims, new_key("of somebody else"), algorithm="RS256", headers={"kid": "one"})


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims: claims | {"aud": "another-application"},
        lambda claims: claims | {"iss": "https://evil.example"},
        lambda claims: claims | {"exp": int(time.time()) - 3600},
        lambda claims: claims | {"tid": "another-tenant"},
        lambda claims: claims | {"nonce": "of-another-request"},
        lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
        lambda claims: claims | {"roles": "Mailbot.handler"},
        lambda claims: jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}),
        lambda claims: "no token at all",
        other_key,
    ],
    ids=["aud", "iss", "exp", "tid", "nonce", "no nonce", "roles", "unsigned", "garbage", "key"],
)
@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_a_token_that_is_not_right_lets_nobody_in(
    office: Office,
    provider: OidcServer,
    authority: tuple[str, ssl.SSLContext],
    forge: Callable[[Claims], Any],
) -> None:
    """Each check by itself: one thing wrong is enough."""
    provider.forge = forge
    browser, answer = sign_in(office, authority)

    assert 403 == answer.status_code
    assert 302 == browser.get("/queue").status_code
    assert ["sign_in_failed"] == acts(office)


def test_an_answer_to_nothing_lets_nobody_in(office: Office, authority: tuple[str, ssl.SSLContext]) -> None:
    """Another browser's answer, another state, one that came too late, a refusal, one used twice."""
    browser = office.browser()
    back = there(browser, authority[0])

    assert 400 == office.browser().get(back).status_code
    assert 403 == browser.get(there(browser, authority[0], state="another")).status_code
    assert 403 == browser.get(there(browser, authority[0], "nobody.here")).status_code
    late = there(browser, authority[0])
    office.clock.later(minutes=11)
    assert 400 == browser.get(late).status_code
    assert 302 == browser.get("/queue").status_code


def test_an_account_that_is_off_stays_off(office: Office, authority: tuple[str, ssl.SSLContext]) -> None:
    """The provider still knows them; the administrator here has said no."""
    sign_in(office, authority)
    with office.desk.store.unit() as unit:
        accounts.disable(unit, NAME, "os:root", office.clock())

    _, answer = sign_in(office, authority)

    assert 403 == answer.status_code
    assert "switched off" in answer.text


def test_a_name_is_not_taken_over(
    office: Office, provider: OidcServer, authority: tuple[str, ssl.SSLContext]
) -> None:
    """Somebody else who comes with a name that is known is not let in as that person."""
    sign_in(office, authority)
    provider.person(NAME, "Mailbot.supervisor", oid="somebody-else")

    _, answer = sign_in(office, authority)

    assert 403 == answer.status_code
    assert "Your name is taken" in answer.text


def test_a_provider_that_is_away_is_said(
    authority: tuple[str, ssl.SSLContext], office: Office, provider: OidcServer
) -> None:
    """A sentence, and the next try asks again."""
    from tests.fakes.web import Reply

    provider.fail("openid-configuration", Reply(503))

    assert 503 == office.browser().get("/sign-in/away").status_code
    assert 302 == office.browser().get("/sign-in/away").status_code


def test_a_provider_with_another_certificate_is_not_spoken_to(provider: OidcServer) -> None:
    """Who is not verified gets neither our secret nor our people."""
    client = Provider(Registration(provider.issuer, CLIENT, TENANT, lambda: SECRET), Outward())

    with pytest.raises(Trouble) as caught:
        client.begin(BACK)

    assert Kind.AWAY is caught.value.kind


def test_without_a_provider_there_is_no_such_door(
    office: Office, sqlite_store: Store, tmp_path: Path
) -> None:
    """No link, no page."""
    desk = Desk(Config(mailbot=General(data=tmp_path)), sqlite_store, sqlite_store.vault, office.clock)
    client = create_app(desk, everything(desk)).test_client()

    assert "force account" not in client.get("/sign-in").text
    assert 404 == client.get("/sign-in/away").status_code
    assert "force account" in office.browser().get("/sign-in").text


def test_the_configured_provider_needs_its_secret(tmp_path: Path) -> None:
    """Without one the console does not start; without the table there is no provider."""
    oidc = SignIn(issuer="https://login.example/t/v2.0", client_id=CLIENT, secret_env="OIDC_SECRET")
    config = Config(mailbot=General(data=tmp_path), console=Console(oidc=oidc))

    assert Provider.of(config, {"OIDC_SECRET": SECRET}) is not None
    assert Provider.of(Config(mailbot=General(data=tmp_path)), {}) is None
    with pytest.raises(ConfigError, match="secret_env"):
        Provider.of(config, {})

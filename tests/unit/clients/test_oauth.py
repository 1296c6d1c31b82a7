"""Tokens by msal, from a directory on loopback."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from mailbot.clients.network import Outward
from mailbot.clients.oauth import Application, Tokens
from mailbot.clients.trouble import Kind, Trouble
from tests.fakes.login import CLIENT, SECRET, TENANT, LoginServer
from tests.fakes.web import Reply
from tests.servers.exchange import Tls, make_certificate

SCOPE = "https://graph.example/.default"
Make = Callable[..., Tokens]


@pytest.fixture
def tokens(login_server: LoginServer, exchange_tls: Tls) -> Make:
    """Tokens of the one application; by its secret unless said otherwise."""

    def make(**how: Any) -> Tokens:
        how = how or {"secret": lambda: SECRET}
        application = Application(TENANT, CLIENT, login_server.authority, **how)
        return Tokens(application, SCOPE, Outward(ca_files=(str(exchange_tls.ca_file),)))

    return make


def test_a_token_is_kept(tokens: Make, login_server: LoginServer) -> None:
    """It is asked for once, and is good for what it was asked for."""
    ask = tokens()
    once, twice = ask(False), ask(False)

    assert once == twice
    assert SCOPE == login_server.issued[once].scope
    assert 1 == login_server.asked("POST")


def test_a_refused_token_is_renewed(tokens: Make, login_server: LoginServer) -> None:
    """A fresh one is another one, and is kept in its turn."""
    ask = tokens()
    once = ask(False)
    fresh = ask(True)

    assert once != fresh
    assert fresh == ask(False)


def test_one_that_ends_is_renewed_by_itself(tokens: Make, login_server: LoginServer) -> None:
    """A token is not offered when it has ended."""
    login_server.lifetime = 1
    ask = tokens()

    assert ask(False) != ask(False)


def test_a_certificate(
    tokens: Make, login_server: LoginServer, application_certificate: tuple[Path, x509.Certificate]
) -> None:
    """The assertion is signed with PS256 and names the certificate by its SHA-256."""
    path, login_server.application.certificate = application_certificate

    assert login_server.is_good(tokens(certificate_file=str(path))(False))


def test_a_renewed_certificate_counts_at_once(
    tokens: Make, login_server: LoginServer, tmp_path: Path
) -> None:
    """A file that was replaced is read when the next token is asked for."""
    path, old = make_certificate(tmp_path / "c.pem", timedelta(days=9))
    login_server.application.certificate = old
    ask = tokens(certificate_file=str(path))
    ask(False)
    path.unlink()
    _, login_server.application.certificate = make_certificate(path, timedelta(days=9))

    assert login_server.is_good(ask(True))


def test_a_workload_identity(tokens: Make, login_server: LoginServer, tmp_path: Path) -> None:
    """The assertion is read from its file each time, because something else renews it."""
    file = tmp_path / "assertion"
    file.write_text("first\n")
    login_server.application.federated = "first"
    ask = tokens(assertion_file=str(file))
    ask(False)
    login_server.application.federated = "second"
    file.write_text("second\n")

    assert login_server.is_good(ask(True))


@pytest.mark.parametrize("code", [7000215, 7000222, 700016, 4711])
def test_a_refusal_names_its_code_and_nothing_else(
    code: int, tokens: Make, login_server: LoginServer
) -> None:
    """The directory's words are not repeated, nor is the secret."""
    words = {"error": "invalid_client", "error_description": "Zebedee Quince", "error_codes": [code]}
    login_server.fail("POST", Reply.json(words, 401), times=5)
    with pytest.raises(Trouble) as caught:
        tokens()(False)

    assert Kind.DENIED is caught.value.kind
    assert "Zebedee" not in str(caught.value)
    assert SECRET not in str(caught.value) + repr(caught.value)
    assert (str(code) in str(caught.value)) == (code != 4711)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(503),
        Reply(200, b"not json", {"Content-Type": "application/json"}),
        Reply(200, b"[]"),
        Reply(200, b"x" * 2**21),
        Reply(302, headers={"Location": "https://elsewhere.example/"}),
        Reply(raw=lambda connection: None),
        Reply(
            raw=lambda connection: connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n"
            )
        ),
    ],
)
@pytest.mark.parametrize("where", ["openid", "POST"])
def test_a_directory_in_trouble(reply: Reply, where: str, tokens: Make, login_server: LoginServer) -> None:
    """Whatever it answers, there is no token now, and one later; nobody is told that the secret is wrong."""
    login_server.fail(where, reply)
    ask = tokens()
    with pytest.raises(Trouble) as caught:
        ask(False)

    assert caught.value.kind in (Kind.AWAY, Kind.DENIED if reply.body == b"[]" else Kind.AWAY)
    assert login_server.is_good(ask(False))


def test_another_host_gets_no_secret(tokens: Make, login_server: LoginServer) -> None:
    """A token endpoint on another host is not spoken to."""
    found = {
        "token_endpoint": "https://elsewhere.example/token",
        "authorization_endpoint": "https://x.example/a",
    }
    login_server.fail("openid", Reply.json(found))
    with pytest.raises(Trouble):
        tokens()(False)

    assert 0 == login_server.asked("POST")


def test_a_strange_certificate_of_the_directory(login_server: LoginServer) -> None:
    """A directory whose certificate nobody we trust has signed gets no secret."""
    application = Application(TENANT, CLIENT, login_server.authority, lambda: SECRET)
    with pytest.raises(Trouble, match="certificate is not trusted"):
        Tokens(application, SCOPE, Outward())(False)

    assert [] == login_server.requests
    assert SECRET not in repr(application)

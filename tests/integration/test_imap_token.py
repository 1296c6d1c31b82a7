"""IMAP by an access token, against a real server: msal asks a directory, Dovecot asks whose the token is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.adapters import build_source
from mailbot.config import Config, General, Mailbox, Network, OAuth
from mailbot.errors import Refused
from mailbot.intake.sources.base import MailSource
from tests.contract.test_sources import FIRST, fetched
from tests.fakes.login import CLIENT, SECRET, TENANT, LoginServer
from tests.fakes.web import Reply, Request, WebServer
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import Tls

ENVIRON = {"CLIENT_SECRET": SECRET}


class TokenInfo(WebServer):
    """Says whose a token is, as a directory does when a mail server asks."""

    def __init__(self, login: LoginServer, user: str) -> None:
        super().__init__()
        self._login, self._user = login, user

    def answer(self, request: Request) -> Reply:
        good = self._login.is_good(request.query.get("access_token", ""))
        text = json.dumps({"upn": self._user, "active": "yes"} if good else {"active": "no"})
        # not kept open: the next test's directory has the same port
        headers = {"Content-Type": "application/json", "Connection": "close"}
        return Reply(200, text.encode(), headers)


@pytest.fixture
def user(dovecot: Dovecot, login_server: LoginServer) -> Iterator[str]:
    """A user with one message, whose tokens are good."""
    name = dovecot.user("token")
    dovecot.deliver(name, FIRST)
    with TokenInfo(login_server, name).serving(dovecot.directory):
        yield name


@pytest.fixture
def source(
    user: str, dovecot: Dovecot, login_server: LoginServer, exchange_tls: Tls, tmp_path: Path
) -> MailSource:
    """The mailbox as a configuration has it."""
    oauth = OAuth(
        tenant=TENANT, client_id=CLIENT, secret_env="CLIENT_SECRET", authority=login_server.authority
    )
    box = Mailbox(
        name="partnership",
        kind="imap",
        host="127.0.0.1",
        port=dovecot.plain,
        tls="none",
        username=user,
        oauth=oauth,
    )
    config = Config(
        mailbot=General(data=tmp_path), mailboxes=(box,), network=Network(ca_file=str(exchange_tls.ca_file))
    )
    return build_source(config, box, ENVIRON)


def read(source: MailSource) -> list[bytes]:
    """What a session serves."""
    with source.session() as session:
        return fetched(session, session.arrivals())


def test_a_token_opens_the_mailbox(source: MailSource, login_server: LoginServer) -> None:
    """XOAUTH2 with a token for Exchange's mail protocols, asked for once for two sessions."""
    assert [FIRST] == read(source) == read(source)
    assert {"https://outlook.office365.com/.default"} == {one.scope for one in login_server.issued.values()}
    assert 1 == len(login_server.issued)


def test_a_token_that_was_revoked_is_renewed(source: MailSource, login_server: LoginServer) -> None:
    """Also one that our clock calls good and the server's does not: the same session has a fresh one."""
    read(source)
    login_server.revoke_all()

    assert [FIRST] == read(source)
    assert 2 == len(login_server.issued)


def test_two_refused_tokens_are_a_matter_for_a_person(
    source: MailSource, login_server: LoginServer, user: str
) -> None:
    """A fresh one is tried once, and none is offered twice."""
    login_server.born_dead = True
    with pytest.raises(Refused) as first:
        read(source)
    with pytest.raises(Refused):
        read(source)
    login_server.born_dead = False

    assert "token-" not in str(first.value)
    assert 3 == len(login_server.issued)
    assert [FIRST] == read(source)

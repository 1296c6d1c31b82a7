"""Signing in at a provider, in a real browser: there, back, and in, with the roles of the token."""

import socket
import ssl
from pathlib import Path

from playwright.sync_api import Browser, expect

from mailbot.clients.network import Outward
from mailbot.clients.sign_in import Provider, Registration
from mailbot.config import SignIn
from tests.browser.conftest import served, violations
from tests.fakes.oidc import CLIENT, SECRET, TENANT, OidcServer
from tests.servers.certificates import Authority

NAME = "handler.three@police.example"


def free_port() -> int:
    """A port that nobody has now: the provider must know the way back before the console listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_person_signs_in_at_the_provider(tmp_path: Path, sqlite_template: Path, chromium: Browser) -> None:
    """One link away, one form there, and the queue; a refusal there is a sentence here."""
    authority, port = Authority.new(), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(tmp_path))
    trusted = Outward(ca_files=(str(authority.write(tmp_path / "ca.pem")),))
    there = OidcServer(context, f"http://127.0.0.1:{port}/sign-in/back")
    with there.serving():
        there.person(NAME, "handler")
        provider = Provider(Registration(there.issuer, CLIENT, TENANT, lambda: SECRET), trusted)
        oidc = SignIn(issuer=there.issuer, client_id=CLIENT, tenant=TENANT)
        with served(
            tmp_path, sqlite_template, chromium, provider=provider, port=port, oidc=oidc, local_accounts=False
        ) as site:
            page = site.page(ignore_https_errors=True)
            page.goto("/queue/mine")
            assert [] == violations(page)
            page.get_by_role("button", name="Sign in with your force account").click()
            page.get_by_label("Name").fill("nobody.here")
            page.get_by_role("button", name="Go").click()
            expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()

            page.goto("/queue/mine")
            page.get_by_role("button", name="Sign in with your force account").click()
            page.get_by_label("Name").fill(NAME)
            page.get_by_role("button", name="Go").click()
            expect(page).to_have_title("My items - mailbot")
            expect(page.get_by_text(f"Signed in as {NAME}")).to_be_visible()

"""What leaves the machine: through the proxy, to configured hosts, under our authority; and no more."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.fakes import oidc
from tests.fakes.graph import ADDRESS, GraphServer
from tests.fakes.login import CLIENT, SECRET, TENANT, LoginServer
from tests.fakes.oidc import OidcServer
from tests.fakes.proxy import Proxy
from tests.fakes.web import Reply, Request, WebServer
from tests.house.silence import canary
from tests.servers.certificates import Authority
from tests.servers.exchange import make_tls

GRAPH, LOGIN = "graph.cloud.test", "login.cloud.test"
PROVIDER, HOOK = "provider.cloud.test", "hook.cloud.test"
HANDLER = "handler.three@police.example"
MAIL = (
    b"Authentication-Results: mx.police.example; dmarc=pass header.from=school.example\r\n"
    b"Received: from a.school.example by mx.police.example with ESMTPS; Mon, 3 Nov 2025 09:00:01 +0000\r\n"
    b"From: Zebedee Quince <head@school.example>\r\nTo: partnership@police.example\r\n"
    b"Subject: Partnership form\r\nDate: Mon, 3 Nov 2025 09:00:00 +0000\r\n"
    b"Message-ID: <1@school.example>\r\n\r\nCommunity Partnership Information form (CPI)\r\n"
)
CONFIG = f"""
[mailbot]
data = "data"
disk_reserve_mb = 1

[[mailboxes]]
name = "partnership"
kind = "graph"
addresses = ["{ADDRESS}"]
url = "https://{GRAPH}/v1.0"
authserv_ids = ["mx.police.example"]

[mailboxes.oauth]
tenant = "{TENANT}"
client_id = "{CLIENT}"
secret_env = "CLIENT_SECRET"
authority = "https://{LOGIN}"

[acknowledge]
enabled = true
kind = "graph"
url = "https://{GRAPH}/v1.0"
from = "Education Partnership Team <{ADDRESS}>"
delay_seconds = [0, 0]

[acknowledge.oauth]
tenant = "{TENANT}"
client_id = "{CLIENT}"
secret_env = "CLIENT_SECRET"
authority = "https://{LOGIN}"

[network]
proxy = "http://proxy-user:proxy-word@127.0.0.1:PORT"
ca_file = "ca.pem"

[sandbox]
mode = "best_effort"
"""
CONSOLE = f"""
[console]
port = PORT

[console.oidc]
issuer = "https://{PROVIDER}/{oidc.TENANT}/v2.0"
client_id = "{oidc.CLIENT}"
tenant = "{oidc.TENANT}"
secret_env = "PROVIDER_SECRET"
"""
WEBHOOK = f"""
[watch.webhook]
url = "https://{HOOK}/mailbot"
token_env = "HOOK_TOKEN"
"""
# Runs mailbot and notes each address that it connects to or looks up, at a level below every library.
LISTENING = """
import json, os, sys
said = []
def hook(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        said.append(list(args[1][:2]))
    elif event == "socket.getaddrinfo":
        said.append([args[0], args[1]])
sys.addaudithook(hook)
from mailbot.cli import main
code = main(sys.argv[2:])
open(sys.argv[1], "w").write(json.dumps([[str(host), port] for host, port in said]))
sys.exit(code)
"""


@dataclass
class World:
    """Two clouds behind a proxy, and mailbot's folder."""

    graph: GraphServer
    login: LoginServer
    proxy: Proxy
    folder: Path

    def run(self, *words: str, **environ: str) -> tuple[int, list[tuple[str, int]], str]:
        """Run mailbot; its exit code, what it connected to, and what it said."""
        with self.running(*words, **environ) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, self.spoken(), out + err

    @contextmanager
    def running(self, *words: str, **environ: str) -> "Iterator[subprocess.Popen[str]]":
        """Mailbot at its work; ended where it has not ended by itself."""
        file = str(self.folder / "mailbot.toml")
        with subprocess.Popen(
            [sys.executable, "-c", LISTENING, str(self.folder / "spoken.json"), "--config", file, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "CLIENT_SECRET": SECRET} | environ,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def spoken(self) -> list[tuple[str, int]]:
        """What the last run connected to or looked up."""
        file = self.folder / "spoken.json"
        found = json.loads(file.read_text()) if file.exists() else []
        return [(host, int(port or 0)) for host, port in found]

    def configure(self, more: str) -> None:
        """Add to the settings."""
        file = self.folder / "mailbot.toml"
        file.write_text(file.read_text() + more)


@pytest.fixture
def world(tmp_path: Path, exchange_authority: Authority) -> Iterator[World]:
    """Names that no resolver knows; only the proxy leads to them."""
    canary("Zebedee Quince", "head@school.example")
    graph_tls = make_tls(exchange_authority, tmp_path / "graph", GRAPH)
    login_tls = make_tls(exchange_authority, tmp_path / "login", LOGIN)
    graph, login = GraphServer(graph_tls.context, name=GRAPH), LoginServer(login_tls.context, LOGIN)
    graph.accepts = login.is_good
    with graph.serving(), login.serving():
        known = {f"{GRAPH}:443": graph.port, f"{LOGIN}:443": login.port}
        with Proxy(known).serving() as proxy:
            subprocess.run(
                [sys.executable, "-m", "mailbot", "init", "--dir", str(tmp_path / "m")], check=True
            )
            folder = tmp_path / "m"
            (folder / "ca.pem").write_bytes(graph_tls.ca_file.read_bytes())
            (folder / "mailbot.toml").write_text(CONFIG.replace("PORT", str(proxy.port)))
            yield World(graph, login, proxy, folder)


def test_everything_goes_through_the_proxy_and_nothing_else_is_contacted(world: World) -> None:
    """A whole run: a mailbox read, tidied and answered by way of the proxy, and nobody else spoken to."""
    world.graph.deliver(MAIL)
    code, spoken, said = world.run("run", "--once", HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY="*")

    assert 0 == code, said
    assert {f"{GRAPH}:443", f"{LOGIN}:443"} == set(world.proxy.asked)
    assert {("127.0.0.1", world.proxy.port)} == set(spoken)
    assert {f"https://{GRAPH}/.default"} == {one.scope for one in world.login.issued.values()}
    assert [MAIL] == [one.data for one in world.graph.within("Processed")]
    assert ["head@school.example"] == [
        one["message"]["toRecipients"][0]["emailAddress"]["address"] for one in world.graph.sent
    ]


def test_a_check_speaks_to_the_same_and_changes_nothing(world: World) -> None:
    """Looking needs the same two hosts; the message stays where it is."""
    world.graph.deliver(MAIL)
    code, spoken, said = world.run("check")

    assert 0 == code, said
    assert {("127.0.0.1", world.proxy.port)} == set(spoken)
    assert 1 == len(world.graph.within("INBOX"))
    assert [] == world.graph.sent


def test_a_proxy_that_refuses(world: World) -> None:
    """No way round it is looked for; the sentence names the setting and not the proxy's password."""
    world.proxy.known = {}
    code, spoken, said = world.run("check")

    assert 1 == code
    assert {("127.0.0.1", world.proxy.port)} == set(spoken)
    assert "[network] → proxy" in said
    assert "proxy-word" not in said


def test_the_token_stays_in_the_tunnel(world: World) -> None:
    """The proxy hears host names; tokens and secrets travel inside TLS."""
    world.run("run", "--once")
    heard = bytes(world.proxy.heard)

    assert b"CONNECT graph.cloud.test:443" in heard
    assert b"token-" not in heard
    assert SECRET.encode() not in heard


def test_an_authority_that_nobody_named(world: World) -> None:
    """Without `ca_file` the private authority is not believed, and nothing is said to the servers."""
    text = (world.folder / "mailbot.toml").read_text().replace('ca_file = "ca.pem"', "")
    (world.folder / "mailbot.toml").write_text(text)
    code, _, said = world.run("check", REQUESTS_CA_BUNDLE=str(world.folder / "ca.pem"))

    assert 1 == code
    assert "[network] → ca_file" in said
    assert [] == world.graph.requests + world.login.requests


class Hook(WebServer):
    """A site's webhook, which takes everything."""

    def answer(self, request: Request) -> Reply:
        return Reply(200)


@pytest.fixture
def hook(world: World, exchange_authority: Authority, tmp_path: Path) -> Iterator[Hook]:
    """Behind the proxy, and configured."""
    server = Hook(make_tls(exchange_authority, tmp_path / "hook", HOOK).context)
    with server.serving():
        world.proxy.known = {f"{HOOK}:443": server.port}
        world.configure(WEBHOOK)
        yield server


def test_an_alert_goes_through_the_proxy(world: World, hook: Hook) -> None:
    """One post to the webhook by way of the proxy, which hears neither the token nor the alert."""
    code, spoken, said = world.run("alerts", "--test", HOOK_TOKEN="hook-word", NO_PROXY="*")
    heard = bytes(world.proxy.heard)

    assert 0 == code, said
    assert [f"{HOOK}:443"] == world.proxy.asked
    assert {("127.0.0.1", world.proxy.port)} == set(spoken)
    assert ["Bearer hook-word"] == [one.headers["authorization"] for one in hook.requests]
    assert b"hook-word" not in heard
    assert b"ALERT" not in heard


def test_an_alert_finds_no_way_round(world: World, hook: Hook) -> None:
    """A proxy that refuses, an authority that nobody named: the setting is said, and nothing else tried."""
    known, world.proxy.known = world.proxy.known, {}
    refused = world.run("alerts", "--test", HOOK_TOKEN="hook-word")
    world.proxy.known = known
    text = (world.folder / "mailbot.toml").read_text().replace('ca_file = "ca.pem"', "")
    (world.folder / "mailbot.toml").write_text(text)
    ca_file = str(world.folder / "ca.pem")
    strange = world.run("alerts", "--test", HOOK_TOKEN="hook-word", REQUESTS_CA_BUNDLE=ca_file)

    assert (1, 1) == (refused[0], strange[0])
    assert {("127.0.0.1", world.proxy.port)} == set(refused[1] + strange[1])
    assert "[network] → proxy" in refused[2]
    assert "[network] → ca_file" in strange[2]
    assert [] == hook.requests


@dataclass
class Door:
    """The console's address, and the provider behind the proxy."""

    url: str
    provider: OidcServer

    @property
    def address(self) -> tuple[str, int]:
        """What the console looks up to listen on it."""
        return "127.0.0.1", urlsplit(self.url).port or 0

    def browser(self, process: "subprocess.Popen[str]") -> requests.Session:
        """A person's own, once the door is open; it has its own way, and not the proxy."""
        session, end = requests.Session(), time.monotonic() + 60
        session.trust_env = False
        while True:
            try:
                session.get(f"{self.url}/sign-in", timeout=60)
            except requests.ConnectionError:
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.1)
            else:
                return session


@pytest.fixture
def door(world: World, exchange_authority: Authority, tmp_path: Path) -> Iterator[Door]:
    """A console whose people sign in at a provider that only the proxy leads to."""
    tls = make_tls(exchange_authority, tmp_path / "provider", PROVIDER)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = OidcServer(tls.context, f"{url}/sign-in/back", PROVIDER)
    with server.serving():
        server.person(HANDLER, "handler")
        world.proxy.known = {f"{PROVIDER}:443": server.port}
        world.configure(CONSOLE.replace("PORT", str(port)))
        yield Door(url, server)


def test_signing_in_goes_through_the_proxy(world: World, door: Door) -> None:
    """
    The provider's description, its keys and the token come by way of the proxy, and nobody else is spoken
    to; the code and the console's secret stay in the tunnel.
    """
    with world.running("serve", PROVIDER_SECRET=oidc.SECRET, HTTPS_PROXY="http://127.0.0.1:9") as process:
        browser = door.browser(process)
        away = browser.get(f"{door.url}/sign-in/away?next=/queue", allow_redirects=False, timeout=60)
        parts = urlsplit(away.headers["Location"])
        said_there = dict(parse_qsl(parts.query)) | {"name": HANDLER}
        back = door.provider.answer(Request("GET", parts.path, said_there, {}, b""))
        page = browser.get(back.headers["Location"], timeout=60)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    asked = {one.path.removeprefix(f"/{oidc.TENANT}/v2.0") for one in door.provider.requests}
    heard = bytes(world.proxy.heard)

    assert 0 == process.returncode, err
    assert HANDLER in page.text
    assert {f"{PROVIDER}:443"} == set(world.proxy.asked)
    assert {("127.0.0.1", world.proxy.port), door.address} == set(world.spoken())
    assert {"/.well-known/openid-configuration", "/keys", "/token"} == asked
    assert oidc.SECRET.encode() not in heard
    assert dict(parse_qsl(urlsplit(back.headers["Location"]).query))["code"].encode() not in heard


def test_signing_in_finds_no_way_round(world: World, door: Door) -> None:
    """A proxy that refuses: a sentence for the person, and no other way is tried."""
    world.proxy.known = {}
    with world.running("serve", PROVIDER_SECRET=oidc.SECRET) as process:
        browser = door.browser(process)
        away = browser.get(f"{door.url}/sign-in/away?next=/queue", allow_redirects=False, timeout=60)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)

    assert 0 == process.returncode, err
    assert 503 == away.status_code
    assert {("127.0.0.1", world.proxy.port), door.address} == set(world.spoken())
    assert [] == door.provider.requests

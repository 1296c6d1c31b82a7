"""What leaves the machine: through the proxy, to configured hosts, under our authority; and no more."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.graph import ADDRESS, GraphServer
from tests.fakes.login import CLIENT, SECRET, TENANT, LoginServer
from tests.fakes.proxy import Proxy
from tests.house.silence import canary
from tests.servers.certificates import Authority
from tests.servers.exchange import make_tls

GRAPH, LOGIN = "graph.cloud.test", "login.cloud.test"
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
        spoken = self.folder / "spoken.json"
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                LISTENING,
                str(spoken),
                "--config",
                str(self.folder / "mailbot.toml"),
                *words,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            env={"PATH": "/usr/bin:/bin", "CLIENT_SECRET": SECRET} | environ,
        )
        found = json.loads(spoken.read_text()) if spoken.exists() else []
        return done.returncode, [(host, port) for host, port in found], done.stdout + done.stderr


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

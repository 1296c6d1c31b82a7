"""
Exchange over a slow network: each request takes 20 ms more, and two may be under way at a time.

The bound is what these two rules alone allow where each message is fetched and moved by itself. By EWS
several go into one request, so there it can be beaten. What is measured is the whole of collecting and
tidying: listing, sealing, syncs, transactions and the proof that the messages are gone included. A fake
answers, in this process.
"""

import time
from collections.abc import Callable
from pathlib import Path

from bench.setting import Setting
from bench.table import Row, median, spread
from mailbot.clients.exchange import Exchange
from mailbot.clients.graph import Graph
from mailbot.clients.network import Outward
from mailbot.intake.collect import collect
from mailbot.intake.sources.base import MailSource
from mailbot.intake.sources.ews import EwsSource
from mailbot.intake.sources.graph import GraphSource
from mailbot.intake.tidy import tidy
from tests.fakes.ews import PASSWORD, USER, EwsServer
from tests.fakes.graph import ADDRESS, GraphServer
from tests.fakes.ground import MAILBOX, ground

COUNT = 200
BYTES = 20_000
DELAY = 0.020  # seconds
AT_ONCE = 2
LEAST = 0.6
FOLDERS = ("INBOX", "Processed", "Quarantine")


def run(setting: Setting) -> list[Row]:
    """Both, each with a fresh server and a fresh store for each round."""
    rows = []
    bound = 2 * COUNT / AT_ONCE * DELAY
    for name, way in (("graph", _graph), ("ews", _ews)):
        shares = []
        for number in range(setting.rounds):
            folder = setting.work / f"{name}-{number}"
            folder.mkdir(parents=True)
            shares.append(bound / way(folder))
        what = f"{name}: share of the bound of {COUNT / bound:.0f} messages/s"
        rows.append(Row("exchange", what, median(shares), "", least=LEAST, spread=spread(shares, 2)))
    return rows


def _graph(folder: Path) -> float:
    server = GraphServer(page=100)
    with server.serving():
        client = Graph(server.base_url, ADDRESS, lambda fresh: "good-token", Outward(), "bench")
        return _timed(folder, server, server.deliver, GraphSource("bench", client, *FOLDERS))


def _ews(folder: Path) -> float:
    server = EwsServer(folder)
    server.page = 100
    with server.serving():
        client = Exchange(server.url, ADDRESS, Outward(), "bench", username=USER, password=lambda: PASSWORD)
        return _timed(folder, server, server.deliver, EwsSource("bench", client, *FOLDERS))


def _timed(
    folder: Path, server: GraphServer | EwsServer, deliver: Callable[[bytes], str], source: MailSource
) -> float:
    """Seconds from the listing to the proof that everything has left the inbox."""
    for number in range(COUNT):
        deliver(b"Subject: %d\r\n\r\n" % number + b"x" * BYTES)
    with ground(folder) as here, source.session() as session:
        server.delay = DELAY
        start = time.perf_counter()
        collect(session, MAILBOX, here.raw, here.store, here.clock, lambda count: None)
        collected = time.perf_counter() - start
        here.read()  # as readers would meanwhile
        start = time.perf_counter()
        tidied = tidy(session, MAILBOX, "Processed", "Quarantine", here.store, here.clock)
        assert COUNT == tidied.moved
        server.delay = 0.0
        return collected + time.perf_counter() - start

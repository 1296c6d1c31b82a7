"""Graph when it goes wrong: throttling, tokens that end, pages that break, answers that are none."""

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.clients import network, turns
from mailbot.clients.graph import Graph
from mailbot.clients.network import Outward
from mailbot.clients.trouble import Trouble
from mailbot.errors import InDoubt, Refused, SourceUnavailable
from mailbot.intake.collect import Collected
from mailbot.intake.sources.graph import GraphSource
from mailbot.send.transports.base import OutgoingMail
from mailbot.send.transports.graph import GraphTransport
from mailbot.store.schema import delivery
from tests.contract.test_sources import FIRST, SECOND, fetched, locators
from tests.fakes.graph import ADDRESS, OTHER, GraphServer
from tests.fakes.ground import Ground, ground
from tests.fakes.web import Reply
from tests.servers.exchange import graph_client

TOKEN = "token-that-nobody-may-see"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ground]:
    """A database, keys and a raw store."""
    with ground(tmp_path) as made:
        yield made


@pytest.fixture
def source(graph_server: GraphServer) -> GraphSource:
    """A mailbox with two messages."""
    graph_server.deliver(FIRST)
    graph_server.deliver(SECOND)
    return on(graph_client(graph_server))


def on(client: Graph, *, other: Graph | None = None) -> GraphSource:
    """A mailbox by this client."""
    return GraphSource("partnership", client, "INBOX", "Processed", "Quarantine", other=other)


def collected(source: GraphSource) -> list[bytes]:
    """What a session lists and fetches."""
    with source.session() as session:
        return fetched(session, session.arrivals())


@pytest.mark.parametrize("wanted", ["mailFolders/inbox", r"/messages\?", r"\$value", "/move"])
@pytest.mark.parametrize("status", [429, 503])
def test_throttling_is_waited_out(
    wanted: str, status: int, source: GraphSource, graph_server: GraphServer
) -> None:
    """A server that asks for patience gets it, and the poll goes on."""
    graph_server.fail(wanted, Reply(status, headers={"Retry-After": "1"}), times=2)
    began = time.monotonic()
    with source.session() as session:
        refs = session.arrivals()
        bodies = fetched(session, refs)
        session.move(locators(refs), "Processed")

        assert set() == session.present(locators(refs))
    assert [FIRST, SECOND] == bodies
    assert time.monotonic() - began >= 1.0


def test_long_patience_ends_the_poll_and_nobody_is_asked(
    source: GraphSource, graph_server: GraphServer
) -> None:
    """Five minutes are not waited in place; until they are over no request is made."""
    graph_server.fail("mailFolders/inbox", Reply(429, headers={"Retry-After": "300"}))
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="patience"), source.session():
            pass

    assert 1 == len(graph_server.requests)


def test_never_more_than_two_requests_at_a_time(graph_server: GraphServer) -> None:
    """Over several mailboxes and threads together."""
    graph_server.page = 100
    graph_server.delay = 0.01
    for number in range(20):
        graph_server.deliver(b"Subject: %d\r\n\r\n" % number)
    threads = [threading.Thread(target=collected, args=(on(graph_client(graph_server)),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert turns.AT_ONCE == graph_server.most
    assert 80 == graph_server.asked(r"\$value")


def test_a_mailbox_that_hangs_leaves_a_turn_to_the_others(graph_server: GraphServer) -> None:
    """Both are at one host: what hangs for the one may hold one turn and not both."""
    graph_server.page = 100
    ill, well = graph_client(graph_server, OTHER), graph_client(graph_server)
    for number in range(20):
        graph_server.deliver(b"Subject: %d\r\n\r\n" % number)
    graph_server.fail(rf"{OTHER}/", Reply(raw=lambda connection: None), times=1)
    over = threading.Event()
    graph_server.fail(rf"{OTHER}/", Reply(raw=lambda connection: over.wait(60)), times=100)
    with pytest.raises(SourceUnavailable):
        on(ill).check()
    threads = [threading.Thread(target=hang, args=(ill,), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    graph_server.await_asked(OTHER, 60)
    began = time.monotonic()
    found = len(collected(on(well)))
    seconds = time.monotonic() - began
    over.set()

    assert 20 == found
    assert seconds < 30


def hang(client: Graph) -> None:
    """Ask something that is not answered for a while."""
    with suppress(Trouble):
        client.get("/mailFolders/inbox", dict)


def test_a_token_that_ends_in_the_middle_is_renewed(graph_server: GraphServer) -> None:
    """The poll goes on with a fresh token, and loses nothing."""
    graph_server.deliver(FIRST)
    graph_server.deliver(SECOND)
    good = ["one"]
    graph_server.accepts = lambda token: token == good[-1]
    mine = ["one"]

    def token(fresh: bool) -> str:
        if fresh:
            mine.append(good[-1])
        return mine[-1]

    source = on(Graph(graph_server.base_url, ADDRESS, token, Outward(), "test"))
    with source.session() as session:
        refs = session.arrivals()
        good.append("two")

        assert [FIRST, SECOND] == fetched(session, refs)


def test_a_refused_token_is_renewed_once_and_then_a_person_must_look(graph_server: GraphServer) -> None:
    """Two requests, no more; the sentence says what to grant, and does not hold the token."""
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        return TOKEN

    source = on(Graph(graph_server.base_url, ADDRESS, token, Outward(), "test"))
    with pytest.raises(Refused, match=r"Mail\.ReadWrite") as caught, source.session():
        pass

    assert [False, True] == asked
    assert 2 == len(graph_server.requests)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("bad", [(0,), (1,), (4,), (0, 4), (2, 3)])
@pytest.mark.parametrize("page", [1, 2, 100])
def test_an_item_that_breaks_its_page_costs_no_other(
    bad: tuple[int, ...], page: int, world: Ground, graph_server: GraphServer
) -> None:
    """One that is marked private or damaged turns a page into a 500: the others come, and it is counted."""
    graph_server.page = page
    ids = [graph_server.deliver(b"Subject: %d\r\n\r\n" % number) for number in range(5)]
    graph_server.poison = {ids[number] for number in bad}
    found = world.collect(on(graph_client(graph_server)))

    assert 5 - len(bad) == found.new
    assert len(bad) == found.unfetched
    assert [b"Subject: %d\r\n\r\n" % one for one in range(5) if one not in bad] == sorted(world.bodies())


def test_many_that_break_their_pages_in_a_row(world: Ground, graph_server: GraphServer) -> None:
    """A school that marks all its mail as private does not close the mailbox."""
    graph_server.page = 100
    ids = [graph_server.deliver(b"Subject: %02d\r\n\r\n" % number) for number in range(30)]
    graph_server.poison = set(ids[5:25])
    found = world.collect(on(graph_client(graph_server)))

    assert (10, 20) == (found.new, found.unfetched)


def test_an_id_that_we_do_not_know_how_to_ask_for_is_counted(
    world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """It is not asked for, and not forgotten either."""
    first = graph_server.within("INBOX")[0]
    del graph_server.box.items[first.id]
    first.id = "../" + first.id
    graph_server.box.items[first.id] = first
    found = world.collect(source)

    assert (2, 1, 1) == (found.listed, found.new, found.unfetched)
    assert 0 == graph_server.asked(r"\.\.")


def test_ids_that_differ_in_case_are_two_messages(world: Ground, graph_server: GraphServer) -> None:
    """Exchange's ids are case-sensitive; both are fetched, and moved."""
    for data in (FIRST, SECOND):
        graph_server.deliver(data)
    for item, identity in zip(
        graph_server.within("INBOX"), ("AAkALgAAAAAAHYQDEap_c2aB", "AAkALgAAAAAAHYQDEap_c2Ab"), strict=True
    ):
        del graph_server.box.items[item.id]
        item.id = identity
        graph_server.box.items[identity] = item
    source = on(graph_client(graph_server))
    world.collect(source)
    world.read()

    assert 2 == world.tidy(source).moved
    assert sorted([FIRST, SECOND]) == sorted(world.bodies())


@pytest.mark.parametrize("kind", ["text/html", "application/json; charset=utf-8", ""])
def test_what_is_no_message_is_not_stored_as_one(
    kind: str, world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """A proxy's page or nothing at all, with 200: it counts as not served, and comes later."""
    reply = Reply(200, b"<html>blocked by policy" if kind else b"", {"Content-Type": kind or "text/plain"})
    graph_server.fail(rf"{graph_server.within('INBOX')[0].id}/\$value", reply)

    assert (1, 1) == ((found := world.collect(source)).new, found.unfetched)
    assert [SECOND] == world.bodies()

    world.collect(source)
    assert sorted([FIRST, SECOND]) == sorted(world.bodies())


def test_a_large_one_that_is_no_message(
    world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """The same for what is too large to be read ahead."""
    page = Reply(200, b"<html>" + b"x" * 3 * 2**20, {"Content-Type": "text/html"})
    graph_server.fail(rf"{graph_server.within('INBOX')[0].id}/\$value", page, times=2)

    assert (1, 1) == ((found := world.collect(source)).new, found.unfetched)


def test_a_listing_that_goes_round_in_circles_ends(source: GraphSource, graph_server: GraphServer) -> None:
    """A next page that was read before is a fault, and not a second helping."""
    page = graph_server.within("INBOX")[0].id
    around = {
        "value": [{"id": page}],
        "@odata.nextLink": f"{graph_server.base_url}/users/{ADDRESS}/mailFolders/x/messages?$skip=1",
    }
    graph_server.fail(r"/messages\?", Reply.json(around), times=10_000)
    with source.session() as session, pytest.raises(SourceUnavailable, match="without an end"):
        session.arrivals()

    assert 0 < graph_server.asked("/messages") < 5


def test_a_target_that_somebody_removed_is_made_again(source: GraphSource, graph_server: GraphServer) -> None:
    """In the middle of a session; no message goes where the old folder went."""
    with source.session() as session:
        refs = session.arrivals()
        old = graph_server.box.folders[graph_server.folder("Processed")]
        old.parent, old.name = graph_server.folder("Archive"), "Processed-1"
        session.move(locators(refs), "Processed")

    assert [FIRST, SECOND] == [one.data for one in graph_server.within("Processed")]


def test_a_target_that_is_the_inbox_is_refused(graph_server: GraphServer) -> None:
    """By the name that the mailbox's own language gives it; what is moved there would come again for ever."""
    graph_server.box.folders[graph_server.folder("inbox")].name = "Posteingang"
    graph_server.known["inbox"] = graph_server.folder("posteingang")
    source = GraphSource("partnership", graph_client(graph_server), "INBOX", "Processed", "posteingang")
    for look in (source.check, source.session().__enter__):
        with pytest.raises(Refused, match="is the inbox"):
            look()


def test_two_folders_of_one_name_are_refused(graph_server: GraphServer) -> None:
    """Nobody could say in which of them the messages arrive."""
    for _ in range(2):
        graph_server._new_folder(graph_server.box, "Forms", "")
    source = GraphSource("partnership", graph_client(graph_server), "Forms", "Processed", "Quarantine")
    with pytest.raises(Refused, match="two folders"):
        source.check()


def test_one_that_breaks_its_page_later_is_not_taken_for_moved(
    source: GraphSource, graph_server: GraphServer
) -> None:
    """What cannot be listed any more is asked for by itself before anybody believes that it is gone."""
    with source.session() as session:
        first, second = locators(session.arrivals())
        graph_server.poison = {first}

        assert {first, second} == session.present([first, second])


def test_one_that_breaks_its_page_later_is_not_taken_for_gone(
    world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """It was stored, it cannot be listed, and it is still there: nobody took it, and nobody puts it back."""
    world.collect(source)
    graph_server.poison = {graph_server.within("INBOX")[0].id}
    found = [world.collect(source)]
    graph_server.poison = set()
    found.append(world.collect(source))

    assert [(0, 0), (0, 0)] == [(one.gone, one.returned) for one in found]
    assert ["stored", "stored"] == world.rows(delivery, "state")


def test_a_server_that_is_down_is_not_a_mailbox_of_bad_items(
    source: GraphSource, graph_server: GraphServer
) -> None:
    """When nothing can be listed, the poll fails soon."""
    graph_server.fail(r"/messages\?", Reply(500), times=1000)
    with source.session() as session, pytest.raises(SourceUnavailable, match="500"):
        session.arrivals()

    assert graph_server.asked("/messages") < 60


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_message_that_cannot_be_served_costs_no_other(
    status: int, world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """Its content cannot be made, or may not be seen: it is counted, and the other one comes."""
    first = graph_server.within("INBOX")[0].id
    graph_server.fail(rf"{first}/\$value", Reply(status))

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_message_that_cannot_be_moved_stops_no_other(
    status: int, world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """The other one leaves the inbox; this one is counted, and tried again later."""
    world.collect(source)
    world.read()
    first = graph_server.within("INBOX")[0].id
    graph_server.fail(rf"{first}/move", Reply(status))
    tidied = world.tidy(source)

    assert (1, 1) == (tidied.moved, tidied.still_there)


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503, 504, None])
def test_a_move_that_succeeded_and_ended_badly(
    status: int | None, world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """Whatever the answer was, each message is in its folder once, and nothing counts as put back."""
    world.collect(source)
    world.read()
    reply = Reply(status) if status else Reply(raw=lambda connection: None)
    graph_server.fail("/move", reply, times=2, after=True)
    with suppress(SourceUnavailable):
        world.tidy(source)
    world.tidy(source)
    found = world.collect(source)

    assert [FIRST, SECOND] == [one.data for one in graph_server.within("Processed")]
    assert ["moved", "moved"] == world.rows(delivery, "state")
    assert Collected() == found


def cut(connection: socket.socket) -> None:
    """The beginning of a body, and the end of the connection."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nSubject: half")


def cut_chunk(connection: socket.socket) -> None:
    """The same in chunks."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf.\r\n")


def without_end(connection: socket.socket) -> None:
    """A body that ends with the connection, so that nobody knows whether it is whole."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nSubject: half")


@pytest.mark.parametrize("how", [cut, cut_chunk, without_end], ids=lambda how: how.__name__)
def test_a_body_that_is_cut_is_not_a_message(
    how: object, world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """Nothing of it is stored as a message; the next poll has it whole."""
    graph_server.fail(r"\$value", Reply(raw=how))  # type: ignore[arg-type]
    with pytest.raises(SourceUnavailable):
        world.collect(source)
    world.collect(source)

    assert sorted([FIRST, SECOND]) == sorted(world.bodies())


def test_a_regenerated_message_is_known_by_its_id(
    world: Ground, source: GraphSource, graph_server: GraphServer
) -> None:
    """Exchange may serve other bytes each time: still one message, also when it was put back."""
    graph_server.regenerates = True
    first = world.collect(source)
    second = world.collect(source)

    assert (2, 0) == (first.new, second.new)
    assert 2 == second.known

    world.read()
    world.tidy(source)
    graph_server.within("Processed")[0].folder = graph_server.folder("inbox")
    found = world.collect(source)

    assert (0, 1) == (found.new, found.returned)
    assert 1 == world.collect(source).known
    assert 2 == len(world.bodies())


def test_attachments_that_are_being_scanned_come_later(world: Ground, graph_server: GraphServer) -> None:
    """A young message with a placeholder waits; meanwhile the others come. An old one is taken as it is."""
    placeholder = b'Content-Type: message/rfc822; name="ATP Scan In Progress.eml"\r\n\r\nwait\r\n'
    source = on(graph_client(graph_server))
    graph_server.at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    young = graph_server.deliver(placeholder)
    graph_server.deliver(FIRST)
    found = world.collect(source)

    assert (1, 1) == (found.new, found.unfetched)
    assert 1 == world.collect(source).listed  # it is left alone for a minute

    source._later.clear()
    graph_server.box.items[young].data = SECOND
    world.collect(source)

    assert sorted([FIRST, SECOND]) == sorted(world.bodies())

    graph_server.at -= timedelta(hours=3)
    graph_server.deliver(placeholder)
    assert 1 == world.collect(source).new


# A hostile server: each of these is answered to one kind of request.


def endless(connection: socket.socket) -> None:
    """A body that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    while True:
        connection.sendall(piece)


def endless_headers(connection: socket.socket) -> None:
    """Headers that never end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def dripping(connection: socket.socket) -> None:
    """A header that comes byte by byte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def two_gigabytes(connection: socket.socket) -> None:
    """An announcement that nobody should believe."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n" + b"x" * 1000)
    time.sleep(0.2)


HOSTILE = {
    "endless": Reply(raw=endless),
    "endless headers": Reply(raw=endless_headers),
    "two gigabytes": Reply(raw=two_gigabytes),
    "packed": Reply(200, b"\x1f\x8b" + b"\0" * 100, {"Content-Encoding": "gzip"}),
    "no JSON": Reply(200, b"<html>"),
    "other JSON": Reply(200, b'{"value": 7, "id": []}'),
    "deep JSON": Reply(200, b"[" * 100_000),
    "elsewhere": Reply(302, headers={"Location": "http://127.0.0.1:9/away"}),
    "a next page elsewhere": Reply(
        200, b'{"value": [], "id": "x", "@odata.nextLink": "http://127.0.0.1:9/v1.0/users"}'
    ),
    "silence": Reply(raw=lambda connection: None),
    "not HTTP": Reply(raw=lambda connection: connection.sendall(b"SSH-2.0-nothing\r\n")),
}


@pytest.mark.parametrize("wanted", [r"mailFolders\?", r"/messages\?", r"\$value", "/move", "sendMail"])
@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_the_token_is_brought_to_nobody_else(code: int, wanted: str, graph_server: GraphServer) -> None:
    """A redirect and a next page to another server, which listens, are not followed."""
    graph_server.deliver(FIRST)
    with GraphServer().serving() as elsewhere:
        address = f"{elsewhere.origin}/v1.0/users/{ADDRESS}/messages"  # type: ignore[attr-defined]
        away = {"value": [], "id": "x", "@odata.nextLink": address}
        graph_server.fail(wanted, Reply(code, headers={"Location": address}))
        graph_server.fail(wanted, Reply.json(away))
        for _ in range(2):
            with suppress(SourceUnavailable, Refused), on(graph_client(graph_server)).session() as session:
                fetched(session, session.arrivals())
                session.move(locators(session.arrivals()), "Processed")
            with suppress(InDoubt):
                GraphTransport(graph_client(graph_server)).send(
                    OutgoingMail("<1@police.example>", "a@school.example", b"Subject: x\r\n\r\nText\r\n")
                )

        assert [] == elsewhere.requests
    assert [0, 0] == [fault.times for fault in graph_server.faults]


@pytest.mark.parametrize("wanted", [r"mailFolders\?", r"/messages\?"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_costs_little_and_learns_nothing(
    name: str, wanted: str, graph_server: GraphServer
) -> None:
    """A typed refusal within seconds and a few megabytes; the token goes nowhere and stands in no error."""
    graph_server.accepts = lambda token: token == TOKEN
    graph_server.deliver(FIRST)
    graph_server.fail(wanted, HOSTILE[name])
    source = on(
        Graph(graph_server.base_url, ADDRESS, lambda fresh: TOKEN, Outward(), "test", first_pause=0.01)
    )
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises((SourceUnavailable, Refused)) as caught:
        collected(source)
    seconds, (_, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert seconds < 10
    assert peak < 64 * 2**20
    assert TOKEN not in str(caught.value) + repr(caught.value.__cause__)
    assert "127.0.0.1:9" not in str(caught.value)


def test_an_endless_message_is_given_up(world: Ground, graph_server: GraphServer) -> None:
    """Beyond what any mailbox takes nothing is read; it counts as not served, and memory is spared."""
    graph_server.deliver(FIRST)
    graph_server.deliver(SECOND)
    graph_server.fail(r"\$value", Reply(raw=endless), times=1)
    graph_server.fail(r"\$value", Reply(200, SECOND), times=1)  # read ahead meanwhile
    graph_server.fail(r"\$value", Reply(raw=endless), times=1)
    tracemalloc.start()
    found = world.collect(on(graph_client(graph_server)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (1, 1) == (found.new, found.unfetched)
    assert peak < 64 * 2**20
    assert [SECOND] == world.bodies()


@pytest.mark.parametrize("how", [dripping, lambda connection: time.sleep(30)])
def test_time_is_bounded_whatever_drips(how: object, graph_server: GraphServer) -> None:
    """A watch ends an exchange also when each single wait is short."""
    graph_server.fail("mailFolders", Reply(raw=how))  # type: ignore[arg-type]
    session = Outward().session()
    began = time.monotonic()
    with pytest.raises(network.FAILURES), network.within(0.5) as watch:
        session.get(f"{graph_server.base_url}/users/x/mailFolders", timeout=20, stream=True)

    assert watch.over
    assert watch.sent
    assert time.monotonic() - began < 15


def test_another_mailbox_must_be_closed(graph_server: GraphServer) -> None:
    """The check fails when it can be read too, or when there is none; it says what to do."""
    mine, other = graph_client(graph_server), graph_client(graph_server, OTHER)

    assert any("closed to us" in line for line in on(mine, other=other).check())

    graph_server.denied = set()
    with pytest.raises(Refused, match="management scope"):
        on(mine, other=other).check()
    with pytest.raises(Refused, match="no such mailbox"):
        on(mine, other=graph_client(graph_server, "nobody@police.example")).check()

"""EWS when it goes wrong: throttling, a refused password, answers that are none, a message that is cut."""

import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mailbot.clients.exchange import Exchange
from mailbot.clients.network import Outward
from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import ConfigError, InDoubt, MailbotError, Refused, SourceUnavailable, Stuck
from mailbot.intake.collect import Collected
from mailbot.intake.sources import ews_errors
from mailbot.intake.sources.ews import EwsSource
from mailbot.send.transports import ews
from mailbot.send.transports.base import NoSession, OutgoingMail
from mailbot.store.schema import delivery
from tests.contract.test_sources import FIRST, SECOND, fetched, locators
from tests.fakes.ews import ADDRESS, OTHER, PATH, USER, EwsServer, fault
from tests.fakes.ews import PASSWORD as EWS_PASSWORD
from tests.fakes.ground import Ground, ground
from tests.fakes.proxy import Proxy
from tests.fakes.web import Reply
from tests.integration.test_graph_faults import (
    cut,
    cut_chunk,
    endless,
    endless_headers,
    two_gigabytes,
    without_end,
)
from tests.servers.certificates import Authority
from tests.servers.exchange import ews_client, make_certificate, make_tls

PASSWORD = "password-that-nobody-may-see"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ground]:
    """A database, keys and a raw store."""
    with ground(tmp_path) as made:
        yield made


@pytest.fixture
def source(ews_server: EwsServer) -> EwsSource:
    """A mailbox with two messages."""
    ews_server.deliver(FIRST)
    ews_server.deliver(SECOND)
    return on(ews_server)


def on(server: EwsServer, **how: object) -> EwsSource:
    """A mailbox on this server."""
    return EwsSource("partnership", ews_client(server, **how), "INBOX", "Processed", "Quarantine")


def signed_in_times(server: EwsServer) -> int:
    """How often a connection signed in."""
    return sum(len(one.headers.get("authorization", "")) > 100 for one in server.requests)


def signed_in(server: EwsServer) -> list[bytes]:
    """The requests that did something."""
    return [one.body for one in server.requests if one.connection.get("user")]


@pytest.mark.parametrize(
    "busy",
    [
        fault("ErrorServerBusy", 600),
        Reply(503, headers={"Retry-After": "1"}),
        Reply(429, headers={"Retry-After": "1"}),
    ],
)
def test_throttling_is_waited_out(busy: Reply, source: EwsSource, ews_server: EwsServer) -> None:
    """A busy server is left alone as long as it asks for, and the poll goes on."""
    with source.session() as session:
        refs = session.arrivals()
        ews_server.fail("POST", busy, times=1)
        began = time.monotonic()

        assert [FIRST, SECOND] == fetched(session, refs)
        assert time.monotonic() - began >= 0.5


def test_long_patience_ends_the_poll_and_nobody_is_asked(source: EwsSource, ews_server: EwsServer) -> None:
    """Five minutes are not waited in place; until they are over no request is made."""
    ews_server.fail("POST", fault("ErrorServerBusy", 300_000), times=1)
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="patience"), source.session():
            pass

    assert 1 == len(ews_server.requests)


@dataclass
class Hanging:
    """A library that does not come back, until it is told to."""

    go_on: threading.Event = field(default_factory=threading.Event)
    times: int = 0

    def __call__(self, account: object) -> None:
        self.times += 1
        self.go_on.wait(60)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """Ends with the test."""
    made = Hanging()
    yield made
    made.go_on.set()


def test_a_call_that_hangs_is_left_behind_with_its_account(ews_server: EwsServer, hanging: Hanging) -> None:
    """The next call has connections of its own, and works; a call that comes back ends the row."""
    client = ews_client(ews_server, call_seconds=3.0, grace_seconds=0.1, connections=1)
    for _ in range(2):
        began = time.monotonic()
        for _ in range(2):
            with pytest.raises(Trouble, match="nothing came back") as caught:
                client.ask_once(hanging)

            assert Kind.BROKE is caught.value.kind
        assert time.monotonic() - began < 30
        before = signed_in_times(ews_server)
        client.ask(lambda account: account.inbox)

        assert before + 1 == signed_in_times(ews_server)
    assert 4 == hanging.times


def test_after_three_in_a_row_only_a_new_process_helps(ews_server: EwsServer, hanging: Hanging) -> None:
    """The worker is told to end; what was being sent is in doubt."""
    client = ews_client(ews_server, call_seconds=0.1, grace_seconds=0.1)
    for kind in (Kind.BROKE, Kind.BROKE, Kind.STUCK):
        with pytest.raises(Trouble) as caught:
            client.ask_once(hanging)

        assert kind is caught.value.kind
    assert isinstance(ews_errors.failure(caught.value), Stuck)
    assert isinstance(ews._failure(caught.value), InDoubt)


def test_a_wrong_password_is_offered_once(ews_server: EwsServer) -> None:
    """A second try might lock the account: it is left alone, and the sentence says what to see to."""
    with (
        pytest.raises(Refused, match="not locked") as caught,
        on(ews_server, password=lambda: PASSWORD).session(),
    ):
        pass

    assert 1 == signed_in_times(ews_server)
    assert PASSWORD not in str(caught.value)


def test_a_refused_password_is_not_offered_again_while_sending(ews_server: EwsServer) -> None:
    """However many messages are due, a directory locks who tries so often. A new one counts at once."""
    words = [PASSWORD]
    transport = ews.EwsTransport(ews_client(ews_server, password=lambda: words[-1], connections=1))
    mail = OutgoingMail("<1@police.example>", "a@school.example", b"Subject: x\r\n\r\nText\r\n")
    for _ in range(5):
        with pytest.raises(NoSession) as caught:
            transport.send(mail)
    tried = signed_in_times(ews_server)
    words.append(EWS_PASSWORD)
    transport.send(mail)

    assert 1 == tried
    assert PASSWORD not in str(caught.value)
    assert 1 == len(ews_server.sent)


def test_a_listing_that_goes_round_in_circles_ends(source: EwsSource, ews_server: EwsServer) -> None:
    """A page that leads to itself is a fault, which costs seconds."""
    ews_server.deliver(FIRST)
    ews_server.circles = 10_000
    began = time.monotonic()
    with source.session() as session, pytest.raises(SourceUnavailable):
        session.arrivals()

    assert time.monotonic() - began < 10


def test_an_item_that_is_listed_twice_is_one_message(
    world: Ground, source: EwsSource, ews_server: EwsServer
) -> None:
    """Pages shift while people put messages in; its content would be other bytes the second time."""
    ews_server.deliver(b"Subject: third\r\n\r\n")
    ews_server.circles, ews_server.regenerates = 1, True
    found = world.collect(source)

    assert 0 == ews_server.circles
    assert (3, 3) == (found.listed, found.new)


def test_a_changed_password_counts_at_once(ews_server: EwsServer) -> None:
    """It is read again at each sign-in."""
    words = ["wrong"]
    source = on(ews_server, password=lambda: words[-1])
    with pytest.raises(Refused), source.session():
        pass
    words.append("ews-password-8")
    with source.session() as session:
        assert [] == session.arrivals()


def test_a_message_that_cannot_be_served_costs_no_other(
    world: Ground, source: EwsSource, ews_server: EwsServer
) -> None:
    """Its content cannot be made: it is counted, and the other one comes."""
    ews_server.unserved = {ews_server.within("INBOX")[0].key}
    found = world.collect(source)

    assert (1, 1) == (found.new, found.unfetched)
    assert [SECOND] == world.bodies()


@pytest.mark.parametrize("how", [cut, cut_chunk, without_end], ids=lambda how: how.__name__)
def test_a_body_that_is_cut_is_not_a_message(
    how: object, world: Ground, source: EwsSource, ews_server: EwsServer
) -> None:
    """Nothing of it is stored; the next poll has both messages whole."""
    ews_server.fail_body("GetItem", Reply(raw=how))  # type: ignore[arg-type]
    with pytest.raises(SourceUnavailable):
        world.collect(source)
    world.collect(source)

    assert sorted([FIRST, SECOND]) == sorted(world.bodies())


def test_a_regenerated_message_put_back_is_known(
    world: Ground, source: EwsSource, ews_server: EwsServer
) -> None:
    """Other bytes and another id, and still the message that was there: by its search key."""
    ews_server.regenerates = True
    world.collect(source)
    world.read()
    world.tidy(source)
    ews_server.move(ews_server.within("Processed")[0], "inbox")
    found = world.collect(source)

    assert (0, 1) == (found.new, found.returned)
    assert 1 == world.collect(source).known


def test_several_in_one_request_and_one_is_gone(ews_server: EwsServer) -> None:
    """Those that are there are moved; the one that somebody took is no error."""
    for number in range(5):
        ews_server.deliver(b"Subject: %d\r\n\r\n" % number)
    with on(ews_server).session() as session:
        refs = session.arrivals()
        del ews_server.items[ews_server.within("INBOX")[2].id]
        session.move(locators(refs), "Processed")

        assert set() == session.present(locators(refs))
    assert 4 == len(ews_server.within("Processed"))
    assert 1 == sum(b"MoveItem" in body for body in signed_in(ews_server))


@pytest.mark.parametrize(
    "kind",
    ["Item", "MeetingRequest", "MeetingCancellation", "PostItem", "Contact", "Task", "RoleMember", "Unheard"],
)
def test_whatever_lies_in_the_inbox_costs_no_message(kind: str, world: Ground, ews_server: EwsServer) -> None:
    """A meeting, a post, something that nobody has heard of: it is fetched and moved like the others."""
    ews_server.deliver(FIRST)
    ews_server.deliver(SECOND)
    ews_server.within("INBOX")[0].kind = kind
    world.collect(on(ews_server))
    world.read()

    assert sorted([FIRST, SECOND]) == sorted(world.bodies())
    assert 2 == world.tidy(on(ews_server)).moved


def test_another_message_with_a_known_search_key_is_another_message(
    world: Ground, ews_server: EwsServer
) -> None:
    """A copy has the key of what it was copied from, also when it was changed and sent since."""
    ews_server.deliver(FIRST)
    world.collect(on(ews_server))
    world.read()
    world.tidy(on(ews_server))
    ews_server.deliver(SECOND)
    ews_server.within("INBOX")[0].key = ews_server.within("Processed")[0].key
    found = world.collect(on(ews_server))

    assert (1, 0) == (found.new, found.returned)
    assert sorted([FIRST, SECOND]) == sorted(world.bodies())


@pytest.mark.parametrize("refusal", ["ErrorMoveCopyFailed", "ErrorAccessDenied", "ErrorInternalServerError"])
def test_a_message_that_cannot_be_moved_stops_no_other(
    refusal: str, world: Ground, ews_server: EwsServer
) -> None:
    """The others leave the inbox, also those of another request; this one is counted, and tried later."""
    for number in range(60):
        ews_server.deliver(b"Subject: %d\r\n\r\n" % number)
    source = on(ews_server)
    world.collect(source)
    world.read()
    ews_server.unmovable = {ews_server.within("INBOX")[3].key: refusal}
    tidied = world.tidy(source)

    assert (59, 1) == (tidied.moved, tidied.still_there)
    assert 59 == len(ews_server.within("Processed"))


@pytest.mark.parametrize(
    "reply",
    [
        fault("ErrorServerBusy", 10),
        fault("ErrorInternalServerTransientError"),
        fault("ErrorItemNotFound"),
        Reply(503),
        Reply(500),
        Reply(raw=lambda connection: None),
        Reply(200, b"not xml"),
    ],
)
def test_a_move_that_succeeded_and_ended_badly(
    reply: Reply, world: Ground, source: EwsSource, ews_server: EwsServer
) -> None:
    """Whatever the answer was, each message is in its folder once, and nothing counts as put back."""
    world.collect(source)
    world.read()
    ews_server.fail_body("MoveItem", reply, after=True)
    with suppress(SourceUnavailable):
        world.tidy(source)
    world.tidy(source)
    found = world.collect(source)

    assert [FIRST, SECOND] == [one.data for one in ews_server.within("Processed")]
    assert ["moved", "moved"] == world.rows(delivery, "state")
    assert Collected() == found


def test_a_target_that_somebody_removed_is_made_again(source: EwsSource, ews_server: EwsServer) -> None:
    """In the middle of a session; no message goes where the old folder went."""
    with source.session() as session:
        refs = session.arrivals()
        old = ews_server.folder("Processed")
        ews_server.folders[old].name, ews_server.folders[old].parent = (
            "Processed-1",
            ews_server.folder("Archive"),
        )
        session.move(locators(refs), "Processed")

    assert [FIRST, SECOND] == [one.data for one in ews_server.within("Processed")]


def test_a_target_that_is_the_inbox_is_refused(ews_server: EwsServer) -> None:
    """By the name that the mailbox's own language gives it."""
    source = EwsSource("partnership", ews_client(ews_server), "INBOX", "posteingang", "Quarantine")
    for look in (source.check, source.session().__enter__):
        with pytest.raises(Refused, match="is the inbox"):
            look()


def test_two_folders_of_one_name_are_refused(ews_server: EwsServer) -> None:
    """Nobody could say in which of them the messages arrive."""
    top = ews_server.folders[ews_server.folder("Archive")].parent
    for _ in range(2):
        ews_server._new("Forms", top)
    source = EwsSource("partnership", ews_client(ews_server), "Forms", "Processed", "Quarantine")
    with pytest.raises(Refused, match="two folders"):
        source.check()


def test_impersonation_is_asked_for_when_configured(ews_server: EwsServer) -> None:
    """Otherwise the account's own rights count."""
    on(ews_server).check()
    assert set() == ews_server.impersonated

    on(ews_server, impersonate=True).check()
    assert {"partnership@police.example"} == ews_server.impersonated


def test_ntlm_over_tls_with_a_private_authority(tmp_path: Path, exchange_authority: Authority) -> None:
    """The channel is verified and bound; without the authority nothing is said."""
    tls = make_tls(exchange_authority, tmp_path / "tls")
    server = EwsServer(tmp_path, tls.context)
    with server.serving():
        server.deliver(FIRST)
        with on(server, outward=Outward(ca_files=(str(tls.ca_file),))).session() as session:
            assert [FIRST] == fetched(session, session.arrivals())
        asked = len(server.requests)
        with pytest.raises(SourceUnavailable, match="certificate is not trusted"), on(server).session():
            pass

    assert asked == len(server.requests)


def test_a_certificate_signs_in(tmp_path: Path, exchange_authority: Authority) -> None:
    """It is shown in the handshake, and no password is; with another one nothing is said."""
    tls = make_tls(exchange_authority, tmp_path / "tls")
    mine, certificate = make_certificate(tmp_path / "mine.pem", timedelta(days=9))
    other, _ = make_certificate(tmp_path / "other.pem", timedelta(days=9))
    tls.context.verify_mode = ssl.CERT_REQUIRED
    tls.context.load_verify_locations(cadata=certificate.public_bytes(Encoding.PEM).decode())
    server = EwsServer(tmp_path, tls.context)
    server.certificates = True
    with server.serving():
        server.deliver(FIRST)
        ca_files = (str(tls.ca_file),)
        with on(server, **by_certificate(ca_files, mine)).session() as session:
            assert [FIRST] == fetched(session, session.arrivals())
        assert all("authorization" not in one.headers for one in server.requests)
        asked = len(server.requests)
        with pytest.raises(SourceUnavailable), on(server, **by_certificate(ca_files, other)).session():
            pass

    assert asked == len(server.requests)


def by_certificate(ca_files: tuple[str, ...], file: Path) -> dict[str, object]:
    """How a client shows itself by this file."""
    outward = Outward(ca_files=ca_files, certificate_file=str(file))
    return {"sign_in": "certificate", "username": "", "password": None, "outward": outward}


def test_everything_goes_through_the_proxy(tmp_path: Path, exchange_authority: Authority) -> None:
    """Signing in and fetching, for a name that only the proxy knows; the password stays in the tunnel."""
    name = "exchange.force.test"
    tls = make_tls(exchange_authority, tmp_path / "tls", name)
    server = EwsServer(tmp_path, tls.context)
    with server.serving(), Proxy({f"{name}:443": server.port}).serving() as proxy:
        server.deliver(FIRST)
        outward = Outward(f"http://127.0.0.1:{proxy.port}", (str(tls.ca_file),))
        url = f"https://{name}{PATH}"
        client = Exchange(url, ADDRESS, outward, "test", username=USER, password=lambda: EWS_PASSWORD)
        with EwsSource("partnership", client, "INBOX", "Processed", "Quarantine").session() as session:
            assert [FIRST] == fetched(session, session.arrivals())

        assert {f"{name}:443"} == set(proxy.asked)
        assert b"NTLM" not in proxy.heard


def test_a_certificate_that_is_none_stops_the_start(tmp_path: Path, ews_server: EwsServer) -> None:
    """The setting is named; one that is right is taken."""
    good, _ = make_certificate(tmp_path / "c.pem", timedelta(days=9))
    on(ews_server, sign_in="certificate", outward=Outward(certificate_file=str(good)))
    (tmp_path / "bad.pem").write_text("nothing")
    with pytest.raises(ConfigError, match="certificate_file"):
        on(ews_server, sign_in="certificate", outward=Outward(certificate_file=str(tmp_path / "bad.pem")))


def test_another_mailbox_must_be_closed(ews_server: EwsServer) -> None:
    """The check fails when it can be read too, and says what to do."""
    mine, other = ews_client(ews_server), ews_client(ews_server, mailbox=OTHER)
    source = EwsSource("partnership", mine, "INBOX", "Processed", "Quarantine", other=other)

    assert any("closed to us" in line for line in source.check())

    ews_server.open_too = True
    with pytest.raises(Refused, match="this one mailbox alone"):
        source.check()


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_nothing_is_brought_to_anybody_else(code: int, tmp_path: Path, ews_server: EwsServer) -> None:
    """A redirect to another server, which listens, is not followed, before or after signing in."""
    (tmp_path / "elsewhere").mkdir()
    ews_server.deliver(FIRST)
    with EwsServer(tmp_path / "elsewhere").serving() as elsewhere:
        away = Reply(code, headers={"Location": f"{elsewhere.origin}{PATH}"})  # type: ignore[attr-defined]
        ews_server.fail("POST", away)
        ews_server.fail_body("FindItem", away)
        for _ in range(2):
            with pytest.raises(SourceUnavailable), on(ews_server).session() as session:
                session.arrivals()

        assert [] == elsewhere.requests


HOSTILE = {
    "endless": Reply(raw=endless),
    "endless headers": Reply(raw=endless_headers),
    "two gigabytes": Reply(raw=two_gigabytes),
    "packed": Reply(200, b"\x1f\x8b" + b"\0" * 100, {"Content-Encoding": "gzip"}),
    "no XML": Reply(200, b"not XML"),
    "half XML": Reply(200, b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"),
    "other XML": Reply(200, b"<a><b/></a>"),
    "entities": Reply(
        200,
        b'<!DOCTYPE a [<!ENTITY a "'
        + b"x" * 1000
        + b'"><!ENTITY b "'
        + b"&a;" * 1000
        + b'">]><a>'
        + b"&b;" * 1000
        + b"</a>",
    ),
    "deep XML": Reply(200, b"<a>" * 100_000),
    "elsewhere": Reply(302, headers={"Location": "http://127.0.0.1:9/away"}),
    "silence": Reply(raw=lambda connection: None),
    "not HTTP": Reply(raw=lambda connection: connection.sendall(b"SSH-2.0-nothing\r\n")),
    "a challenge that is none": Reply(401, headers={"WWW-Authenticate": "NTLM bm9uc2Vuc2U="}),
    "basic only": Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_costs_little_and_learns_nothing(name: str, ews_server: EwsServer) -> None:
    """A typed refusal within seconds and bounded memory; the password stands in no error."""
    ews_server.deliver(FIRST)
    ews_server.fail("POST", HOSTILE[name], times=20)
    source = on(ews_server, password=lambda: PASSWORD)
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(MailbotError) as caught, source.session() as session:
        fetched(session, session.arrivals())
    seconds, (_, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(caught.value, (SourceUnavailable, Refused))
    assert seconds < 20
    assert peak < 400 * 2**20
    assert PASSWORD not in str(caught.value) + repr(caught.value.__cause__)
    assert "127.0.0.1:9" not in str(caught.value)
    assert all("Basic" not in one.headers.get("authorization", "") for one in ews_server.requests)

"""What every way out promises: accepted, not now, never, or nobody knows; and which of them, exactly."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mailbot.clients.exchange import Exchange
from mailbot.clients.graph import Graph
from mailbot.clients.network import Outward
from mailbot.errors import ConfigError, InDoubt, Refused, TransportUnavailable
from mailbot.send.transports.base import MailTransport, NoSession, OutgoingMail
from mailbot.send.transports.ews import EwsTransport
from mailbot.send.transports.folder import FolderTransport
from mailbot.send.transports.graph import GraphTransport
from mailbot.send.transports.rested import RestedTransport
from mailbot.send.transports.smtp import SmtpTransport
from tests.fakes.ews import PATH, EwsServer, fault
from tests.fakes.graph import ADDRESS, GraphServer
from tests.fakes.proxy import Proxy
from tests.fakes.transport import FakeTransport
from tests.fakes.web import Reply
from tests.servers.certificates import Authority as Certifier
from tests.servers.exchange import ews_client, graph_client, make_tls
from tests.servers.smtp import PASSWORD, USER, Authority, Mode, SmtpSink

Start = Callable[..., SmtpSink]


def cut(connection: socket.socket) -> None:
    """The connection ends without an answer."""


def three_gigabytes(connection: socket.socket) -> None:
    """An answer that nobody wants to have."""
    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 3221225472\r\n\r\n")


def torn(connection: socket.socket) -> None:
    """The connection is torn down in the middle of TLS."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())


def make_mail(number: int = 0, recipient: str = "a.sample@school.example", sender: str = "") -> OutgoingMail:
    """A small message with what SMTP finds hard: lines that begin with dots."""
    data = b"Subject: Message received\r\n\r\n.\r\n..two\r\n.x\r\nlast\r\n"
    return OutgoingMail(f"<{number:032x}@police.example>", recipient, data, sender)


@dataclass
class Way:
    """A way out, and what came out at its end."""

    transport: MailTransport
    arrived: Callable[[], list[bytes]]


class TransportContract:
    """Every adapter inherits this."""

    @pytest.fixture
    def way(self) -> Way:
        """A way out that accepts everything."""
        raise NotImplementedError

    def test_what_was_sent_arrives_unchanged(self, way: Way) -> None:
        """A message that was accepted is there, byte for byte."""
        way.transport.send(make_mail())
        way.transport.close()

        assert [make_mail().data] == way.arrived()

    def test_a_burst_arrives_whole(self, way: Way) -> None:
        """Several messages in a row are all there, once each."""
        for number in range(5):
            way.transport.send(make_mail(number))
        way.transport.close()

        assert 5 == len(way.arrived())

    def test_after_a_goodbye_it_goes_on(self, way: Way) -> None:
        """Closing ends a burst, not the transport; closing twice is harmless."""
        way.transport.send(make_mail(1))
        way.transport.close()
        way.transport.close()
        way.transport.send(make_mail(2))
        way.transport.close()

        assert 2 == len(way.arrived())

    def test_looking_sends_nothing(self, way: Way) -> None:
        """A check says something and hands over nothing."""
        said = way.transport.check()

        assert said
        assert [] == way.arrived()


class TestFake(TransportContract):
    """The fake keeps the contract too."""

    @pytest.fixture
    def way(self) -> Way:
        """In memory."""
        fake = FakeTransport()
        return Way(fake, lambda: [mail.data for mail in fake.sent])


class TestRested(TransportContract):
    """Another way out, which rests in between."""

    @pytest.fixture
    def way(self) -> Way:
        """In memory."""
        fake = FakeTransport()
        return Way(RestedTransport(fake), lambda: [mail.data for mail in fake.sent])

    def test_after_doubts_in_a_row_the_others_keep_their_turn(self) -> None:
        """Three in a row, then one now and then, more seldom each time, until one is accepted."""
        fake, now = FakeTransport(*[InDoubt("?")] * 5), [0.0]
        transport = RestedTransport(fake, lambda: now[0])
        tried = []
        for second in range(300):
            now[0] = float(second)
            before = len(fake.tried)
            with suppress(InDoubt, NoSession):
                transport.send(make_mail(second))
            if len(fake.tried) > before:
                tried.append(second)

        assert [0, 1, 2, 32, 92, 212, 213, 214] == tried[:8]
        assert 300 - 212 == len(fake.sent)

    @pytest.mark.parametrize("between", [None, Refused("no")])
    def test_doubts_apart_are_bad_luck(self, between: Exception | None) -> None:
        """A definite answer between them ends the row."""
        doubt = InDoubt("?")
        fake = FakeTransport(doubt, doubt, between, doubt, doubt, None)
        transport = RestedTransport(fake)
        for number in range(6):
            with suppress(InDoubt, Refused):
                transport.send(make_mail(number))

        assert 6 == len(fake.tried)


class TestFolder(TransportContract):
    """Files in a folder."""

    @pytest.fixture
    def way(self, tmp_path: Path) -> Way:
        """A folder that is not there yet."""
        folder = tmp_path / "acknowledgements"
        return Way(
            FolderTransport(folder, production=False),
            lambda: [path.read_bytes() for path in sorted(folder.glob("*.eml"))],
        )

    def test_it_refuses_production(self, tmp_path: Path) -> None:
        """Where real people wait for an answer, a folder is no way out."""
        with pytest.raises(ConfigError, match="production"):
            FolderTransport(tmp_path, production=True)

    def test_a_folder_that_cannot_be_written_is_not_now(self, tmp_path: Path) -> None:
        """Nothing was handed over, and it may work later."""
        (tmp_path / "taken").write_text("a file")

        with pytest.raises(TransportUnavailable):
            FolderTransport(tmp_path / "taken", production=False).send(make_mail())

    def test_a_strange_message_id_is_no_path(self, tmp_path: Path) -> None:
        """A name that leads elsewhere is refused, and nothing is written."""
        mail = OutgoingMail("<../../etc/x@police.example>", "a@school.example", b"x")

        with pytest.raises(Refused):
            FolderTransport(tmp_path / "f", production=False).send(mail)

        assert not (tmp_path / "f").exists()


class TestGraph(TransportContract):
    """Exchange Online by Graph."""

    @pytest.fixture
    def way(self, graph_server: GraphServer) -> Way:
        """A mailbox that may send; what arrived is what its JSON says."""

        def arrived() -> list[bytes]:
            messages = [one["message"] for one in graph_server.sent]
            return [
                f"Subject: {one['subject']}\r\n\r\n{one['body']['content']}".replace("\n", "\r\n")
                .replace("\r\r", "\r")
                .encode()
                for one in messages
            ]

        return Way(GraphTransport(graph_client(graph_server)), arrived)

    def test_no_machine_is_to_answer(self, way: Way, graph_server: GraphServer) -> None:
        """The wish stands in a header and in a property; nothing is kept in Sent Items."""
        way.transport.send(make_mail(7))
        sent = graph_server.sent[0]

        assert sent["saveToSentItems"] is False
        assert [{"name": "X-Auto-Response-Suppress", "value": "All"}] == sent["message"][
            "internetMessageHeaders"
        ]
        assert [{"id": "Integer 0x3FDF", "value": "-1"}] == sent["message"]["singleValueExtendedProperties"]
        assert make_mail(7).message_id == sent["message"]["internetMessageId"]

    def test_a_copy_is_kept_where_one_is_wanted(self, graph_server: GraphServer) -> None:
        """The other way round only when it is configured."""
        GraphTransport(graph_client(graph_server), save_sent=True).send(make_mail())

        assert [True] == [one["saveToSentItems"] for one in graph_server.sent]

    @pytest.mark.parametrize(
        ("status", "kind", "asked"),
        [
            (400, Refused, 1),
            (401, NoSession, 1),
            (403, NoSession, 1),
            (404, NoSession, 1),
            (408, InDoubt, 1),
            (413, Refused, 1),
            (429, NoSession, 1),
            (500, InDoubt, 1),
            (502, InDoubt, 1),
            (503, InDoubt, 1),
            (504, InDoubt, 1),
            (507, InDoubt, 1),
            (509, NoSession, 1),
            (302, InDoubt, 1),
        ],
    )
    def test_each_answer_means_one_thing(
        self, status: int, kind: type[Exception], asked: int, way: Way, graph_server: GraphServer
    ) -> None:
        """Only an answer that says no, or says later, leaves no doubt; the request is made once."""
        graph_server.fail("sendMail", Reply(status))
        with pytest.raises(kind) as caught:
            way.transport.send(make_mail())

        assert asked == graph_server.asked("sendMail")
        assert [] == graph_server.sent
        assert "school.example" not in str(caught.value)
        way.transport.send(make_mail(2))
        assert 1 == len(graph_server.sent)

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(503),
            Reply(503, headers={"Retry-After": "1"}),
            Reply(504),
            Reply(500),
            Reply(raw=lambda connection: None),
            Reply(raw=lambda connection: connection.sendall(b"HTTP/1.1 2")),
            Reply(raw=three_gigabytes),
        ],
        ids=["unavailable", "unavailable, later", "gateway", "fault", "cut", "half an answer", "large"],
    )
    def test_what_was_accepted_and_ended_badly_is_a_doubt(
        self, reply: Reply, way: Way, graph_server: GraphServer
    ) -> None:
        """A gateway says "unavailable" also of what it has handed on: the message may have left."""
        graph_server.fail("sendMail", reply, after=True)
        with pytest.raises(InDoubt):
            way.transport.send(make_mail())

        assert 1 == len(graph_server.sent)

    @pytest.mark.parametrize("how", [cut, torn], ids=lambda how: how.__name__)
    def test_a_lost_answer_behind_a_proxy_is_a_doubt(
        self, how: Callable[[socket.socket], None], tmp_path: Path, exchange_authority: Certifier
    ) -> None:
        """Over TLS and by way of a proxy, that it carried the message is no trouble of the proxy's."""
        name = "graph.cloud.test"
        tls = make_tls(exchange_authority, tmp_path / "tls", name)
        server = GraphServer(tls.context, name=name)
        with server.serving(), Proxy({f"{name}:443": server.port}).serving() as proxy:
            outward = Outward(f"http://127.0.0.1:{proxy.port}", (str(tls.ca_file),))
            client = Graph(f"https://{name}/v1.0", ADDRESS, lambda fresh: "good-token", outward, "test")
            server.fail("sendMail", Reply(raw=how), after=True)
            with pytest.raises(InDoubt):
                GraphTransport(client).send(make_mail())

            assert 1 == len(server.sent)

    def test_what_never_reached_the_server_may_be_tried_again(
        self, tmp_path: Path, exchange_authority: Certifier
    ) -> None:
        """A proxy that refuses, a certificate that is not trusted, nobody listening: nothing was sent."""
        name = "graph.cloud.test"
        tls = make_tls(exchange_authority, tmp_path / "tls", name)
        server = GraphServer(tls.context, name=name)
        with server.serving(), Proxy({f"{name}:443": server.port}).serving() as proxy:
            to_proxy, trust = f"http://127.0.0.1:{proxy.port}", (str(tls.ca_file),)
            ways = [Outward(to_proxy), Outward("http://127.0.0.1:9", trust), Outward(ca_files=trust)]
            for outward in ways:
                client = Graph(f"https://{name}/v1.0", ADDRESS, lambda fresh: "good-token", outward, "test")
                with pytest.raises(NoSession):
                    GraphTransport(client).send(make_mail())
            proxy.known = {}
            client = Graph(
                f"https://{name}/v1.0", ADDRESS, lambda fresh: "x", Outward(to_proxy, trust), "test"
            )
            with pytest.raises(NoSession):
                GraphTransport(client).send(make_mail())

        assert [] == server.requests

    def test_patience_is_kept(self, way: Way, graph_server: GraphServer) -> None:
        """While the server has asked for patience, nothing is sent to it."""
        graph_server.fail("sendMail", Reply(429, headers={"Retry-After": "1"}))
        for _ in range(3):
            with pytest.raises(NoSession):
                way.transport.send(make_mail())

        assert 1 == graph_server.asked("sendMail")


class TestEws(TransportContract):
    """Exchange of one's own by EWS."""

    @pytest.fixture
    def way(self, ews_server: EwsServer) -> Way:
        """A mailbox that may send."""
        transport = EwsTransport(ews_client(ews_server, connections=1))
        return Way(transport, lambda: [data for data, _, _ in ews_server.sent])

    def test_one_recipient_and_no_copy(self, way: Way, ews_server: EwsServer) -> None:
        """It goes to the one address, and nothing is kept in Sent Items."""
        way.transport.send(make_mail())
        _, recipients, saved = ews_server.sent[0]

        assert ["a.sample@school.example"] == recipients
        assert not saved

    def test_a_copy_is_kept_where_one_is_wanted(self, ews_server: EwsServer) -> None:
        """The other way round only when it is configured."""
        EwsTransport(ews_client(ews_server, connections=1), save_sent=True).send(make_mail())

        assert [True] == [saved for _, _, saved in ews_server.sent]

    @pytest.mark.parametrize(
        ("reply", "kind"),
        [
            (Reply(401, headers={"Connection": "close"}), NoSession),
            (Reply(403), NoSession),
            (Reply(404), NoSession),
            (Reply(429), NoSession),
            (Reply(503), InDoubt),
            (Reply(503, headers={"Retry-After": "1"}), InDoubt),
            (Reply(504), InDoubt),
            (fault("ErrorServerBusy", 10), NoSession),
            (fault("ErrorExceededConnectionCount"), NoSession),
            (fault("ErrorMailboxStoreUnavailable"), InDoubt),
            (fault("ErrorInternalServerTransientError"), InDoubt),
            (fault("ErrorTooManyObjectsOpened"), InDoubt),
            (fault("ErrorInvalidRecipients"), Refused),
            (fault("ErrorSendAsDenied"), Refused),
            (Reply(500), InDoubt),
            (Reply(500, headers={"Connection": "close"}), InDoubt),
            (Reply(502), InDoubt),
            (Reply(302, headers={"Location": "https://elsewhere.example/"}), InDoubt),
            (Reply(200, b"not xml"), InDoubt),
            (Reply(200, b"<a><b></a>"), InDoubt),
            (Reply(raw=lambda connection: None), InDoubt),
        ],
    )
    def test_each_answer_means_one_thing(
        self, reply: Reply, kind: type[Exception], way: Way, ews_server: EwsServer
    ) -> None:
        """Only an answer that says no, or says later, leaves no doubt; nothing repeats the request."""
        way.transport.check()
        way.transport.send(make_mail(1))
        asked = len(ews_server.requests)
        ews_server.fail("POST", reply, times=2)
        with pytest.raises(kind) as caught:
            way.transport.send(make_mail(2))

        assert asked + 1 == len(ews_server.requests)
        assert "school.example" not in str(caught.value)
        assert 1 == len(ews_server.sent)

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(503),
            Reply(500),
            Reply(504),
            fault("ErrorInternalServerError"),
            fault("ErrorTimeoutExpired"),
            Reply(raw=lambda connection: None),
            Reply(raw=lambda connection: connection.sendall(b"HTTP/1.1 2")),
            Reply(raw=three_gigabytes),
            Reply(200, b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"),
        ],
    )
    def test_what_was_accepted_and_ended_badly_is_a_doubt(
        self, reply: Reply, way: Way, ews_server: EwsServer
    ) -> None:
        """The message may have left; it leaves once."""
        way.transport.send(make_mail(1))
        ews_server.fail_body("CreateItem", reply, after=True)
        with pytest.raises(InDoubt):
            way.transport.send(make_mail(2))

        assert 2 == len(ews_server.sent)

    @pytest.mark.parametrize("how", [cut, torn], ids=lambda how: how.__name__)
    def test_a_lost_answer_behind_a_proxy_is_a_doubt(
        self, how: Callable[[socket.socket], None], tmp_path: Path, exchange_authority: Certifier
    ) -> None:
        """Over TLS and by way of a proxy, that it carried the message is no trouble of the proxy's."""
        name = "exchange.force.test"
        tls = make_tls(exchange_authority, tmp_path / "tls", name)
        server = EwsServer(tmp_path, tls.context)
        with server.serving(), Proxy({f"{name}:443": server.port}).serving() as proxy:
            outward = Outward(f"http://127.0.0.1:{proxy.port}", (str(tls.ca_file),))
            transport = EwsTransport(
                ews_client(server, outward=outward, url=f"https://{name}{PATH}", connections=1)
            )
            transport.send(make_mail(1))
            server.fail_body("CreateItem", Reply(raw=how), after=True)
            with pytest.raises(InDoubt):
                transport.send(make_mail(2))

            assert 2 == len(server.sent)

    def test_nobody_listening_is_not_now(self) -> None:
        """Nothing was sent."""
        client = Exchange(
            "http://127.0.0.1:9/EWS", ADDRESS, Outward(), "test", username="a", password=lambda: "b"
        )
        with pytest.raises(NoSession):
            EwsTransport(client).send(make_mail())

    def test_a_wrong_password_is_offered_once(self, ews_server: EwsServer) -> None:
        """Repeating it would lock the account; the error does not hold it."""
        transport = EwsTransport(ews_client(ews_server, password=lambda: "wrong-password-9"))
        with pytest.raises(NoSession) as caught:
            transport.send(make_mail())

        signed = [
            one for one in ews_server.requests if one.headers.get("authorization", "").startswith("NTLM")
        ]
        assert 2 == len(signed)  # a greeting, and the one answer to the challenge
        assert "wrong-password-9" not in str(caught.value)
        assert [] == ews_server.sent


@pytest.fixture
def connect(smtp_authority: Authority) -> Callable[..., SmtpTransport]:
    """A transport to a relay, trusting the authority of the tests."""

    def connect(sink: SmtpSink, **how: Any) -> SmtpTransport:
        how = {"tls": sink.tls, "ca_file": str(smtp_authority.ca_file), "timeout": 30.0} | how
        return SmtpTransport(host="127.0.0.1", port=sink.port, **how)

    return connect


class SmtpContract(TransportContract):
    """A real relay; the subclasses say with what TLS."""

    tls = "none"

    @pytest.fixture
    def sink(self, start_smtp: Start) -> SmtpSink:
        """The relay."""
        return start_smtp(tls=self.tls)

    @pytest.fixture
    def way(self, sink: SmtpSink, connect: Callable[..., SmtpTransport]) -> Way:
        """A transport to it."""
        return Way(connect(sink), lambda: [message.data for message in sink.received])

    def test_a_burst_is_one_session(self, way: Way, sink: SmtpSink) -> None:
        """A connection serves several messages."""
        for number in range(3):
            way.transport.send(make_mail(number))
        way.transport.close()

        assert 1 == sink.sessions

    def test_it_is_encrypted_as_configured(self, way: Way, sink: SmtpSink) -> None:
        """With TLS configured, the message came by TLS."""
        way.transport.send(make_mail())
        way.transport.close()

        assert [self.tls != "none"] == [message.tls for message in sink.received]


class TestSmtpPlain(SmtpContract):
    """Without TLS, on loopback."""


class TestSmtpStarttls(SmtpContract):
    """With STARTTLS."""

    tls = "starttls"


class TestSmtpImplicit(SmtpContract):
    """With TLS from the first byte."""

    tls = "implicit"


ANSWERS: tuple[tuple[Mode, type[Exception], int], ...] = (
    ("mail-421", TransportUnavailable, 0),
    ("rcpt-450", TransportUnavailable, 0),
    ("rcpt-550", Refused, 0),
    ("data-451", TransportUnavailable, 0),
    ("data-554", Refused, 0),
    ("dot-451", TransportUnavailable, 0),
    ("dot-421", TransportUnavailable, 0),
    ("dot-554", Refused, 0),
    ("dot-garbage", InDoubt, 1),
    ("dot-silence", InDoubt, 1),
    ("dot-cut", InDoubt, 1),
)


def patience(mode: Mode) -> float:
    """Seconds: only the relay that never answers is worth a short wait; a machine may stand still for one."""
    return 2.0 if mode == "dot-silence" else 30.0


@pytest.mark.parametrize(("mode", "kind", "kept"), ANSWERS)
def test_each_answer_of_a_relay_means_one_thing(
    mode: Mode, kind: type[Exception], kept: int, smtp: SmtpSink, connect: Callable[..., SmtpTransport]
) -> None:
    """Before the final dot nothing was handed over; after it only a reply decides; the next one goes on."""
    smtp.modes = [mode]
    transport = connect(smtp, timeout=patience(mode))
    with pytest.raises(kind) as caught:
        transport.send(make_mail(1))

    assert kept == len(smtp.received)
    assert "school.example" not in str(caught.value)
    transport.send(make_mail(2))
    transport.close()
    assert kept + 1 == len(smtp.received)


def test_a_relay_that_goes_in_the_content_has_nothing(
    smtp: SmtpSink, connect: Callable[..., SmtpTransport]
) -> None:
    """A connection that breaks while the content is on its way leaves no doubt: there was no final dot."""
    smtp.modes = ["cut-in-content"]
    large = OutgoingMail("<1@police.example>", "a@school.example", (b"x" * 990 + b"\r\n") * 20_000)
    with pytest.raises(TransportUnavailable):
        connect(smtp).send(large)

    assert [] == smtp.received


@pytest.mark.parametrize("mode", ["cut-in-content", *(mode for mode, _, _ in ANSWERS)])
def test_trouble_in_a_burst_is_the_trouble_of_one_message(
    mode: Mode, smtp: SmtpSink, connect: Callable[..., SmtpTransport]
) -> None:
    """The messages before and after one that fails arrive once."""
    smtp.modes = ["accept", mode, "accept"]
    transport = connect(smtp, timeout=patience(mode))
    transport.send(make_mail(1))
    with pytest.raises((TransportUnavailable, Refused, InDoubt)):
        transport.send(make_mail(2, "b.sample@school.example"))
    transport.send(make_mail(3))
    transport.close()

    to_a = [message for message in smtp.received if message.recipients == ("a.sample@school.example",)]
    assert 2 == len(to_a)


def test_a_slow_relay_is_waited_for(smtp: SmtpSink, connect: Callable[..., SmtpTransport]) -> None:
    """Answers that come byte by byte are answers."""
    smtp.mode = "slow"
    transport = connect(smtp)
    transport.send(make_mail())
    transport.close()

    assert 1 == len(smtp.received)


def test_the_sender_of_the_envelope_is_nobody(smtp: SmtpSink, connect: Callable[..., SmtpTransport]) -> None:
    """The null path, unless a bounce address is configured; one recipient, exactly as given."""
    transport = connect(smtp)
    transport.send(make_mail(1, "o'neill+tag@School.example"))
    transport.send(make_mail(2, sender="bounces@police.example"))
    transport.close()

    assert ["", "bounces@police.example"] == [message.sender for message in smtp.received]
    assert ("o'neill+tag@School.example",) == smtp.received[0].recipients


@pytest.mark.parametrize(("dsn", "options"), [(True, ("NOTIFY=NEVER",)), (False, ())])
def test_no_reports_are_asked_for(
    dsn: bool, options: tuple[str, ...], start_smtp: Start, connect: Callable[..., SmtpTransport]
) -> None:
    """Where delivery reports are offered, none is wanted; where not, nothing is said of them."""
    sink = start_smtp(dsn=dsn)
    transport = connect(sink)
    transport.send(make_mail())
    transport.close()

    assert options == sink.received[0].options


def test_without_starttls_nothing_is_sent(start_smtp: Start, connect: Callable[..., SmtpTransport]) -> None:
    """An offer of encryption that is missing may have been removed by somebody."""
    sink = start_smtp(tls="starttls", strip_starttls=True)
    with pytest.raises(NoSession, match="STARTTLS"):
        connect(sink).send(make_mail())

    assert [] == sink.received


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_strange_certificate_is_refused(
    tls: str, start_smtp: Start, connect: Callable[..., SmtpTransport]
) -> None:
    """A relay whose certificate nobody we trust has signed gets nothing."""
    sink = start_smtp(tls=tls)
    with pytest.raises(NoSession, match="certificate"):
        connect(sink, ca_file="").send(make_mail())

    assert [] == sink.received


def test_signing_in(start_smtp: Start, connect: Callable[..., SmtpTransport]) -> None:
    """With the right password the message goes; with a wrong one nothing does, and the error holds none."""
    sink = start_smtp(tls="starttls", signing_in=True)
    right = connect(sink, username=USER, password=lambda: PASSWORD)
    right.send(make_mail())
    right.close()
    with pytest.raises(NoSession) as caught:
        connect(sink, username=USER, password=lambda: "wrong-password-9").send(make_mail())

    assert 1 == len(sink.received)
    assert "wrong-password-9" not in str(caught.value)
    assert USER not in str(caught.value)


def test_signing_in_by_a_token(start_smtp: Start, connect: Callable[..., SmtpTransport]) -> None:
    """XOAUTH2: a token that was refused is renewed once, and the message goes."""
    sink = start_smtp(tls="starttls", signing_in=True, good_token="new-token")
    transport = connect(sink, username=USER, oauth_token=lambda fresh: "new-token" if fresh else "old-token")
    transport.send(make_mail())
    transport.close()

    assert 1 == len(sink.received)
    assert [b""] == sink.after_refusal
    assert 2 == sink.sessions


def test_a_token_that_stays_refused(start_smtp: Start, connect: Callable[..., SmtpTransport]) -> None:
    """Two tries and no more; the error does not hold the token."""
    sink = start_smtp(tls="starttls", signing_in=True, good_token="another")
    with pytest.raises(NoSession) as caught:
        connect(sink, username=USER, oauth_token=lambda fresh: "token-4711").send(make_mail())

    assert 2 == sink.sessions
    assert "token-4711" not in str(caught.value)


def test_nobody_listening_is_not_now(connect: Callable[..., SmtpTransport]) -> None:
    """A relay that is down is tried again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(NoSession):
        SmtpTransport(host="127.0.0.1", port=port, tls="none", timeout=30.0).send(make_mail())


@pytest.mark.parametrize("greeting", [b"", b"nonsense\r\n", b"554 no service\r\n", b"x" * 9000])
def test_a_strange_greeting_is_not_now(greeting: bytes) -> None:
    """Whatever it is that answers, nothing was handed over."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        transport = SmtpTransport(host="127.0.0.1", port=server.getsockname()[1], tls="none", timeout=30.0)
        with pytest.raises(NoSession):
            transport.send(make_mail())
        thread.join(60)

    assert not thread.is_alive()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c.example",
        "a b@c.example",
        "a@c.example>\r\nDATA",
        "a@c.example, b@c.example",
        "zoë@c.example",
        '"a b"@c.example',
    ],
)
def test_an_address_that_smtp_cannot_carry_is_refused(
    address: str, smtp: SmtpSink, connect: Callable[..., SmtpTransport]
) -> None:
    """It never becomes a command; the relay is not even asked."""
    with pytest.raises(Refused):
        connect(smtp).send(make_mail(1, address))

    assert 0 == smtp.sessions


def test_without_tls_only_loopback() -> None:
    """No configuration sends in the clear over a network."""
    with pytest.raises(ConfigError, match="loopback"):
        SmtpTransport(host="relay.police.example", port=25, tls="none")


def test_a_missing_authority_stops_the_start(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(ConfigError, match="ca_file"):
        SmtpTransport(host="127.0.0.1", port=25, tls="starttls", ca_file=str(tmp_path / "none.pem"))

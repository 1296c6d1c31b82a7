"""IMAP against a server that does what a good server never does."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailbot.errors import Refused, SourceUnavailable
from mailbot.intake.collect import Collected
from mailbot.intake.sources.imap import ImapSource
from mailbot.store.schema import unfetched
from tests.fakes.ground import Ground, ground
from tests.fakes.imap_server import HANG_UP, Answer, ScriptedImap, serving

ONE = b"Subject: one\r\n\r\n"
TWO = b"Subject: two\r\n\r\n"


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    """A server that is good until a test says otherwise."""
    with serving(ScriptedImap(messages={1: ONE, 2: TWO})) as running:
        yield running


@pytest.fixture
def source(server: ScriptedImap) -> ImapSource:
    """A mailbox on it."""
    return on(server)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ground]:
    """A database, keys and a raw store."""
    with ground(tmp_path) as made:
        yield made


def on(server: ScriptedImap, *, tokens: list[str] | None = None, other: str = "") -> ImapSource:
    """A mailbox on this server, by a password or by tokens, of which the last one stays."""
    return ImapSource(
        name="partnership",
        host=server.host,
        port=server.port,
        tls="none",
        ca_file="",
        username="partnership",
        password=None if tokens else lambda: "secret",
        oauth_token=_offer(tokens) if tokens else None,
        inbox="INBOX",
        processed="Processed",
        quarantine="Quarantine",
        other=other,
    )


def _offer(tokens: list[str]) -> Callable[[bool], str]:
    """The first until a fresh one is asked for; then the last that there is."""
    return lambda fresh: tokens[-1] if fresh else tokens[0]


def says(text: bytes) -> Answer:
    """Always this answer; %t stands for the tag."""
    return lambda tag, _: text.replace(b"%t", tag)


def test_a_good_server(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """The server of these tests is good by itself."""
    assert Collected(listed=2, new=2) == world.collect(source)
    assert [ONE, TWO] == world.bodies()


def test_only_peeking(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """No command marks, parses or destroys: no plain BODY, ENVELOPE, BODYSTRUCTURE or EXPUNGE."""
    world.collect(source)
    fetches = [line for line in server.commands() if b"FETCH" in line]

    assert [b"UID FETCH 1,2 (RFC822.SIZE INTERNALDATE)", b"UID FETCH 1,2 (BODY.PEEK[])"] == fetches
    assert [] == [line for line in server.commands() if line.startswith((b"EXPUNGE", b"UID STORE"))]


def test_a_quiet_poll_is_two_commands(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """In an open session a poll that finds nothing new asks twice, whatever was collected before."""
    with source.session() as session:
        world.collect_in(session)
        server.heard.clear()
        world.collect_in(session)

    assert [b'SELECT "INBOX"', b"UID SEARCH ALL"] == server.commands()[:2]
    assert b"LOGOUT" == server.commands()[2]


@pytest.mark.parametrize(
    "greeting", [b"", b"SSH-2.0-nothing\r\n", b"* BYE too busy\r\n", b"* OK half", b"HTTP/1.1 400\r\n\r\n"]
)
def test_a_greeting_of_something_else(greeting: bytes) -> None:
    """Whatever greets, it is a server that cannot be used now."""
    with (
        serving(ScriptedImap(greeting=greeting + HANG_UP)) as server,
        pytest.raises(SourceUnavailable),
        on(server).session(),
    ):
        pass


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"%t NO [AUTHENTICATIONFAILED] no\r\n", Refused),
        (b"%t NO partnership with secret is wrong\r\n", Refused),
        (b"%t BAD what\r\n", Refused),
        (b"%t NO [UNAVAILABLE] later\r\n", SourceUnavailable),
        (b"* BYE shutting down\r\n" + HANG_UP, SourceUnavailable),
        (HANG_UP, SourceUnavailable),
    ],
)
def test_sign_in_that_fails(server: ScriptedImap, answer: bytes, error: type[Exception]) -> None:
    """A refusal is final, what may pass is not, and neither tells what the server said."""
    server.answers[b"AUTHENTICATE"] = says(answer)
    with pytest.raises(error) as failed, on(server).session():
        pass

    assert "secret" not in str(failed.value)
    assert "partnership" not in str(failed.value)


def test_a_server_without_passwords() -> None:
    """A server that takes none on this connection is not offered one."""
    with serving(ScriptedImap(capability=b"IMAP4rev1 LOGINDISABLED")) as server:
        with pytest.raises(Refused), on(server).session():
            pass

        assert [] == [line for line in server.heard if b"secret" in line]


def test_an_old_server(server: ScriptedImap) -> None:
    """A server that knows LOGIN only gets name and password quoted."""
    server.capability = b"IMAP4rev1"
    with on(server).session():
        pass

    assert b'LOGIN "partnership" "secret"' in server.commands()


def test_a_token_is_used_once_when_refused(server: ScriptedImap) -> None:
    """A refused access token is not offered again; a new one is."""
    server.answers[b"AUTHENTICATE"] = says(b"%t NO expired\r\n")
    tokens = ["old"]
    source = on(server, tokens=tokens)
    for _ in range(2):
        with pytest.raises(Refused), source.session():
            pass

    assert 1 == server.connections

    tokens.append("new")
    server.answers.clear()
    with source.session() as session:
        assert 2 == len(session.arrivals())


def test_another_mailbox_must_be_closed_to_a_token(server: ScriptedImap) -> None:
    """One token, two user names: the check fails when both are let in."""
    source = on(server, tokens=["token"], other="chief@police.example")
    with pytest.raises(Refused, match="another mailbox"):
        source.check()

    first = [True]

    def once(tag: bytes, _: bytes) -> bytes:
        return tag + (b" OK in\r\n" if first and first.pop() else b" NO not yours\r\n")

    server.answers[b"AUTHENTICATE"] = once
    assert any("closed to us" in line for line in source.check())


def test_a_message_that_is_not_served(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """Listed and left out of the answer: counted, and the others come."""
    server.answers[b"UID FETCH 1,2 (BODY"] = lambda tag, line: server.item(2, line) + tag + b" OK done\r\n"

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)
    assert [1] == world.rows(unfetched, "attempts")


@pytest.mark.parametrize("body", [b"NIL", b'""', b"{0}\r\n"])
def test_a_message_that_is_served_empty(
    world: Ground, server: ScriptedImap, source: ImapSource, body: bytes
) -> None:
    """Nothing at all, for a message that has a size, is not that message."""
    served = b"* 1 FETCH (UID 1 BODY[] " + body + b")\r\n"
    server.answers[b"UID FETCH 1,2 (BODY"] = lambda tag, line: (
        served + server.item(2, line) + tag + b" OK done\r\n"
    )

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)
    assert [TWO] == world.bodies()


def test_one_message_that_fails_the_packet(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """A server that answers NO for all because of one is asked for each alone."""
    server.answers[b"UID FETCH 1,2 (BODY"] = says(b"%t NO [SERVERBUG] cannot\r\n")
    server.answers[b"UID FETCH 1 (BODY"] = says(b"%t NO [SERVERBUG] cannot\r\n")

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)
    assert [TWO] == world.bodies()


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 1 BODY[] {500}\r\nhalf" + HANG_UP,
        b"* 1 FETCH (UID 1 BO" + HANG_UP,
        b"* BYE\r\n" + HANG_UP,
        b"* 1 FETCH (UID 1 BODY[] {16}\r\nSubject: one\r\n\r\n" + HANG_UP,
        b"nonsense\r\n",
        HANG_UP,
    ],
)
def test_an_answer_that_breaks_off(
    world: Ground, server: ScriptedImap, source: ImapSource, answer: bytes
) -> None:
    """Half an answer is no message; the next poll has both."""
    server.answers[b"UID FETCH 1,2 (BODY"] = says(answer)
    with pytest.raises(SourceUnavailable):
        world.collect(source)

    assert [] == world.bodies()

    server.answers.clear()

    assert Collected(listed=2, new=2) == world.collect(source)
    assert [ONE, TWO] == world.bodies()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"SELECT", b"* 2 EXISTS\r\n%t OK no uidvalidity\r\n"),
        (b"SELECT", b"* OK [UIDVALIDITY x] .\r\n* 2 EXISTS\r\n%t OK done\r\n"),
        (b"UID SEARCH", b"* SEARCH one two\r\n%t OK done\r\n"),
        (b"UID SEARCH", b"%t NO cannot\r\n"),
        (b"LIST", b"* LIST ((((\r\n%t OK done\r\n"),
        (b"UID SEARCH", b"* SEARCH " + b"1 " * 600_000 + b"\r\n%t OK done\r\n"),
    ],
)
def test_answers_that_make_no_sense(
    world: Ground, server: ScriptedImap, source: ImapSource, command: bytes, answer: bytes
) -> None:
    """They are a server that cannot be used now, never a bug that ends the worker."""
    server.answers[command] = says(answer)
    with pytest.raises(SourceUnavailable):
        world.collect(source)


@pytest.mark.parametrize("said", [HANG_UP, b"* BYE going down\r\n", b"* 3 EX" + HANG_UP])
def test_the_end_of_a_connection_in_idle(server: ScriptedImap, source: ImapSource, said: bytes) -> None:
    """A closed connection is readable at once and for ever: it is noticed, not taken for silence."""
    server.answers[b"IDLE"] = says(b"+ idling\r\n" + said)
    with source.session() as session:
        session.arrivals()
        began = time.monotonic()
        with pytest.raises(SourceUnavailable):
            session.wait(60)

    assert time.monotonic() - began < 30


def test_told_in_one_packet_with_the_grant(server: ScriptedImap, source: ImapSource) -> None:
    """An arrival that is told together with the grant of IDLE ends the wait."""
    server.answers[b"IDLE"] = says(b"+ idling\r\n* 3 EXISTS\r\n")
    with source.session() as session:
        began = time.monotonic()

        assert session.wait(60)
        assert time.monotonic() - began < 30


def test_still_here_is_no_arrival(server: ScriptedImap, source: ImapSource) -> None:
    """What a server says to keep the connection alive does not end the wait."""
    server.answers[b"IDLE"] = says(b"+ idling\r\n* OK Still here\r\n")
    with source.session() as session:
        assert not session.wait(0.3)


def test_a_server_without_idle(server: ScriptedImap, source: ImapSource) -> None:
    """The wait is a pause, and a dead connection is noticed at its end."""
    server.capability = b"IMAP4rev1 AUTH=PLAIN"
    with ExitStack() as stack:
        session = stack.enter_context(source.session())

        assert not session.wait(0.1)

        server.answers[b"NOOP"] = says(HANG_UP)
        with pytest.raises(SourceUnavailable):
            session.wait(0.1)


def test_a_server_that_can_move_nothing(server: ScriptedImap, source: ImapSource) -> None:
    """Without MOVE and UIDPLUS messages are copied once and marked; EXPUNGE is never sent; check says so."""
    server.capability = b"IMAP4rev1 AUTH=PLAIN"
    server.answers[b"UID SEARCH DELETED"] = says(b"* SEARCH\r\n%t OK done\r\n")
    with source.session() as session:
        found = [ref.locator for ref in session.arrivals()]
        with pytest.raises(Refused):
            session.move(found, "Processed")
        server.answers[b"UID SEARCH DELETED"] = says(b"* SEARCH 1 2\r\n%t OK done\r\n")
        with pytest.raises(Refused):
            session.move(found, "Processed")

    assert 1 == len([line for line in server.commands() if line.startswith(b"UID COPY")])
    assert 1 == len([line for line in server.commands() if line.startswith(b"UID STORE")])
    assert [] == [line for line in server.commands() if b"EXPUNGE" in line]
    assert any("neither MOVE nor UIDPLUS" in line for line in source.check())


def test_a_full_target(server: ScriptedImap, source: ImapSource) -> None:
    """A server that refuses to move says so for good; what the refusal was about stays where it is."""
    server.answers[b"UID MOVE"] = says(b"%t NO [OVERQUOTA] full of secret things\r\n")
    with source.session() as session:
        found = [ref.locator for ref in session.arrivals()]
        with pytest.raises(Refused) as failed:
            session.move(found, "Processed")

    assert "secret" not in str(failed.value)


def test_folders_that_cannot_be_made(server: ScriptedImap, source: ImapSource) -> None:
    """A target folder that is missing and may not be made is a thing for a person."""
    server.folders = {b"INBOX"}
    server.answers[b"CREATE"] = says(b"%t NO no\r\n")
    with pytest.raises(Refused), source.session():
        pass


def test_a_goodbye_is_not_waited_for(server: ScriptedImap, source: ImapSource) -> None:
    """A session that failed ends at once, whatever the server does."""
    server.answers[b"LOGOUT"] = says(b"")
    server.answers[b"UID SEARCH"] = says(HANG_UP)
    took = []
    for _ in range(3):  # a machine that stands still does it once
        began = time.monotonic()
        with pytest.raises(SourceUnavailable), source.session() as session:
            session.arrivals()
        took.append(time.monotonic() - began)

    assert min(took) < 2


def test_a_giant_that_vanishes_half_way(world: Ground, server: ScriptedImap, source: ImapSource) -> None:
    """A large message that is gone after its first part leaves nothing; the others are stored."""
    part = b"x" * (4 * 2**20)
    server.answers[b"UID FETCH 1,2 (RFC822.SIZE"] = says(
        b"* 1 FETCH (UID 1 RFC822.SIZE 40000000)\r\n* 2 FETCH (UID 2 RFC822.SIZE 16)\r\n%t OK done\r\n"
    )
    server.answers[b"UID FETCH 1 (BODY.PEEK[]<0."] = says(
        b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n%%t OK done\r\n" % (len(part), part)
    )
    server.answers[b"UID FETCH 1 (BODY.PEEK[]<4194304."] = says(b"%t OK nothing\r\n")

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)
    assert [TWO] == world.bodies()

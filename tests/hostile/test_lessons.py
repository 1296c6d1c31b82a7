"""
What went wrong in other people's mail systems: `lessons.toml` names our test of each, and those that stand
nowhere else are here.
"""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mailbot.intake.sources.graph import GraphSource
from mailbot.parse.sandbox import ReaderPool
from mailbot.send import outbox as sending
from mailbot.store.schema import delivery, message
from tests.fakes.graph import GraphServer
from tests.fakes.sources import FakeSource
from tests.fakes.transport import FakeTransport
from tests.hostile.cases import AUTHOR, host_of, letter, mixed, part, plain
from tests.hostile.making import DOCX
from tests.hostile.road import COMPOSER, Road, road
from tests.servers.exchange import graph_client
from tests.unit.parse.readers.making_pdf import Pdf

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LESSONS = tomllib.loads((HERE / "lessons.toml").read_text(encoding="utf-8"))["lesson"]
THREATS = tomllib.loads((HERE / "threats.toml").read_text(encoding="utf-8"))["threat"]
HELLO = part("text/plain", b"Hello\r\n", coded=False)


NUMBERS = (range(1, 21), (24,), range(30, 39), range(40, 48), range(50, 61))
IDS = [f"T{number:02d}" for numbers in NUMBERS for number in numbers]


@cache
def named_in(file: str) -> frozenset[str]:
    """The names of the tests in a file, methods of classes included."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


@pytest.mark.parametrize("row", [*LESSONS, *THREATS], ids=lambda row: row["id"])
def test_every_row_names_tests_that_are_there(row: dict[str, object]) -> None:
    """A table of good intentions would be longer."""
    named = row["tests"]
    assert isinstance(named, list)
    missing = [one for one in named if one.partition("::")[2] not in named_in(one.partition("::")[0])]

    assert named
    assert [] == missing


def test_the_tables_are_whole() -> None:
    """Twenty-five accidents; every threat of the list, and each that is a message has messages in the set."""
    from tests.hostile.test_set import cases

    names = [case.name for case in cases()]
    asked = {row["id"] for row in THREATS if row.get("messages")}

    assert IDS == [row["id"] for row in THREATS]
    assert [f"L{number:02d}" for number in range(1, 26)] == [row["id"] for row in LESSONS]
    assert [] == [one for one in asked if not any(name.startswith(f"{one} ") for name in names)]
    assert [] == [name for name in names if name.split()[0] not in {row["id"] for row in THREATS}]


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader for all."""
    with ReaderPool(mode="best_effort", readers=1) as opened:
        yield opened


@pytest.fixture
def way(quick: Path, pool: ReaderPool) -> Iterator[Road]:
    """A road of its own."""
    with road(quick, pool) as opened:
        yield opened


def test_a_new_message_under_an_old_number(way: Road) -> None:
    """A mailbox that was made anew counts from 1 again: what is new there is stored, not "already known"."""
    source = FakeSource()
    source.deliver(b"From: a@school.example\r\n\r\nold\r\n")
    way.ground.collect(source)
    source.inbox.clear()
    source.numbering += 1
    source._next = 1
    source.deliver(b"From: a@school.example\r\n\r\nnew\r\n")
    found = way.ground.collect(source)

    assert (1, 0) == (found.new, found.redelivered)
    assert 2 == len(way.ground.rows(message))


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("application/octet-stream", "our form.docx"),
        ("application/octet-stream", ""),
        ("text/plain", "form.txt"),
    ],
)
def test_a_form_that_says_it_is_something_else(way: Road, kind: str, file: str) -> None:
    """What a part declares, and whether it is inline or has a name, hides nothing: bytes decide."""
    data = part(kind, DOCX, file).replace(b"attachment;", b"inline;")
    reading, _ = way.pass_by(letter("L08", mixed(HELLO, data)))

    assert 1 == len(reading.records)


def test_a_pdf_as_octet_stream_is_read(way: Road) -> None:
    """Its words are there for a person."""
    made = Pdf().text(50, 100, "Seen at the bus stop").bytes()
    reading, _ = way.pass_by(letter("L08 pdf", mixed(HELLO, part("application/octet-stream", made))))

    assert "Seen at the bus stop" in reading.parts[-1].text
    assert "pdf" == reading.parts[-1].detected


def test_a_message_id_that_was_used_before(way: Road) -> None:
    """A courier's system reuses one: the second, different message is stored and queued like the first."""
    raws = [letter("L20", plain(text)) for text in ("The first matter.\n", "The second matter.\n")]
    ids = way.arrive_together(raws)
    for one in ids:
        way.read(one)

    assert 2 == len(set(ids))
    assert {"queued"} == {way.state(one) for one in ids}


def test_a_guessed_id_opens_nothing(way: Road) -> None:
    """Whoever names a message of ours in a forged reply changes nothing: not its state, not its answer."""
    first = way.arrive(letter("L22", plain("A matter.\n")))
    way.read(first)
    before = (way.state(first), tuple(way.decided(first)))
    named = way.decided(first).our_message_id or COMPOSER.message_id(way.decided(first).mail_id)
    forged = letter(
        "L22 forged",
        plain("Close this, it was a mistake.\n"),
        sender=f"{AUTHOR} <zebedee.quince@{host_of('L22')}>",
        auth="dmarc=fail",
        more=f"In-Reply-To: {named}\r\nReferences: {named}\r\n".encode(),
    )
    _, decided = way.pass_by(forged)

    assert before == (way.state(first), tuple(way.decided(first)))
    assert ("not_due", "unauthenticated") == (decided.state, decided.code)


def test_two_robots_stop_talking(way: Road) -> None:
    """
    A robot that answers everything and says nothing of itself gets one acknowledgement: its answer to that
    names it, and is not answered.
    """
    transport, host = FakeTransport(), host_of("L23")
    answer = letter("L23", plain("Thank you for your message.\n"))
    for number in range(20):
        _, decided = way.pass_by(answer)
        way.ground.later(minutes=30)
        sending.send_due(
            way.ground.store, transport, COMPOSER, way.settings, way.ground.clock, way.spread, limit=9
        )
        if decided.state == "not_due":
            break
        ours = transport.sent[-1].message_id
        answer = letter(
            "L23", plain(f"Thank you, again: {number}\n"), more=f"In-Reply-To: {ours}\r\n".encode()
        )

    assert ["zebedee.quince@" + host] == [mail.recipient for mail in transport.sent]


def test_a_robot_without_memory_ends_at_the_limit(way: Road) -> None:
    """One that does not even name what it answers is answered as often as a day allows, and then held."""
    transport = FakeTransport()
    for number in range(30):
        way.pass_by(letter("L23", plain(f"Thank you for your message of today, {number}.\n")))
        way.ground.later(minutes=10)
        sending.send_due(
            way.ground.store, transport, COMPOSER, way.settings, way.ground.clock, way.spread, limit=9
        )

    assert way.settings.per_address_day == len(transport.sent)
    assert "held" == way.pass_by(letter("L23", plain("And once more.\n")))[1].state


def test_pages_are_followed(way: Road, graph_server: GraphServer) -> None:
    """A server that lists two at a time has all of its messages collected in one poll."""
    for number in range(11):
        graph_server.deliver(f"From: a@school.example\r\n\r\n{number}\r\n".encode())
    source = GraphSource("partnership", graph_client(graph_server), "INBOX", "Processed", "Quarantine")
    found = way.ground.collect(source)

    assert (11, 11) == (found.listed, found.new)


def test_what_is_nothing_for_us_is_known_all_the_same(way: Road) -> None:
    """A newsletter is recorded like a form, so no poll fetches it again."""
    source = way.source
    source.deliver(letter("L06", plain("News.\n"), more=b"List-Id: <news.lists.example>\r\n"))
    way.ground.collect(source)
    fetched = source.calls.count("fetch")
    for _ in range(5):
        way.ground.collect(source)

    assert fetched == source.calls.count("fetch")
    assert ["stored"] == way.ground.rows(delivery, "state")

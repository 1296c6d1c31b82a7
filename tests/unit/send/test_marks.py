"""A database that forgets what it had confirmed sends nothing twice."""

from pathlib import Path

import pytest
from sqlalchemy import update

from mailbot.errors import Refused, TransportUnavailable
from mailbot.send import outbox
from mailbot.send.marks import Marks
from mailbot.store import schema
from tests.fakes.transport import FakeTransport
from tests.unit.send.conftest import World

FORGOTTEN = {"state": "reserved", "code": None, "our_message_id": None, "sent_at": None}


@pytest.fixture
def marked(world: World, tmp_path: Path) -> World:
    """A world that writes down what it sends, and in which one is due."""
    world.marks = Marks(tmp_path / "left")
    world.arrive()
    world.later(minutes=6)
    return world


def forget(world: World, attempts: int = 0) -> None:
    """The database is what it was before the last attempt, as after a failover to a replica behind."""
    tried = None if attempts == 0 else world.now
    with world.store.unit() as unit:
        unit.db.execute(
            update(schema.outbox).values(
                **FORGOTTEN, attempts=attempts, first_tried_at=tried, due_at=world.now
            )
        )


def test_what_the_database_has_forgotten_is_not_sent_again(marked: World) -> None:
    """Held for a person, who looks into the mail server's log; and sent where that person says so."""
    marked.send()
    forget(marked)
    again = marked.send()
    held = (marked.only.state, marked.only.code)
    with marked.store.unit() as unit:
        outbox.release(unit, marked.only.mail_id, "admin-1", marked.now)

    assert (0, ("held", "left_before")) == (again, held)
    assert 1 == len(marked.transport.sent)
    assert 1 == marked.send()


def test_a_second_attempt_that_was_forgotten_counts(marked: World) -> None:
    """The first was refused for now and is known; the second left and is not."""
    marked.transport = FakeTransport(TransportUnavailable("later"))
    marked.send()
    marked.later(minutes=1)
    marked.send()
    forget(marked, attempts=1)
    marked.send()

    assert ("held", 1) == (marked.only.state, len(marked.transport.sent))


def test_what_is_known_is_tried_again(marked: World) -> None:
    """A definite refusal is followed by another try, also after a person has let it go."""
    marked.transport = FakeTransport(TransportUnavailable("later"), Refused("no"), TransportUnavailable("x"))
    for _ in range(2):
        marked.send()
        marked.later(minutes=1)
    with marked.store.unit() as unit:
        assert outbox.retry(unit, marked.only.mail_id, "admin-1", marked.now)
    marked.send()
    marked.later(minutes=1)
    sent = marked.send()

    assert (1, "sent") == (sent, marked.only.state)
    assert 4 == len(marked.transport.tried)


def test_a_message_that_is_stored_anew_is_not_answered_anew(marked: World) -> None:
    """Its row was forgotten too, and it was moved back into the inbox: it is known by its bytes."""
    marked.send()
    first = marked.only.acknowledges
    with marked.store.unit() as unit:
        same = update(schema.message).values(raw_digest="d" * 64)
        unit.db.execute(same.where(schema.message.c.message_id == first))
    assert marked.marks is not None
    marked.marks.make("e" * 32, "an earlier mail", 1)
    marked.arrive(message_id=None)
    with marked.store.unit() as unit:
        other = update(schema.message).where(schema.message.c.message_id != first)
        unit.db.execute(other.values(raw_digest="e" * 32))
    marked.later(minutes=6)
    marked.send()

    assert ["held", "sent"] == marked.states()


def test_what_cannot_be_written_down_is_not_sent(world: World, tmp_path: Path) -> None:
    """A disk that is full or away: it stays where it is, and is tried again."""
    world.marks = Marks(tmp_path / "away" / "left")
    world.arrive()
    world.later(minutes=6)
    world.send()

    assert [] == world.transport.tried
    assert "reserved" == world.only.state


@pytest.mark.parametrize("text", ["", "x", "mail", "mail many", "mail -1", "\udcff"])
def test_a_mark_that_is_none_is_a_doubt(tmp_path: Path, text: str) -> None:
    """Cut off or overwritten, it says at least that there was something."""
    marks = Marks(tmp_path)
    (tmp_path / "digest").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert marks.knows_more("digest", "mail", 5)
    assert not marks.knows_more("another", "mail", 0)
    marks.forget("digest")
    assert not marks.knows_more("digest", "mail", 5)

"""A message that is sent to be received: once a day, known when it comes, missed when it does not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.errors import TransportUnavailable
from mailbot.store.lookout import canary
from mailbot.watch.canary import CanarySender, note_arrival
from tests.fakes.ground import MAILBOX, Ground, ground

SENDER = "mailbot <alerts@police.example>"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Ground]:
    """A site at noon."""
    with ground(tmp_path) as made:
        yield made


def sender(place: Ground, sent: list[bytes], hour: int = 6) -> CanarySender:
    """Who sends one at this hour."""
    address = "partnership@police.example"
    return CanarySender(
        place.store, lambda to, name, data: sent.append(data), SENDER, MAILBOX, address, hour, place.clock
    )


def test_one_a_day_at_its_hour(place: Ground) -> None:
    """Before its hour none leaves, after it one, and the next on the next day."""
    sent: list[bytes] = []
    late, early = sender(place, sent, 13), sender(place, sent, 6)

    assert [False, True, False] == [late.look(), early.look(), early.look()]

    place.later(hours=17, minutes=59)
    before = early.look()
    place.later(minutes=1)

    assert [False, True] == [before, early.look()]
    assert 2 == len(sent)
    assert all(b"Auto-Submitted: auto-generated" in data for data in sent)


def test_it_is_known_when_it_comes(place: Ground) -> None:
    """Its own Message-ID is an arrival, once; any other is none."""
    sent: list[bytes] = []
    sender(place, sent).look()
    (name,) = place.rows(canary, "message_id")
    place.later(minutes=3)
    with place.store.unit() as unit:
        came = [note_arrival(unit, one, place.now) for one in ("<x@y.example>", name.strip("<>"), name)]

    assert [False, True, False] == came
    assert [place.now] == place.rows(canary, "arrived_at")


def test_one_that_could_not_leave_is_missed(place: Ground) -> None:
    """The row stands before it leaves: whether it was refused or lost on the way, it did not arrive."""

    def refuse(recipient: str, message_id: str, data: bytes) -> None:
        raise TransportUnavailable("the relay is away")

    one = CanarySender(place.store, refuse, SENDER, MAILBOX, "partnership@police.example", 6, place.clock)
    with pytest.raises(TransportUnavailable):
        one.look()

    assert [(None, place.now)] == place.rows(canary, "arrived_at", "sent_at")
    assert timedelta(0) <= place.now - place.rows(canary, "sent_at")[0]

"""Collecting: nothing lost, nothing twice, nobody delayed."""

import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import event

from mailbot.errors import DiskFull, SourceUnavailable, StoreUnavailable
from mailbot.intake.collect import Collected, Limits
from mailbot.store.schema import audit, delivery, job, message, poll, unfetched
from tests.fakes.ground import Ground, ground
from tests.fakes.sources import BEGAN, FakeSource

BROKEN = SourceUnavailable("the connection broke off")


def test_a_new_message_is_ours(world: Ground, source: FakeSource) -> None:
    """The bytes, the rows, the task to read it and the audit entry are there when collecting is told of."""
    locator = source.deliver(b"first")
    found = world.collect(source)

    assert Collected(listed=1, new=1) == found
    assert [b"first"] == world.bodies()
    assert [(locator, "stored")] == world.rows(delivery, "locator", "state")
    assert [("partnership", "stored", 5)] == world.rows(message, "mailbox", "state", "size")
    assert [("read", world.rows(message, "message_id")[0])] == world.rows(job, "task", "subject")
    assert ["collection"] == world.rows(audit, "action")
    assert [1] == world.told


def test_the_server_is_told_nothing(world: Ground, source: FakeSource) -> None:
    """Collecting lists and fetches; it moves nothing."""
    source.deliver(b"first")
    world.collect(source)

    assert ["session", "arrivals", "fetch"] == source.calls


def test_the_server_s_time_counts(world: Ground, source: FakeSource) -> None:
    """The clock of a review starts when the message came, but never in the future."""
    source.deliver(b"first")
    world.collect(source)
    world.now = BEGAN
    source.deliver(b"from a server whose clock runs ahead")
    world.collect(source)

    assert {BEGAN.replace(minute=1), BEGAN} == set(world.rows(message, "received_at"))


def test_collecting_twice_changes_nothing(world: Ground, source: FakeSource) -> None:
    """What is known is not fetched again, and no row is added."""
    source.deliver(b"first")
    world.collect(source)
    source.calls.clear()
    found = world.collect(source)

    assert Collected(listed=1, known=1) == found
    assert "fetch" not in source.calls
    assert 1 == len(world.rows(delivery))
    assert 1 == len(world.rows(job))


def test_the_same_bytes_are_one_message(world: Ground, source: FakeSource) -> None:
    """A redelivery is counted, and neither read nor acknowledged again."""
    source.deliver(b"same")
    world.collect(source)
    source.deliver(b"same")
    found = world.collect(source)

    assert Collected(listed=2, known=1, redelivered=1) == found
    assert 1 == len(world.rows(message))
    assert ["stored", "stored"] == world.rows(delivery, "state")
    assert 1 == len(world.rows(job))
    assert [1] == world.told


def test_the_same_bytes_in_one_packet(world: Ground, source: FakeSource) -> None:
    """Two copies that come together are one message with two deliveries."""
    source.deliver(b"same")
    source.deliver(b"same")
    found = world.collect(source)

    assert Collected(listed=2, new=1, redelivered=1) == found
    assert [b"same"] == world.bodies()


def test_an_empty_message_is_a_message(world: Ground, source: FakeSource) -> None:
    """Nothing is rejected, not even nothing."""
    source.deliver(b"")

    assert 1 == world.collect(source).new
    assert [b""] == world.bodies()


def test_a_folder_numbered_anew_doubles_nothing(world: Ground, source: FakeSource) -> None:
    """After a reset of UIDVALIDITY all is fetched again, known by its bytes, and the old rows closed."""
    for number in range(30):
        source.deliver(b"%d" % number)
    world.collect(source)
    source.renumber()
    source.deliver(b"new")
    found = world.collect(source)

    assert Collected(listed=31, new=1, redelivered=30, superseded=30) == found
    assert 31 == len(world.rows(message))
    assert 30 == world.rows(delivery, "state").count("superseded")
    assert 31 == world.rows(delivery, "state").count("stored")


def test_a_folder_numbered_anew_between_list_and_fetch(world: Ground, source: FakeSource) -> None:
    """Locators of the old numbering are served by nobody; the next poll has the new ones."""
    source.deliver(b"first")
    source.before_fetch = lambda: source.renumber() if source.numbering == 2 else None

    assert Collected(listed=1, unfetched=1) == world.collect(source)
    assert Collected(listed=1, new=1) == world.collect(source)
    assert [] == world.rows(unfetched)


def test_a_message_put_back_is_returned(world: Ground, source: FakeSource) -> None:
    """What had been moved and is listed again under its locator waits for a human."""
    locator = source.deliver(b"first")
    world.collect(source)
    world.read()
    world.tidy(source)
    source.inbox[locator] = b"first"
    found = world.collect(source)

    assert Collected(listed=1, returned=1) == found
    assert ["returned"] == world.rows(delivery, "state")
    assert Collected(listed=1, known=1) == world.collect(source)


@pytest.mark.parametrize("left", ["moved", "gone"])
def test_a_server_brought_back_from_a_backup_counts_again(
    world: Ground, source: FakeSource, left: str
) -> None:
    """
    It has forgotten the numbers it gave since, under the same UIDVALIDITY: what comes under one of them is a
    new message, and is neither "put back" nor known.
    """
    locator = source.deliver(b"before")
    world.collect(source)
    world.read()
    if left == "moved":
        world.tidy(source)
    else:
        del source.inbox[locator]
        world.collect(source)
    source._next = 1
    again = source.deliver(b"after")
    found = world.collect(source)

    assert locator == again
    assert Collected(listed=1, new=1) == found
    assert [b"after", b"before"] == world.bodies()
    assert Collected(listed=1, known=1) == world.collect(source)
    world.read()
    assert 1 == world.tidy(source).moved


def test_an_old_numbering_that_comes_back_names_what_is_there(world: Ground, source: FakeSource) -> None:
    """UIDVALIDITY went on and back: nothing under the old numbers counts as known by its number alone."""
    source.deliver(b"first")
    world.collect(source)
    source.renumber()
    world.collect(source)
    source.numbering, source._next, source.inbox = 2, 1, {}
    source.deliver(b"other")
    source.deliver(b"first")
    found = world.collect(source)
    world.read()

    assert (2, 1, 1) == (found.listed, found.new, found.redelivered)
    assert [b"first", b"other"] == world.bodies()
    assert 2 == world.tidy(source).moved


def test_what_was_put_back_and_is_not_served_waits(world: Ground, source: FakeSource) -> None:
    """It is looked at before it is believed; a server that does not serve it is asked again."""
    locator = source.deliver(b"first")
    world.collect(source)
    world.read()
    world.tidy(source)
    source.inbox[locator] = b"first"
    source.unserved.add(locator)

    assert Collected(listed=1, unfetched=1) == world.collect(source)
    source.unserved.clear()
    assert Collected(listed=1, returned=1) == world.collect(source)
    assert [] == world.rows(unfetched)


def test_what_one_listing_overlooked_is_not_gone(world: Ground, source: FakeSource) -> None:
    """While somebody takes messages out, pages shift: a message is gone when it is not there, asked anew."""
    source.deliver(b"one")
    first = source.deliver(b"two")
    world.collect(source)
    source.overlooked = {first}
    found = world.collect(source)
    source.overlooked = set()
    again = world.collect(source)

    assert (0, 0) == (found.gone, again.returned)
    assert ["stored", "stored"] == world.rows(delivery, "state")


def test_what_others_took_is_gone(world: Ground, source: FakeSource) -> None:
    """A stored message that is listed no longer was moved by somebody else; we have the bytes."""
    locator = source.deliver(b"first")
    world.collect(source)
    del source.inbox[locator]
    found = world.collect(source)

    assert Collected(gone=1) == found
    assert ["gone"] == world.rows(delivery, "state")
    assert [b"first"] == world.bodies()
    assert 2 == len(world.rows(audit))


def test_what_is_not_served_delays_nobody(world: Ground, source: FakeSource) -> None:
    """A message that is listed and not served is counted five times and then left alone; all others come."""
    source.unserved.add(source.deliver(b"never"))
    for number in range(5):
        source.deliver(b"%d" % number)

        assert Collected(listed=number + 2, new=1, known=number, unfetched=1) == world.collect(source)

    source.calls.clear()

    assert 1 == world.collect(source).unfetched
    assert "fetch" not in source.calls
    assert [5] == world.rows(unfetched, "attempts")


def test_what_is_left_alone_gets_a_chance_a_day(world: Ground, source: FakeSource) -> None:
    """A message is never given up for ever: served at last, it is like any other."""
    source.unserved.add(locator := source.deliver(b"late"))
    for _ in range(6):
        world.collect(source)
    source.unserved.clear()
    world.later(hours=23)

    assert Collected(listed=1, unfetched=1) == world.collect(source)

    world.later(hours=1, seconds=1)

    assert Collected(listed=1, new=1) == world.collect(source)
    assert [] == world.rows(unfetched)
    assert [locator] == world.rows(delivery, "locator")


def test_half_a_message_is_none(world: Ground, source: FakeSource) -> None:
    """A message that vanishes while it is read leaves nothing behind, and the others are stored."""
    source.chunk_bytes = 4
    source.vanishing.add(source.deliver(b"vanishing"))
    source.deliver(b"whole")

    assert Collected(listed=2, new=1, unfetched=1) == world.collect(source)
    assert [b"whole"] == world.bodies()


def test_a_message_that_breaks_connections_is_soon_alone(world: Ground) -> None:
    """Those around it come within a few polls; it is left alone after five attempts of its own."""
    source = FakeSource(chunk_bytes=4)
    for number in range(7):
        source.deliver(b"%d" % number)
    poison = source.deliver(b"poison")
    for number in range(8, 30):
        source.deliver(b"%d" % number)
    polls = 0
    source.breaking.add(poison)
    while True:
        polls += 1
        try:
            world.collect(source)
        except SourceUnavailable:
            continue
        break

    assert polls <= 8
    assert 29 == len(world.bodies())
    assert [poison] == world.rows(unfetched, "locator")


def test_what_came_before_a_break_is_kept(world: Ground) -> None:
    """Messages that were fetched before the connection broke are ours all the same."""
    source = FakeSource()
    for number in range(20):  # what a source asks for at once
        source.deliver(b"%02d" % number)
    source.breaking.add(source.deliver(b"poison"))
    with pytest.raises(SourceUnavailable):
        world.collect(source)

    assert 20 == len(world.bodies())
    assert [("partnership", "SourceUnavailable", None)] == world.rows(
        poll, "mailbox", "error", "last_good_at"
    )


def test_another_worker_wins_one(world: Ground, source: FakeSource) -> None:
    """A locator that another worker claims meanwhile is left to it; the others are ours."""
    source.deliver(b"first")
    source.deliver(b"second")
    source.before_fetch = lambda: another(world, source)
    found = world.collect(source)

    assert Collected(listed=2, new=1) == found
    assert 2 == len(world.rows(message))
    assert 2 == len(world.rows(delivery))
    assert 2 == len(world.rows(job))


def another(world: Ground, source: FakeSource) -> None:
    """The other worker, who is served other bytes for the same message, as some servers do."""
    source.before_fetch = lambda: None
    held = dict(source.inbox)
    source.inbox = {next(iter(held)): b"first, made anew"}
    world.collect(source)
    source.inbox = held


def test_packets_are_claimed_one_by_one(world: Ground, source: FakeSource) -> None:
    """Reading starts after each transaction, not after the last."""
    for number in range(7):
        source.deliver(b"%d" % number)
    with source.session() as session:
        world.collect_in(session, Limits(asked=5, claimed=2))

    assert [2, 2, 1, 2] == world.told


def test_large_messages_share_no_packet(world: Ground, source: FakeSource) -> None:
    """A packet is full at so many bytes, too."""
    for number in range(3):
        source.deliver(b"%d" % number * 100)
    with source.session() as session:
        world.collect_in(session, Limits(claimed_bytes=100))

    assert [1, 1, 1] == world.told


def test_a_full_disk_stops_before_fetching(tmp_path: Path, source: FakeSource) -> None:
    """Below the reserve nothing is fetched, nothing is told to the server, and the poll says why."""
    with ground(tmp_path, reserve_bytes=2**62) as world:
        source.deliver(b"first")
        with pytest.raises(DiskFull):
            world.collect(source)

        assert ["DiskFull"] == world.rows(poll, "error")
        assert [] == world.rows(delivery)


def test_a_poll_is_recorded(world: Ground, source: FakeSource) -> None:
    """When it was tried, when it was good, and how much was listed."""
    source.deliver(b"first")
    world.collect(source)
    began = world.now
    source.raise_at["arrivals"] = BROKEN
    world.later(seconds=20)
    with pytest.raises(SourceUnavailable):
        world.collect(source)

    assert [("partnership", world.now, began, 1, "SourceUnavailable")] == world.rows(poll)


def test_a_quiet_poll_writes_nothing(world: Ground, source: FakeSource) -> None:
    """A poll that finds the same as the last one seconds ago spares the disk."""
    world.collect(source)
    began = world.now
    world.later(seconds=9)
    world.collect(source)

    assert [began] == world.rows(poll, "last_good_at")

    world.later(seconds=1)
    world.collect(source)

    assert [world.now] == world.rows(poll, "last_good_at")


def test_the_first_failure_is_told(world: Ground, source: FakeSource) -> None:
    """When the database is away too, the poll still ends with what went wrong first."""
    source.raise_at["arrivals"] = BROKEN
    world.store.close()

    def away(*_: object) -> None:
        raise StoreUnavailable("the database is away")

    event.listen(world.store.engine, "begin", away)
    with pytest.raises(SourceUnavailable):
        world.collect(source)


@pytest.mark.parametrize("history", [10, 2000])
def test_a_quiet_poll_costs_the_same_whatever_the_history(
    world: Ground, source: FakeSource, history: int
) -> None:
    """The statements of a poll that finds nothing new are counted: no more with a longer history."""
    world.remember(history)
    source.deliver(b"first")
    world.collect(source)
    statements: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(world.store.engine, "before_cursor_execute", count)
    world.collect(source)

    assert 4 == len([text for text in statements if text.startswith("SELECT")])
    assert [] == [text for text in statements if text.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_large_mailbox_costs_little_memory(world: Ground, source: FakeSource) -> None:
    """5,000 listed messages that are known cost less than 4 MB, whatever they hold."""
    world.remember(5_000, state="stored")
    source.inbox = dict.fromkeys(world.rows(delivery, "locator"), b"")
    tracemalloc.start()
    try:
        found = world.collect(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert Collected(listed=5_000, known=5_000) == found
    assert peak < 4 * 2**20


def test_a_good_poll_is_recorded_after_the_clock_was_set_back(world: Ground, source: FakeSource) -> None:
    """Else a mailbox that falls silent then would look well until the clock catches up."""
    world.later(days=1)
    world.collect(source)
    world.later(days=-1)
    world.collect(source)

    assert [world.now] == world.rows(poll, "last_good_at")

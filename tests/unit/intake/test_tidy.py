"""Tidying: only what is ours and read, and proven."""

import pytest
from sqlalchemy import update

from mailbot.errors import Refused, SourceUnavailable
from mailbot.intake.tidy import Tidied, untidied
from mailbot.store.schema import delivery, message
from tests.fakes.ground import MAILBOX, Ground
from tests.fakes.sources import FakeSource

BROKEN = SourceUnavailable("the connection broke off")


@pytest.mark.parametrize("state", ["queued", "decided", "ignored"])
def test_what_was_read_is_processed(world: Ground, source: FakeSource, state: str) -> None:
    """Whatever became of it, a message that was read goes to Processed, and the row says that it did."""
    source.deliver(b"first")
    world.collect(source)
    world.read(state)

    assert Tidied(moved=1) == world.tidy(source)
    assert {"Processed": [b"first"]} == source.folders
    assert [("moved", "Processed", world.now)] == world.rows(delivery, "state", "target_folder", "moved_at")


def test_what_could_not_be_read_is_quarantined(world: Ground, source: FakeSource) -> None:
    """The mailbox shows which messages nobody could read."""
    source.deliver(b"first")
    world.collect(source)
    world.read("quarantined")
    world.tidy(source)

    assert {"Quarantine": [b"first"]} == source.folders


@pytest.mark.parametrize("state", ["stored", "parsed"])
def test_what_was_not_read_stays(world: Ground, source: FakeSource, state: str) -> None:
    """The server is told last."""
    source.deliver(b"first")
    world.collect(source)
    world.read(state)
    source.calls.clear()

    assert Tidied() == world.tidy(source)
    assert ["session"] == source.calls
    assert not untidied(world.store, MAILBOX)


def test_the_intention_is_committed_before_the_server_is_told(world: Ground, source: FakeSource) -> None:
    """Killed before or during the move, the row says `moving`; the next run moves and proves."""
    source.deliver(b"first")
    world.collect(source)
    world.read()
    source.raise_at["move"] = BROKEN
    with pytest.raises(SourceUnavailable):
        world.tidy(source)

    assert [("moving", "Processed")] == world.rows(delivery, "state", "target_folder")

    source.raise_at.clear()

    assert Tidied(moved=1) == world.tidy(source)
    assert {"Processed": [b"first"]} == source.folders


@pytest.mark.parametrize("call", ["moved", "present"])
def test_killed_between_the_move_and_the_proof(world: Ground, source: FakeSource, call: str) -> None:
    """The next run finds it gone from the inbox, and closes the row; nothing is moved twice."""
    source.deliver(b"first")
    world.collect(source)
    world.read()
    source.raise_at[call] = BROKEN
    with pytest.raises(SourceUnavailable):
        world.tidy(source)
    source.raise_at.clear()

    assert ["moving"] == world.rows(delivery, "state")
    assert 0 == world.collect(source).gone
    assert Tidied(moved=1) == world.tidy(source)
    assert {"Processed": [b"first"]} == source.folders
    assert ["moved"] == world.rows(delivery, "state")


def test_ok_proves_nothing(world: Ground, source: FakeSource) -> None:
    """A server that says OK and leaves the message is noticed; the move is tried again, later each time."""
    source.stuck.add(source.deliver(b"stuck"))
    source.deliver(b"other")
    world.collect(source)
    world.read()

    assert Tidied(moved=1, still_there=1) == world.tidy(source)
    assert {("moving", 1), ("moved", 0)} == set(world.rows(delivery, "state", "attempts"))


def test_a_folder_that_refuses_stops_nobody(world: Ground, source: FakeSource) -> None:
    """A full or read-only target is counted like a move that did nothing."""
    source.deliver(b"first")
    world.collect(source)
    world.read()
    source.raise_at["move"] = Refused("the folder is full")

    assert Tidied(still_there=1) == world.tidy(source)
    assert [("moving", 1)] == world.rows(delivery, "state", "attempts")


def test_a_failed_move_waits_longer_each_time(world: Ground, source: FakeSource) -> None:
    """5, 10, 20 seconds and so on after the message came: no storm of moves, and never given up."""
    source.stuck.add(source.deliver(b"stuck"))
    world.collect(source)
    world.read()
    began = world.now
    tried = []
    for _ in range(100):
        if world.tidy(source).still_there:
            tried.append(int((world.now - began).total_seconds()))
        world.later(seconds=1)

    assert [0, 5, 10, 20, 40, 80] == tried


def test_a_failed_move_is_no_reason_to_hurry(world: Ground, source: FakeSource) -> None:
    """What waits for its first move is untidied; what waits for another attempt only when that is due."""
    source.stuck.add(source.deliver(b"stuck"))
    world.collect(source)
    world.read()

    assert untidied(world.store, MAILBOX)

    world.tidy(source)

    assert not untidied(world.store, MAILBOX)
    assert not untidied(world.store, MAILBOX, world.now)

    world.later(seconds=5)

    assert untidied(world.store, MAILBOX, world.now)


def test_what_was_put_back_stays(world: Ground, source: FakeSource) -> None:
    """A message that a person put back into the inbox is left for a person."""
    locator = source.deliver(b"first")
    world.collect(source)
    world.read()
    world.tidy(source)
    source.folders.clear()
    source.inbox[locator] = b"first"
    world.collect(source)

    assert Tidied() == world.tidy(source)
    assert [b"first"] == list(source.inbox.values())


def test_a_redelivery_is_moved_too(world: Ground, source: FakeSource) -> None:
    """A second copy of what was decided long ago leaves the inbox without being read again."""
    source.deliver(b"same")
    world.collect(source)
    world.read("decided")
    world.tidy(source)
    source.deliver(b"same")
    world.collect(source)

    assert Tidied(moved=1) == world.tidy(source)
    assert {"Processed": [b"same", b"same"]} == source.folders
    assert 1 == len(world.rows(message))


def test_renumbered_in_the_middle_of_a_move(world: Ground, source: FakeSource) -> None:
    """A row left `moving` is closed when the server calls its message by another locator, which is moved."""
    source.deliver(b"first")
    world.collect(source)
    world.read()
    source.raise_at["move"] = BROKEN
    with pytest.raises(SourceUnavailable):
        world.tidy(source)
    source.raise_at.clear()
    source.renumber()
    world.collect(source)

    assert Tidied(moved=1) == world.tidy(source)
    assert ["moved", "superseded"] == sorted(world.rows(delivery, "state"))
    assert {"Processed": [b"first"]} == source.folders


def test_a_folder_chosen_earlier_is_kept(world: Ground, source: FakeSource) -> None:
    """A move that was begun ends where it was meant to, also when the reading is changed meanwhile."""
    source.stuck.add(source.deliver(b"first"))
    world.collect(source)
    world.read("quarantined")
    world.tidy(source)
    source.stuck.clear()
    with world.store.unit() as unit:
        unit.db.execute(update(message).values(state="decided"))
    world.later(seconds=5)
    world.tidy(source)

    assert {"Quarantine": [b"first"]} == source.folders


def test_many_are_moved_in_few_commands(world: Ground, source: FakeSource) -> None:
    """1,200 messages leave in three commands."""
    world.remember(1200, state="stored")
    source.inbox.update((locator, b"") for locator in world.rows(delivery, "locator"))
    source.calls.clear()

    assert Tidied(moved=1200) == world.tidy(source)
    assert 3 == source.calls.count("move")
    assert {} == source.inbox

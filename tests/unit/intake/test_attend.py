"""Attending a mailbox: collected, tidied, and every failure on record."""

import threading

import pytest

from mailbot.errors import Refused
from mailbot.intake.attend import Attendant
from mailbot.store.schema import poll
from tests.fakes.ground import MAILBOX, Ground
from tests.fakes.sources import FakeSource


@pytest.fixture
def attendant(world: Ground, source: FakeSource) -> Attendant:
    """Somebody who attends to the mailbox."""
    return Attendant(
        name=MAILBOX,
        source=source,
        processed="Processed",
        quarantine="Quarantine",
        poll_seconds=20,
        raw=world.raw,
        store=world.store,
        clock=world.clock,
        stored=world.told.append,
    )


def test_a_mailbox_that_cannot_be_opened_is_on_record(
    world: Ground, source: FakeSource, attendant: Attendant
) -> None:
    """A wrong password is seen in the record of polls, though nothing was polled."""
    source.raise_at["session"] = Refused("the password is wrong")
    with pytest.raises(Refused):
        attendant.attend(threading.Event())

    assert [(MAILBOX, world.now, None, "Refused")] == world.rows(
        poll, "mailbox", "last_tried_at", "last_good_at", "error"
    )


def test_no_session_for_nothing(world: Ground, source: FakeSource, attendant: Attendant) -> None:
    """Tidying opens the mailbox only when something is to be moved."""
    source.deliver(b"first")
    attendant.collect()
    source.calls.clear()
    attendant.tidy()

    assert [] == source.calls

    world.read()
    attendant.tidy()

    assert {"Processed": [b"first"]} == source.folders

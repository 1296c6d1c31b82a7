"""A real mailbox, read-only: see docs/exchange.md for the variables that name it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.adapters import build_source, build_transport
from mailbot.config import Config, load
from mailbot.send.acknowledge import Composer
from mailbot.store.ids import new_id

KINDS = ("graph", "ews", "imap")
pytestmark = pytest.mark.live


def configured(kind: str) -> Config:
    """The configuration that a variable names."""
    if not (file := os.environ.get(f"MAILBOT_LIVE_{kind.upper()}_CONFIG")):
        pytest.skip(f"MAILBOT_LIVE_{kind.upper()}_CONFIG names no configuration")
    return load(Path(file), os.environ)


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_succeeds(kind: str) -> None:
    """The mailbox is reached, and somebody else's is closed."""
    config = configured(kind)
    box = next(box for box in config.mailboxes if box.kind == kind)
    said = build_source(config, box, os.environ).check()

    assert any("messages" in line for line in said)


@pytest.mark.parametrize("kind", KINDS)
def test_looking_changes_nothing(kind: str) -> None:
    """The same is listed before and after the oldest message was fetched twice."""
    config = configured(kind)
    box = next(box for box in config.mailboxes if box.kind == kind)
    with build_source(config, box, os.environ).session(look_only=True) as session:
        before = session.arrivals()
        if not before:
            pytest.skip("the inbox is empty")
        sizes = [sum(map(len, one.untrusted_chunks)) for _ in range(2) for one in session.fetch(before[:1])]
        after = session.arrivals()

    assert [ref.locator for ref in before] == [ref.locator for ref in after]
    assert 2 == len(sizes)
    assert min(sizes) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_acknowledgement_is_accepted(kind: str) -> None:
    """Once, to the address that was given for it."""
    config = configured(kind)
    if not (recipient := os.environ.get("MAILBOT_LIVE_SEND_TO")):
        pytest.skip("MAILBOT_LIVE_SEND_TO names no address")
    composer = Composer(config.acknowledge.sender, config.mailbot.templates)
    transport = build_transport(config, os.environ)
    transport.send(composer.compose(recipient, composer.message_id(new_id()), datetime.now(UTC)))
    transport.close()

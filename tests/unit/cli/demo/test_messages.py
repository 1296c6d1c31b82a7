"""The sample messages are what they claim to be, and nobody real."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

from mailbot.cli.demo.messages import GATEWAY, OURS, samples
from mailbot.domain.mail import Border
from mailbot.parse.mail import take_apart
from mailbot.send.policy import Facts, PolicySettings, judge

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
MADE = list(samples(NOW))


def test_there_is_one_of_each_sort() -> None:
    """At least fourteen, all different bytes."""
    assert len(set(MADE)) >= 14


def test_nobody_is_real() -> None:
    """Every address is of a domain that cannot exist."""
    for made in MADE:
        addresses = re.findall(rb"[\w.-]+@([\w.-]+\w)", made)

        assert {b"example"} == {address.rpartition(b".")[2] for address in addresses}


def test_the_messages_are_sound() -> None:
    """The standard parser finds no defect in any of them."""
    for made in MADE:
        message = message_from_bytes(made, policy=policy.default)

        assert [] == [defect for part in message.walk() for defect in part.defects]


def test_who_is_answered() -> None:
    """All but the forged one, the absence note and the report; the unsafe one is known only when read."""
    border = Border((GATEWAY,), (), "above", (OURS,))
    verdicts = [judge(take_apart(made, border).envelope, Facts(), PolicySettings()) for made in MADE]

    assert ["unauthenticated", "automatic", "automatic"] == [one.code for one in verdicts if not one.may]


def test_one_came_twice() -> None:
    """Two of them have the same Message-ID and text, by another route."""
    names = [message_from_bytes(made)["Message-ID"] for made in MADE]

    assert 1 == len(names) - len(set(names))

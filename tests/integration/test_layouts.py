"""Forms that the reader was not made for: layouts in words of their own, filled in, sent and read."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from mailbot.cli.record_json import of_reading
from mailbot.domain.mail import Border
from mailbot.reading import read_message
from tests.layouts.compare import record
from tests.layouts.letters import BORDER, TO, Letter
from tests.layouts.make import letters

OWN = Border((BORDER,), (), "above", (TO,))


@pytest.fixture(scope="module")
def read() -> list[tuple[Letter, Mapping[str, Any]]]:
    """Every message of the set with what was read of it."""
    made = letters()
    return [(one, of_reading(read_message(one.message.as_bytes(), OWN), True, None)) for one in made]


def test_every_record_is_found(read: list[tuple[Letter, Mapping[str, Any]]]) -> None:
    """A form is a form whatever it is called, and two in one message are two."""
    other = {one.name: len(got["records"]) for one, got in read if len(got["records"]) != len(one.records)}

    assert {} == other


def test_kinds(read: list[tuple[Letter, Mapping[str, Any]]]) -> None:
    """What a message is, is known by what it holds."""
    wrong = [(one.name, one.kind, got["kind"]) for one, got in read if one.kind != got["kind"]]

    assert len(wrong) <= len(read) * 0.01, wrong


def test_fields(read: list[tuple[Letter, Mapping[str, Any]]]) -> None:
    """Of what is written nearly all is found, and next to nothing is made up."""
    total: Counter[str] = Counter()
    for one, got in read:
        for want, found in zip(one.records, got["records"], strict=False):
            total.update(record(want, found))

    assert total["right"] >= 0.95 * total.total(), total
    assert total["invented"] <= 0.005 * total.total(), total

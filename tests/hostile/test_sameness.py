"""
What an acknowledgement could tell by its size, its moment or its name: nothing.

Three hundred messages of five kinds go through real readers and a real database; what leaves is compared
between the kinds. Chance is seeded, so the test always says the same.
"""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.parse.limits import Limits
from mailbot.parse.sandbox import ReaderPool
from mailbot.send import outbox as sending
from mailbot.store.schema import outbox
from tests.fakes.transport import FakeTransport
from tests.hostile.cases import letter, mixed, part, plain
from tests.hostile.making import DOCX
from tests.hostile.road import COMPOSER, Road, road
from tests.hostile.senders import body

EACH = 60
LEAST = 0.01  # below it, two samples would hardly be of one distribution
CHANGING = re.compile(rb"(?m)^(?:To|Date|Message-ID): .*\r\n")


@dataclass(frozen=True)
class Left:
    """One acknowledgement that left, and the kind of message behind it."""

    kind: str
    state: str  # of the message
    delay: float  # seconds from the receipt
    data: bytes
    message_id: str


# a message over the limit is given up at once, and a small limit makes it a small message
LIMITS = Limits(message_bytes=60_000, header_bytes=20_000)
KINDS = {
    "accepted": lambda: body("form"),
    "training": lambda: body("training"),
    "locked": lambda: body("locked"),
    "broken": lambda: mixed(part("application/octet-stream", DOCX[:9000], "form.docx")),
    "given up": lambda: plain("x" * 60_000),
}


@pytest.fixture(scope="module")
def left(quick_all: Path) -> Iterator[list[Left]]:
    """Sixty of each, shuffled; addresses are of one length. Time passes as reading takes it."""
    order = [kind for kind in KINDS for _ in range(EACH)]
    chance = random.Random(20260302)  # noqa: S311
    chance.shuffle(order)
    rests = {kind: make() for kind, make in KINDS.items()}
    raws = [letter(f"same {number:03d}", rests[kind]) for number, kind in enumerate(order)]
    with (
        ReaderPool(mode="best_effort", readers=1, limits=LIMITS) as pool,
        road(quick_all, pool) as way,
    ):
        kinds = dict(zip(way.arrive_together(raws), order, strict=True))
        for message_id, kind in kinds.items():
            # what is harder to read is read later, as it is in life
            slow = 40 if kind == "given up" else 4
            way.ground.now = way.received(message_id) + timedelta(seconds=chance.uniform(0, slow))
            way.read(message_id)
        yield _sent(way, kinds)


def _sent(way: Road, kinds: dict[str, str]) -> list[Left]:
    with way.ground.store.look() as db:
        due = {row.acknowledges: row for row in db.execute(select(outbox))}
    transport = FakeTransport()
    way.ground.later(days=1)
    while sending.send_due(
        way.ground.store, transport, COMPOSER, way.settings, way.ground.clock, way.spread, limit=500
    ):
        pass
    with way.ground.store.look() as db:
        ids = {row.our_message_id: row.acknowledges for row in db.execute(select(outbox))}
    return [
        Left(
            kinds[ids[mail.message_id]],
            way.state(ids[mail.message_id]),
            (due[ids[mail.message_id]].due_at - way.received(ids[mail.message_id])).total_seconds(),
            mail.data,
            mail.message_id,
        )
        for mail in transport.sent
    ]


def smirnov(one: list[float], other: list[float]) -> float:
    """The probability that two samples of one distribution differ as much (Kolmogorov and Smirnov)."""
    points = sorted([*one, *other])
    gap = max(abs(_share(one, point) - _share(other, point)) for point in points)
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    scaled = (size + 0.12 + 0.11 / size) * gap
    terms = (2 * (-1) ** (k - 1) * math.exp(-2 * (scaled * k) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, sum(terms)))


def _share(sample: list[float], point: float) -> float:
    return sum(value <= point for value in sample) / len(sample)


def delays(left: list[Left], kind: str) -> list[float]:
    """Of all messages of one kind."""
    return [one.delay for one in left if one.kind == kind]


def test_everybody_is_answered(left: list[Left]) -> None:
    """All three hundred, sixty of each kind; and the kinds are what they should be."""
    assert dict.fromkeys(KINDS, EACH) == {kind: len(delays(left, kind)) for kind in KINDS}
    assert {kind: "quarantined" if kind == "given up" else "queued" for kind in KINDS} == {
        one.kind: one.state for one in left
    }


def test_all_are_the_same_bytes_and_as_long(left: list[Left]) -> None:
    """But for address, date and Message-ID, whose length tells nothing either."""
    assert 1 == len({CHANGING.sub(b"", one.data) for one in left})
    assert 1 == len({len(one.data) for one in left})


@pytest.mark.parametrize("pair", list(combinations(KINDS, 2)), ids=lambda pair: " and ".join(pair))
def test_the_delay_tells_nothing(left: list[Left], pair: tuple[str, str]) -> None:
    """Between no two kinds can the moment of the answer tell which it was."""
    one, other = (delays(left, kind) for kind in pair)

    assert smirnov(one, other) > LEAST


def test_the_test_would_see_a_difference(left: list[Left]) -> None:
    """A minute more for one kind would be seen; so would a narrower spread."""
    found = delays(left, "accepted")

    assert smirnov(found, [delay + 60 for delay in found]) < LEAST
    assert smirnov(found, [180 + (delay - 180) * 0.4 for delay in found]) < LEAST


def test_the_delay_is_even_between_its_ends(left: list[Left]) -> None:
    """Drawn from the whole of the configured time, and within it."""
    found = [one.delay for one in left]
    even = [60 + 240 * (number + 0.5) / 1000 for number in range(1000)]

    assert 60 <= min(found) <= max(found) <= 300
    assert smirnov(found, even) > LEAST


def test_its_name_tells_nothing(left: list[Left]) -> None:
    """Message-IDs are of one length, distinct, and in no order of arrival."""
    ids = [one.message_id for one in left]
    rises = sum(before < after for before, after in pairwise(ids))

    assert 1 == len({len(one) for one in ids})
    assert len(ids) == len(set(ids))
    assert 110 < rises < 190

"""
The fault harness: first it must find the faults that are planted for it, then the right worker must pass.

A failure prints the seed; `bench/faults --seed N --rounds M` runs it again, and longer.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.disk import disk
from tests.faults.exchange_sides import EwsSide, ExchangeSide, GraphSide
from tests.faults.harness import AlignedSink, Harness, planted
from tests.faults.invariants import by_invariant
from tests.faults.sides import ImapSide, Side
from tests.servers.dovecot import Dovecot

SEED, ROUNDS, ROUNDS_BY_EXCHANGE = 20261128, 10, 3
# What shows each fault; others may be broken by it too.
PLANTED = {
    "acknowledge_before_store": (("kill_at_dot", "kill"), "I4"),
    "move_before_store": (("kill_at_command", "after"), "I3"),
    "resend_after_crash": (("kill_at_dot", "kill_at_dot", "kill_at_dot"), "I4"),
    "no_claim": (("before", "before"), "I2"),
    "forgotten_after_451": (("refusal", "refusal"), "I6"),
}

Start = Callable[..., Harness]


@contextmanager
def harness(folder: Path, dovecot: Dovecot, seed: int, program: list[str] | None = None) -> Iterator[Harness]:
    """A run over a mailbox of its own."""
    with closing(ImapSide(dovecot)) as side, over(side, folder, seed, program) as run:
        yield run


@contextmanager
def over(side: Side, folder: Path, seed: int, program: list[str] | None = None) -> Iterator[Harness]:
    """A run over this mailbox."""
    (folder / "relay").mkdir(parents=True)
    sink = AlignedSink(folder / "relay")
    try:
        with disk(folder / "mailbot" / "data") as own:
            installation = side.install(folder / "mailbot", sink.port, reserve_mb=0)
            yield Harness(side, sink, installation, seed, own, program or ())
    finally:
        sink.close()


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(tmp_path: Path, dovecot: Dovecot, fault: str) -> None:
    """A worker composed of a wrong part breaks the invariant that it must break."""
    rounds, expected = PLANTED[fault]
    with harness(tmp_path, dovecot, SEED, planted(fault)) as run:
        run.quiet = 8.0  # some of them never come to rest
        for one in rounds:
            run.round(one)
        found = run.verdict(None)

    assert expected in by_invariant(found), found


def test_the_right_worker_passes(tmp_path: Path, dovecot: Dovecot) -> None:
    """Rounds of every kind, and all invariants hold."""
    with harness(tmp_path, dovecot, SEED) as run:
        run.rounds(ROUNDS)
        found = run.verdict(tmp_path / "clean")

    assert [] == found, f"seed {SEED}: {run.happened}"


@pytest.mark.parametrize("kind", [GraphSide, EwsSide])
def test_the_right_worker_passes_by_exchange(tmp_path: Path, kind: type[ExchangeSide]) -> None:
    """The same rounds over the fakes of Exchange, with the troubles that such servers have."""
    with closing(kind(tmp_path / "exchange")) as side, over(side, tmp_path, SEED) as run:
        run.rounds(ROUNDS_BY_EXCHANGE)
        found = run.verdict(tmp_path / "clean")

    assert [] == found, f"seed {SEED}: {run.happened}"

"""Small files, changed at random, and what fuzzing found: a result or one of two refusals, in time."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz.targets import target
from tests.property.samples import SAMPLES

FOUND = Path(__file__).parent / "found"
SECONDS = 2.0
BINARY = ("doc", "msg", "tnef", "pdf")


def changed(data: bytes, draw: st.DataObject) -> bytes:
    """With bits turned, cut, or spliced."""
    out = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 8))):
        out[draw.draw(st.integers(0, len(out) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    if draw.draw(st.booleans()):
        start, end = sorted(draw.draw(st.tuples(*[st.integers(0, len(out))] * 2)))
        out[end:end] = out[start:end]
    return bytes(out[: draw.draw(st.integers(1, len(out)))]) if draw.draw(st.booleans()) else bytes(out)


@pytest.mark.parametrize("reader", BINARY)
@settings(derandomize=True, deadline=None, max_examples=120)
@given(draw=st.data())
def test_changed_files(reader: str, draw: st.DataObject) -> None:
    """No reader raises anything of its own, or takes more than two seconds."""
    made = [make() for make in SAMPLES[reader]]
    untrusted = changed(draw.draw(st.sampled_from(made)), draw)
    began = time.process_time()
    target(reader)(untrusted)

    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_what_fuzzing_found(path: Path) -> None:
    """It is read, or refused, in time."""
    began = time.process_time()
    target(path.parent.name)(path.read_bytes())

    assert time.process_time() - began < SECONDS

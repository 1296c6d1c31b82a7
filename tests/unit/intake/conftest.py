"""What the tests of the intake share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.ground import Ground, ground
from tests.fakes.sources import FakeSource


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ground]:
    """A database, keys and a raw store of this test's own."""
    with ground(tmp_path) as made:
        yield made


@pytest.fixture
def source() -> FakeSource:
    """An empty mailbox."""
    return FakeSource()

"""The desk, on both databases; where SQL is not what is tested, `small` is on SQLite alone and quicker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.unit import Store
from tests.fakes.ground import ground
from tests.unit.training.office import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    """An empty one."""
    return Desk(store)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Desk]:
    """Likewise."""
    with ground(tmp_path) as under:
        yield Desk(under.store)

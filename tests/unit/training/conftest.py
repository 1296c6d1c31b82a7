"""The desk, on both databases."""

import pytest

from mailbot.store.unit import Store
from tests.unit.training.office import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    """An empty one."""
    return Desk(store)

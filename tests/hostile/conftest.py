"""A folder in memory, where a thousand commits cost nothing: what is shown here is not that disks sync."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108


def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="mailbot-", dir=MEMORY if MEMORY.is_dir() else None)


@pytest.fixture
def quick() -> Iterator[Path]:
    """For one test."""
    with _folder() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def quick_all() -> Iterator[Path]:
    """For the tests of one file."""
    with _folder() as name:
        yield Path(name)

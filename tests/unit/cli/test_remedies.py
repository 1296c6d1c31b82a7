"""A mailbox that is not well says what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot import errors
from mailbot.cli.remedies import remedy

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["SourceUnavailable", "Stuck", "Refused", "ConfigError", "DiskFull", "StoreUnavailable"]
)
def test_each_error_has_its_own_remedy(name: str) -> None:
    """The words are of errors that exist; none of the sentences is that of another."""
    assert hasattr(errors, name)
    assert remedy({"error": name}, 20, NOW) not in {remedy({"error": "Other"}, 20, NOW), None}


def test_a_mailbox_that_is_well_needs_nothing() -> None:
    """A good poll a moment ago."""
    assert remedy({"error": None, "last_good_at": NOW - timedelta(seconds=30)}, 20, NOW) is None


@pytest.mark.parametrize("row", [{}, {"error": None, "last_good_at": NOW - timedelta(hours=1)}])
def test_silence_is_told(row: dict[str, object]) -> None:
    """Never polled, or long ago without an error: the worker may not be running."""
    assert "mailbot run" in str(remedy(row, 20, NOW))

"""A change of the settings is in the audit: which tables, and no value."""

from datetime import UTC, datetime

from mailbot.store import audit, settings
from mailbot.store.unit import Store
from tests.house.silence import canary

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST = {"mailbot": b'{"data": "d"}', "console": b'{"port": 8600}'}


def test_only_what_differs_is_recorded(store: Store) -> None:
    """The first start, a start like it, a change, a table that is new; by name."""
    canary("quince.police.example")
    changed = FIRST | {"console": b'{"public_url": "https://quince.police.example"}'}

    noted = [
        settings.note(store, tables, "os:root", NOON)
        for tables in (FIRST, FIRST, changed, changed, changed | {"watch": b"{}"}, FIRST)
    ]

    assert [["console", "mailbot"], [], ["console"], [], ["watch"], ["console", "watch"]] == noted
    with store.look() as db:
        entries = [link.entry for link in audit.entries(db)]
        assert audit.verify(db, store.vault.keyring).ok
    assert 4 == len(entries)
    assert {"configuration_change"} == {entry.action for entry in entries}
    assert "quince" not in str(entries)

"""What `restore` refuses before it brings anything back."""

from datetime import UTC, datetime
from pathlib import Path

from mailbot.app import open_app
from mailbot.config import database_url, load
from mailbot.store import snapshot
from tests.unit.cli.conftest import Call


def test_a_backup_of_a_newer_mailbot_is_refused_at_once(installed: Path, tmp_path: Path, call: Call) -> None:
    """Brought back and then refused, it would be run by the newer one with nothing held."""
    backup, empty = tmp_path / "backup", tmp_path / "empty"
    config = load(installed, {})
    with open_app(config) as app:
        blobs = config.mailbot.data / "blobs"
        snapshot.make(
            database_url(config), blobs, backup, [], app.vault, "9999", datetime(2026, 3, 2, tzinfo=UTC)
        )
    call("init", "--dir", empty)
    for key in (empty / "data" / "keys").iterdir():
        key.unlink()
    for key in (config.mailbot.data / "keys").iterdir():
        key.rename(empty / "data" / "keys" / key.name)
    (empty / "data" / "mailbot.db").unlink()

    said = call("restore", backup, "--config", empty / "mailbot.toml")

    assert 2 == said.code
    assert "9999" in said.err
    assert not (empty / "data" / "mailbot.db").exists()

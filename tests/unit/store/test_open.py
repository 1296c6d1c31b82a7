"""Making, opening and upgrading the database."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from mailbot.errors import ConfigError, StoreUnavailable
from mailbot.store.backup import back_up
from mailbot.store.connect import make_engine
from mailbot.store.keys import Keyring
from mailbot.store.open import create_database, open_store, upgrade_database
from mailbot.store.unit import Store
from tests.servers.postgres import Postgres
from tests.unit.store.rows import add_message

_WANTED = {
    "journal_mode": "delete",
    "synchronous": 3,  # EXTRA
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 30000,
    "mmap_size": 0,
    "trusted_schema": 0,
}


def test_a_database_is_made_once_and_opens(store_url: str, keyring: Keyring) -> None:
    """Made, opened, and not made over again."""
    create_database(store_url)
    store = open_store(store_url, keyring)
    with store.unit() as unit:
        add_message(unit)
    store.close()

    with pytest.raises(ConfigError, match="already"):
        create_database(store_url)

    upgrade_database(store_url, None)  # nothing to do
    open_store(store_url, keyring).close()


def test_a_missing_or_empty_database_is_refused(store_url: str, keyring: Keyring) -> None:
    """The sentence says what to run; nothing is made by opening."""
    with pytest.raises(ConfigError, match="mailbot init"):
        open_store(store_url, keyring)
    with pytest.raises(ConfigError, match="mailbot init"):
        upgrade_database(store_url, None)


@pytest.mark.parametrize("version", ["0000", "9999"])
def test_another_version_is_refused_by_name(store_url: str, keyring: Keyring, version: str) -> None:
    """Older or newer: `run` stops, and `upgrade` does not make a newer one into ours."""
    create_database(store_url)
    engine = make_engine(store_url)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    engine.dispose()

    with pytest.raises(ConfigError, match=f"{version}.*mailbot upgrade"):
        open_store(store_url, keyring)
    with pytest.raises(ConfigError, match="another version"):
        upgrade_database(store_url, None)


def test_every_sqlite_connection_has_the_settings(sqlite_store: Store) -> None:
    """The pragmas that the guarantees rest on, after each was read back; also on a second connection."""
    with sqlite_store.look() as first, sqlite_store.look() as second:
        for db in (first, second):
            found = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _WANTED}

            assert _WANTED == found


def test_the_database_file_is_ours_alone(tmp_path: Path, keyring: Keyring) -> None:
    """0600 when made, in the journal beside it too, and refused when it was opened to others."""
    path = tmp_path / "mailbot.db"
    create_database(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}", keyring)
    with store.unit() as unit:
        add_message(unit)
        modes = {one.stat().st_mode & 0o777 for one in tmp_path.glob("mailbot.db*")}
        assert 2 == len(list(tmp_path.glob("mailbot.db*")))
    store.close()
    path.chmod(0o640)

    assert {0o600} == modes
    with pytest.raises(ConfigError, match="chmod 0600"):
        open_store(f"sqlite:///{path}", keyring)


def test_an_interrupted_init_can_be_repeated(tmp_path: Path, keyring: Keyring) -> None:
    """An empty file is no database yet."""
    (tmp_path / "mailbot.db").touch(0o600)

    create_database(f"sqlite:///{tmp_path / 'mailbot.db'}")

    open_store(f"sqlite:///{tmp_path / 'mailbot.db'}", keyring).close()


def test_an_upgrade_keeps_a_copy_first(sqlite_store: Store, tmp_path: Path, keyring: Keyring) -> None:
    """The copy opens like the original, is 0600, and is never written over."""
    with sqlite_store.unit() as unit:
        message_id = add_message(unit)
    url = f"sqlite:///{tmp_path / 'mailbot.db'}"

    upgrade_database(url, tmp_path / "before.db")
    copy = open_store(f"sqlite:///{tmp_path / 'before.db'}", keyring)

    with copy.look() as db:
        assert message_id == db.scalar(text("SELECT message_id FROM message"))
    copy.close()
    assert 0o600 == (tmp_path / "before.db").stat().st_mode & 0o777
    with pytest.raises(ConfigError, match="there already"):
        upgrade_database(url, tmp_path / "before.db")


def test_a_copy_that_fails_stops_the_upgrade(tmp_path: Path) -> None:
    """No backup, no change."""
    create_database(f"sqlite:///{tmp_path / 'mailbot.db'}")

    with pytest.raises(ConfigError, match="could not be copied"):
        back_up(f"sqlite:///{tmp_path / 'mailbot.db'}", tmp_path / "nowhere" / "copy.db")


def test_a_server_is_copied_before_an_upgrade_and_restored(
    postgres: Postgres, postgres_store: Store, tmp_path: Path, keyring: Keyring
) -> None:
    """By the server's own program; what it wrote makes a database that opens."""
    with postgres_store.unit() as unit:
        message_id = add_message(unit)
    url = postgres_store.engine.url.render_as_string(hide_password=False)
    upgrade_database(url, tmp_path / "before.dump")
    postgres.execute("CREATE DATABASE test_restored")
    target = postgres.url("test_restored", "postgresql")
    subprocess.run(["pg_restore", f"--dbname={target}", tmp_path / "before.dump"], check=True)
    restored = open_store(postgres.url("test_restored"), keyring)

    with restored.look() as db:
        assert message_id == db.scalar(text("SELECT message_id FROM message"))
    restored.close()
    assert 0o600 == (tmp_path / "before.dump").stat().st_mode & 0o777
    postgres.execute("DROP DATABASE test_restored")


def test_a_copy_of_a_server_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """Nobody takes half a backup for one."""
    with pytest.raises(ConfigError, match="pg_dump could not copy"):
        back_up("postgresql+psycopg://mail:secret@127.0.0.1:1/mailbot", tmp_path / "copy.dump")

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "oracle://x"]
)
def test_an_address_of_another_database_is_refused(url: str, keyring: Keyring) -> None:
    """Also one in memory, which would lose everything."""
    with pytest.raises(ConfigError, match=r"database\.url"):
        open_store(url, keyring)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path, keyring: Keyring) -> None:
    """Our own sentence, not the driver's."""
    path = tmp_path / "mailbot.db"
    path.write_bytes(b"this is text" * 1000)
    path.chmod(0o600)

    with pytest.raises(StoreUnavailable, match="damaged"):
        open_store(f"sqlite:///{path}", keyring)


def test_a_server_that_is_away_is_said_to_be(keyring: Keyring) -> None:
    """No host, user or password in the sentence."""
    with pytest.raises(StoreUnavailable) as caught:
        open_store("postgresql+psycopg://mail:secret@127.0.0.1:1/mailbot", keyring)

    assert "the database server cannot be reached" == str(caught.value)


def test_errors_of_the_driver_carry_no_parameters(store: Store) -> None:
    """What a person may paste into a ticket shows the statement and no value that we bound."""
    statement = text("INSERT INTO lease (name, owner) VALUES (:name, :owner)")
    with pytest.raises(IntegrityError) as caught, store.unit() as unit:
        unit.db.execute(statement, {"name": "one", "owner": "canary"})

    assert "[SQL parameters hidden" in str(caught.value)

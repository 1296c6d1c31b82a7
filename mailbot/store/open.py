"""
Opening, making and upgrading the database.

GUARANTEES
    A database of another version is refused, never guessed at. An upgrade is one transaction, after a
    backup; it happens whole or not at all.
"""

import os
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from mailbot.errors import ConfigError
from mailbot.store.backup import back_up
from mailbot.store.connect import file_of, make_engine
from mailbot.store.failures import translated
from mailbot.store.keys import Keyring
from mailbot.store.migrations import HEAD, migrate
from mailbot.store.unit import Defer, Store
from mailbot.store.vault import Vault


def open_store(url: str, keyring: Keyring, *, defer: Defer | None = None) -> Store:
    """The store; `ConfigError` for a missing database or one of another version."""
    engine = make_engine(url)
    try:
        with translated(), engine.execution_options(mailbot_reads=True).connect() as db:
            _check_version(_version(db))
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, Vault(keyring), defer)


def create_database(url: str) -> None:
    """A new database with all tables; `ConfigError` where there is one already."""
    if path := file_of(url):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # an empty file is what an interrupted `create_database` leaves
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise ConfigError(f"the database {path} cannot be made") from error
    _migrated(url, fresh=True)


def upgrade_database(url: str, backup_to: Path | None) -> None:
    """Bring the database to this version, after a copy of it to `backup_to`; None where there is one."""
    if backup_to is not None:
        back_up(url, backup_to)
    _migrated(url, fresh=False)


def _version(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    return str(db.scalar(text("SELECT version_num FROM alembic_version")))


def _check_version(found: str | None) -> None:
    if found is None:
        raise ConfigError("the database is empty or none of mailbot's: run mailbot init")
    if found != HEAD:
        raise ConfigError(f"the database has version {found}, this mailbot needs {HEAD}: run mailbot upgrade")


def _migrated(url: str, *, fresh: bool) -> None:
    engine = make_engine(url)
    try:
        with translated(), engine.begin() as db:
            found = _version(db)
            if fresh and inspect(db).get_table_names():
                raise ConfigError("there is a database already, with tables in it; it stays as it is")
            if not fresh and found is None:
                raise ConfigError("the database is empty or none of mailbot's: run mailbot init")
            migrate(db)
    finally:
        engine.dispose()

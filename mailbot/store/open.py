"""
Opening, making and upgrading the database.

GUARANTEES
    A database of another version is refused, never guessed at. An upgrade is one transaction, after a
    backup; it happens whole or not at all.
SECURITY
    The file is 0600. No statement or error of the driver carries a value (`hide_parameters`); our
    sentences name no password.
BUGS
    SQLite runs in rollback mode: the write-ahead log of the versions that most servers carry (before
    3.51.3) can damage a database that has two connections.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from mailbot.errors import ConfigError
from mailbot.store.failures import translated
from mailbot.store.keys import Keyring
from mailbot.store.migrations import HEAD, migrate
from mailbot.store.unit import Defer, Store
from mailbot.store.vault import Vault

_PRAGMAS = (
    "journal_mode=DELETE",
    "synchronous=EXTRA",  # the directory too, so that a committed transaction survives a power cut
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=30000",
    "mmap_size=0",
    "trusted_schema=OFF",
)
_SETTINGS = (
    "SET synchronous_commit = on",  # a site's habit must not lose a message
    "SET lock_timeout = '30s'",
    "SET TIME ZONE 'UTC'",
)


def open_store(url: str, keyring: Keyring, *, defer: Defer | None = None) -> Store:
    """The store; `ConfigError` for a missing database or one of another version."""
    engine = make_engine(url)
    try:
        with translated(), engine.connect() as db:
            _check_version(_version(db))
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, Vault(keyring), defer)


def create_database(url: str) -> None:
    """A new database with all tables; `ConfigError` where there is one already."""
    place = _parsed(url)
    if path := _file(place):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError as error:
            raise ConfigError(f"there is a database already: {path}") from error
        except OSError as error:
            raise ConfigError(f"the database {path} cannot be made") from error
    _migrated(url, fresh=True)


def upgrade_database(url: str, backup_to: Path | None) -> None:
    """
    Bring the database to this version, after a copy of it to `backup_to`.

    On PostgreSQL the copy is the site's own (`pg_dump`), and `backup_to` must be None.
    """
    path = _file(_parsed(url))
    if backup_to is not None:
        if path is None:
            raise ConfigError("a PostgreSQL database is backed up by pg_dump, not by mailbot")
        back_up(path, backup_to)
    _migrated(url, fresh=False)


def back_up(path: Path, copy: Path) -> None:
    """A consistent copy of an SQLite database, also while others write; never over another file."""
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA synchronous=EXTRA")
            source.backup(target)
    except FileExistsError as error:
        raise ConfigError(f"the backup {copy} is there already") from error
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"the database could not be copied to {copy}") from error


def make_engine(url: str) -> Engine:
    """The engine, with the settings that our guarantees rest on; connects to nothing yet."""
    place = _parsed(url)
    if path := _file(place):
        _check_file(path)
        engine = create_engine(place, hide_parameters=True, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        place, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10}
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _parsed(url: str) -> URL:
    try:
        place = make_url(url)
    except ArgumentError as error:
        raise ConfigError("database.url is not a database URL") from error
    if place.drivername in ("postgresql", "postgres"):
        place = place.set(drivername="postgresql+psycopg")
    if place.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ConfigError("database.url must begin with sqlite:/// or postgresql+psycopg://")
    if place.drivername == "sqlite" and place.database in (None, "", ":memory:"):
        raise ConfigError("database.url must name a file: a database in memory loses everything")
    return place


def _file(place: URL) -> Path | None:
    return Path(place.database) if place.drivername == "sqlite" and place.database else None


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"there is no database {path}: run mailbot init") from error
    if mode & 0o077:
        raise ConfigError(f"{path} can be read by others: chmod 0600 {path}")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin too late: we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(db: Connection) -> None:
    reads = db.get_execution_options().get("mailbot_reads", False)
    if db.info.get("reads") != reads:  # of this connection, in its former use
        db.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        db.info["reads"] = reads
    # at once with the write lock: a transaction that reads first and writes later can be refused half-way
    db.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_postgres(connection: Any, _: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
    connection.commit()


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
                raise ConfigError("there are tables in the database already")
            if not fresh and found is None:
                raise ConfigError("the database is empty or none of mailbot's: run mailbot init")
            migrate(db)
    finally:
        engine.dispose()

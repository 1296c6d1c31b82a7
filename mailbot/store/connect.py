"""
Connections to the database, with the settings that our guarantees rest on.

SECURITY
    The file must be 0600. No statement or error of the driver carries a value (`hide_parameters`); our
    sentences name no password.
BUGS
    SQLite runs in rollback mode: the write-ahead log of the versions that most servers carry (before
    3.51.3) can damage a database that has two connections.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from mailbot.errors import ConfigError

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


def make_engine(url: str) -> Engine:
    """The engine, with the settings that our guarantees rest on; connects to nothing yet."""
    place = _parsed(url)
    if path := _path(place):
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


def file_of(url: str) -> Path | None:
    """Where an SQLite database stands; None for a server."""
    return _path(_parsed(url))


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


def _path(place: URL) -> Path | None:
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

"""A database's failures in our words; what is a bug of ours (a broken constraint) goes through as it is."""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailbot.errors import DiskFull, StoreUnavailable

_SQLITE = {
    sqlite3.SQLITE_BUSY: "the database is locked by another process",
    sqlite3.SQLITE_LOCKED: "the database is locked by another process",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_IOERR: "the disk of the database fails",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: restore a backup",
    sqlite3.SQLITE_NOTADB: "the database is damaged: restore a backup",
}
# classes and codes of PostgreSQL's error appendix
_POSTGRES = {
    "08": "the connection to the database broke off",
    "25006": "the database is read-only",
    "28": "the database refuses our user or password",
    "3D": "the database does not exist",
    "40": "the database could not bring two transactions together",
    "53": "the database server has no resources left",
    "55P03": "the database is locked by another process",
    "57": "the database server is going down or ended our session",
    "58": "the disk of the database server fails",
    "XX": "the database is damaged",
}
_POSTGRES_FULL = "53100"


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """`StoreUnavailable` or `DiskFull` for what is not the caller's doing."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("all connections to the database are in use") from error
    except IntegrityError:
        raise
    except DBAPIError as error:
        ours = _ours(error.orig)
        if ours is None:
            raise
        raise ours from error


def _ours(error: BaseException | None) -> DiskFull | StoreUnavailable | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
        if code == sqlite3.SQLITE_FULL:
            return DiskFull("the disk of the database is full")
        sentence = _SQLITE.get(code)
        return StoreUnavailable(sentence) if sentence else None
    state = getattr(error, "sqlstate", None)
    if state == _POSTGRES_FULL:
        return DiskFull("the disk of the database server is full")
    if state is None:  # the connection was never made, or is lost
        away = type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
        return StoreUnavailable("the database server cannot be reached") if away else None
    sentence = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return StoreUnavailable(sentence) if sentence else None

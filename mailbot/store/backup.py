"""
A copy of the database, for a backup or before an upgrade: sealed as the database is.

GUARANTEES
    The copy is consistent, also while others write, and durable before anything is changed. It is 0600 and
    never takes the place of another file.
SECURITY
    PostgreSQL's own program makes its copy. It is told the password by its environment, which no other
    user sees, and not by its arguments, which all do.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from mailbot.errors import ConfigError
from mailbot.store.connect import file_of
from mailbot.store.disk import sync


def back_up(url: str, copy: Path) -> None:
    """Copy the database at `url`: an SQLite file, or what `pg_restore` reads. `ConfigError` if that fails."""
    path = file_of(url)
    with _new_file(copy):
        if path is None:
            _dump(url, copy)
        else:
            _copy(path, copy)
        sync(copy)
        sync(copy.parent)


def _copy(path: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise ConfigError(f"the database could not be copied to {copy}") from error


def _dump(url: str, copy: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigError("pg_dump is not installed: without it no backup of the database can be made")
    place = make_url(url)
    environment = {**os.environ, **({"PGPASSWORD": str(place.password)} if place.password else {})}
    target = place.set(drivername="postgresql", password=None).render_as_string()
    command = [program, "--format=custom", "--no-password", f"--file={copy}", f"--dbname={target}"]
    done = subprocess.run(  # noqa: S603  a fixed program; the address is the administrator's own
        command, env=environment, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise ConfigError(f"pg_dump could not copy the database to {copy}; run it by hand to see why")


@contextmanager
def _new_file(copy: Path) -> Iterator[None]:
    """The file, empty and ours alone; gone again when filling it fails."""
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise ConfigError(f"the backup {copy} is there already") from error
    except OSError as error:
        raise ConfigError(f"the database could not be copied to {copy}") from error
    try:
        yield
    except BaseException:
        copy.unlink(missing_ok=True)
        raise

"""A copy of the database, for a backup or before an upgrade."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from mailbot.errors import ConfigError


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

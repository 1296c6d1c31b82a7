"""
Bring the database to this version of mailbot, after a backup of it.

Stop the worker first. The backup lies in the folder "backups" of the data: a database file, or what
pg_restore reads.
"""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError

NAME = "upgrade"
HELP = "migrate the database, after a backup of it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Nothing happens to a database of this version."""
    from mailbot.config import database_url, keys_folder
    from mailbot.store.keys import Keyring
    from mailbot.store.lock import alone
    from mailbot.store.open import open_store, upgrade_database

    config = common.configuration(args)
    url, keyring = database_url(config), Keyring.load(keys_folder(config))
    try:
        open_store(url, keyring).close()
    except ConfigError:
        pass
    else:
        print("The database has this version already; nothing was changed.", file=out)
        return 0
    with alone(config.mailbot.data):
        copy = _backup_file(config.mailbot.data)
        upgrade_database(url, copy)
    print(f"Upgraded. The backup is {copy}.", file=out)
    return 0


def _backup_file(data: Path) -> Path:
    folder = data / "backups"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the folder {folder} cannot be made: {error.strerror}") from None
    return folder / f"mailbot-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.db"

"""
The versions of the database, each frozen as it was written; `schema` describes the newest.

GUARANTEES
    `migrate` works inside the caller's transaction, on both databases.
"""

from pathlib import Path

from sqlalchemy import Connection

from mailbot.errors import ConfigError

HEAD = "0011"  # the newest version; a test compares it with the files


def migrate(db: Connection) -> None:
    """Bring the database to `HEAD`; `ConfigError` for one that a newer mailbot made."""
    # here, because it takes longer to import than a command takes to run
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = db
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise ConfigError("the database was made by another version of mailbot: install that one") from error

"""What follows from settings: where things stand that have no setting of their own."""

from pathlib import Path

from mailbot.config.shapes import Config


def database_url(config: Config) -> str:
    """The configured database, or the file in the data folder."""
    return config.database.url or f"sqlite:///{config.mailbot.data / 'mailbot.db'}"


def keys_folder(config: Config) -> Path:
    """Where the keys are."""
    return config.mailbot.data / "keys"

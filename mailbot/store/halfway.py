"""
A restoration that has begun and not ended: its mark in the data folder.

GUARANTEES
    The mark is on the disk before the first byte is brought back, and goes after what may have been sent is
    held. While it is there no worker starts: it would send what left before the machine was lost.
"""

from pathlib import Path

from mailbot.errors import ConfigError
from mailbot.store.disk import sync

_NAME = "restore.unfinished"


def begin(data: Path) -> None:
    """From now on a restoration is under way."""
    (data / _NAME).touch(mode=0o600)
    sync(data)


def end(data: Path) -> None:
    """It is over, and durable."""
    (data / _NAME).unlink()
    sync(data)


def refuse(data: Path) -> None:
    """`ConfigError` where one was interrupted; says what to do."""
    if (data / _NAME).exists():
        raise ConfigError(
            f"a restoration was interrupted: remove {data / 'blobs'} and what it brought into the database, "
            "and run mailbot restore again; until then nothing may be sent"
        )

"""What a file system must be told so that a power cut takes nothing back."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Make a file's bytes durable, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

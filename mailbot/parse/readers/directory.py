"""
The directory of a zip archive: what detection asks first, and the reader of the same bytes again.

GUARANTEES
    Nothing is inflated. Raises what `zipfile` raises on strangers' archives; its callers know why.
"""

import io
import zipfile
from functools import lru_cache
from typing import NamedTuple


class Directory(NamedTuple):
    """What an archive says that it holds."""

    members: tuple[zipfile.ZipInfo, ...]  # shared: not to be changed
    start: int  # where the directory stands


@lru_cache(maxsize=1)  # detected, then read at once: two readings of the same bytes follow each other
def read_directory(untrusted: bytes) -> Directory:
    """The directory as it stands, not yet checked."""
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        return Directory(tuple(archive.infolist()), archive.start_dir)

"""
A drop folder: each document is two files in a folder of its desk, there whole or not at all.

GUARANTEES
    Written under another name, synced, renamed, and the folder synced; the JSON comes last, so whoever
    collects by it finds the DOCX beside it. Delivered again, the same files are written again.
SECURITY
    Files 0640, folders 0750; their names are references and desks of ours, nothing that came from outside.
"""

import errno
import os
from pathlib import Path

from mailbot.errors import DiskFull, Refused, TransportUnavailable
from mailbot.review.routes.base import Document


class FolderRoute:
    """See `Route`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, document: Document) -> None:
        """See `Route`."""
        place = self._folder / document.desk
        try:
            place.mkdir(mode=0o750, parents=True, exist_ok=True)
            _write(place, f"{document.name}.docx", document.docx)
            _write(place, f"{document.name}.json", document.json)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull("the folder of the desks is full") from error
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
                raise Refused("the folder of the desks cannot be written") from error
            raise TransportUnavailable("the folder of the desks fails") from error


def _write(place: Path, name: str, data: bytes) -> None:
    unfinished = place / f".{name}.part"
    with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o640), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, place / name)
    folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The directory of an archive, read once for detection and for the reader."""

import io
import zipfile

import pytest

from mailbot.parse.readers.directory import read_directory


def _archive(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "text")
    return file.getvalue()


def test_another_archive_has_another_directory() -> None:
    """What is remembered is never given for other bytes, and equal bytes need not be the same object."""
    one, other = _archive("one.xml"), _archive("other.xml")
    names = [read_directory(data).members[0].filename for data in (one, other, bytes(bytearray(one)))]

    assert ["one.xml", "other.xml", "one.xml"] == names


def test_a_damaged_archive_is_refused_each_time() -> None:
    """A refusal is not remembered as an answer."""
    damaged = _archive("one.xml")[:-10]

    for _ in range(2):
        with pytest.raises(zipfile.BadZipFile):
            read_directory(damaged)

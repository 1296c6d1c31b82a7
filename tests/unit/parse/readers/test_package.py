"""One archive, read the same way by everybody, or not at all."""

import io
import struct
import warnings
import zipfile
from dataclasses import replace

import pytest

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.package import open_package
from tests.unit.parse.readers.building import LIMITS, archive


def test_members_come_back() -> None:
    """Every member is read by its name, stored or deflated."""
    package = open_package(archive({"a.xml": "one", "b/c.xml": b"two" * 1000}), LIMITS)

    assert ("a.xml", "b/c.xml") == package.names
    assert b"one" == package.read("a.xml")
    assert b"two" * 1000 == package.read("b/c.xml")


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x05\x06", b"not an archive at all, however long it may be"]
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    """Bytes without a directory are unreadable."""
    with pytest.raises(Unreadable):
        open_package(data, LIMITS)


def test_a_missing_member_is_corrupt() -> None:
    """A package that lacks a part which its reader needs is damaged."""
    package = open_package(archive({"a": "one"}), LIMITS)

    with pytest.raises(Unreadable, match="corrupt"):
        package.read("b")


def test_two_members_of_one_name_are_refused() -> None:
    """Programs differ in which one they take, so none is taken."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as target:
        warnings.simplefilter("ignore")
        target.writestr("a", "one")
        target.writestr("A", "two")

    with pytest.raises(Unreadable, match="ambiguous"):
        open_package(buffer.getvalue(), LIMITS)


def test_two_archives_in_one_file_are_refused() -> None:
    """An archive behind another one is two truths."""
    with pytest.raises(Unreadable, match="ambiguous"):
        open_package(archive({"a": "one"}) + archive({"a": "two"}), LIMITS)


def test_a_second_end_record_is_refused() -> None:
    """A comment that looks like an end record moves the directory for some programs."""
    data = bytearray(archive({"a": "one"}))
    end = data.rfind(b"PK\x05\x06")
    data[end + 20 : end + 22] = struct.pack("<H", 22)
    data += b"PK\x05\x06" + bytes(18)

    with pytest.raises(Unreadable):
        open_package(bytes(data), LIMITS)


def test_overlapping_members_are_refused() -> None:
    """Members that share bytes are how a small file becomes a huge one."""
    data = bytearray(archive({"a": b"x" * 100, "b": b"x" * 100}))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = bytes(4)

    with pytest.raises(Unreadable):
        open_package(bytes(data), LIMITS)


@pytest.mark.parametrize("declared", [5, 900, 2_000_000])
def test_a_lying_size_is_refused(declared: int) -> None:
    """What comes out must have the declared size, to the byte."""
    data = bytearray(archive({"a": b"x" * 1000}))
    entry = data.find(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<L", declared)
    package_or_error: list[str] = []
    try:
        open_package(bytes(data), LIMITS).read("a")
    except (Unreadable, LimitExceeded) as error:
        package_or_error.append(str(error))

    assert package_or_error in (["corrupt"], ["archive_ratio"])


def test_a_password_is_said() -> None:
    """An encrypted member is not damaged, it is locked."""
    data = bytearray(archive({"a": "one"}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    package = open_package(bytes(data), LIMITS)

    assert package.encrypted("a")
    with pytest.raises(Unreadable, match="password"):
        package.read("a")


def _read_all(data: bytes, limits: Limits) -> None:
    package = open_package(data, limits)
    for member in package.names:
        package.read(member)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (replace(LIMITS, archive_members=2), "archive_members"),
        (replace(LIMITS, archive_member_bytes=999), "archive_member_bytes"),
        (replace(LIMITS, archive_total_bytes=1500), "archive_total_bytes"),
        (replace(LIMITS, archive_ratio=2, archive_ratio_from=10), "archive_ratio"),
    ],
)
def test_every_limit_is_named(limits: Limits, name: str) -> None:
    """Each cap stops the reading and says which it was."""
    data = archive({"a": b"x" * 1000, "b": b"x" * 1000, "c": b""})

    with pytest.raises(LimitExceeded, match=name):
        _read_all(data, limits)


def test_a_damaged_member_is_corrupt() -> None:
    """Data that do not have their checksum are not shown as if they had."""
    data = bytearray(archive({"a": b"some text that is stored here, long enough" * 5}))
    data[40] ^= 0xFF

    with pytest.raises(Unreadable):
        open_package(bytes(data), LIMITS).read("a")

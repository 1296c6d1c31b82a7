"""
Opens a zip archive, and what is one inside (docx, odt), in memory.

GUARANTEES
    A member is the same for every honest program, or the archive is refused: no two members of one name,
    none that overlap, no second end record, no local header that names another file.
SECURITY
    Names are keys, never paths; nothing is extracted to a disk. Declared sizes are a first filter only:
    inflating stops at the declared size, and what comes out must have it, to the byte.
"""

import struct
import zipfile
from dataclasses import dataclass, field

from zlib_ng import zlib_ng

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.directory import read_directory

_LOCAL = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
_END = b"PK\x05\x06"
_ENCRYPTED = 0x41  # bit 0 ordinary, bit 6 strong encryption
_MEMBER_MARKS = (b"PK\x03\x04", b"PK\x01\x02", _END)


@dataclass(slots=True)
class Package:
    """The members of one archive, read when they are asked for."""

    untrusted_data: bytes
    limits: Limits
    members: dict[str, zipfile.ZipInfo]
    _spent: int = field(default=0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members that are no folders, in the order of the directory."""
        return tuple(name for name, member in self.members.items() if not member.is_dir())

    def encrypted(self, name: str) -> bool:
        """Whether a password is needed for this member."""
        return bool(self.members[name].flag_bits & _ENCRYPTED)

    def read(self, name: str) -> bytes:
        """The bytes of a member; raises `Unreadable` or `LimitExceeded`."""
        member = self.members.get(name)
        if member is None:
            raise Unreadable("corrupt")
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("password")
        self._admit(member)
        return _inflate(member, _packed(self.untrusted_data, member))

    def _admit(self, member: zipfile.ZipInfo) -> None:
        size, limits = member.file_size, self.limits
        if size > limits.archive_member_bytes:
            raise LimitExceeded("archive_member_bytes")
        if size > limits.archive_ratio_from and size > limits.archive_ratio * max(member.compress_size, 1):
            raise LimitExceeded("archive_ratio")
        self._spent += size
        if self._spent > limits.archive_total_bytes:
            raise LimitExceeded("archive_total_bytes")


def open_package(untrusted_data: bytes, limits: Limits) -> Package:
    """The archive's directory, checked; no member is inflated yet."""
    if not untrusted_data:
        raise Unreadable("empty")
    end = _only_end(untrusted_data, limits)
    try:
        members, start = read_directory(untrusted_data)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error) as error:
        raise Unreadable("corrupt") from error
    except (EOFError, OSError, UnicodeError) as error:
        raise Unreadable("corrupt") from error
    if len(members) > limits.archive_members:
        raise LimitExceeded("archive_members")
    _must_be_one_archive(untrusted_data, members, start, end)
    return Package(untrusted_data, limits, {member.filename: member for member in members})


def _only_end(untrusted_data: bytes, limits: Limits) -> int:
    """Where the end record stands; its own count is checked before anything is built from it."""
    end = untrusted_data.rfind(_END)
    if end < 0 or len(untrusted_data) - end < 22:
        raise Unreadable("corrupt")
    disk, first, here, total, size, start = struct.unpack_from("<4H2L", untrusted_data, end + 4)
    if disk or first or here != total:
        raise Unreadable("corrupt")
    if total > limits.archive_members:
        raise LimitExceeded("archive_members")
    wide = 0xFFFFFFFF in (size, start) or total == 0xFFFF
    if not wide and start + size != end:
        raise Unreadable("ambiguous")  # something stands before, or between; programs differ in what they see
    return end


def _must_be_one_archive(
    untrusted_data: bytes, members: tuple[zipfile.ZipInfo, ...], start: int, end: int
) -> None:
    """Refuses what two programs could read as two different archives."""
    if len({_same(member.filename) for member in members}) != len(members):
        raise Unreadable("ambiguous")
    if _END in untrusted_data[start:end]:
        raise Unreadable("ambiguous")
    position = 0
    for member in sorted(members, key=lambda item: item.header_offset):
        offset = member.header_offset
        if offset < position:
            raise Unreadable("ambiguous")
        if offset > position and _holds_members(untrusted_data[position:offset]):
            raise Unreadable("ambiguous")
        position = _data_start(untrusted_data, member) + member.compress_size
    if position > start or _holds_members(untrusted_data[position:start]):
        raise Unreadable("ambiguous")


def _holds_members(gap: bytes) -> bool:
    return any(mark in gap for mark in _MEMBER_MARKS)


def _same(name: str) -> str:
    """Two names that some program takes for one."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _data_start(untrusted_data: bytes, member: zipfile.ZipInfo) -> int:
    """Behind the local header, which must name the same member as the directory."""
    try:
        header = _LOCAL.unpack_from(untrusted_data, member.header_offset)
    except struct.error as error:
        raise Unreadable("corrupt") from error
    start = member.header_offset + _LOCAL.size
    name = untrusted_data[start : start + header[9]]
    encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
    if header[0] != b"PK\x03\x04" or name.decode(encoding, "replace") != member.orig_filename:
        raise Unreadable("corrupt")
    return int(start + header[9] + header[10])


def _packed(untrusted_data: bytes, member: zipfile.ZipInfo) -> bytes:
    start = _data_start(untrusted_data, member)
    return untrusted_data[start : start + member.compress_size]


def _inflate(member: zipfile.ZipInfo, packed: bytes) -> bytes:
    """Never more than the declared size and a byte, which tells that it was a lie."""
    if member.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        try:
            data = zlib_ng.decompressobj(-15).decompress(packed, member.file_size + 1)
        except zlib_ng.error as error:  # type: ignore[misc]  # its stub takes the class for an instance
            raise Unreadable("corrupt") from error
    else:
        raise Unreadable("compression")
    if len(data) != member.file_size or zlib_ng.crc32(data) != member.CRC:
        raise Unreadable("corrupt")
    return data

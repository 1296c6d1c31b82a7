"""
Zip archives, read in memory, member by member.

SECURITY
    Nothing is extracted to a path: a member's name is data. An archive that two programs may read
    differently (two members of one name, members that overlap) is refused whole, because the virus
    scanner may have read the other one. Sizes are counted while unpacking; what the archive declares
    about itself is a claim.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits

_CHUNK = 1 << 16
_LOCAL_HEADER = 30  # bytes before a member's name
# What zipfile raises on strangers' archives.
RAISED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    UnicodeError,
    OverflowError,
)


@dataclass(slots=True)
class Budget:
    """What all archives of one message may still unpack; shared, because they nest."""

    members: int
    total: int

    @classmethod
    def of(cls, limits: Limits) -> "Budget":
        """A full one."""
        return cls(limits.archive_members, limits.archive_total_bytes)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its content, or why there is none."""

    untrusted_name: str
    untrusted_data: bytes
    problem: str = ""  # "password", "corrupt", or a limit's word
    size: int = 0  # as declared, where it was not read


def members(untrusted: bytes, limits: Limits, budget: Budget) -> Iterator[Member]:
    """Each file, in order; `Unreadable` or `LimitExceeded` when the archive itself is refused."""
    try:
        package = zipfile.ZipFile(io.BytesIO(untrusted))
        infos = [info for info in package.infolist() if not info.is_dir()]
    except RAISED as error:
        raise Unreadable("corrupt") from error
    if len(infos) > budget.members:
        raise LimitExceeded("archive_members")
    budget.members -= len(infos)
    _refuse_ambiguous(infos)
    for info in infos:
        yield _member(package, info, limits, budget)


def _refuse_ambiguous(infos: list[zipfile.ZipInfo]) -> None:
    if len({info.filename for info in infos}) != len(infos):
        raise Unreadable("ambiguous")
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Unreadable("ambiguous")
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, budget: Budget) -> Member:
    if info.flag_bits & 1:
        return Member(info.filename, b"", "password", info.file_size)
    try:
        return Member(info.filename, _unpack(package, info, limits, budget))
    except LimitExceeded as error:
        return Member(info.filename, b"", str(error), info.file_size)
    except RAISED:
        return Member(info.filename, b"", "corrupt", info.file_size)


def _unpack(package: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, budget: Budget) -> bytes:
    content = bytearray()
    with package.open(info) as file:
        while chunk := file.read(_CHUNK):
            content += chunk
            budget.total -= len(chunk)
            if len(content) > limits.archive_member_bytes:
                raise LimitExceeded("archive_member_bytes")
            if budget.total < 0:
                raise LimitExceeded("archive_total_bytes")
            packed = max(1, info.compress_size)
            if len(content) > limits.archive_ratio_from and len(content) > limits.archive_ratio * packed:
                raise LimitExceeded("archive_ratio")
    return bytes(content)

"""
Zip archives among the attachments, member by member.

SECURITY
    Nothing is extracted to a path: a member's name is data. `readers.package` refuses an archive that two
    programs may read differently, because the virus scanner may have read the other one. All archives of a
    message share one budget, because they nest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.package import Package, open_package


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
    problem: str = ""  # "password", "corrupt", "compression", or a limit's word
    size: int = 0  # as declared, where it was not read


def members(untrusted: bytes, limits: Limits, budget: Budget) -> Iterator[Member]:
    """Each file, in order; `Unreadable` or `LimitExceeded` when the archive itself is refused."""
    package = open_package(untrusted, limits)
    if len(package.names) > budget.members:
        raise LimitExceeded("archive_members")
    budget.members -= len(package.names)
    for name in package.names:
        yield _member(package, name, budget)


def _member(package: Package, name: str, budget: Budget) -> Member:
    size = package.members[name].file_size
    if package.encrypted(name):
        return Member(name, b"", "password", size)
    if size > budget.total:
        return Member(name, b"", "archive_total_bytes", size)
    try:
        data = package.read(name)
    except LimitExceeded as error:
        return Member(name, b"", str(error), size)
    except Unreadable as error:
        return Member(name, b"", error.code, size)
    budget.total -= len(data)
    return Member(name, data)

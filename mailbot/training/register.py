"""
The public register of schools as CSV (England: the download of "all establishments"), read into our shape.

The columns are known by their names; those that are not needed are not looked at. The file is in the
encoding of old Windows (cp1252) or in UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mailbot.errors import ConfigError
from mailbot.store.schools import School

NEEDED = ("URN", "EstablishmentName", "LA (name)", "EstablishmentStatus (name)")
_NO_PHASE = ("", "not applicable")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_MOST = 200_000  # rows; England has about 50,000, closed ones with them
Row = dict[str, str]


def read(data: bytes, areas: frozenset[str] = frozenset()) -> list[School]:
    """
    The schools of a register, those of these local authorities where any are named.

    `ConfigError` where it is no such register, or a row of it has no number.
    """
    table = csv.DictReader(io.StringIO(_text(data), newline=""))
    absent = [name for name in NEEDED if name not in (table.fieldnames or ())]
    if absent:
        raise ConfigError(f"the register lacks columns: {', '.join(absent)}")
    wanted = {area.casefold() for area in areas}
    schools: dict[str, School] = {}
    for number, row in enumerate(_rows(table), 2):
        if number > _MOST:
            raise ConfigError(f"the register has more than {_MOST} rows")
        if wanted and _field(row, "LA (name)").casefold() not in wanted:
            continue
        school = _school(row)
        if not re.fullmatch(r"\d{1,10}", school.urn) or not school.name:
            raise ConfigError(f"the register: row {number} has no URN or no name")
        schools[school.urn] = school
    return list(schools.values())


def _rows(table: "csv.DictReader[str]") -> Iterator[Row]:
    try:
        yield from table
    except csv.Error:
        raise ConfigError("the register is not CSV") from None


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError("the register is no text")


def _school(row: Row) -> School:
    phase = _field(row, "PhaseOfEducation (name)")
    kind = phase if phase.casefold() not in _NO_PHASE else _field(row, "TypeOfEstablishment (name)")
    return School(
        urn=_field(row, "URN"),
        name=_field(row, "EstablishmentName"),
        kind=kind[:80],
        area=_field(row, "LA (name)")[:80],
        town=_field(row, "Town")[:80],
        postcode=_field(row, "Postcode")[:10],
        phone=_field(row, "TelephoneNum")[:40],
        domain=_domain(_field(row, "SchoolWebsite")),
        is_open=_field(row, "EstablishmentStatus (name)").casefold().startswith("open"),
    )


def _domain(site: str) -> str:
    """The host of a web site, as its mail is likely to have it; "" for none."""
    try:
        host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    except ValueError:
        return ""
    host = host.lower().removeprefix("www.")
    return host if _HOST.fullmatch(host) and len(host) <= 255 else ""


def _field(row: Row, name: str) -> str:
    return " ".join((row.get(name) or "").split())

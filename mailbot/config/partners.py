"""
The partner directory: who writes to us by right. A TOML file of its own, because people keep it.

    [[partners]]
    name = "Nowherefield Primary School"
    domains = ["nowherefield.example"]
    phone = "01632 960001"
    type = "Primary school"
    area = "Portsmouth"

GUARANTEES
    The answer is whole and checked, or one `ConfigError` that names the entry by its number. A subdomain
    belongs to the partner of its domain; the longest domain that fits decides.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from mailbot.config.basis import Section
from mailbot.errors import ConfigError

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
# Nobody's own: whoever listed one of these would know half the country.
_SHARED = frozenset(
    {"sch.uk", "gov.uk", "police.uk", "nhs.uk", "ac.uk", "org.uk", "co.uk", "ltd.uk", "me.uk"}
)
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Partner(Section, frozen=True):
    """One [[partners]]"""

    name: Named
    domains: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]  # in ASCII (xn--…), lower case
    phone: str = ""  # whom to call when their mail cannot be authenticated
    type: str = ""  # what kind of organisation, as the monthly report shall name it
    area: str = ""  # likewise where it is
    urn: str = ""  # of a school: its number in the register, which then says type and area


class _File(Section, frozen=True):
    partners: tuple[Partner, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """All partners; falsy where none is configured."""

    partners: tuple[Partner, ...] = ()
    by_domain: dict[str, Partner] = field(default_factory=dict)

    @property
    def domains(self) -> frozenset[str]:
        """Every listed domain."""
        return frozenset(self.by_domain)

    def partner_of(self, domain: str) -> Partner | None:
        """Whose domain it is."""
        return next((self.by_domain[one] for one in parents(domain) if one in self.by_domain), None)

    def __bool__(self) -> bool:
        return bool(self.partners)


def parents(domain: str) -> Iterator[str]:
    """The domain and what it is part of, down to two labels: "a.b.example", "b.example"."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def load_partners(path: Path | None) -> Directory:
    """The directory in this file; an empty one where no file is configured."""
    if path is None:
        return Directory()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        partners = msgspec.convert(document, _File, strict=True).partners
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise ConfigError(f"{path}: not valid TOML in UTF-8") from None
    except msgspec.ValidationError as error:
        where = re.search(r"partners\[(\d+)\]", str(error))
        entry = f"[[partners]] number {int(where[1]) + 1}" if where else "[[partners]]"
        raise ConfigError(
            f"{path}: {entry}: needs a name and a list of domains, and may have a phone, type, area and urn"
        ) from None
    return Directory(partners, _by_domain(path, partners))


def _by_domain(path: Path, partners: tuple[Partner, ...]) -> dict[str, Partner]:
    known: dict[str, Partner] = {}
    for number, partner in enumerate(partners, 1):
        for domain in partner.domains:
            if not _DOMAIN.fullmatch(domain) or domain in _SHARED:
                raise ConfigError(
                    f"{path}: [[partners]] number {number}: a domain of their own is needed,"
                    ' in small letters and ASCII, such as "school.example"'
                )
            if domain in known:
                raise ConfigError(f"{path}: [[partners]] number {number}: a domain that another has already")
            known[domain] = partner
    return known

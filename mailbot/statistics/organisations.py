"""
Which organisation a submission counts for: the partner whose domain it came from, or the school.

SECURITY
    An organisation is a keyed digest here. What somebody typed into a form decides nothing: a wrong name
    would make one school look like two, and two contributors like three.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mailbot.config import Directory, parents
from mailbot.statistics.counts import NOT_KNOWN, Place, margins
from mailbot.store.schools import School


@dataclass(frozen=True, slots=True)
class Organisation:
    """Somebody who may send something."""

    key: str
    kind: str
    area: str


@dataclass(frozen=True)
class Organisations:
    """All that are configured or in the register; `digest` makes a key unreadable."""

    by_domain: dict[str, Organisation]
    digest: Callable[[str], str]
    listed: tuple[Organisation, ...] = field(default=())

    @classmethod
    def of(cls, directory: Directory, schools: list[School], digest: Callable[[str], str]) -> "Organisations":
        """Partners first; what they leave open about a school, the register says."""
        register = {school.urn: school for school in schools}
        by_domain: dict[str, Organisation] = {}
        for partner in directory.partners:
            school = register.get(partner.urn)
            kind = partner.type or (school.kind if school else "") or NOT_KNOWN
            area = partner.area or (school.area if school else "") or NOT_KNOWN
            key = f"urn:{partner.urn}" if partner.urn else f"partner:{partner.name.casefold()}"
            by_domain |= dict.fromkeys(partner.domains, Organisation(key, kind, area))
        known = {one.key for one in by_domain.values()}
        listed = list(dict.fromkeys(by_domain.values()))
        for school in schools:
            one = Organisation(f"urn:{school.urn}", school.kind or NOT_KNOWN, school.area or NOT_KNOWN)
            if one.key in known or (school.domain and school.domain in directory.by_domain):
                continue
            listed.append(one)
            if school.domain:
                # a domain of several schools belongs to none of them: they count as one
                shared = school.domain in by_domain
                by_domain[school.domain] = (
                    Organisation(f"domain:{school.domain}", NOT_KNOWN, NOT_KNOWN) if shared else one
                )
        return cls(by_domain, digest, tuple(listed))

    def of_domain(self, domain: str) -> Organisation:
        """Whose domain it is; its key is a digest. Strangers count by their domain."""
        found = next((self.by_domain[one] for one in parents(domain) if one in self.by_domain), None)
        if found is None:
            return Organisation(self.digest(f"domain:{domain}"), NOT_KNOWN, NOT_KNOWN)
        return Organisation(self.digest(found.key), found.kind, found.area)

    def population(self) -> dict[Place, int]:
        """How many could have sent something, at every place; strangers are many, and in no place here."""
        found: dict[Place, int] = {}
        for one in self.listed:
            for place in margins(Place("submissions", one.kind, one.area)):
                found[place] = found.get(place, 0) + 1
        return {place: number for place, number in found.items() if not self._may_be_a_stranger(place)}

    def cells(self) -> Iterator[Place]:
        """The cells of the table: where somebody is, and where strangers are counted."""
        found = {Place("submissions", one.kind, one.area) for one in self.listed}
        yield from sorted(found | {Place("submissions", NOT_KNOWN, NOT_KNOWN)})

    def _may_be_a_stranger(self, place: Place) -> bool:
        return place.row in ("", NOT_KNOWN) and place.column in ("", NOT_KNOWN)

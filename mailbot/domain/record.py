"""
The record: what one completed form becomes. The keys are the contract with everything outside.

A value that nobody wrote is None, or an empty tuple: never a default, never a guess. Every value has a
`Finding` that says where it stood, as what it was written, and how sure we are.
"""

from dataclasses import dataclass, field
from typing import Literal

YesNoUnknown = Literal["yes", "no", "unknown"]
Basis = Literal[
    "first_hand",
    "told_by_person",
    "told_by_several",
    "overheard",
    "document_or_social_media",
    "professional_assessment",
    "anonymous",
    "unknown",
]
Reliability = Literal["reliable", "untested", "doubtful", "suspected_false"]
RiskLevel = Literal["none_known", "possible", "serious", "unknown"]
InformationType = Literal[
    "missing_exploited_trafficked",
    "child_sexual_exploitation",
    "criminal_exploitation",
    "drug_related_harm",
    "modern_day_slavery",
    "community_cohesion",
    "anti_social_behaviour",
    "organised_crime",
    "other",
]
Role = Literal[
    "suspect", "victim", "at_risk", "witness", "associate", "parent_guardian", "sibling", "other", "unknown"
]
Sex = Literal["male", "female", "other", "unknown"]
Area = Literal["hampshire", "isle_of_wight", "southampton", "portsmouth", "other"]


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who filled the form in. Source part."""

    name: str | None = None
    role: str | None = None
    organisation: str | None = None
    phone: str | None = None
    email: str | None = None  # never used as an address to send to
    organisation_address: str | None = None
    own_reference: str | None = None
    may_contact: YesNoUnknown | None = None
    contact_safe: YesNoUnknown | None = None
    contact_preference: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the submitter knows. `origin*` and `who_else_knows` are source part, the rest the grading view."""

    basis: Basis | None = None
    origin: str | None = None
    origin_relation: str | None = None
    origin_aware: YesNoUnknown | None = None
    learned_at: str | None = None
    event_at: str | None = None
    frequency: str | None = None
    who_else_knows: str | None = None
    submitter_view_reliability: Reliability | None = None
    corroboration: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRisk:
    """What could happen to whom if it became known."""

    level: RiskLevel | None = None
    detail: str | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A person written about."""

    role: Role | None = None
    family_name: str | None = None
    given_names: str | None = None
    full_name: str | None = None
    aliases: tuple[str, ...] = ()
    dob: str | None = None  # YYYY-MM-DD
    age: str | None = None
    sex: Sex | None = None
    ethnicity: str | None = None
    address: str | None = None
    school: str | None = None
    school_year: str | None = None
    phone: str | None = None
    description: str | None = None
    relationship: str | None = None
    parent_guardian: str | None = None
    online: tuple[str, ...] = ()
    looked_after: YesNoUnknown | None = None
    vulnerabilities: str | None = None
    aware_of_report: YesNoUnknown | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A place and what it has to do with the matter."""

    text: str | None = None
    relevance: str | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; the mark upper case without spaces, `?` for what was not seen."""

    vrm: str | None = None
    description: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number used by somebody written about."""

    number: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An online account."""

    platform: str | None = None
    handle: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """Whether a referral to a MASH was made as well."""

    mash_made: YesNoUnknown | None = None
    mash_ref: str | None = None
    mash_area: Area | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a value came from, for the handler who doubts it."""

    path: str  # "subjects[0].dob"
    raw: str  # as written
    label: str = ""  # the printed label that we took it for
    section: str = ""
    where: str = ""  # "table 2 row 3", "field 'Text14'"
    confidence: float = 1.0  # 0 to 1
    conflict: str = ""  # another value that was found for the same field


@dataclass(frozen=True, slots=True)
class Record:
    """One CPI form, as read."""

    submission_date: str | None = None
    submitter: Submitter = field(default_factory=Submitter)
    provenance: Provenance = field(default_factory=Provenance)
    source_risk: SourceRisk = field(default_factory=SourceRisk)
    information_types: tuple[InformationType, ...] = ()
    information_type_other: str | None = None
    subjects: tuple[Subject, ...] = ()
    locations: tuple[Location, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    phones: tuple[Phone, ...] = ()
    online: tuple[Account, ...] = ()
    narrative: str | None = None
    additional_comments: str | None = None
    urgent: YesNoUnknown | None = None
    crime_indicated: YesNoUnknown | None = None
    crime_number: str | None = None
    safeguarding: Safeguarding = field(default_factory=Safeguarding)
    handling_request: str | None = None
    form: str | None = None
    form_version: str | None = None
    reader_version: str | None = None
    schema_version: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Training:
    """A request for a training session, as written."""

    school: str | None = None
    contact_name: str | None = None
    contact_role: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    topic: str | None = None
    audience: str | None = None
    attendees: str | None = None
    format: Literal["in_person", "online", "either"] | None = None
    place: str | None = None
    preferred_dates: tuple[str, ...] = ()
    duration: str | None = None
    access_needs: str | None = None
    findings: tuple[Finding, ...] = ()

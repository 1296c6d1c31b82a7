"""Invented sources and what they wrote, for the tests of what must never show."""

from dataclasses import dataclass, replace
from random import Random

from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.domain.record import (
    Finding,
    Location,
    Phone,
    Provenance,
    Record,
    SourceRisk,
    Subject,
    Submitter,
)
from tests.unit.review.items import a_part

GIVEN_WORDS = "Zebulon|Quilla|Ottoline|Peregrine|Saffi|Hezekiah|Marigold|Thaddea|Ignatia|Balthasar"
FAMILY_WORDS = "Quincehurst|Wimblethorpe|Oxentide|Farthingell|Crumblewick|Snodderly|Thrumpington|Yaxleaf"
PLACES_WORDS = "Larkmead|Thornabbey|Quarrowdale|Pipewell|Hollinfare|Grisedown|Wexcombe|Sallowfield"
ROLES = "Deputy Safeguarding Lead|Head of Year Nine|Pastoral Support Officer|Attendance Welfare Manager"
GIVEN, FAMILY, PLACES = (words.split("|") for words in (GIVEN_WORDS, FAMILY_WORDS, PLACES_WORDS))


@dataclass(frozen=True)
class Source:
    """A source, value by value: none of these may be seen."""

    name: str
    role: str
    school: str
    phone: str
    email: str
    address: str
    origin: str
    relation: str
    knows: str
    file_name: str
    subject: str

    def values(self) -> tuple[str, ...]:
        """All of them, and what they are made of."""
        family = self.name.split()[-1]
        origin = self.origin.split()[-1]
        return (
            self.name, family, self.role, self.school, self.phone, self.email, self.address, self.origin,
            origin, self.relation, self.knows, self.file_name, self.subject,
        )  # fmt: skip


def invent(number: int) -> Source:
    """The source of that number; always the same."""
    rng = Random(number)  # noqa: S311  no secret: the same source each time
    given, family = rng.choice(GIVEN), f"{rng.choice(FAMILY)}{chr(97 + number % 26)}"
    place = rng.choice(PLACES)
    return Source(
        name=f"Mrs {given} {family}",
        role=rng.choice(ROLES.split("|")),
        school=f"{place} Community School",
        phone=f"07700 900{number % 1000:03d}",
        email=f"{given[0].lower()}.{family.lower()}@{place.lower()}.sch.example",
        address=f"{number + 11} Vellum Street, {place}",
        origin=f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}{chr(97 + number % 25)}n",
        relation=f"Neighbour of the family since {1990 + number % 30}",
        knows=f"Only Mr {rng.choice(FAMILY)}{chr(97 + number % 24)}m in the office",
        file_name=f"CPI {family} {number}.docx",
        subject=f"Concern from {family} number {number}",
    )


def reading_of(source: Source, narrative: str, *, body: bool = True, **more: object) -> Reading:
    """A message of this source, its whole form also in the text of its document."""
    record = Record(
        submission_date="2026-03-01",
        submitter=Submitter(
            source.name, source.role, source.school, source.phone, source.email, source.address,
            may_contact="yes", contact_safe="yes",
        ),
        provenance=Provenance(
            "told_by_person", source.origin, source.relation, "yes", "last Tuesday", "last week",
            who_else_knows=source.knows, submitter_view_reliability="reliable",
            corroboration=f"{source.origin} could say more",
        ),
        source_risk=SourceRisk("serious", f"{source.origin} would be found out", source.origin),
        information_types=("drug_related_harm",),
        subjects=(Subject(role="at_risk", full_name="Tobias Madeupson", dob="2011-09-03"),),
        locations=(Location("Mock Street", "meets there"),),
        phones=(Phone("07700 900999", "used by the group"),),
        narrative=narrative,
        handling_request=f"Please do not tell {source.origin}",
        findings=(Finding("submitter.name", source.name, "Name", "About you", "table 1 row 1"),),
    )  # fmt: skip
    form = (
        f"Name {source.name}\nRole {source.role}\nSchool {source.school}\nTelephone {source.phone}\n"
        f"Email {source.email}\nAddress {source.address}\nWho told you {source.origin}\n"
        f"Relation {source.relation}\nWho else knows {source.knows}\nWhat happened {narrative}"
    )
    reading = Reading(
        Envelope(
            senders=(source.email,), sender_name=source.name, subject=source.subject,
            recipients=("partnership@police.example",), message_id=f"<1@{source.email.split('@')[1]}>",
        ),
        Kind.CPI,
        flags=("source_risk", "missing:urgent"),
        records=(record,),
        unmapped=(f"Signed {source.name}",),
        parts=(a_part("2", name=source.file_name, detected="docx", text=form),),
        body=f"Dear team\nsee attached\n{source.name}\n{source.school}" if body else "",
        reader_version="test",
        schema_version="1",
    )  # fmt: skip
    return replace(reading, **more)  # type: ignore[arg-type]


def shown_in(source: Source, text: str) -> list[str]:
    """The values of the source that a text says; spaces and case do not hide one."""
    flat = " ".join(text.split()).casefold()
    return [value for value in source.values() if value.casefold() in flat]

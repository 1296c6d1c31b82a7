"""
What a handler must see first, beside what the parts' readers have flagged already.
"""

from collections.abc import Iterable, Sequence

from mailbot.domain.mail import Kind
from mailbot.domain.record import Record
from mailbot.record import words
from mailbot.record.unsafe import told, warned, written

_SELF = (
    "self",
    "themself",
    "themselves",
    "herself",
    "himself",
    "the subject",
    "subject themself",
    "subject self",
    "same person",
    "is the subject",
)
_MUST = (
    "submission_date",
    "submitter.name",
    "submitter.organisation",
    "submitter.may_contact",
    "submitter.contact_safe",
    "provenance.basis",
    "source_risk.level",
    "information_types",
    "narrative",
    "urgent",
)


def flags(
    kind: Kind, records: Iterable[Record], blank: bool, unmapped: Sequence[str] = (), letter: str = ""
) -> list[str]:
    """The flags that follow from what was understood; and from what was not, where silence could harm.

    `letter` is what the sender wrote beside any form, in their own words.
    """
    found: list[str] = []
    if warned(unmapped) or written(letter):
        found.append("contact_not_safe")
    every = list(records)
    for record in every:
        found.extend(_of(record))
    if len(every) > 1:
        found.append("several_matters")
    if blank and not every and kind in (Kind.ENQUIRY, Kind.MIXED, Kind.UNREADABLE):
        found.append("no_form_found")
    return list(dict.fromkeys(found))


def _of(record: Record) -> list[str]:
    found = []
    if record.urgent == "yes":
        found.append("urgent")
    if record.crime_indicated == "yes":
        found.append("crime_indicated")
    if record.submitter.contact_safe == "no" or told(record):
        found.append("contact_not_safe")
    if record.source_risk.level in ("possible", "serious"):
        found.append("source_risk")
    if _origin_is_subject(record):
        found.append("origin_is_subject")
    return found + [f"missing:{path}" for path in _missing(record)]


def _missing(record: Record) -> list[str]:
    missing = []
    for path in _MUST:
        value: object = record
        for name in path.split("."):
            value = getattr(value, name)
        if value in (None, ()):
            missing.append(path)
    if any(subject.role is None for subject in record.subjects):
        missing.append("subjects.role")
    return missing


def _origin_is_subject(record: Record) -> bool:
    """The one who told is also written about: said so, or of the same name."""
    relation = words.words(record.provenance.origin_relation or "")
    if relation and any(sign in relation for sign in _SELF):
        return True
    origin = f" {words.words(record.provenance.origin or '')} "
    for subject in record.subjects:
        name = words.words(subject.full_name or f"{subject.given_names or ''} {subject.family_name or ''}")
        if " " in name and f" {name} " in origin:
            return True
    return False

"""
What a handler must see first, beside what the parts' readers have flagged already.
"""

from collections.abc import Iterable

from mailbot.domain.mail import Kind
from mailbot.domain.record import Record
from mailbot.record import words
from mailbot.record.telling import HINDERED

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


_REACH = frozenset(
    [
        "contact",
        "contacted",
        "contacting",
        "call",
        "called",
        "calling",
        "phone",
        "phoned",
        "telephone",
        "ring",
        "ringing",
        "rung",
        "phoning",
        "hearing",
        "email",
        "emailed",
        "emailing",
        "reply",
        "replied",
        "write",
        "reach",
        "reached",
    ]
)
_SAFE, _RISK = frozenset({"safe", "safely", "safety", "unsafe"}), frozenset({"risk", "danger", "dangerous"})
_NOT = frozenset({"no", "not", "unsafe", "never", "n"})
_DO_NOT, _SHORT = frozenset({"not", "never", "dont"}), 12  # words: "please do not ring me"
_LONGEST = 300  # characters; what is longer tells a story


def flags(kind: Kind, records: Iterable[Record], blank: bool, unmapped: Iterable[str] = ()) -> list[str]:
    """The flags that follow from what was understood; and from what was not, where silence could harm."""
    found: list[str] = []
    if any(_warns(text) for text in unmapped):
        found.append("contact_not_safe")
    every = list(records)
    for record in every:
        found.extend(_of(record))
    if len(every) > 1:
        found.append("several_matters")
    if blank and not every and kind in (Kind.ENQUIRY, Kind.MIXED, Kind.UNREADABLE):
        found.append("no_form_found")
    return list(dict.fromkeys(found))


def _warns(text: str) -> bool:
    """Whether a question that went into no field may have been answered "it is not safe to contact me".

    Nobody is answered on the strength of a label that was not understood.
    """
    said = frozenset(words.words(text).split()) if len(text) <= _LONGEST else frozenset[str]()
    if not said & _REACH:
        return False
    against = said & (_RISK | HINDERED) or (said & _DO_NOT and len(said) <= _SHORT)
    return bool((said & _SAFE and said & _NOT) or (against and said & {"yes", "y"}))


def _of(record: Record) -> list[str]:
    found = []
    if record.urgent == "yes":
        found.append("urgent")
    if record.crime_indicated == "yes":
        found.append("crime_indicated")
    if record.submitter.contact_safe == "no":
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

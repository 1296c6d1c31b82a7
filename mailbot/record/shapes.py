"""
What kind of value an answer is, and how well that suits a field: a date is nobody's name.

GUARANTEES
    Only the beginning of a text is looked at, by expressions that are linear in it.
"""

import re

from mailbot.record.forms import FieldDef
from mailbot.record.rich import MARK

_BEGINNING = 200  # characters
_LONG = 25  # words; an answer that is longer tells a story
_EMAIL = re.compile(r"^\S{1,80}@\S+\.\S+$")
_PHONE = re.compile(r"^\W*\d[\d\s()./-]{6,20}\d\W*(?:\([^()]{0,40}\))?$")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = re.compile(
    rf"^\W*(?:[a-z]{{2,6}}day,?\s+)?(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{2,4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}})\b",
    re.I,
)
_TRI = re.compile(r"^\W*(?:yes|no|y|n|not sure|not known|unknown|don'?t know|unsure)\W*$", re.I)
_WHEN = re.compile(
    rf"\d|day|week|term|morning|afternoon|evening|night|lunch|break|period|ago|since|recent|ongoing|always|often"
    rf"|daily|now|once|before|after|spring|summer|autumn|winter|school|unknown|year|month|\b{_MONTH}\b",
    re.I,
)

_TIMES = frozenset({"provenance.learned_at", "provenance.event_at", "submission_date", "subjects.dob"})
_NAMES = frozenset(
    [
        "submitter.name", "submitter.role", "submitter.organisation", "provenance.origin",
        "provenance.origin_relation", "subjects.full_name", "subjects.family_name", "subjects.given_names",
        "subjects.parent_guardian", "subjects.relationship", "online.platform",
    ]
)  # fmt: skip
# how well each kind of value suits each kind of field; 1 where it says nothing against it
_KINDS = ("words", "long", "day", "phone", "email", "tri", "marks")
_SUITS = {
    "choice": (0.70, 0.20, 0.02, 0.02, 0.02, 1.00, 1.00),
    "email": (0.05, 0.05, 0.05, 0.05, 1.00, 0.05, 0.05),
    "phone": (0.05, 0.05, 0.10, 1.00, 0.20, 0.05, 0.05),
    "number": (1.00, 1.00, 0.05, 1.00, 0.03, 0.10, 0.05),
    "time": (0.10, 0.05, 1.00, 0.10, 0.03, 0.05, 0.05),
    "name": (1.00, 0.10, 0.05, 0.10, 0.03, 0.10, 0.05),
    "text": (1.00, 1.00, 0.05, 0.10, 0.03, 0.10, 0.05),
}


def suits(field: FieldDef, text: str) -> float:
    """How well a value suits a field, from nearly 0 to 1; no value suits them all."""
    text = text.strip()
    if not text:
        return 1.0
    sort, what = _sort(field), kind(text)
    if sort == "time" and what == "words" and _WHEN.search(text[:_BEGINNING]):
        return 0.8  # "Friday after school"
    if sort == "phone" and what in ("words", "long") and any(sign.isdigit() for sign in text[:_BEGINNING]):
        return 0.3
    return _SUITS[sort][_KINDS.index(what)]


def kind(text: str) -> str:
    """One of marks, tri (yes, no, not known), email, phone, day, long, words."""
    start = text[:_BEGINNING].strip()
    if MARK.search(text):
        return "marks"
    if _TRI.match(start):
        return "tri"
    if _EMAIL.match(start):
        return "email"
    if _DAY.match(start) and len(text.split()) < 9:
        return "day"
    if _PHONE.match(start):
        return "phone"
    return "long" if len(text.split()) >= _LONG else "words"


def _sort(field: FieldDef) -> str:
    """What kind of value a field takes: one of those of `_SUITS`."""
    last = field.path.rpartition(".")[2]
    if field.vocabulary:
        return "choice"
    if last == "email":
        return "email"
    if last == "phone" or field.path == "phones.number":
        return "phone"
    if last.endswith(("reference", "number", "ref")):
        return "number"
    if field.path in _TIMES:
        return "time"
    return "name" if field.path in _NAMES else "text"

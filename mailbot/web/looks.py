"""How things are written in pages: moments, minutes, codes of ours as words."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask

ZONE = ZoneInfo("Europe/London")
_MISSING = "missing:"
_WORDS = {
    "cpi": "Completed form",
    "mash_referral": "Referral",
    "crime_report": "Crime report",
    "training_request": "Training request",
    "form_request": "Asks for a form",
    "enquiry": "Question",
    "mixed": "Request and information",
    "automatic": "Automatic mail",
    "unreadable": "To be read by a person",
    "": "Not read yet",
    "source_risk": "Risk to source",
    "contact_not_safe": "Contact not safe",
    "crime_indicated": "Crime",
    "spoof_suspected": "Perhaps forged",
    "unknown_partner": "Not a listed partner",
    "never_seen": "First from this sender",
    "unreadable_part": "Part unreadable",
    "encrypted_attachment": "Encrypted file",
    "origin_is_subject": "Origin is a subject",
    "first_opened": "First opened",
    "item": "Item seen",
    "picture": "Picture seen clearly",
    "dip_sampled": "Drawn for a dip-sample",
    "dip_answered": "Dip-sample answered",
    "dip_satisfactory": "Satisfactory",
    "dip_to_discuss": "To discuss",
}


def moment(at: datetime | None) -> str:
    """A moment as people here write it: 3 Mar 2026, 14:05."""
    if at is None:
        return ""
    local = at.astimezone(ZONE)
    return f"{local.day} {local:%b %Y, %H:%M}"


def minutes(count: int | None) -> str:
    """Minutes as "2 h 5 min", or "3 d 4 h"; late ones are negative, and said so by whoever shows them."""
    if count is None:
        return "none"
    hours, rest = divmod(abs(count), 60)
    days, hours = divmod(hours, 24)
    small = f"{rest} min" if rest and not days else ""
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", small]
    return " ".join(part for part in parts if part) or "0 min"


def word(code: str) -> str:
    """A code of ours as a person reads it."""
    if code.startswith(_MISSING):
        return f"Not said: {word(code.removeprefix(_MISSING).rpartition('.')[2]).lower()}"
    return _WORDS.get(code) or code.replace("_", " ").capitalize()


def signed_moment(at: str) -> str:
    """A moment as the audit chain has it, with its seconds."""
    local = datetime.fromisoformat(at).astimezone(ZONE)
    return f"{local.day} {local:%b %Y, %H:%M:%S}"


def detail(text: str) -> str:
    """The detail of an entry of the chain, as words: what was done first, then whatever belongs to it."""
    values: dict[str, object] = json.loads(text)
    first = [word(str(values.pop("what")))] if "what" in values else []
    return ", ".join(first + [f"{key.replace('_', ' ')}: {value}" for key, value in sorted(values.items())])


def short(known: str) -> str:
    """The beginning of an id, enough to tell items apart when people talk."""
    return known[:8]


def install(app: Flask) -> None:
    """Enter them as filters of the templates."""
    for filter_ in (moment, minutes, word, signed_moment, detail, short):
        app.add_template_filter(filter_)

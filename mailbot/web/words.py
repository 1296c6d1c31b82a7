"""How fields and texts of a form are shown: names for people, and nothing invisible."""

import unicodedata
from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup, escape

from mailbot.review.sanitise import Segment

_FIELDS = {
    "subjects[].dob": "Date of birth",
    "subjects[].full_name": "Name",
    "subjects[].sex": "Sex",
    "subjects[].aware_of_report": "Aware of the report",
    "vehicles[].vrm": "Registration",
    "locations[].text": "Place",
    "provenance.basis": "Basis",
    "provenance.learned_at": "When the submitter learned it",
    "provenance.event_at": "When it happened",
    "provenance.submitter_view_reliability": "How reliable the submitter thinks it is",
    "provenance.corroboration": "Who or what could confirm it",
    "provenance.origin": "Who told them",
    "provenance.origin_relation": "How that person is related",
    "provenance.origin_aware": "That person knows of the report",
    "provenance.who_else_knows": "Who else knows",
    "source_risk.level": "Risk to the source",
    "source_risk.detail": "What the risk is",
    "source_risk.who": "Who is at risk",
    "handling_request": "Wishes for handling",
    "safeguarding.mash_made": "Referral to a MASH made",
    "safeguarding.mash_ref": "Reference of the referral",
    "safeguarding.mash_area": "Area of the MASH",
    "submitter.own_reference": "Their own reference",
    "submitter.may_contact": "May be contacted",
    "submitter.contact_safe": "Safe to contact",
}
_THINGS = {
    "subjects": "Person",
    "locations": "Place",
    "vehicles": "Vehicle",
    "phones": "Telephone",
    "online": "Account",
}
_KINDS = {
    "possible_identifier": "possible identifier",
    "submitter.name": "name of the submitter",
    "submitter.role": "role of the submitter",
    "submitter.organisation": "organisation of the submitter",
    "submitter.phone": "telephone of the submitter",
    "submitter.email": "e-mail of the submitter",
    "submitter.organisation_address": "address of the organisation",
    "submitter.own_reference": "reference of the submitter",
    "origin": "who told them",
    "origin_relation": "how that person is related",
    "who_else_knows": "who else knows",
    "sender": "sender of the message",
    "subject_line": "subject line",
    "file_name": "name of a file",
    "first_person": "the writer speaks of themselves",
    "told": "somebody told somebody",
    "sole_knowledge": "only few could know this",
    "relation": "says how somebody is related",
    "time": "a time that may point at who was there",
    "place": "a place that may point at who was there",
}


def field_name(name: str) -> str:
    """What a field is called: "Person 2: Date of birth"."""
    plain = name.split("[")[0] + "[]" + name.split("]")[1] if "[" in name else name
    own = _FIELDS.get(plain) or plain.rpartition(".")[2].replace("_", " ").capitalize()
    if "[" not in name:
        return own
    thing, _, rest = name.partition("[")
    number = rest.partition("]")[0]
    return f"{_THINGS.get(thing, thing)}{f' {int(number) + 1}' if number else ''}: {own}"


def kind_name(kind: str) -> str:
    """Why something is marked."""
    return _KINDS.get(kind) or kind.replace("_", " ")


def visible(untrusted_text: str) -> str:
    """The text with everything that one would not see spelt out: ⟨U+202E⟩."""
    return "".join(
        letter
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        else f"⟨U+{ord(letter):04X}⟩"
        for letter in untrusted_text.replace("\r\n", "\n")
    )


def marked(segments: Sequence[Segment]) -> Markup:
    """A text with its marks; what a mark means is said to those who cannot see it."""
    pieces = []
    for one in segments:
        text = escape(visible(one.text))
        if one.kind:
            about = "phrase" if one.kind in _PHRASES else "possible"
            pieces.append(_MARK.format(about, text, kind_name(one.kind)))
        else:
            pieces.append(text)
    return Markup("").join(pieces)


_MARK = Markup(
    '<mark class="app-mark app-mark--{}">{}<span class="govuk-visually-hidden"> ({})</span></mark>'
)
_PHRASES = frozenset({"first_person", "told", "sole_knowledge", "relation", "time", "place"})


def install(app: Flask) -> None:
    """Enter them as filters of the templates."""
    for filter_ in (field_name, kind_name, visible, marked):
        app.add_template_filter(filter_)

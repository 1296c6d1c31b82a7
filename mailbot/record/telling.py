"""
What a label says of whom it asks, and the words that it must have, or must not have, to ask for a field.

GUARANTEES
    What turns the meaning of an answer is decided by its words, never by likeness: "may we ring you" asks
    nothing of safety.
"""

WRITER = frozenset({"your", "submitter", "submission", "complete"})


# whose a thing is, by the section that asks about them; a blank behind each
OWNERS = {
    "subject": (
        "young persons ", "childs ", "pupils ", "students ", "persons ", "subjects ", "individuals ",
        "nominals ", "partys ", "their ", "young person ", "child ", "pupil ", "student ", "subject ",
    ),
    "submitter": (
        "staff ", "officers ", "officer ", "workers ", "worker ", "senders ", "sender ", "reporters ",
        "reporter ", "authors ", "referrers ", "submitters ", "dsl ", "dsls ", "staff members ", "your ",
        "my ", "our ", "agency contacts ", "contacts ", "practitioners ", "professionals ", "teachers ",
    ),
    "provenance": ("informants ", "informant ", "sources ", "source ", "providers ", "provider "),
}  # fmt: skip
_NEEDS = {
    "submitter.contact_safe": frozenset({"safe"}),
    "submitter.contact_unsafe": frozenset({"risk", "unsafe"}),
    "submitter.organisation_address": frozenset({"address", "location", "where", "site"}),
    "submitter.email": frozenset({"email"}),
    "subjects.dob": frozenset({"birth"}),
    "subjects.phone": frozenset({"phone", "phone_number", "number"}),
    "source_risk.level": frozenset({"risk", "identifi", "trace", "safe", "obvious", "afraid", "trouble"}),
}
_NEVER = {
    "submitter.may_contact": frozenset({"safe", "risk", "unsafe"}),
    "submitter.own_reference": frozenset({"phone", "phone_number", "contact"}),
    "provenance.learned_at": frozenset({"happen"}),
    "provenance.event_at": frozenset({"told", "learn"}),
}
# words that turn a yes into a no: with one of them, only a listed label is believed
_TURNED = frozenset(
    [
        "not", "never", "dont", "doesnt", "didnt", "isnt", "arent", "wouldnt", "shouldnt", "without",
        "unaware", "unless", "neither",
    ]
)  # fmt: skip
# those that turn a question of leave or safety, and are often harmless in another
CANNOT = frozenset(["cannot", "cant", "couldnt", "mustnt", "unable"])
HINDERED = frozenset(
    [
        "avoid", "avoided", "avoiding", "object", "objection", "objections", "objected", "rather", "trouble",
        "problem", "problems", "difficult", "difficulty", "difficulties", "risky", "dangerous", "away",
        "against", "refuse", "refused", "refrain", "prevent", "stop", "harm", "harmed", "hurt", "worse",
        "endanger", "endangered", "jeopardise", "jeopardy", "threaten", "threatened", "compromise",
        "compromised", "endangering", "affect", "affected", "opposed", "opt", "reason", "reasons",
    ]
)  # fmt: skip
# the same, but of much else besides: "are you worried about being contacted"
FEARED = frozenset(
    [
        "concern", "concerns", "concerned", "worry", "worries", "worried", "afraid", "fear", "fears",
        "scared", "anxious", "nervous", "mind", "issue", "issues", "consequences",
    ]
)  # fmt: skip
_OF_LEAVE = frozenset({"submitter.may_contact", "submitter.contact_safe"})


def turns(path: str, norm: str) -> bool:
    """Whether a label may ask a yes-or-no question the other way round: "should contact be avoided"."""
    said = frozenset(norm.split())
    return bool(said & _TURNED) or (path in _OF_LEAVE and bool(said & (CANNOT | HINDERED | FEARED)))


def possible(path: str, senses: frozenset[str]) -> bool:
    """Whether a label that says this can ask for a field: "may we ring you" asks nothing of safety."""
    needs = _NEEDS.get(path)
    return (needs is None or bool(needs & senses)) and not _NEVER.get(path, frozenset()) & senses

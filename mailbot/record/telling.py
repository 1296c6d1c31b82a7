"""
What a label asks by one or two telling words, in the sections where they can mean but one thing.
"""

WRITER = frozenset({"your", "submitter", "submission", "complete"})
_TOLD = frozenset({"attention", "light", "told", "gave", "learn", "source", "reported"})
_REACHED = frozenset({"you", "your", "heard", "reached", "disclosure", "disclosed", "passed"})
_HAPPENED = frozenset({"event", "happen", "crime", "incident", "concern", "see", "observ"})


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


def possible(path: str, senses: frozenset[str]) -> bool:
    """Whether a label that says this can ask for a field: "may we ring you" asks nothing of safety."""
    needs = _NEEDS.get(path)
    return (needs is None or bool(needs & senses)) and not _NEVER.get(path, frozenset()) & senses


def asks_leave(senses: frozenset[str]) -> bool:
    """Whether a label asks if, not how, somebody may be contacted."""
    how = {"when", "how", "prefer", "number", "detail"}
    return "contact" in senses and not senses & how and bool(senses & {"safe", "willing", "agree"})


_LEAVE = frozenset({"may", "can", "could", "happy", "willing", "agree", "consent", "permission", "content"})
_REACH = frozenset({"ring", "phone", "call", "email", "write", "contact", "telephone", "speak"})
_ELSE = frozenset(
    [
        "safe",
        "safely",
        "safety",
        "risk",
        "danger",
        "number",
        "who",
        "which",
        "what",
        "when",
        "how",
        "where",
        "best",
    ]
)


def asks_call(norm: str) -> bool:
    """Whether a label asks if the writer may be rung or written to: "we may phone or email you"."""
    said = frozenset(norm.split())
    return bool(said & _LEAVE and said & _REACH and said & {"you", "me"} and not said & _ELSE)


def of_source(senses: frozenset[str]) -> bool:
    """Whether a label asks about the one who told, or who is in danger for it."""
    return "source" in senses or {"risk", "person"} <= senses


def pairs(senses: frozenset[str], norm: str) -> str:
    """A box for two things about a person: "School attended / NC year"."""
    if " and " not in norm and " or " not in norm:
        return ""
    if {"organisation", "year"} <= senses:
        return "subjects.school_both"
    if {"birth", "age"} <= senses:
        return "subjects.dob_age"
    return "subjects.sex_age" if {"sex", "age"} <= senses else ""


def plainly(senses: frozenset[str], context: str, norm: str) -> str:
    """What a label asks for by one telling word, in the sections where that word can mean but one thing."""
    if {"mash", "referral"} <= senses and context not in ("subject", "submitter"):
        numbered = senses & {"reference", "number"}
        return "safeguarding.mash_ref" if numbered else "" if "area" in senses else "safeguarding.mash_made"
    timed = bool(senses & {"when", "date"})
    if (
        timed
        and context in ("provenance", "matter", "things", "types")
        and not senses & WRITER
        and not senses & {"birth", "referral", "number"}
    ):
        told = senses & _TOLD or _REACHED & set(norm.split())
        if told and "happen" not in senses:
            return "provenance.learned_at"
        if senses & _HAPPENED or len(senses) < 3:
            return "provenance.event_at"
    if timed and context == "submitter":
        return "submission_date"
    gave = "who" in senses and senses & {"gave", "told"} and not senses & {"else", "know"}
    gave = gave and not norm.startswith(("who have you", "who did you tell", "who has been"))
    if context == "matter":
        return "provenance.origin" if gave else ""
    if context != "provenance":
        return ""
    if "risk" in senses:
        return (
            "source_risk.detail"
            if senses & {"explain", "type"}
            or norm.startswith(("about ", "more about ", "tell us ", "say more "))
            else ""
            if norm.startswith("who ")
            else "source_risk.level"
        )
    if senses == {"source"} or gave:
        return "provenance.origin"
    return "provenance.submitter_view_reliability" if "reliable" in senses else ""

"""
What a letter that asks for training says about it, as written: loose, for a person to check.
"""

import re

from mailbot.domain.record import Finding, Training
from mailbot.record.letters import Letter
from mailbot.record.vocabulary import Options

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_WEEKDAY = r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?"
_TIME = (
    r"(?:,?\s+(?:at\s+|from\s+)?(?:\d{1,2}(?:[.:]\d{2})?\s?(?:am|pm)\b|am\b|pm\b|after school"
    r"|morning|afternoon|before school))?"
)
_DATE = re.compile(
    rf"\b((?:inset day\s+)?(?:{_WEEKDAY}\s+)?\d{{1,2}}(?:st|nd|rd"
    rf"|th)?\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?{_TIME}|(?:w/c|week commencing"
    rf"|week of)\s+\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}{_TIME}|(?:any|every|a|most)\s+{_WEEKDAY}{_TIME}"
    rf"|inset day on [^.,\n]{{3,40}}|{_WEEKDAY}s?\s+after school)",
    re.I,
)
_DURATION = re.compile(
    r"\b((?:\d+(?:\.\d+)?|an?|one|two|half an|half a)(?:\s*(?:-|to)\s*\d+)?[ -](?:hours?|minutes?"
    r"|mins?|hrs?|day)\b|twilight\b|half day\b|full day\b)",
    re.I,
)
_NUMBERS = re.compile(
    r"\b((?:about|around|approx(?:imately)?\.?|roughly|some|circa|up to|over)?\s*\d{1,4}(?:\s*(?:-"
    r"|to)\s*\d{1,4})?)\s+(?:of us|people|persons?|staff|colleagues|members|delegates|governors"
    r"|teachers|attendees|adults|or so)\b"
    r"|\b(?:about|around|roughly|approx(?:imately)?\.?)\s+(\d{1,4})\b(?!\s*(?:minutes?|mins?"
    r"|hours?|am|pm|years?))"
    r"|\(\s*((?:about |roughly |around |approx\.? )?\d{1,4})\s*(?:people|persons?|staff)?\s*\)",
    re.I,
)
_AUDIENCE = re.compile(
    r"\b((?:all|our|the|my|some)?\s*(?:new\s+|whole\s+)?(?:(?:teaching|support|pastoral"
    r"|safeguarding|office|senior|school|all|lunchtime|primary|secondary)\s+(?:and\s+(?:support"
    r"|pastoral)\s+)?)?(?:staff|team|governors|governing body|heads of year|dsls?|dsl team"
    r"|teachers|pupils|students|parents|tutors|ects?|sencos?|leaders|colleagues"
    r"|trustees))\b(?!\s+(?:role|post|lead\b))",
    re.I,
)
_FOR = re.compile(r"\b(?:for|to|with)\s+" + _AUDIENCE.pattern.removeprefix(r"\b"), re.I)
_TOPIC = (
    re.compile(r"\b((?:[\w/-]+\s){0,3}?(?:awareness|refresher))\b(?:\s+(?:session|training|course))?", re.I),
    re.compile(
        r"\b(?:training|session|workshop|input|course|talk|briefing"
        r"|speak to [\w ]{3,30}?(?:\([^)]*\)\s*)?)\s+(?:available\s+)?(?:on|about|in|covering|around"
        r"|regarding)\s+([^.?!,;\n]{3,80}?)(?=\s+(?:for|please|to our|with|at|in person|online)\b"
        r"|[.?!,;\n]|$)", re.I),
    re.compile(r"\babout ([a-z][^.?!,;\n]{3,80}?)(?=\s+(?:for|please|to our|with)\b|[.?!,;\n]|$)", re.I),
    re.compile(
        r"\b(cpi|online safety|county lines|exploitation|safeguarding|prevent)\s+(?:training"
        r"|session)\b", re.I),
)  # fmt: skip
_PLACE = re.compile(
    r"\b(?:in|at) (?:the |our )?((?:main |school |sports |lower |upper |assembly )?(?:hall|library"
    r"|staff ?room|theatre|gym|conference room|lecture theatre|drama studio|dining hall|canteen)"
    r"|room \w{1,4})\b|,\s*(room \w{1,4})\b",
    re.I,
)
_ACCESS = re.compile(
    r"\b((?:one|a|two|some)\s+(?:colleagues?|member of staff|person|people|governor)\s+(?:who|that"
    r"|with)\s+[^.;\n]{3,60}|bsl interpreter[^.;\n]{0,40}|(?:step[- ]free"
    r"|wheelchair) access[^.;\n]{0,30}|hearing loop (?:please|needed|required))",
    re.I,
)
_GREETING = re.compile(
    r"^\s*(?:dear|hi|hello|good (?:morning|afternoon|evening)|morning|afternoon)\b[^\n,.]{0,40}[,\n]", re.I
)
_PHONE = re.compile(
    r"(?:tel|phone|mobile|t|m)?[.:]?\s*((?:\+44|\(?0)[\d\s()-]{8,16}\d(?:\s*(?:ext|x)\.?\s*\d{1,5})?)", re.I
)
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SCHOOL = re.compile(
    r"\b(school|academy|college|primary|junior|infant|nursery|trust|federation|council|service"
    r"|university|sixth form|grange|centre)\b",
    re.I,
)


def read(letter: Letter, formats: Options, subject: str = "") -> Training:
    """The request, from its letter and its signature."""
    text = " ".join(_GREETING.sub("", letter.text, count=1).split())
    said: dict[str, object] = {}
    for path, value in (
        ("topic", _topic(text)),
        ("audience", _first(_FOR, text) or _first(_AUDIENCE, text)),
        ("attendees", _attendees(text)),
        ("format", _format(text, formats)),
        ("place", _first(_PLACE, text)),
        ("preferred_dates", tuple(dict.fromkeys(hit.group(1).strip(" ,") for hit in _DATE.finditer(text)))),
        ("duration", _first(_DURATION, text)),
        ("access_needs", _first(_ACCESS, text)),
    ):
        if value:
            said[path] = value
    said |= _signature(letter.signature)
    findings = tuple(
        Finding(path, str(value), where="letter", confidence=0.5) for path, value in said.items()
    )
    return Training(**said, findings=findings)  # type: ignore[arg-type]


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    hit = pattern.search(text)
    return next((group.strip() for group in hit.groups() if group), None) if hit else None


def _topic(text: str) -> str | None:
    for pattern in (_TOPIC[1], _TOPIC[0], _TOPIC[2], _TOPIC[3]):
        if hit := pattern.search(text):
            topic = re.sub(
                r"^(?:(?:run|a|an|our|the|some|would|like|book|in|any|you|deliver|do|give|is|there|could"
                r"|please|we|have|us)\s+)+",
                "",
                hit.group(1).strip(),
                flags=re.I,
            )
            if topic:
                return topic
    return None


def _attendees(text: str) -> str | None:
    if re.search(r"\bjust me\b", text, re.I) and not re.search(r"\b[2-9]\d* people\b", text):
        return "1"
    return _first(_NUMBERS, text)


def _format(text: str, formats: Options) -> str | None:
    low = f" {re.sub(r'[^a-z0-9]+', ' ', text.casefold())} "
    found = {
        value
        for norm, value in formats.exact.items()
        if value != "either" and f" {norm} " in low and not _about(low, norm)
    }
    if len(found) > 1 or any(
        f" {norm} " in low for norm, value in formats.exact.items() if value == "either" and " " in norm
    ):
        return "either" if found else None
    return next(iter(found), None)


def _about(low: str, norm: str) -> bool:
    """The word names the topic, not the way: "online safety"."""
    return (
        norm == "online"
        and " online safety " in low
        and low.count(" online ") == low.count(" online safety ")
    )


def _signature(lines: list[str]) -> dict[str, object]:
    """Name, role, organisation and telephone of a signature."""
    found: dict[str, object] = {}
    rest: list[str] = []
    for line in lines[:8]:
        if mail := _EMAIL.search(line):
            found.setdefault("contact_email", mail.group())
        elif phone := _PHONE.search(line):
            found.setdefault("contact_phone", phone.group(1).strip())
        elif (
            _SCHOOL.search(line)
            and rest
            and "school" not in found
            and len(rest) >= 1
            and not _is_role(line, rest)
        ):
            found["school"] = line
        else:
            rest.append(line)
    for path, line in zip(("contact_name", "contact_role"), rest, strict=False):
        found[path] = line
    if "school" not in found and len(rest) > 2:
        found["school"] = rest[2]
    return found


def _is_role(line: str, rest: list[str]) -> bool:
    """ "School nurse" is no school: a role stands second, and another line follows."""
    return len(rest) == 1 and bool(
        re.search(
            r"\b(nurse|head|teacher|officer|manager|lead|governor|assistant|co-?ordinator|counsellor"
            r"|secretary|tutor|dsl|caretaker|senco)s?\b",
            line,
            re.I,
        )
    )

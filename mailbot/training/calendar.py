"""
The reply of a calendar (RFC 5546, METHOD:REPLY), as far as it concerns us: which invitation, and yes or no.

SECURITY
    These lines come from a stranger and are looked at in the worker, so no library takes them apart: a few
    lines are looked for, in a text whose length is limited. Nothing else of it is used.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.domain.mail import Part

LONGEST = 64_000  # characters
_FOLD = re.compile(r"\r?\n[ \t]")  # RFC 5545, section 3.1
_UID = re.compile(r"^UID(?:;[^:\n]*)?:([a-z2-7]{16})@", re.MULTILINE | re.IGNORECASE)
_ANSWER = re.compile(r"^ATTENDEE[^\n]*?;PARTSTAT=\"?(ACCEPTED|DECLINED|TENTATIVE)\b", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Reply:
    """What it says."""

    token: str
    answer: str  # "accepted", "declined" or "tentative"


def reply(parts: Iterable[Part]) -> Reply | None:
    """The first reply among the parts; None where there is none, or it says neither yes nor no."""
    for part in parts:
        if part.detected != "ics" or len(part.text) > LONGEST:
            continue
        text = _FOLD.sub("", part.text)
        uid, answer = _UID.search(text), _ANSWER.search(text)
        if re.search(r"^METHOD:REPLY\s*$", text, re.M | re.I) and uid and answer:
            return Reply(uid[1].lower(), answer[1].lower())
    return None

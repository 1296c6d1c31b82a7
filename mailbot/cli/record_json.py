"""
The record contract as JSON: what `read` and `export` print for one message.

GUARANTEES
    A value that nobody wrote is null or an empty list; the keys are always there.
"""

from typing import Any

from mailbot import codec
from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.send.policy import Facts, PolicySettings, Verdict, judge

WITH_TRAINING = (Kind.TRAINING_REQUEST, Kind.MIXED)


def verdict(reading: Reading, rules: PolicySettings) -> Verdict:
    """May it be acknowledged, as far as the message itself decides."""
    return judge(reading.envelope, Facts(not_safe="contact_not_safe" in reading.flags), rules)


def of_reading(reading: Reading, may: bool, why_not: str | None) -> dict[str, Any]:
    """The part of the object that comes from the message."""
    return {
        "kind": reading.kind.value,
        "may_acknowledge": may,
        "why_not": why_not,
        "flags": list(reading.flags),
        "records": codec.plain(reading.records),
        "training": codec.plain(reading.training) if reading.kind in WITH_TRAINING else None,
        "unmapped": list(reading.unmapped),
        "parts": [_part(part) for part in codec.plain(reading.parts)],
        "problems": list(reading.problems),
    }


def unread(envelope: Envelope, code: str) -> Reading:
    """What stands for a message whose content could not be read."""
    return Reading(envelope, Kind.UNREADABLE, flags=("unreadable_part",), problems=(code,))


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """A part without its text: that stands in the records, or in `unmapped`."""
    return {key: value for key, value in part.items() if key != "text"}

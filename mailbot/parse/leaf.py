"""What one part of the parser's tree says, without the library's own look-ups, which raise."""

import binascii
from email.message import Message

from mailbot.parse.headers import ask, shown
from mailbot.parse.structure import Lifted

# The header lines of an inner message that a person wants to see.
_TOLD = ("from", "to", "cc", "date", "subject")


def field_of(part: Message, name: str) -> str:
    """The first field of this name, unfolded; the library's own lookup may raise."""
    for key, value in part.raw_items():
        if key.lower() == name:
            raw = str(value).encode("utf-8", "surrogateescape")
            return " ".join(raw.decode("utf-8", "replace").split("\n")).replace("\r", "").strip()
    return ""


def decoded(part: Message, lifted: Lifted, payload: str) -> bytes:
    """A part's bytes without their transfer encoding; what does not decode is kept as it stands."""
    raw = lifted.restore(payload.encode("utf-8", "surrogateescape"))
    encoding = field_of(part, "content-transfer-encoding").split(";")[0].strip().lower()
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    return raw


def _from_base64(raw: bytes) -> bytes:
    for tail in (b"", b"=", b"==", b"A=="):
        try:
            return binascii.a2b_base64(raw + tail)
        except binascii.Error:
            continue
    return raw


def told(message: Message) -> str:
    """Who wrote an inner message, to whom, when and about what: for a person, never content."""
    lines = ((name, shown(field_of(message, name))) for name in _TOLD)
    return "\n".join(f"{name.capitalize()}: {value}" for name, value in lines if value)


def fields_of(groups: list[Message]) -> str:
    """The machine-readable half of a report: groups of fields, which the parser takes for messages."""
    return "\n\n".join(_group(group) for group in groups)


def _group(group: Message) -> str:
    lines = [f"{key}: {shown(str(value))}" for key, value in group.raw_items()]
    rest = ask(lambda: str(group.get_payload()), "")
    return "\n".join((*lines, rest)).strip()

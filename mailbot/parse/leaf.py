"""What one part of the parser's tree says, without the library's own look-ups, which raise."""

import binascii
from email.message import Message

from mailbot.parse.headers import ask, shown
from mailbot.parse.structure import Lifted
from mailbot.parse.text import decode_text

# The header lines of an inner message that a person wants to see.
_TOLD = ("from", "to", "cc", "date", "subject")


def field_of(part: Message, name: str) -> str:
    """The first field of this name, unfolded; the library's own lookup may raise."""
    for key, value in part.raw_items():
        if key.lower() == name:
            raw = str(value).encode("utf-8", "surrogateescape")
            return " ".join(raw.decode("utf-8", "replace").split("\n")).replace("\r", "").strip()
    return ""


def children_of(part: Message) -> list[Message]:
    """The parts of a container; a leaf has none."""
    payload = part.get_payload() if part.is_multipart() else ()
    return [child for child in payload if isinstance(child, Message)]


def decoded(part: Message, holder: Message, lifted: Lifted) -> bytes:
    """What `holder` holds, without the transfer encoding of `part`; what does not decode stays as it is."""
    encoding = field_of(part, "content-transfer-encoding").split(";")[0].strip().lower()
    # The library would decode by the charset, or by the encoding before the bulk is back in its place.
    del holder["content-transfer-encoding"]
    payload = ask(lambda: holder.get_payload(decode=True), None)
    raw = lifted.restore(payload if isinstance(payload, bytes) else b"")
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
    payload = ask(lambda: group.get_payload(decode=True), None)
    rest = decode_text(payload) if isinstance(payload, bytes) else ""
    return "\n".join((*lines, rest)).strip()

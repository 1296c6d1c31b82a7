"""
Takes a message apart: raw bytes become an envelope, parts, and documents in one neutral shape.

GUARANTEES
    Every body, attachment, archive member and inner message has its `Part`, read or not; what crosses a
    limit is a part too. Raises `LimitExceeded` only where the message as a whole is too large to look at.
SECURITY
    Runs inside the reading child; all limits stand in `limits`.
"""

import re
from dataclasses import replace

from mailbot.domain.mail import Border, Envelope, ParsedMail, Piece
from mailbot.errors import LimitExceeded
from mailbot.parse.attachments import Opened, Opener
from mailbot.parse.envelope import judge_headers
from mailbot.parse.headers import message_ids, read_block
from mailbot.parse.items import Item
from mailbot.parse.limits import Limits
from mailbot.parse.mime import items

_REPORT = {
    "multipart/report",
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
}
_ORIGINAL = re.compile(
    rb"^(?:original-)?message-id:[ \t]*\r?\n?[ \t]*(<[^>\r\n]{1,250}>)", re.IGNORECASE | re.MULTILINE
)
_LIMITS = Limits()


def take_apart(untrusted_raw: bytes, border: Border, limits: Limits = _LIMITS) -> ParsedMail:
    """A whole message."""
    if len(untrusted_raw) > limits.message_bytes:
        raise LimitExceeded("message_bytes")
    block = read_block(untrusted_raw, limits)
    found = list(items(untrusted_raw, limits, known=block))
    # Only what the outer message itself declares; a forwarded bounce is somebody's attachment.
    declared = tuple(item.declared for item in found if item.depth == 0)
    envelope = judge_headers(block, border, limits, declared)
    report = bool(_REPORT & {_top(block.first("content-type")), *declared})
    if report or envelope.automatic == "bounce":
        envelope = _with_originals(envelope, untrusted_raw[block.end :], limits)
    flags = ("spoof_suspected",) if envelope.authentication == "fail" else ()
    return _parsed(envelope, found, limits, flags, report)


def take_apart_document(untrusted: bytes, untrusted_name: str, limits: Limits = _LIMITS) -> ParsedMail:
    """A single file, as if it were the only attachment of a message without headers."""
    if len(untrusted) > limits.message_bytes:
        raise LimitExceeded("message_bytes")
    return _parsed(Envelope(), [Item("1", untrusted_name, "", untrusted)], limits)


def take_apart_headers(untrusted_raw: bytes, border: Border, limits: Limits = _LIMITS) -> Envelope:
    """The headers alone: no body is looked at, whatever its size."""
    return judge_headers(read_block(untrusted_raw, limits), border, limits)


def _parsed(
    envelope: Envelope, found: list[Item], limits: Limits, flags: tuple[str, ...] = (), report: bool = False
) -> ParsedMail:
    opener = Opener(limits)
    opened = opener.open_all(found)
    return ParsedMail(
        envelope=envelope,
        pieces=tuple(_pieces(opened)),
        parts=tuple(one.part for one in opened),
        flags=(*flags, *opener.flags),
        report=report,
    )


def _pieces(opened: list[Opened]) -> list[Piece]:
    """The readable ones; the plain text and the HTML of one body are one piece."""
    plain = {one.item.group: one for one in reversed(opened) if one.item.group and _has_text(one, "text")}
    html = {one.item.group: one for one in opened if one.item.group and _has_text(one, "html")}
    pieces = []
    for one in opened:
        group = one.item.group
        if one.document is None:
            continue
        if group in html and group in plain and one is html[group]:
            continue  # stands beside the plain text
        beside = html[group].document if group in html and one is plain.get(group) else None
        pieces.append(Piece(one.part, one.document, one.item.depth, beside))
    return pieces


def _has_text(one: Opened, kind: str) -> bool:
    return one.document is not None and one.part.detected == kind and one.says


def _with_originals(envelope: Envelope, untrusted_body: bytes, limits: Limits) -> Envelope:
    """A report names the message that it speaks of in its own fields, or holds its headers."""
    named = b" ".join(_ORIGINAL.findall(untrusted_body[: limits.header_bytes]))
    ids = (*envelope.names_messages, *message_ids(named.decode("ascii", "replace"), limits))
    return replace(envelope, names_messages=tuple(dict.fromkeys(ids)))


def _top(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()

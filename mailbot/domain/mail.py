"""
A message as it was taken apart (`parse`), and as it was understood (`record`).

`ParsedMail` never leaves the reading child; `Reading` is what the child answers. Everything here that a
stranger wrote is data: shown as text, never used as a path, a header, a query or a template.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from mailbot.domain.document import Document
from mailbot.domain.record import Record, Training

Authentication = Literal["pass", "fail", "none", "not_available", "internal"]
NOT_CHECKED = "signature_not_checked"  # among the defects: no DNS said whether a signature holds
PartState = Literal["read", "empty", "unreadable", "encrypted", "unsupported", "limit"]


class Kind(Enum):
    """What a message is."""

    CPI = "cpi"  # a completed form, or a templated mail that carries one
    MASH_REFERRAL = "mash_referral"  # another form, sent here by mistake
    CRIME_REPORT = "crime_report"  # likewise
    TRAINING_REQUEST = "training_request"  # asks for a training session
    FORM_REQUEST = "form_request"  # asks for a blank form
    ENQUIRY = "enquiry"  # any other message of a human
    MIXED = "mixed"  # a request that also carries intelligence about somebody
    AUTOMATIC = "automatic"  # auto-reply, bounce, receipt, newsletter
    UNREADABLE = "unreadable"  # something that may be a form could not be opened


@dataclass(frozen=True, slots=True)
class Border:
    """What the child must know of our side to judge headers; no secret among it."""

    authserv_ids: tuple[str, ...] = ()  # whose Authentication-Results count
    border_hosts: tuple[str, ...] = ()  # their names in Received, or patterns; empty: the same
    position: Literal["above", "below"] = "above"
    own_addresses: tuple[str, ...] = ()
    local_dkim: bool = False  # whether to say where the keys of signatures stand
    exchange: bool = False  # an Exchange serves it, and keeps its own fields out of strangers' hands
    keys: tuple[tuple[str, str], ...] = ()  # of DKIM: a name in DNS, and what stands there


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers say. Source part, all of it."""

    senders: tuple[str, ...] = ()  # addresses in From, on which two parsers agree; one is usable
    from_headers: int = 0
    sender_name: str = ""
    return_path: str | None = None  # "" is the null path; None where no header says
    reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()  # To and Cc
    message_id: str = ""
    names_messages: tuple[str, ...] = ()  # Message-IDs that a reply or a report speaks of
    subject: str = ""
    date: str = ""
    automatic: Literal["automatic", "bounce", "list"] | None = None  # RFC 3834, RFC 5230, RFC 3464, RFC 2919
    spam: bool = False  # our own border says so
    own_address: bool = False  # From is one of ours
    authentication: Authentication = "none"
    signatures: tuple[str, ...] = ()  # where the keys of its DKIM signatures stand in DNS
    spoof_signs: tuple[str, ...] = ()  # codes: "from_differs", "display_name_address", …
    defects: tuple[str, ...] = ()  # codes


@dataclass(frozen=True, slots=True)
class Part:
    """One body, attachment or archive member, read or not: every one is shown, none is dropped."""

    path: str  # "1.2"; members of an archive or parts of an inner message: "1.2/3"
    name: str  # safe to show; never a path. Source part
    declared: str  # the type that the sender wrote
    detected: str  # what the bytes are: "docx", "pdf", "zip", "image", …
    size: int  # bytes, decoded
    sha256: str  # of the decoded bytes
    state: PartState
    reason: str = ""  # one word of ours: "password", "corrupt", "nesting", …
    role: Literal["body", "attachment", "inline", "member"] = "attachment"
    text: str = ""  # for a person; "" when not read


@dataclass(frozen=True, slots=True)
class Piece:
    """A readable part with its document; `depth` counts messages within messages."""

    part: Part
    document: Document
    depth: int = 0
    alternative: Document | None = None  # the HTML beside the plain text of the same body


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """The whole message, taken apart, in reading order."""

    envelope: Envelope
    pieces: tuple[Piece, ...] = ()
    parts: tuple[Part, ...] = ()  # all, the pieces' own included
    flags: tuple[str, ...] = ()
    report: bool = False  # a multipart/report: never yields records


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message was understood to be."""

    envelope: Envelope
    kind: Kind
    flags: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    training: Training | None = None
    unmapped: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    body: str = ""
    reader_version: str = ""
    schema_version: str = ""
    problems: tuple[str, ...] = field(default=())  # codes: why this reading is not whole

"""
Verifies DKIM signatures (RFC 6376), in a child of its own that has the keys and nothing else.

GUARANTEES
    "pass" says that the domain in From, or one it is part of, signed this From and this whole text.
    Everything else is "none": servers between us change messages, so a signature that fails proves nothing.
SECURITY
    Hostile bytes meet dkimpy here, without network: it is given each key by name. A signature over a part of
    the text, one by SHA-1, a key under 1,024 bits and a key that is only being tried out (t=y) count as none.
"""

import logging
from collections.abc import Callable

import dkim

from mailbot.domain.mail import Border, Envelope, Kind, Reading
from mailbot.errors import Unreadable
from mailbot.parse.envelope import judge_headers
from mailbot.parse.headers import Block, read_block
from mailbot.parse.limits import Limits
from mailbot.parse.signatures import MOST, tags, usable

_LIMITS = Limits()
_SMALLEST_KEY = 1024  # RFC 8301, section 3.2
_SILENT = logging.getLogger("dkim")  # it quotes what it reads
_SILENT.setLevel(logging.CRITICAL + 1)
# What dkimpy raises on strangers' messages and keys, found by feeding it a collection of them.
_RAISED = (dkim.DKIMException, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


_SAMPLE = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=school.example; s=a; h=from; bh=AAAA; b=AAAA\r\n"
    b"From: =?utf-8?q?A?= <a@school.example>\r\n\r\nhello\r\n"
)


def warm_up() -> None:
    """Loads what is loaded late, while there are files; by a message of our own."""
    read_message(_SAMPLE, Border(keys=(("a._domainkey.school.example", "v=DKIM1; p=AAAA"),)))


def read_message(untrusted_raw: bytes, border: Border) -> Reading:
    """Whether a signature proves the domain in From: "pass" or "none"; nothing else is read."""
    block = read_block(untrusted_raw, _LIMITS)
    envelope = judge_headers(block, border, _LIMITS)
    proven = len(envelope.senders) == 1 and envelope.from_headers == 1
    domain = envelope.senders[0].rpartition("@")[2] if proven else ""
    passed = bool(domain) and _is_signed(untrusted_raw, block, dict(border.keys), domain)
    return Reading(Envelope(authentication="pass" if passed else "none"), Kind.ENQUIRY)


def read_headers(untrusted_raw: bytes, border: Border) -> Envelope:
    """A signature covers the text as well."""
    raise Unreadable("headers")


def read_document(untrusted_data: bytes, untrusted_name: str) -> Reading:
    """A document bears none."""
    raise Unreadable("document")


def _is_signed(untrusted_raw: bytes, block: Block, keys: dict[str, str], from_domain: str) -> bool:
    tried = 0
    for number, value in enumerate(block.all("dkim-signature")):
        name = usable(value, from_domain)
        if not name or name not in keys or not _is_in_use(keys[name]):
            continue
        tried += 1
        if tried > MOST:
            break
        if _verifies(untrusted_raw, number, _giving(name, keys[name])):
            return True
    return False


def _is_in_use(key: str) -> bool:
    return "y" not in tags(key).get("t", "").lower().split(":")


def _giving(name: str, key: str) -> Callable[..., bytes]:
    """In place of DNS: this key under this name."""

    def find(asked: bytes, timeout: float = 0) -> bytes:
        same = asked.decode("ascii", "replace").rstrip(".").lower() == name
        return key.encode("ascii", "replace") if same else b""

    return find


def _verifies(untrusted_raw: bytes, number: int, find: Callable[..., bytes]) -> bool:
    try:
        found = dkim.DKIM(untrusted_raw, logger=_SILENT, minkey=_SMALLEST_KEY)
        return bool(found.verify(number, dnsfunc=find))
    except _RAISED:
        return False

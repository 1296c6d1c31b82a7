"""
Who wrote: the address in From, on which two independent parsers must agree.

SECURITY
    An acknowledgement goes to this address and to no other. Parsers differ on hostile fields
    (CVE-2023-27043), and whoever makes ours read another address than the border server read chooses
    who is told. So: the standard library's reading and our own scanner's must be the same, the address
    is plain (a dot-atom at a domain in ASCII), or it is not used.
"""

import re
import unicodedata
from dataclasses import dataclass
from email.utils import getaddresses

from mailbot.parse.headers import ask

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"\\.|[()]", re.DOTALL)
_LOCAL_LENGTH, _DOMAIN_LENGTH = 64, 253  # RFC 5321, 4.5.3.1


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name, not decoded, and an address as written."""

    name: str
    address: str


def scan(untrusted: str) -> list[Mailbox] | None:
    """RFC 5322 mailboxes of one field, by our own scanner; None where it is no plain list of mailboxes."""
    entries: list[Mailbox] = []
    outside: list[str] = []
    angle: list[str] | None = None
    inside = False
    at, length = 0, len(untrusted)
    while at < length:
        char = untrusted[at]
        if char == '"':
            end = _quoted_end(untrusted, at)
            if end is None or inside:
                return None
            outside.append(untrusted[at:end])
            at = end
            continue
        if char == "(":
            end = _comment_end(untrusted, at)
            if end is None:
                return None
            at = end
            continue
        if char == "<":
            if inside or angle is not None:
                return None
            angle, inside = [], True
        elif char == ">":
            if not inside:
                return None
            inside = False
        elif char == "," and not inside:
            entries += _entry(outside, angle)
            outside, angle = [], None
        elif char in ":;" and not inside:
            return None  # a group has no single author
        else:
            (angle if inside and angle is not None else outside).append(char)
        at += 1
    return None if inside else entries + _entry(outside, angle)


def _entry(outside: list[str], angle: list[str] | None) -> list[Mailbox]:
    text = "".join(outside).strip()
    if angle is not None:
        return [Mailbox(text, "".join(angle).strip())]
    return [Mailbox("", text)] if text else []


def _quoted_end(text: str, at: int) -> int | None:
    found = _QUOTED.match(text, at)
    return found.end() if found else None


def _comment_end(text: str, at: int) -> int | None:
    depth = 0
    for found in _BRACKET.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return None


def usable(untrusted: str) -> str | None:
    """The address with its domain in ASCII and lower case, or None where it is not a plain one."""
    local, _, domain = untrusted.rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_LENGTH:
        return None
    ascii_domain = to_ascii(domain)
    return f"{local}@{ascii_domain}" if ascii_domain else None


def to_ascii(untrusted_domain: str) -> str:
    """
    The domain in lower-case ASCII, or nothing; nothing too where it is not read alike by all.

    IDNA 2003 makes "straße" into "strasse", which is another's domain by IDNA 2008 (RFC 5894, section 7.2).
    """
    domain = unicodedata.normalize("NFC", untrusted_domain.strip().rstrip(".").lower())
    if len(domain) > _DOMAIN_LENGTH:
        return ""
    if not domain.isascii():
        domain = ask(lambda: _both_ways(domain), "")
    return domain if _DOMAIN.fullmatch(domain) else ""


def _both_ways(domain: str) -> str:
    """In ASCII, where that can be turned back into the same."""
    plain = domain.encode("idna")
    return plain.decode("ascii").lower() if plain.decode("idna") == domain else ""


def senders(untrusted_values: list[str]) -> tuple[tuple[Mailbox, ...], tuple[str, ...]]:
    """The agreed mailboxes of all From fields with usable addresses, and codes of what is wrong."""
    agreed: list[Mailbox] = []
    for value in untrusted_values:
        ours = scan(value)
        if ours is None:
            return (), ("from_not_plain",)
        theirs = _library(value)
        if [box.address for box in ours] != theirs:
            return (), ("from_ambiguous",)
        for box in ours:
            address = usable(box.address)
            if address is None:
                return (), ("from_not_plain",)
            agreed.append(Mailbox(box.name, address))
    return tuple(agreed), ()


def _library(untrusted: str) -> list[str]:
    """The addresses as the standard library reads them."""
    nothing: list[tuple[str, str]] = []
    return [address for _, address in ask(lambda: getaddresses([untrusted]), nothing)]


def listed(untrusted_values: list[str], most: int) -> tuple[str, ...]:
    """The usable addresses of To, Cc or Reply-To, for people to see."""
    found: dict[str, None] = {}
    for value in untrusted_values:
        for box in scan(value) or []:
            address = usable(box.address)
            if address:
                found[address] = None
    return tuple(found)[:most]

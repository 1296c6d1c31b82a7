"""
Which DKIM signatures of a message could prove the domain in its From, and where their keys stand in DNS.

SECURITY
    Names of a stranger's choice would be asked of the stranger's own server. So: only the domain in From,
    or one that it is part of; a selector and a domain of plain labels; three names at most.
"""

import re

from mailbot.parse.headers import Block

MOST = 3  # a provider's, the school's own, and one of another algorithm
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST = 253  # RFC 1035, section 2.3.4, as text
# Under these a domain of two labels belongs to everybody.
_SHARED = (".sch.uk", ".gov.uk", ".police.uk", ".nhs.uk", ".ac.uk", ".org.uk", ".co.uk")


def tags(untrusted: str) -> dict[str, str]:
    """The tags of a signature (RFC 6376, section 3.2) without white space; the first of a name counts."""
    found: dict[str, str] = {}
    for piece in untrusted.split(";"):
        name, equals, value = piece.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), re.sub(r"\s+", "", value))
    return found


def speaks_for(signed: str, from_domain: str) -> bool:
    """Whether a signature of this domain proves that one: it is the same, or the other is part of it."""
    if signed == from_domain:
        return "." in signed
    fewest = 3 if f".{signed}".endswith(_SHARED) or f".{signed}" in _SHARED else 2
    return from_domain.endswith(f".{signed}") and signed.count(".") + 1 >= fewest


def usable(untrusted: str, from_domain: str) -> str:
    """Where the key of this signature stands; nothing where it could not prove the domain in From."""
    said = tags(untrusted)
    domain, selector = said.get("d", "").lower(), said.get("s", "").lower()
    # rsa-sha1 is void (RFC 8301); "l" leaves the end of the text to anybody (RFC 6376, section 8.2)
    if said.get("a", "").lower() != "rsa-sha256" or "l" in said or not speaks_for(domain, from_domain):
        return ""
    name = f"{selector}._domainkey.{domain}"
    return name if len(name) <= _LONGEST and _NAME.fullmatch(name) else ""


def key_names(block: Block, from_domain: str) -> tuple[str, ...]:
    """Where to look for keys, from the topmost signature down."""
    if not from_domain:
        return ()
    found = (usable(value, from_domain) for value in block.all("dkim-signature"))
    return tuple(dict.fromkeys(name for name in found if name))[:MOST]

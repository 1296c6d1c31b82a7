"""
Addresses: which ones we can write to, and how two of them are found to be the same.

SECURITY
    An address is a stranger's text until `usable` said yes: then it holds no space, quote, bracket, comma,
    control character or line end, and cannot become a second recipient, another header or an SMTP command.
BUGS
    A quoted local part and one beyond ASCII are legal and not usable: nobody is answered there.
"""

import re

MOST = 254  # RFC 5321, section 4.5.3.1.3: a path of 256 octets with its brackets
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_USABLE = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def usable(untrusted_address: str) -> bool:
    """Whether it is one plain ASCII address to which SMTP can deliver."""
    return len(untrusted_address) <= MOST and _USABLE.fullmatch(untrusted_address) is not None


def fold(address: str) -> str:
    """The form in which addresses are compared; mail goes to the exact one."""
    return address.strip().casefold()


def untagged(address: str) -> str:
    """The folded address without its +tag: one person, however many tags."""
    local, at, host = fold(address).rpartition("@")
    return (local.split("+", 1)[0] or local) + at + host


def domain(address: str) -> str:
    """The folded domain."""
    return fold(address).rpartition("@")[2]

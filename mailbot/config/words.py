"""What single values look like: addresses of mail, of servers, of this machine."""

import ipaddress
from email.utils import getaddresses
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether what is said to this host stays on this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """Whether it is one plain address: somebody@somewhere."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not set(text) & set(' \t\r\n<>,;:"()[]\\') and "@" not in local


def is_https(url: str) -> bool:
    """Whether it is reached by TLS, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def is_one_sender(text: str) -> bool:
    """Whether it is one address, with a name or without."""
    pairs = getaddresses([text])
    return len(pairs) == 1 and is_address(pairs[0][1])

"""
TLS towards a mail server: verified, 1.2 or newer, and plain connections to this machine only.

SECURITY
    The default context checks the chain and the name. A private authority is added by its file, in place
    of the system's; nothing here can turn the checks off.
"""

import ipaddress
import socket
import ssl
from contextlib import suppress

from mailbot.errors import ConfigError

_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))  # dead after two minutes


def verified_context(ca_file: str, setting: str = "mailboxes.ca_file") -> ssl.SSLContext:
    """A context that trusts the system's authorities, or only those in `ca_file`."""
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise ConfigError(f"{setting}: the file cannot be read as PEM certificates") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def is_loopback(host: str) -> bool:
    """Whether the host is this machine by its very name; no name is resolved for it."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def keep_alive(sock: socket.socket) -> None:
    """Let the kernel find out that the other side is gone while we only listen."""
    with suppress(OSError):  # the socket of a stream or a test may not know these
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE:
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a certificate, in our own words."""
    known = {
        10: "it has expired",
        9: "it is not valid yet",
        18: "it is signed by itself; name its authority in ca_file",
        19: "its authority is not known; name it in ca_file",
        20: "its authority is not known; name it in ca_file",
        21: "its authority is not known; name it in ca_file",
        62: "it is for another host name",
        64: "it is for another address",
    }
    return known.get(error.verify_code, f"verification code {error.verify_code}")

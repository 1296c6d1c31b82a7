"""
Keys of DKIM signatures from DNS, asked by the worker: a reading child has no network.

GUARANTEES
    One message costs three seconds at most, however many keys it names, and half a second while nobody has
    answered lately: a resolver that is dead, or a stranger's that is silent on purpose, delays others little.
    Any answer, "there is none" too, brings the patience back.
"""

import time
from collections.abc import Sequence

import dns.exception
import dns.resolver

from mailbot.parse.verifier import Keys

_LONGEST_KEY = 4_000  # a key of 8,192 bits has 1,400 characters
_SECONDS = 3.0  # for all keys of a message together; the next message waits behind it
_IMPATIENT = 0.5  # seconds, after a silence: twenty times what an ordinary answer takes


class DnsKeys:
    """Keys from DNS; `nameservers` (addresses) and `port` instead of the system's. For several threads."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, seconds: float = _SECONDS) -> None:
        self._nameservers, self._port, self._seconds = list(nameservers), port, seconds
        self._is_silent = False  # a hint that spares time; threads may disagree about it for a moment

    def find(self, names: Sequence[str]) -> Keys:
        """Each name's TXT record; a name that has none is left out."""
        found: dict[str, str] = {}
        unanswered = 0
        end = time.monotonic() + (min(self._seconds, _IMPATIENT) if self._is_silent else self._seconds)
        for number, name in enumerate(names):
            left = max(0.0, end - time.monotonic()) / (len(names) - number)
            try:
                text = _text(self._resolver(), name, left)
            except (dns.exception.DNSException, OSError) as error:
                self._is_silent = isinstance(error, dns.exception.Timeout)
                unanswered += 1
                continue
            self._is_silent = False
            if text:
                found[name] = text
        return Keys(found, complete=not unanswered)

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers, resolver.port = list(self._nameservers), self._port
        return resolver


def _text(resolver: dns.resolver.Resolver, name: str, seconds: float) -> str:
    try:
        answer = resolver.resolve(name, "TXT", lifetime=seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    texts = [b"".join(record.strings) for record in answer]
    if len(texts) != 1 or len(texts[0]) > _LONGEST_KEY:  # RFC 6376, section 3.6.2.2: several are undefined
        return ""
    return texts[0].decode("ascii", "replace")

"""Keys of DKIM signatures from DNS, asked by the worker: a reading child has no network."""

from collections.abc import Sequence

import dns.exception
import dns.resolver

_LONGEST_KEY = 4_000  # a key of 8,192 bits has 1,400 characters
_SECONDS = 3.0  # for all keys of a message together; the next message waits behind it


class DnsKeys:
    """Keys from DNS; `nameservers` (addresses) and `port` instead of the system's."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, seconds: float = _SECONDS) -> None:
        self._nameservers, self._port, self._seconds = list(nameservers), port, seconds

    def find(self, names: Sequence[str]) -> dict[str, str] | None:
        """Each name's TXT record; a name that has none is left out."""
        found: dict[str, str] = {}
        try:
            resolver = self._resolver()
            for name in names:
                if text := _text(resolver, name, self._seconds / len(names)):
                    found[name] = text
        except (dns.exception.DNSException, OSError):
            return None
        return found

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

"""No scanner: everything is "not scanned". Refuses to work in production."""

from mailbot.errors import ConfigError
from mailbot.parse.scanners.base import Verdict


class NoScanner:
    """For trying mailbot out."""

    def __init__(self, *, production: bool) -> None:
        if production:
            raise ConfigError('[scanner] → kind: "none" is not for production')

    def scan(self, untrusted_data: bytes) -> Verdict:
        """Nobody looked."""
        return Verdict.NOT_SCANNED

    def check(self) -> list[str]:
        """What a person should know."""
        return ["none: nothing is looked through for malware"]

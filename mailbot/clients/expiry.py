"""
The days until what signs us in has ended: certificates say it themselves, of secrets the configuration does.

Whoever asks gives the moment. From 30 days on it is worth a sentence, from 14 a warning, from 3 an alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from cryptography import x509

from mailbot.config import Acknowledge, Config, Mailbox
from mailbot.errors import ConfigError

SOON, WARNING, ALARM = 30, 14, 3  # days


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that ends, by the setting that names it; `at` is None where nobody said when."""

    setting: str
    at: datetime | None

    def days(self, now: datetime) -> int | None:
        """Whole days that are left; negative when it has ended."""
        return None if self.at is None else (self.at - now).days

    def is_alarm(self, now: datetime) -> bool:
        """Whether it must be renewed at once."""
        days = self.days(now)
        return days is not None and days <= ALARM

    def sentence(self, now: datetime) -> str:
        """How long it lasts, and what to do."""
        days = self.days(now)
        if self.at is None or days is None:
            return f"warning: {self.setting}: secret_ends is not set, so nobody is warned before it ends"
        if days < 0:
            return (
                f"{self.setting}: has ended on {self.at:%Y-%m-%d}; renew it now: nobody can sign in with it"
            )
        tone = "warning: " if days <= WARNING else ""
        advice = "; renew it" + (" now" if days <= ALARM else "") if days <= SOON else ""
        return f"{tone}{self.setting}: ends on {self.at:%Y-%m-%d}, in {days} days{advice}"


def uses_any(config: Config) -> bool:
    """Whether anything of this configuration ends, without looking at files."""
    sections = (*config.mailboxes, *((config.acknowledge,) if config.acknowledge.enabled else ()))
    return any(one.oauth is not None or one.ews.sign_in == "certificate" for one in sections)


def expiries(config: Config) -> Iterator[Expiry]:
    """All that this configuration signs in with. `ConfigError` for a certificate that cannot be read."""
    for box in config.mailboxes:
        yield from _of(box, f'[[mailboxes]] "{box.name}" →')
    if config.acknowledge.enabled:
        yield from _of(config.acknowledge, "[acknowledge] →")


def _of(section: Mailbox | Acknowledge, where: str) -> Iterator[Expiry]:
    oauth = section.oauth
    if oauth is not None and oauth.certificate_file:
        setting = f"{where} oauth.certificate_file"
        yield Expiry(setting, certificate_end(oauth.certificate_file, setting))
    if oauth is not None and (oauth.secret_file or oauth.secret_env):
        ends = oauth.secret_ends
        yield Expiry(f"{where} oauth.secret", datetime.combine(ends, time(), UTC) if ends else None)
    if section.kind == "ews" and section.ews.sign_in == "certificate":
        setting = f"{where} ews.certificate_file"
        yield Expiry(setting, certificate_end(section.ews.certificate_file, setting))


def certificate_end(file: str, setting: str) -> datetime:
    """When the first certificate of a PEM file ends."""
    try:
        pem = Path(file).read_bytes()
        return x509.load_pem_x509_certificates(pem)[0].not_valid_after_utc
    except (OSError, ValueError) as error:
        raise ConfigError(f"{setting}: holds no certificate that can be read, as PEM") from error

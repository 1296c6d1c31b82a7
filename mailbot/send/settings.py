"""What sending needs of the configuration, in one frozen value."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from mailbot.config import Acknowledge
from mailbot.send.policy import PolicySettings


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides about acknowledgements and is decided by the site."""

    rules: PolicySettings = field(default_factory=PolicySettings)
    delay_seconds: tuple[int, int] = (60, 300)
    per_address_day: int = 20
    per_domain_day: int = 100
    total_day: int = 1000
    restored_at: datetime | None = None  # when a backup was restored: what came before may be answered

    @classmethod
    def of(
        cls,
        section: Acknowledge,
        own_addresses: Iterable[str] = (),
        partner_domains: frozenset[str] = frozenset(),
        restored_at: datetime | None = None,
    ) -> Self:
        """From the configuration, with the addresses of all mailboxes and the domains of known partners."""
        known = section.require_known_partner
        return cls(
            PolicySettings(
                enabled=section.enabled,
                require_authenticated=section.require_authenticated,
                require_known_partner=bool(partner_domains) if known is None else known,
                shared_mailboxes=section.shared_mailboxes,
                own_addresses=tuple(own_addresses),
                partner_domains=partner_domains,
            ),
            delay_seconds=section.delay_seconds,
            per_address_day=section.limits.per_address_day,
            per_domain_day=section.limits.per_domain_day,
            total_day=section.limits.total_day,
            restored_at=restored_at,
        )

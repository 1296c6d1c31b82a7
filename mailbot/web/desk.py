"""What the pages work with: one object, which whoever starts the console puts together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mailbot.clients.sign_in import Provider
from mailbot.config import Config, console_url
from mailbot.review.sla import Clocks
from mailbot.store.unit import Store
from mailbot.store.vault import Vault
from mailbot.web.drawing import Drawing


@dataclass(frozen=True)
class Desk:
    """An installation as the console sees it; `clock` gives now."""

    config: Config
    store: Store
    vault: Vault
    clock: Callable[[], datetime]
    provider: Provider | None = None
    drawing: Drawing | None = None  # of pictures; also hands out originals

    @property
    def clocks(self) -> Clocks:
        """How long things may wait."""
        return Clocks.of(self.config.review)

    @property
    def lease(self) -> timedelta:
        """How long a handler has an item."""
        return timedelta(minutes=self.config.review.claim_minutes)

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by https."""
        return urlsplit(console_url(self.config)).scheme == "https"

    @property
    def has_local_accounts(self) -> bool:
        """Whether accounts of our own may sign in."""
        wanted = self.config.console.local_accounts
        return not self.config.mailbot.production if wanted is None else wanted

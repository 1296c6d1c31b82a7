"""The admins' desk and the report, put together: what they take in, what they send, what they count."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from mailbot.config import Config, Directory
from mailbot.domain.mail import Reading
from mailbot.errors import MailbotError
from mailbot.pipeline import Desk, no_desk
from mailbot.review import corrections
from mailbot.review.sla import Clocks
from mailbot.send.letters import send_letters
from mailbot.send.transports.base import MailTransport
from mailbot.statistics.draft import Maker
from mailbot.store.unit import Store
from mailbot.store.vault import Vault
from mailbot.training import letters
from mailbot.training.inbox import Inbox
from mailbot.training.settings import office_of

AT_ONCE = 50
Failed = Callable[[MailbotError], None]


def inbox(config: Config) -> Desk:
    """What takes in requests and answers; nothing does where a site has no such desk."""
    return Inbox(office_of(config).rules) if config.training.enabled else no_desk


def postman(
    config: Config, store: Store, transport: MailTransport, clock: Callable[[], datetime], spread: Random
) -> Callable[[Failed], int]:
    """Sends the letters that are due, and notes what follows from that; how many left."""
    sender = office_of(config).writer.address

    def deliver(failed: Failed) -> int:
        sent = send_letters(store, transport, sender, clock, spread, limit=AT_ONCE, failed=failed)
        if sent:
            with store.unit() as unit:
                letters.follow(unit, clock())
        return sent

    return deliver


def maker(config: Config, store: Store, directory: Directory) -> Maker:
    """What makes drafts of the monthly report: what handlers corrected counts, and duty hours do."""
    return Maker.of(store, directory, config.report, Clocks.of(config.review).passed, _corrected)


def _corrected(db: Connection, vault: Vault, item_id: str, reading: Reading) -> Reading:
    return corrections.corrected(reading, corrections.load(db, vault, item_id, source=False))

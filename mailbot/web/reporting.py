"""What makes drafts of the monthly report, for the console and for whoever works without it."""

from sqlalchemy import Connection

from mailbot.config import Config, Directory
from mailbot.domain.mail import Reading
from mailbot.review import corrections
from mailbot.review.sla import Clocks
from mailbot.statistics.draft import Maker
from mailbot.store.unit import Store
from mailbot.store.vault import Vault


def maker(config: Config, store: Store, directory: Directory) -> Maker:
    """With what handlers corrected, and the duty hours of each mailbox."""
    return Maker.of(store, directory, config.report, Clocks.of(config.review).passed, _corrected)


def _corrected(db: Connection, vault: Vault, item_id: str, reading: Reading) -> Reading:
    return corrections.corrected(reading, corrections.load(db, vault, item_id, source=False))

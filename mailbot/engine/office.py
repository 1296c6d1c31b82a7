"""The admins' desk, put together: what it takes in, and what it sends."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from mailbot.config import Config
from mailbot.errors import MailbotError
from mailbot.pipeline import Desk, no_desk
from mailbot.send.letters import send_letters
from mailbot.send.transports.base import MailTransport
from mailbot.store.unit import Store
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

"""What the watch needs of the configuration."""

from datetime import timedelta

from mailbot.config import Config
from mailbot.watch.rules import Limits


def limits_of(config: Config) -> Limits:
    """When something is too late or too much, as the site has it."""
    watch = config.watch
    return Limits(
        poll=timedelta(minutes=watch.poll_minutes),
        read=timedelta(minutes=watch.read_minutes),
        send=timedelta(minutes=watch.send_minutes),
        unread=timedelta(minutes=watch.unread_minutes),
        canary=timedelta(minutes=watch.canary.arrives_minutes),
        room=watch.disk_warn_mb * 2**20,
        mailboxes=tuple(box.name for box in config.mailboxes),
    )

"""The tables of [watch]; part of `shapes`."""

from typing import Annotated

import msgspec

from mailbot.config.basis import Natural, Positive, Relay, Section


class AlertMail(Relay, frozen=True):
    """[watch.mail]; never through a watched mailbox"""

    to: tuple[str, ...] = ()


class Webhook(Section, frozen=True):
    """[watch.webhook]"""

    url: str = ""
    token_file: str = ""
    token_env: str = ""

    def __repr__(self) -> str:
        """Without the address: many carry a secret in it."""
        return f"Webhook(url={bool(self.url)})"


class CanaryMail(Section, frozen=True):
    """[watch.canary]"""

    mailbox: str = ""  # empty: none is sent
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 6  # UTC
    arrives_minutes: Positive = 120


class Watch(Section, frozen=True):
    """[watch]"""

    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0  # on loopback; 0: none
    poll_minutes: Positive = 10
    read_minutes: Positive = 15
    send_minutes: Positive = 15
    unread_minutes: Positive = 120
    disk_warn_mb: Natural = 1024  # above the reserve
    repeat_hours: Positive = 12
    syslog: str = ""  # a socket's path, or host:port
    mail: AlertMail = AlertMail()
    webhook: Webhook = Webhook()
    canary: CanaryMail = CanaryMail()

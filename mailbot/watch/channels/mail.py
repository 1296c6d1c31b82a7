"""Alerts by mail, through an account that is not the watched mailbox's."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from mailbot.store.ids import new_id
from mailbot.watch.channels.base import Notice

HandOver = Callable[[str, str, bytes], None]  # recipient, Message-ID, data; raises as a transport does


class MailChannel:
    """See `Channel`. One subject for all, because subjects stand in other people's logs."""

    name = "mail"

    def __init__(self, hand_over: HandOver, sender: str, recipients: Sequence[str]) -> None:
        self._hand_over = hand_over
        self._sender = sender
        self._recipients = recipients

    def tell(self, notices: Sequence[Notice], now: datetime) -> None:
        """One message to each operator."""
        text = "\n".join(notice.line() for notice in notices) + "\n\nMore: mailbot alerts, mailbot status\n"
        for recipient in self._recipients:
            message_id, data = written(self._sender, recipient, "mailbot: an alert", text, now)
            self._hand_over(recipient, message_id, data)


def written(sender: str, recipient: str, subject: str, text: str, now: datetime) -> tuple[str, bytes]:
    """A message of a program, and its Message-ID."""
    message_id = f"<{new_id()}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(now.astimezone(UTC))
    message["Message-ID"] = message_id
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message_id, message.as_bytes()

"""
Out by EWS, from a mailbox on an Exchange server of one's own.

GUARANTEES
    A message is handed over as the MIME that it is, to one recipient, in one request that nothing repeats.
    What failed before anything was sent may be tried again; an answer that says no is a no, as is Exchange's
    own "busy"; whatever else happens is a doubt, an HTTP 503 too, which a gateway says. Nothing is kept in
    Sent Items, unless that is asked for.
BUGS
    Exchange may drop Auto-Submitted and always sets its own return path. SMTP keeps both.
"""

from typing import Any

from exchangelib import Mailbox, Message

from mailbot.clients.exchange import Exchange
from mailbot.clients.trouble import UNAVAILABLE, Kind, Trouble
from mailbot.errors import InDoubt, MailbotError, Refused
from mailbot.send.address import usable
from mailbot.send.transports.base import NoSession, OutgoingMail

GRANT = "see the account's password, and that it may send as the mailbox that acknowledgements come from"


class EwsTransport:
    """A mailbox that may send. For one thread."""

    def __init__(self, client: Exchange, *, save_sent: bool = False) -> None:
        self._client = client
        self._save_sent = save_sent

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one message."""
        if not usable(mail.recipient):
            raise Refused("an address that mail cannot carry")

        def create(account: Any) -> None:
            to = [Mailbox(email_address=mail.recipient)]
            message = Message(account=account, mime_content=mail.data, to_recipients=to)
            message.send(save_copy=self._save_sent)

        try:
            self._client.ask_once(create)
        except Trouble as error:
            raise _failure(error) from error

    def close(self) -> None:
        """Let go of the connections of the burst."""
        self._client.close()

    def check(self) -> list[str]:
        """Sign in and ask for the mailbox."""
        try:
            self._client.ask(lambda account: account.inbox)
        except Trouble as error:
            raise _failure(error) from error
        finally:
            self._client.close()
        return [f"{self._client.where} answers; mail would leave through it"]


def _failure(trouble: Trouble) -> MailbotError:
    if trouble.code == UNAVAILABLE:
        return InDoubt(str(trouble))
    if trouble.kind in (Kind.AWAY, Kind.BUSY, Kind.MISSING):
        return NoSession(str(trouble))
    if trouble.kind is Kind.DENIED:
        return NoSession(f"{trouble}: {GRANT}")
    if trouble.kind is Kind.BAD and trouble.code:
        return Refused(str(trouble))
    return InDoubt(str(trouble))

"""
Out by Microsoft Graph, from a mailbox in Exchange Online.

GUARANTEES
    A message goes out as JSON, because Exchange drops headers of a message that it is handed as MIME: so the
    wish that nobody's machine answers it is set both as a header and as a property. The request is made once,
    over a connection of its own: what failed before it was sent may be tried again, whatever came later is a
    doubt, unless the answer itself says no (4xx, and of 5xx none but 509, which like 429 counts requests).
    Nothing is kept in Sent Items, unless that is asked for.
BUGS
    Exchange writes the headers anew: Auto-Submitted and the null return path do not survive, and the sender's
    name is the mailbox's own. SMTP keeps them.
"""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, NoReturn

from mailbot.clients.graph import Graph
from mailbot.clients.trouble import UNAVAILABLE, Kind, Trouble
from mailbot.errors import InDoubt, MailbotError, Refused
from mailbot.send.address import usable
from mailbot.send.transports.base import NoSession, OutgoingMail

GRANT = "grant the application Mail.Send on the mailbox that acknowledgements come from (docs/exchange.md)"
_SUPPRESS = {"id": "Integer 0x3FDF", "value": "-1"}  # PidTagAutoResponseSuppress: all


class GraphTransport:
    """A mailbox that may send. For one thread."""

    def __init__(self, client: Graph, *, save_sent: bool = False) -> None:
        self._client = client
        self._save_sent = save_sent

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one message."""
        if not usable(mail.recipient):
            raise Refused("an address that mail cannot carry")
        body = {"message": message(mail), "saveToSentItems": self._save_sent}
        try:
            self._client.post_once("/sendMail", body)
        except Trouble as error:
            _translate(error)

    def close(self) -> None:
        """Nothing is kept open."""

    def check(self) -> list[str]:
        """Ask for the mailbox; the permission to send does not include the one to look."""
        try:
            self._client.get("/mailFolders/inbox", dict, **{"$select": "id"})
        except Trouble as error:
            if error.code != 403:
                _translate(error)
        return [
            f"{self._client.where} answers; mail would leave through it, if this application may send there"
        ]


def message(mail: OutgoingMail) -> dict[str, Any]:
    """Our message as Graph's JSON: subject, text, one recipient; nothing else is in it."""
    parsed = BytesParser(EmailMessage, policy=policy.SMTP).parsebytes(mail.data)
    sender = [{"emailAddress": {"name": one.display_name, "address": one.addr_spec}} for one in _from(parsed)]
    return {
        **({"from": sender[0]} if sender else {}),
        "subject": str(parsed["Subject"] or ""),
        "body": {"contentType": "text", "content": parsed.get_content()},
        "toRecipients": [{"emailAddress": {"address": mail.recipient}}],
        "internetMessageId": mail.message_id,
        "internetMessageHeaders": [{"name": "X-Auto-Response-Suppress", "value": "All"}],
        "singleValueExtendedProperties": [_SUPPRESS],
    }


def _from(parsed: EmailMessage) -> tuple[Address, ...]:
    header = parsed["From"]
    return tuple(header.addresses) if header else ()


def _translate(trouble: Trouble) -> NoReturn:
    raise _failure(trouble) from trouble


def _failure(trouble: Trouble) -> MailbotError:
    if trouble.code == UNAVAILABLE:
        return InDoubt(str(trouble))
    if trouble.kind in (Kind.AWAY, Kind.BUSY):
        return NoSession(str(trouble))
    if trouble.kind is Kind.DENIED:
        return NoSession(f"{trouble}: {GRANT}")
    if trouble.kind is Kind.MISSING:
        return NoSession(f"{trouble}: the mailbox that acknowledgements come from is not there")
    if trouble.kind is Kind.BAD and trouble.code:
        return Refused(str(trouble))
    return InDoubt(str(trouble))

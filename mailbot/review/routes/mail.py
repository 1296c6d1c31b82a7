"""
Internal mail: a document as an attachment, to an address on the allow-list and to nobody else.

GUARANTEES
    The recipient is the configured desk's, checked against the list at each sending; nothing of a message or
    of a form is ever an address. The Message-ID follows from the reference, so that a mail that was handed
    over twice is one and the same to the desk's server.
SECURITY
    Subject and text are constants of ours with the marking and the reference. TLS is the transport's.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from mailbot.errors import Refused
from mailbot.review.routes.base import Document

_DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"
Post = Callable[[str, str, bytes], None]  # recipient, Message-ID, the message; raises as a transport does


class MailRoute:
    """See `Route`."""

    def __init__(
        self,
        post: Post,
        sender: str,
        addresses: Mapping[str, str],
        allowed: frozenset[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._post = post
        self._sender = sender
        self._addresses = addresses  # of the desks
        self._allowed = allowed
        self._clock = clock

    def deliver(self, document: Document) -> None:
        """See `Route`."""
        recipient = self._addresses.get(document.desk, "")
        if recipient not in self._allowed:
            raise Refused("the desk has no address on the list of internal addresses")
        message_id = f"<{document.reference.lower()}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        self._post(recipient, message_id, self._composed(document, recipient, message_id))

    def _composed(self, document: Document, recipient: str, message_id: str) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = recipient
        mail["Subject"] = f"{document.marking} document {document.reference}"
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = message_id
        mail.set_content(
            f"{document.marking}\n\nA document of the partnership desk is attached.\n"
            f"Reference: {document.reference}\n\n{document.marking}\n"
        )
        mail.add_attachment(
            document.docx, maintype="application", subtype=_DOCX, filename=f"{document.name}.docx"
        )
        mail.add_attachment(
            document.json, maintype="application", subtype="json", filename=f"{document.name}.json"
        )
        return mail.as_bytes()

"""
A letter becomes a message: who writes, how answers come back, and what is attached.

SECURITY
    The token stands in the address for answers or in the subject, and in the invitation's id: by it, and by
    the address that we wrote to, an answer is known.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from mailbot import resources
from mailbot.config import MashContact
from mailbot.training import invitation
from mailbot.training.shapes import Request, Session


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and how answers come back."""

    sender: str  # "Education Partnership Team <partnership@police.example>"
    reply_to: str = ""  # "partnership+{token}@police.example"; empty: the token stands in the subject
    contacts: tuple[MashContact, ...] = ()
    site: Path | None = None

    @property
    def address(self) -> str:
        """Ours."""
        return parseaddr(self.sender)[1]

    @property
    def name(self) -> str:
        """How we sign."""
        return parseaddr(self.sender)[0] or "The team"


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is shown."""

    kind: str
    to: str
    subject: str
    text: str
    attach: tuple[str, ...] = ()  # names of files
    remind_at: datetime | None = None  # when a reminder will follow


def compose(writer: Writer, request: Request, session: Session | None, shown: Draft, now: datetime) -> bytes:
    """The letter as it will leave, but for its date and its Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(writer.name, addr_spec=writer.address)
    mail["To"] = shown.to
    subject = shown.subject
    if writer.reply_to:
        mail["Reply-To"] = writer.reply_to.replace("{token}", request.token)
    else:
        subject = f"{subject} [{request.token}]"
    mail["Subject"] = subject
    if shown.kind == "reminder":
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(shown.text, cte="quoted-printable")
    if "invite.ics" in shown.attach and session is not None:
        cancelled = shown.kind == "cancellation"
        calendar = invitation.invitation(
            session, request.token, writer.address, shown.to, now, cancelled=cancelled
        )
        _attach_calendar(mail, calendar, "CANCEL" if cancelled else "REQUEST")
    for name in shown.attach:
        if name != "invite.ics":
            _attach_document(mail, name, writer.site)
    return mail.as_bytes()


def _attach_calendar(mail: EmailMessage, calendar: bytes, method: str) -> None:
    """As an alternative, which programs show as an invitation, and as a file, which people can open."""
    text = calendar.decode()
    mail.add_alternative(text, subtype="calendar", cte="quoted-printable", params={"method": method})
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")


def _attach_document(mail: EmailMessage, name: str, site: Path | None) -> None:
    path = resources.find(f"templates/documents/{Path(name).name}", site / "documents" if site else None)
    kinds = {".pdf": "pdf", ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document"}
    mail.add_attachment(
        path.read_bytes(),
        maintype="application",
        subtype=kinds.get(path.suffix, "octet-stream"),
        filename=path.name,
    )

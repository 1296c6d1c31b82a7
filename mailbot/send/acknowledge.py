"""
The acknowledgement: one constant, for everyone.

GUARANTEES
    `Composer.compose` is given an address, a Message-ID and a moment, and nothing else: what it does not
    know it cannot tell. All acknowledgements are byte-identical but for To, Date and Message-ID, and Date
    and Message-ID have always the same length.
    No reference, no In-Reply-To, no References and none of the subject that came: deliberate departures from
    RFC 3834, section 3.1, because a thread tells whoever shares the mailbox what was answered.
SECURITY
    The constant is built once, at the start, after `linter` saw its text, its subject and its sender.
"""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from pathlib import Path

from mailbot import resources
from mailbot.errors import ConfigError, Refused
from mailbot.send import linter
from mailbot.send.address import domain, usable
from mailbot.send.transports.base import OutgoingMail

_FOLDER = "templates/acknowledge"
_FROM = "[acknowledge] → from"
_PLAIN_LINE = 78


class Composer:
    """Makes acknowledgements; one per process."""

    def __init__(self, sender: str, site: Path | None = None, envelope_sender: str = "") -> None:
        """
        Build the constant; `ConfigError` where a text of it could tell anything.

        `site` is the site's own templates folder; files in its `acknowledge` go before ours.
        """
        override = site / "acknowledge" if site is not None else None
        subject, where = _read("subject.txt", override)
        subject = subject.strip()
        linter.check_subject(subject, where)
        text, where = _read("body.txt", override)
        linter.check_text(text, where)
        linter.check_sender(sender, _FROM)
        name, address = _sender(sender)
        if envelope_sender and not usable(envelope_sender):
            raise ConfigError("[acknowledge] → envelope_sender: not an address")
        self._envelope_sender = envelope_sender
        self._domain = domain(address)
        self._constant = _constant(Address(name, addr_spec=address), subject, text)

    def message_id(self, local: str) -> str:
        """A Message-ID of ours around a random word; chosen and committed before anything is sent."""
        return f"<{local}@{self._domain}>"

    def compose(self, recipient: str, message_id: str, now: datetime) -> OutgoingMail:
        """The constant, addressed. `Refused` for an address that is none."""
        if not usable(recipient):
            raise Refused("the recipient's address cannot be written")
        date = format_datetime(now.astimezone(UTC))
        head = f"To: {recipient}\r\nDate: {date}\r\nMessage-ID: {message_id}\r\n".encode("ascii")
        return OutgoingMail(message_id, recipient, head + self._constant, self._envelope_sender)


def _read(name: str, override: Path | None) -> tuple[str, str]:
    path = resources.find(f"{_FOLDER}/{name}", override)
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as text ({type(error).__name__})") from error


def _sender(untrusted_sender: str) -> tuple[str, str]:
    if "\n" in untrusted_sender or "\r" in untrusted_sender:
        raise ConfigError(f"{_FROM}: a line end")
    found = getaddresses([untrusted_sender])
    if len(found) != 1 or not usable(found[0][1]):
        raise ConfigError(f'{_FROM}: one address is needed, such as "Our Team <team@police.example>"')
    return found[0]


def _constant(sender: Address, subject: str, text: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    plain = text.isascii() and all(len(line) <= _PLAIN_LINE for line in text.splitlines())
    charset = "us-ascii" if text.isascii() else "utf-8"
    message.set_content(text, charset=charset, cte="7bit" if plain else "quoted-printable")
    return message.as_bytes()

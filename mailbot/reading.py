"""
How one message is read: taken apart (`parse`), then understood (`record`). The half of the pipeline that
runs inside the reading child.

SECURITY
    Everything here handles hostile bytes without network, files, keys or database. It imports nothing
    that has them; a contract of the linter holds that.
"""

from pathlib import Path

from mailbot.domain.mail import Border, Envelope, Reading
from mailbot.parse.mail import take_apart, take_apart_document, take_apart_headers
from mailbot.record.books import use
from mailbot.record.understand import understand


def prepare(site: str) -> None:
    """Use the form definitions of a site's folder; "" for ours alone. Said once, before the first message."""
    if site:
        use(Path(site))


def read_message(untrusted_raw: bytes, border: Border) -> Reading:
    """A whole message; raises `LimitExceeded` or `Unreadable` when not even its headers can be read."""
    return understand(take_apart(untrusted_raw, border))


def read_document(untrusted_data: bytes, untrusted_name: str) -> Reading:
    """A single file, as if it were the only attachment of a message without headers."""
    return understand(take_apart_document(untrusted_data, untrusted_name))


def read_headers(untrusted_raw: bytes, border: Border) -> Envelope:
    """The headers alone, for a message whose content defeated us: its sender is answered like any other."""
    return take_apart_headers(untrusted_raw, border)

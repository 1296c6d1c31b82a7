"""
Attachments that the mail service has taken out to scan them.

With Safe Attachments and Dynamic Delivery, Exchange Online shows a message before its attachments are
scanned: a placeholder stands in for them, by one of two names. Such a message is fetched again later.

SECURITY
    Anybody can give an attachment that name, and a forwarded placeholder keeps it for ever. So an hour after
    it came, a message is taken as it is: nothing that a sender writes keeps a message from being collected.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PATIENCE = timedelta(hours=1)  # a scan takes minutes
_NAME = re.compile(
    rb"name\*?=[^\r\n]{0,20}(?:ATP|Safe(?: |%20|_)Attachments)(?: |%20|_)Scan(?: |%20|_)In(?: |%20|_)"
    rb"Progress",
    re.IGNORECASE,
)
_OVERLAP = 200


@dataclass(slots=True)
class Watch:
    """Looks through a message as it comes."""

    received_at: datetime | None
    now: datetime
    _last: bytes = field(default=b"", init=False)

    def is_scanning(self, untrusted_piece: bytes) -> bool:
        """Whether a placeholder is in what came so far, and the message is young."""
        if self.received_at is None or self.now - self.received_at > PATIENCE:
            return False
        found = _NAME.search(self._last + untrusted_piece) is not None
        self._last = untrusted_piece[-_OVERLAP:]
        return found

"""The proof that we are let into one mailbox and no other: somebody else's is tried, and must be closed."""

from mailbot.errors import Refused

UNPROVEN = "warning: other_mailbox is empty, so nothing shows that only this mailbox is open to us"
CLOSED = "scope: the other mailbox is closed to us, as it must be"


def open_too(how: str) -> Refused:
    """The other mailbox can be read; `how` says what to do."""
    return Refused(f"another mailbox can be read too: {how} (docs/exchange.md)")


def nowhere() -> Refused:
    """The other mailbox is none."""
    return Refused("other_mailbox: there is no such mailbox, so it proves nothing; name a real one")

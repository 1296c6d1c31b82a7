"""What a conversation with an Exchange server ends with, in the words that the collector acts on."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import MailbotError, Refused, SourceUnavailable, Stuck

GRANT = (
    "see username and password (or ticket, or certificate), that the account is not locked, and give it full "
    "access to this one mailbox (docs/exchange.md)"
)


@contextmanager
def translated() -> Iterator[None]:
    """Wrap what speaks to the server; never wrap a `yield` to others in it."""
    try:
        yield
    except Trouble as error:
        raise failure(error) from error


def failure(trouble: Trouble) -> MailbotError:
    """Whether it is worth trying again."""
    if trouble.kind is Kind.DENIED:
        return Refused(f"{trouble}: {GRANT}")
    if trouble.kind is Kind.MISSING:
        return Refused(f"{trouble}: the mailbox or its folder is not there")
    if trouble.kind is Kind.BAD:
        return Refused(str(trouble))
    if trouble.kind is Kind.STUCK:
        return Stuck(f"{trouble}: mailbot ends, so that it is started anew")
    return SourceUnavailable(str(trouble))

"""
What a conversation with Exchange ends with, in the words that the collector acts on.

`SourceUnavailable`: try again later. `Refused`: a person must look, and the mailbox is left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import MailbotError, Refused, SourceUnavailable

GRANT = (
    "grant the application Mail.ReadWrite on this one mailbox (RBAC for Applications, docs/exchange.md), "
    "and see that its certificate or secret has not ended"
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
    return SourceUnavailable(str(trouble))

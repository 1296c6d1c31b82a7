"""What a directory that gives no access token means for a mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import Refused, SourceUnavailable


@contextmanager
def translated() -> Iterator[None]:
    """Wrap what asks for a token."""
    try:
        yield
    except Trouble as error:
        kind = Refused if error.kind is Kind.DENIED else SourceUnavailable
        raise kind(str(error)) from error

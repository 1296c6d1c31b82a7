"""
What IMAPClient, imaplib, ssl and the sockets raise, in the three words that callers act on.

`SourceUnavailable`: try again later. `Refused`: a person must look. `ConfigError` comes from elsewhere.

SECURITY
    Servers quote user names, folder names and whatever else in their answers; none of it is copied. The
    texts name the host and the port of the configuration only.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import exceptions

from mailbot.errors import MailbotError, Refused, SourceUnavailable
from mailbot.intake.sources.tls import certificate_fault

# RFC 5530: the server itself says that it may work later
_LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
# What the libraries raise on answers that are not IMAP
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


def is_lost(error: BaseException) -> bool:
    """Whether the connection can no longer be spoken over."""
    return isinstance(error, (exceptions.IMAPClientAbortError, OSError))


def may_work_later(error: BaseException) -> bool:
    """Whether the server's refusal is marked as passing (RFC 5530)."""
    return bool(_LATER.search(str(error)))


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Wrap what speaks to the server `where` ("host:port"); never wrap a `yield` to others in it."""
    try:
        yield
    except MailbotError:
        raise
    except (exceptions.IMAPClientError, OSError, *_NONSENSE) as error:
        raise _failure(error, where) from error


def _failure(error: Exception, where: str) -> MailbotError:
    if isinstance(error, exceptions.LoginError):
        return _login_failure(error, where)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(f"the certificate of {where} is not trusted: {certificate_fault(error)}")
    if isinstance(error, ssl.SSLError):
        return SourceUnavailable(f"no TLS with {where}: the port or the setting tls may be wrong")
    if isinstance(error, exceptions.CapabilityError):
        return Refused(f"{where} does not offer what the settings ask for")
    if isinstance(error, exceptions.IMAPClientAbortError):
        return SourceUnavailable(f"the connection to {where} broke off")
    if isinstance(error, TimeoutError):
        return SourceUnavailable(f"{where} did not answer in time")
    if isinstance(error, socket.gaierror):
        return SourceUnavailable(f"the host name of {where} is not known")
    if isinstance(error, OSError):
        return SourceUnavailable(f"cannot reach {where}")
    if isinstance(error, exceptions.IMAPClientError):
        return SourceUnavailable(f"{where} refused a command")
    return SourceUnavailable(f"{where} answered something that is not IMAP")


def _login_failure(error: exceptions.LoginError, where: str) -> MailbotError:
    cause = error.__context__  # LoginError hides that the connection broke, or that it may work later
    if cause is not None and is_lost(cause):
        return SourceUnavailable(f"the connection to {where} broke off during sign-in")
    if may_work_later(error):
        return SourceUnavailable(f"{where} cannot sign anybody in at present")
    return Refused(f"{where} refused the user name or the password")

"""
What can go wrong, and who acts on it.

* MailbotError
  x Transient              the engine tries again, later each time
    + SourceUnavailable    a mailbox cannot be reached, or broke off
    + Stuck                a library does not come back, again and again; the worker ends to be started anew
    + TransportUnavailable a message could not be handed over, and certainly was not
    + StoreUnavailable     the database is locked, read-only or away
    + ScannerUnavailable   the virus scanner did not answer
    + DiskFull             the raw store has no room; polling stops, nothing was told to the server
    + ReaderFailed         a reading child could not be started (never: a message was bad)
  x Permanent              trying again cannot help; a person decides
    + Refused              the other side said no, for ever (a 5yz reply, a wrong password)
    + InDoubt              a message may or may not have been handed over; never tried again
    + Gone                 the message is no longer where it was listed
    + LimitExceeded        a message is over one of `parse.limits`
    + Unreadable           no honest reading of these bytes exists
    + Declined             a person's wish cannot be granted as things stand; they are told why
    + Tampered             sealed bytes or the audit chain do not verify
    + IllegalMove          a state may not follow the other: a bug of ours
* ConfigError              the process does not start

GUARANTEES
    The text of each error is our own sentence: it names settings, ids, codes and sizes. It never quotes
    what a stranger wrote, and never a secret; adapters translate a vendor's exception and keep it as
    the cause for a debugger, which no log prints.
"""


class MailbotError(Exception):
    """Anything that mailbot itself reports."""


class Transient(MailbotError):
    """It may work later; the caller tries again with growing pauses."""


class Permanent(MailbotError):
    """It will never work; the caller gives up at once and a person sees it."""


class ConfigError(MailbotError):
    """The configuration is wrong; names the setting and says what to do."""


class SourceUnavailable(Transient):
    """The mailbox cannot be reached or broke off."""


class Stuck(Transient):
    """Something hangs that only a new process gets rid of."""


class TransportUnavailable(Transient):
    """The message was certainly not handed over; it may be later."""


class StoreUnavailable(Transient):
    """The database cannot be written now."""


class ScannerUnavailable(Transient):
    """The virus scanner gave no verdict."""


class DiskFull(Transient):
    """There is no room for another message."""


class ReaderFailed(Transient):
    """No reading child could be started."""


class Refused(Permanent):
    """The other side refuses for ever."""


class InDoubt(Permanent):
    """The connection broke when the message may already have been accepted."""


class Gone(Permanent):
    """The message is no longer in the folder."""


class LimitExceeded(Permanent):
    """One of the limits in `parse.limits` was crossed; the text names it."""


class Unreadable(Permanent):
    """These bytes cannot be read; `code` says why in one word of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Declined(Permanent):
    """What a person asked for cannot be done as things stand; `code` says why in one word of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotPublishable(Permanent):
    """Numbers that could not be shown without telling who reported; the text says what to do instead."""


class Tampered(Permanent):
    """Sealed bytes, or a link of the audit chain, do not verify."""


class IllegalMove(Permanent):
    """A state that may not follow the one before."""

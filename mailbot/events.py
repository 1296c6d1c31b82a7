"""
Everything that mailbot ever writes into a log: one function for each thing that can happen.

GUARANTEES
    A function takes ids, counts, sizes, durations, truth values, states and codes of ours, and the class of
    an error; what it cannot be given, it cannot leak. No subject, address, file name or error text. The
    texts of other people's loggers never reach our stream: only who spoke, and how loud.
SECURITY
    Types are a promise of the caller, so the border is guarded as well: an id or a code with a character
    that ours never hold is written as "invalid". No line can be broken, none can be forged.
"""

import logging
from enum import Enum
from typing import Annotated

from mailbot.loglines import LOGGER, word
from mailbot.loglines import Formatter as Formatter
from mailbot.loglines import configure_logging as configure_logging

Id = Annotated[str, "an id of ours"]  # random hex, or what names a mailbox or a task in the configuration
Code = Annotated[str, "a word of ours"]

Value = str | int | float | bool | Enum | type[BaseException] | None

_log = logging.getLogger(LOGGER)
# The worker


def worker_started(mailboxes: int) -> None:
    """The worker is up and attends to so many mailboxes."""
    _emit(logging.INFO, "worker_started", mailboxes=mailboxes)


def worker_stopped() -> None:
    """The worker has ended in order."""
    _emit(logging.INFO, "worker_stopped")


def sandbox_best_effort(missing: Code) -> None:
    """The kernel lacks a part of the isolation, and the configuration accepts that."""
    _emit(logging.WARNING, "sandbox_best_effort", missing=missing)


def reader_killed(message: Id, reason: Code) -> None:
    """A reading child went over a limit and was ended."""
    _emit(logging.WARNING, "reader_killed", message=message, reason=reason)


def job_postponed(task: Code, error: type[BaseException], attempts: int) -> None:
    """A job could not be done now; it comes again."""
    _emit(logging.WARNING, "job_postponed", task=task, error=error, attempts=attempts)


def fault(name: Code, error: type[BaseException]) -> None:
    """A fault of mailbot itself; what it concerned is where a human sees it."""
    _emit(logging.ERROR, "fault", name=name, error=error)


def disk_full(free_mb: int) -> None:
    """There is less room than the reserve; polling stops until there is more."""
    _emit(logging.ERROR, "disk_full", free_mb=free_mb)


def store_unavailable(error: type[BaseException]) -> None:
    """The database cannot be written now; nothing was told to any server."""
    _emit(logging.ERROR, "store_unavailable", error=error)


# The console


def console_started(threads: int) -> None:
    """The console answers."""
    _emit(logging.INFO, "console_started", threads=threads)


def console_stopped() -> None:
    """The console has ended in order."""
    _emit(logging.INFO, "console_stopped")


def local_sign_in() -> None:
    """Somebody signed in with an account of our own in production, past the force's provider."""
    _emit(logging.WARNING, "local_sign_in")


def console_failed(error: type[BaseException]) -> None:
    """A page could not be made, or something could not be stored; the person was told."""
    _emit(logging.WARNING, "console_failed", error=error)


# Intake


def poll_done(mailbox: Id, listed: int, new: int, seconds: float) -> None:
    """A mailbox was looked through."""
    _emit(logging.INFO, "poll_done", mailbox=mailbox, listed=listed, new=new, seconds=seconds)


def mailbox_failed(mailbox: Id, error: type[BaseException]) -> None:
    """A mailbox could not be looked through; it is tried again at the next poll."""
    _emit(logging.WARNING, "mailbox_failed", mailbox=mailbox, error=error)


def mailbox_suspended(mailbox: Id, error: type[BaseException]) -> None:
    """A mailbox refuses us; it is left alone for a while, so that the account is not locked."""
    _emit(logging.ERROR, "mailbox_suspended", mailbox=mailbox, error=error)


def message_stored(message: Id, mailbox: Id, size: int) -> None:
    """The original bytes are durable."""
    _emit(logging.INFO, "message_stored", message=message, mailbox=mailbox, size=size)


def message_redelivered(message: Id, mailbox: Id, deliveries: int) -> None:
    """Bytes that we have came again."""
    _emit(logging.INFO, "message_redelivered", message=message, mailbox=mailbox, deliveries=deliveries)


def message_unfetchable(mailbox: Id, attempts: int) -> None:
    """The server lists a message and does not serve it."""
    _emit(logging.WARNING, "message_unfetchable", mailbox=mailbox, attempts=attempts)


def message_moved(delivery: Id, mailbox: Id) -> None:
    """The server was told, and the message is proven to be out of the inbox."""
    _emit(logging.INFO, "message_moved", delivery=delivery, mailbox=mailbox)


def move_unproven(delivery: Id, mailbox: Id, attempts: int) -> None:
    """The message is still in the inbox after a move."""
    _emit(logging.WARNING, "move_unproven", delivery=delivery, mailbox=mailbox, attempts=attempts)


def message_gone(delivery: Id, mailbox: Id) -> None:
    """Somebody else moved or deleted it; we have the bytes."""
    _emit(logging.INFO, "message_gone", delivery=delivery, mailbox=mailbox)


def message_returned(delivery: Id, mailbox: Id) -> None:
    """Somebody put it back into the inbox."""
    _emit(logging.WARNING, "message_returned", delivery=delivery, mailbox=mailbox)


def uidvalidity_reset(mailbox: Id, superseded: int) -> None:
    """The server renumbered a folder; so many deliveries are the old ones again."""
    _emit(logging.WARNING, "uidvalidity_reset", mailbox=mailbox, superseded=superseded)


# Reading


def message_read(message: Id, kind: Enum, records: int, attempts: int) -> None:
    """A reading exists."""
    _emit(logging.INFO, "message_read", message=message, kind=kind, records=records, attempts=attempts)


def reading_failed(message: Id, attempts: int, code: Code) -> None:
    """One attempt to read did not end with a reading; the code is the one of `Unreadable`."""
    _emit(logging.WARNING, "reading_failed", message=message, attempts=attempts, code=code)


def message_quarantined(message: Id, attempts: int) -> None:
    """We gave up reading it; it is in the queue all the same."""
    _emit(logging.ERROR, "message_quarantined", message=message, attempts=attempts)


def malware_found(message: Id) -> None:
    """The scanner found something; a person opens it with care, or not at all."""
    _emit(logging.WARNING, "malware_found", message=message)


# Acknowledgements


def ack_decided(message: Id, state: Enum, code: Code | None = None) -> None:
    """Reserved, covered, held or not due, with the code that says why."""
    _emit(logging.INFO, "ack_decided", message=message, state=state, code=code)


def ack_sent(mail: Id) -> None:
    """The transport has accepted it."""
    _emit(logging.INFO, "ack_sent", mail=mail)


def ack_retry(mail: Id, error: type[BaseException], attempt: int, seconds: float) -> None:
    """It was certainly not handed over; the next attempt comes after the pause."""
    _emit(logging.WARNING, "ack_retry", mail=mail, error=error, attempt=attempt, seconds=seconds)


def ack_refused(mail: Id, attempts: int) -> None:
    """The other side said no, or the time for trying is over."""
    _emit(logging.ERROR, "ack_refused", mail=mail, attempts=attempts)


def ack_uncertain(mail: Id) -> None:
    """It was interrupted in doubt; a person decides."""
    _emit(logging.ERROR, "ack_uncertain", mail=mail)


def cap_reached(cap: Code, count: int) -> None:
    """More acknowledgements than a limit allows; the rest is held."""
    _emit(logging.ERROR, "cap_reached", cap=cap, count=count)


def breaker_opened(bounces: int) -> None:
    """Bounces of ours come back; nothing more is sent until a person looks."""
    _emit(logging.ERROR, "breaker_opened", bounces=bounces)


def breaker_closed() -> None:
    """Sending goes on."""
    _emit(logging.INFO, "breaker_closed")


# Review


def attention_raised(concern: Enum) -> None:
    """Somebody in charge must look at something."""
    _emit(logging.WARNING, "attention_raised", concern=concern)


def dispatch_done(dispatch: Id, attempts: int) -> None:
    """A desk has its document."""
    _emit(logging.INFO, "dispatch_done", dispatch=dispatch, attempts=attempts)


def dispatch_failed(dispatch: Id, error: type[BaseException]) -> None:
    """A desk will not get its document by this route; a person sees to it."""
    _emit(logging.ERROR, "dispatch_failed", dispatch=dispatch, error=error)


# The watch


def alert(code: Code, state: Code, mailbox: Id | None, number: int) -> None:
    """An alarm began, got worse, lasts, or is over."""
    _emit(
        logging.ERROR if state == "on" else logging.INFO,
        "alert",
        code=code,
        state=state,
        mailbox=mailbox,
        number=number,
    )


def alert_untold(channel: Code, error: type[BaseException]) -> None:
    """A way to the operators does not work; what was to be told stays news."""
    _emit(logging.ERROR, "alert_untold", channel=channel, error=error)


def canary_sent(mailbox: Id) -> None:
    """The message of the day that must arrive has left."""
    _emit(logging.INFO, "canary_sent", mailbox=mailbox)


def canary_arrived(message: Id) -> None:
    """It arrived."""
    _emit(logging.INFO, "canary_arrived", message=message)


def _emit(level: int, event: str, **values: Value) -> None:
    if _log.isEnabledFor(level):
        fields = {key: _shown(value) for key, value in values.items() if value is not None}
        _log.log(level, event, extra={"event": event, "fields": fields})


def _shown(value: Value) -> object:
    if isinstance(value, Enum):
        return word(str(value.value))
    if isinstance(value, type):
        return word(value.__name__)
    if isinstance(value, str):
        return word(value)
    return round(value, 3) if isinstance(value, float) else value

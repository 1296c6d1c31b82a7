"""
A conversation with an Exchange server of one's own about one mailbox, by EWS (exchangelib).

GUARANTEES
    exchangelib waits for nothing and repeats nothing: a refused password is offered once, and not again for a
    while (repeating locks the account); a busy server is left alone as long as it asks for, by us. Each call
    ends within its time, and an answer is read up to a limit. A call that hangs in exchangelib itself is left
    behind with its account, and the next has another; after three in a row only a new process helps, and that
    is said. The version of the server is told, never guessed. No notifications are streamed: an open stream
    and a question block each other.
SECURITY
    TLS is verified, NTLM bound to the channel. Basic authentication is not offered. What exchangelib logs or
    raises may hold the mail itself: none of it is repeated.
BUGS
    exchangelib holds a message several times while it decodes it, so one of 96 MB and more is not fetched.
"""

import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from exchangelib import (
    CBA,
    DELEGATE,
    GSSAPI,
    IMPERSONATION,
    NTLM,
    UTC,
    Account,
    Build,
    Configuration,
    Credentials,
    Version,
    errors,
)
from lxml.etree import LxmlError
from spnego.exceptions import SpnegoError

from mailbot.clients import network
from mailbot.clients.crew import Crew
from mailbot.clients.exchange_wire import BoundedProtocol, Policy, Unavailable
from mailbot.clients.network import Outward
from mailbot.clients.refusal import Refusal
from mailbot.clients.trouble import THROTTLED, UNAVAILABLE, Kind, Trouble
from mailbot.clients.turns import Gate
from mailbot.errors import ConfigError

T = TypeVar("T")

TRIES = 6
PATIENCE = 60.0  # seconds waited in place, in all
CALL_SECONDS = 600.0
GRACE_SECONDS = 30.0  # for a call to end, once its connection is shut down
HANGS = 3  # in a row: each has left a thread and a connection behind
RENEW = timedelta(days=1).total_seconds()  # exchangelib grows with what it has seen
CONNECTIONS = 2
BUSY_SECONDS = 5.0

BUILDS = {"2013": Build(15, 0), "2016": Build(15, 1), "2019": Build(15, 2), "SE": Build(15, 2, 2562)}
SIGN_IN = {"ntlm": NTLM, "kerberos": GSSAPI, "certificate": CBA}

_DENIED = (
    errors.ErrorAccessDenied,
    errors.ErrorImpersonateUserDenied,
    errors.ErrorImpersonationDenied,
    errors.ErrorImpersonationFailed,
    errors.ErrorLogonAsNetworkServiceFailed,
    errors.ErrorPasswordExpired,
)
_MISSING = (
    errors.ErrorItemNotFound,
    errors.ErrorFolderNotFound,
    errors.ErrorNonExistentMailbox,
    errors.ErrorInvalidIdMalformed,
    errors.ErrorInvalidId,
)
_BUSY = (
    errors.ErrorServerBusy,
    errors.ErrorExceededConnectionCount,
    errors.ErrorTooManyObjectsOpened,
    errors.ErrorMailboxStoreUnavailable,
    errors.ErrorMailboxMoveInProgress,
    errors.RateLimitError,
)
_FAULT = (
    errors.ErrorInternalServerError,
    errors.ErrorInternalServerTransientError,
    errors.ErrorConnectionFailed,
    errors.ErrorBatchProcessingStopped,
)
_PERHAPS_DONE = (Unavailable, errors.ErrorMailboxStoreUnavailable)  # of these
_WRAPPED = "Reraised from"  # by exchangelib, which calls its own failures busy
# What exchangelib raises on answers that are not EWS
_NONSENSE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    LxmlError,
    SpnegoError,
    struct.error,
)


class Exchange:
    """One mailbox at one server. For several threads, which share its connections."""

    def __init__(
        self,
        url: str,
        mailbox: str,
        outward: Outward,
        setting: str,
        *,
        sign_in: str = "ntlm",
        username: str = "",
        password: Callable[[], str] | None = None,
        version: str = "2019",
        impersonate: bool = False,
        connections: int = CONNECTIONS,
        call_seconds: float = CALL_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._url = network.checked_url(url, setting)
        self._mailbox = mailbox
        self._outward = outward
        outward.context()  # a file that is none stops the start
        self._sign_in = SIGN_IN[sign_in]
        self._username, self._password = username, password
        self._build = BUILDS[version]
        self._impersonate = impersonate
        self._refusal = Refusal()
        self._connections = connections
        self._call_seconds, self._grace_seconds = call_seconds, grace_seconds
        self._hangs = self._accounts = 0
        self._gate = Gate()
        self._lock = threading.Lock()
        self._account: Any = None
        self._opened = 0.0

    @property
    def where(self) -> str:
        """How messages name the server."""
        return network.host(self._url)

    def ask(self, action: Callable[[Any], T]) -> T:
        """Something that may be asked twice. Raises `Trouble`."""
        for attempt in range(1, TRIES + 1):
            self._wait_for_gate(PATIENCE)
            try:
                return self.ask_once(action)
            except Trouble as trouble:
                if trouble.kind is not Kind.BUSY or attempt == TRIES:
                    raise
        raise Trouble(Kind.BUSY, f"{self.where} is busy")

    def ask_once(self, action: Callable[[Any], T]) -> T:
        """One try, within its time; `action` is given the account."""
        self._wait_for_gate(PATIENCE)
        with Crew(1) as other:
            account = self._accounts
            call = other.submit(partial(self._call, action))
            if not wait([call], self._call_seconds + self._grace_seconds).done:
                raise self._left_behind(account)
            self._hangs = 0
            return call.result()

    def _call(self, action: Callable[[Any], T]) -> T:
        try:
            with network.within(self._call_seconds) as watch:
                return action(self._open())
        except (errors.EWSError, *network.FAILURES, *_NONSENSE) as error:
            raise self._trouble(error, sent=watch.sent) from error

    def trouble(self, error: BaseException) -> Trouble:
        """What an error means that exchangelib gave as a value."""
        return self._trouble(error, sent=True)

    def close(self) -> None:
        """Let go of all connections; the next call opens them again."""
        with self._lock:
            account, self._account = self._account, None
        if account is not None:
            account.protocol.close()

    def _left_behind(self, account: int) -> Trouble:
        """Forget what the call has in its hands, without waiting for any of it; once for each account."""
        if account == self._accounts:
            self._lock, self._account = threading.Lock(), None
            self._accounts += 1
            self._hangs += 1
        if self._hangs < HANGS:
            return Trouble(Kind.BROKE, f"{self.where}: nothing came back, and the account is opened anew")
        return Trouble(Kind.STUCK, f"{self.where}: nothing came back {self._hangs} times in a row")

    def _open(self) -> Any:
        with self._lock:
            stale = self._account is not None and time.monotonic() - self._opened > RENEW
            if self._account is None or stale:
                self._account = self._made()
                self._opened = time.monotonic()
            return self._account

    def _made(self) -> Any:
        credentials = None
        if self._sign_in == NTLM:
            if self._password is None:
                raise ConfigError("username: a password is needed with it")
            password = self._password()
            if not self._refusal.may_offer(password):
                raise Trouble(Kind.DENIED, f"{self.where} refuses the account (401)", 401)
            credentials = Credentials(self._username, password)
        configuration = Configuration(
            service_endpoint=self._url,
            credentials=credentials,
            auth_type=self._sign_in,
            version=Version(build=self._build),
            retry_policy=Policy(),
            max_connections=self._connections,
        )
        account = Account(
            primary_smtp_address=self._mailbox,
            config=configuration,
            autodiscover=False,
            access_type=IMPERSONATION if self._impersonate else DELEGATE,
            default_timezone=UTC,
        )
        # not by exchangelib's cache, which two mailboxes with one account would share
        protocol = type.__call__(BoundedProtocol, config=configuration)
        protocol.outward = self._outward
        account.protocol = protocol
        return account

    def _trouble(self, error: BaseException, *, sent: bool) -> Trouble:
        where = self.where
        if isinstance(error, errors.UnauthorizedError):
            self._refusal.note()
            self.close()  # with the next call the password is read again
            return Trouble(Kind.DENIED, f"{where} refuses the account (401)", 401)
        if isinstance(error, _DENIED):
            return Trouble(Kind.DENIED, f"{where} does not let this account in", 403)
        if isinstance(error, _MISSING):
            return Trouble(Kind.MISSING, f"{where} does not know what was asked for", 404)
        if (cause := _connection_failure(error)) is not None:
            if isinstance(cause, network.TooLarge):
                return Trouble(Kind.BAD, f"{where}: {network.why(cause)}")
            return Trouble(Kind.BROKE if sent else Kind.AWAY, f"{where}: {network.why(cause, sent=sent)}")
        if isinstance(error, _BUSY) and not str(error).startswith(_WRAPPED):
            self._gate.close(getattr(error, "back_off", None) or getattr(error, "wait", None) or BUSY_SECONDS)
            code = UNAVAILABLE if isinstance(error, _PERHAPS_DONE) else THROTTLED
            return Trouble(Kind.BUSY, f"{where} asks for patience", code)
        if isinstance(error, (*_FAULT, *_BUSY)):
            return Trouble(Kind.FAULT, f"{where} failed", 500)
        if isinstance(error, errors.ResponseMessageError) and not isinstance(
            error, errors.ErrorTimeoutExpired
        ):
            return Trouble(Kind.BAD, f"{where} refuses the request", 400)
        return Trouble(Kind.BROKE, f"{where} answered something that is not EWS")

    def _wait_for_gate(self, most: float) -> None:
        if (seconds := self._gate.seconds) > most:
            raise Trouble(Kind.BUSY, f"{self.where} asks for patience for another {seconds:.0f} s", THROTTLED)
        time.sleep(seconds)


def _connection_failure(error: BaseException) -> BaseException | None:
    """What broke below exchangelib, which wraps it and forgets it."""
    found: BaseException | None = error
    for _ in range(5):
        if found is None or isinstance(found, network.FAILURES):
            return found
        found = found.__cause__ or found.__context__
    return None

"""
Out by SMTP, to the relay of the force.

GUARANTEES
    The answer is exact. The content goes out first and the final dot by itself: a connection lost before the
    dot is "certainly not handed over", one lost at or after it is `InDoubt`, unless a reply says otherwise.
    A connection is kept for a burst and begun anew (RSET) for each message; if that fails, nothing was sent.
SECURITY
    The certificate is verified, always. Where STARTTLS is configured and not offered, nothing is sent:
    somebody may have removed the offer. Without TLS only loopback is spoken to.
    Neither an address nor the other side's words stand in an error.
BUGS
    The time limit is for each wait: a relay that sends its answer byte by byte can take longer.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import NoReturn

from mailbot.clients.trouble import Trouble
from mailbot.config import InternalMail, Relay, Tls, secret
from mailbot.errors import ConfigError, InDoubt, Refused, TransportUnavailable
from mailbot.send.address import usable
from mailbot.send.transports.base import NoSession, OutgoingMail

TIMEOUT = 60.0  # seconds for each wait; shorter means more doubt, longer a worker that is slow to stop
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LINE_DOT = re.compile(rb"(?m)^\.")


def internal_post(door: InternalMail, environ: Mapping[str, str]) -> Callable[[str, str, bytes], None] | None:
    """Hands one message to a desk of ours, by a connection of its own; None without a server."""
    if not door.host:
        return None
    password: Callable[[], str] | None = None
    if door.password_file or door.password_env:
        password = secret(door.password_file, door.password_env, environ, "[review.mail] → password")

    def post(recipient: str, message_id: str, data: bytes) -> None:
        transport = SmtpTransport.to(door, password)
        try:
            transport.send(OutgoingMail(message_id, recipient, data))
        finally:
            transport.close()

    return post


class SmtpTransport:
    """A relay. For one thread."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        tls: Tls,
        ca_file: str = "",
        username: str = "",
        password: Callable[[], str] | None = None,
        oauth_token: Callable[[bool], str] | None = None,  # True: a fresh one, the last was refused
        hello: str = "[127.0.0.1]",  # a literal is always legal, and names no machine of ours
        timeout: float = TIMEOUT,
    ) -> None:
        if tls == "none" and not _is_loopback(host):
            raise ConfigError('tls: "none" is for loopback addresses only')
        if username and password is None and oauth_token is None:
            raise ConfigError("username: a password is needed with it")
        self._host, self._port, self._tls = host, port, tls
        self._username, self._password, self._oauth_token = username, password, oauth_token
        self._hello, self._timeout = hello, timeout
        self._context = _context(ca_file) if tls != "none" else None
        self._client: smtplib.SMTP | None = None

    @classmethod
    def to(
        cls,
        relay: Relay,
        password: Callable[[], str] | None,
        oauth_token: Callable[[bool], str] | None = None,
    ) -> "SmtpTransport":
        """The relay of a table of the settings."""
        return cls(
            host=relay.host,
            port=relay.port,
            tls=relay.tls,
            ca_file=relay.ca_file,
            username=relay.username,
            password=password,
            oauth_token=oauth_token,
        )

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one message."""
        if not usable(mail.recipient) or (mail.envelope_sender and not usable(mail.envelope_sender)):
            raise Refused("an address that SMTP cannot carry")
        client = self._ready()
        try:
            _open_message(client, mail)
            _content(client, mail.data)
        except Refused:
            raise  # an answer about this message: the session is whole
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """Say goodbye."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()

    def check(self) -> list[str]:
        """Sign in and leave."""
        self._ready()
        self.close()
        how = {"implicit": "TLS", "starttls": "STARTTLS", "none": "no TLS (loopback)"}[self._tls]
        return [f"SMTP relay {self._host}:{self._port} answers ({how}); mail would leave through it"]

    def _ready(self) -> smtplib.SMTP:
        """A session in which no message is open: the one of the burst, or a new one."""
        if self._client is not None:
            try:
                code, _ = self._client.rset()
            except (smtplib.SMTPException, OSError):
                code = -1
            if code == 250:
                return self._client
            self._drop()
        self._client = self._connect(fresh=False)
        return self._client

    def _connect(self, *, fresh: bool) -> smtplib.SMTP:
        client: smtplib.SMTP | None = None
        try:
            client = self._greet()
            self._sign_in(client, fresh)
        except BaseException as error:
            if client is not None:
                client.close()
            if isinstance(error, smtplib.SMTPAuthenticationError) and self._oauth_token and not fresh:
                return self._connect(fresh=True)  # a token that was refused is renewed once
            if isinstance(error, (smtplib.SMTPException, OSError, UnicodeError, Trouble)):
                raise NoSession(_why_no_session(error)) from error
            raise
        return client

    def _greet(self) -> smtplib.SMTP:
        where, seconds = (self._host, self._port, self._hello), self._timeout
        if self._tls == "implicit":
            return smtplib.SMTP_SSL(*where, timeout=seconds, context=self._context)
        client = smtplib.SMTP(*where, timeout=seconds)
        if self._tls == "starttls":
            try:
                client.starttls(context=self._context)
            except BaseException:
                client.close()
                raise
        return client

    def _sign_in(self, client: smtplib.SMTP, fresh: bool) -> None:
        client.ehlo_or_helo_if_needed()
        if self._oauth_token is not None:
            first = f"user={self._username}\1auth=Bearer {self._oauth_token(fresh)}\1\1"
            # a second question is the refusal in JSON; the empty answer to it ends the exchange
            client.auth("XOAUTH2", lambda challenge=None: first if challenge is None else "")
        elif self._username and self._password is not None:
            client.login(self._username, self._password())

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _open_message(client: smtplib.SMTP, mail: OutgoingMail) -> None:
    """Up to the reply that asks for the content: whatever breaks here, nothing was handed over."""
    try:
        _expect(client.mail(mail.envelope_sender)[0], 250)
        _expect(client.rcpt(mail.recipient, ["NOTIFY=NEVER"] if client.has_extn("dsn") else [])[0], 250, 251)
        _expect(client.docmd("DATA")[0], 354)
    except (smtplib.SMTPException, OSError) as error:
        raise TransportUnavailable(f"the relay broke off ({type(error).__name__})") from error


def _content(client: smtplib.SMTP, data: bytes) -> None:
    body = _LINE_DOT.sub(b"..", _LINE_END.sub(b"\r\n", data))
    try:
        client.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    except (smtplib.SMTPException, OSError) as error:
        raise TransportUnavailable(f"the relay broke off in the content ({type(error).__name__})") from error
    try:
        client.send(b".\r\n")
        code, _ = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise InDoubt(f"the relay broke off after the content ({type(error).__name__})") from error
    if 200 <= code < 300:
        return
    if not 400 <= code < 600:
        raise InDoubt("the relay's last answer is none")
    _refusal(code)


def _expect(code: int, *wanted: int) -> None:
    if code not in wanted:
        _refusal(code)


def _refusal(code: int) -> NoReturn:
    """A reply that certainly means no: 5yz for ever, anything else for now."""
    if 500 <= code < 600:
        raise Refused(f"the relay refuses the message ({code})")
    raise TransportUnavailable(f"the relay does not take the message now ({code})")


def _why_no_session(error: BaseException) -> str:
    """Our own words; the cause is kept for a debugger."""
    if isinstance(error, Trouble):
        return str(error)  # about the access token, in our words already
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the relay's certificate does not verify ([acknowledge] → ca_file)"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the relay refuses the user name, password or access token ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the relay does not offer what is configured (STARTTLS or signing in): nothing is sent"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the relay does not open a session ({error.smtp_code})"
    return f"the relay cannot be reached ({type(error).__name__})"


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError("[acknowledge] → ca_file: cannot be read as certificates") from error
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

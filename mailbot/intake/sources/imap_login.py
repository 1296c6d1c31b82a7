"""
Getting into an IMAP server: connect, encrypt, sign in.

SECURITY
    The password or token is asked for here, at the moment it is used, and kept by nobody but the
    connection. It never travels unencrypted, except to this very machine.
"""

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from mailbot.errors import ConfigError, Refused
from mailbot.intake.sources.imap_errors import translated
from mailbot.intake.sources.names import checked_text
from mailbot.intake.sources.tls import is_loopback, keep_alive, verified_context

Tls = Literal["implicit", "starttls", "none"]
Secret = Callable[[], str]
Token = Callable[[bool], str]  # True: a fresh one, the last was refused

CONNECT_SECONDS = 15
READ_SECONDS = 60
GOODBYE_SECONDS = 3  # nobody waits longer for the answer to LOGOUT


@dataclass(frozen=True, slots=True)
class Door:
    """Where a mailbox is and how one gets in; refuses to exist when that is not safe."""

    host: str
    port: int
    tls: Tls
    username: str
    ca_file: str = ""
    password: Secret | None = field(default=None, repr=False)
    oauth_token: Token | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        checked_text(self.host, "mailboxes.host")
        checked_text(self.username, "mailboxes.username")
        if self.tls not in ("implicit", "starttls", "none"):
            raise ConfigError("mailboxes.tls: one of implicit, starttls, none")
        if self.tls == "none" and not is_loopback(self.host):
            raise ConfigError('mailboxes.tls: "none" is allowed towards a loopback address only')
        if self.tls != "none":
            verified_context(self.ca_file)  # a file that is none stops the start
        if (self.password is None) == (self.oauth_token is None):
            raise ConfigError("mailboxes: either a password or oauth is needed, and not both")

    @property
    def where(self) -> str:
        """How messages name the server."""
        return f"{self.host}:{self.port}"


def enter(door: Door, secret: str) -> Any:
    """A signed-in `IMAPClient`. Raises `SourceUnavailable`, `Refused` or `ConfigError`."""
    context = None if door.tls == "none" else verified_context(door.ca_file)
    with translated(door.where):
        client = IMAPClient(
            door.host,
            port=door.port,
            ssl=door.tls == "implicit",
            ssl_context=context,
            timeout=SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )
    try:
        _encrypt_and_sign_in(client, door, context, secret)
    except BaseException:
        hang_up(client)
        raise
    # IMAPClient sets debug level 5 to feed its logger, and imaplib then formats every literal, which is
    # every message: fetching takes six times as long. This connection's level alone is turned down, and
    # only now, because at level 0 imaplib keeps its last lines in memory, and one was the sign-in.
    client._imap.debug = 0
    client.normalise_times = False  # else times come back naive and local
    return client


def leave(client: Any) -> None:
    """Say goodbye, and close whatever the answer is."""
    with suppress(IMAPClientError, OSError, ValueError):
        client.socket().settimeout(GOODBYE_SECONDS)
        client.logout()
        return
    hang_up(client)


def hang_up(client: Any) -> None:
    """Close without a word: the connection is dead or in an unknown state."""
    with suppress(IMAPClientError, OSError, ValueError):
        client.shutdown()
    with suppress(OSError):
        client.socket().close()


def _encrypt_and_sign_in(client: Any, door: Door, context: ssl.SSLContext | None, secret: str) -> None:
    with translated(door.where):
        keep_alive(client.socket())
        if door.tls == "starttls":
            if not client.has_capability("STARTTLS"):
                raise Refused(f"{door.where} does not offer STARTTLS")
            client.starttls(context)
        if door.oauth_token is not None:
            client.oauth2_login(door.username, secret)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(door.username, secret)
        elif client.has_capability("LOGINDISABLED"):
            raise Refused(f"{door.where} takes no password on such a connection")
        else:
            client.login(_quoted(door.username), _ascii(secret))


def _quoted(username: str) -> str:
    # imaplib quotes the password and not the user name
    return '"' + _ascii(username).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ascii(text: str) -> str:
    if not text.isascii():
        raise Refused("the server knows LOGIN only, which carries no user name or password beyond ASCII")
    return text

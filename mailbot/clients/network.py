"""
The one way by which HTTP leaves this machine: through the configured proxy, to verified servers, bounded.

GUARANTEES
    An exchange ends within its time, whatever the other side does: a watch shuts the connection down, also
    while headers drip in. A body is read up to its limit and no further; one that is announced to be larger
    is not read at all. No redirect is followed.
SECURITY
    The environment is not asked: no proxy, no authority and no `.netrc` of somebody else's counts. The
    system's authorities are trusted, and those of `ca_file`. Plain HTTP goes to this machine only.
    No error quotes what a server said, an address, or a token.
BUGS
    Looking up a host's name and reaching it have the system's own time limits besides ours.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from mailbot.config.words import is_loopback
from mailbot.errors import ConfigError

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0  # of silence
ANSWER_SECONDS = 120.0  # for a whole answer that is no message
ANSWER_BYTES = 8 * 2**20
TOKEN_BYTES = 2**20
PIECE = 2**16

URLLIB3 = (urllib3.exceptions.HTTPError, OSError)
# What requests and urllib3 raise when an exchange fails, however it fails
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)

_UNREACHED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError)


class TooLarge(requests.ConnectionError):
    """A body is larger than anybody asked for."""


@dataclass(frozen=True, slots=True)
class Outward:
    """How one reaches the world: [network], and the authority of one server."""

    proxy: str = field(default="", repr=False)  # it may carry a password
    ca_files: tuple[str, ...] = ()
    setting: str = "[network] → ca_file"
    certificate_file: str = ""  # what we show ourselves by, with its key

    def context(self) -> ssl.SSLContext:
        """Trusts the system's authorities and ours. `ConfigError` for a file that is none."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        for file in filter(None, self.ca_files):
            try:
                context.load_verify_locations(file)
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                raise ConfigError(f"{self.setting}: the file cannot be read as PEM certificates") from error
        if self.certificate_file:
            try:
                context.load_cert_chain(self.certificate_file)
            except (OSError, ValueError) as error:
                raise ConfigError(
                    "ews.certificate_file: holds no certificate with its key, as PEM"
                ) from error
        return context

    def session(self) -> requests.Session:
        """A session of our own making."""
        session = requests.Session()
        session.trust_env = False
        adapter = OutwardAdapter(self)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session


def checked_url(url: str, setting: str) -> str:
    """The address of a server without a slash at its end; TLS, or this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
        raise ConfigError(f"{setting}: must be an address that begins with https://")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError(f"{setting}: must begin with https://, so that nobody reads along")
    return url.rstrip("/")


def host(url: str) -> str:
    """How messages name a server."""
    return urlsplit(url).netloc


@dataclass(slots=True)
class Watch:
    """What is known of the exchange that a thread is having."""

    over: bool = False  # its time
    sent: bool = False  # something of a request may have reached the server
    connection: Any = None

    def end(self) -> None:
        """Shut the connection down; whoever reads or writes there is woken."""
        self.over = True
        sock = getattr(self.connection, "sock", None) or getattr(self.connection, "last_sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


_watches: dict[int, Watch] = {}  # by thread; one for the process, like the threads


def _watch() -> Watch:
    """Of this thread; of nobody's where nobody watches."""
    return _watches.get(threading.get_ident()) or Watch()


class _Watched:
    """Tells its thread's watch which connection is spoken over, and from when on nobody can call it back."""

    sock: Any
    last_sock: Any = None
    _connecting = False

    def connect(self) -> None:
        """Watched already: the handshake and the proxy may drip too."""
        _watch().connection = self
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False

    def putrequest(self, *arguments: Any, **named: Any) -> Any:
        """The beginning of an exchange, also over a connection of an earlier one."""
        _watch().connection = self
        return super().putrequest(*arguments, **named)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Bytes for the server, unless they are for the proxy on the way there."""
        if not self._connecting:
            if self.sock is None:
                self.connect()
            _watch().sent = True
        super().send(data)  # type: ignore[misc]

    def getresponse(self, *arguments: Any, **named: Any) -> Any:
        """The socket is let go when the server says that it will close; the body still comes by it."""
        self.last_sock = self.sock
        return super().getresponse(*arguments, **named)  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    """HTTP, watched."""


class _Secure(_Watched, HTTPSConnection):
    """HTTPS, watched."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class OutwardAdapter(HTTPAdapter):
    """What requests sends through; knows the proxy and the authorities, and believes nobody about them."""

    def __init__(self, outward: Outward, most_bytes: int = 2**31) -> None:
        self._context = outward.context()
        self._most = most_bytes  # announced; whoever reads a body has a limit of his own
        self._proxies = {"https": outward.proxy, "http": ""} if outward.proxy else {}
        super().__init__(pool_connections=4, pool_maxsize=8, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """With our context and our connections."""
        super().init_poolmanager(*arguments, **named, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """The same through the proxy."""
        manager = super().proxy_manager_for(proxy, **named, ssl_context=self._context)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Our context verifies; nothing that a caller or the environment says changes that."""
        conn.cert_reqs = "CERT_REQUIRED"

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """One pool for each host: nothing in the call can ask for a laxer one."""
        return super().build_connection_pool_key_attributes(request, True, cert)

    def send(self, request: Any, *arguments: Any, **named: Any) -> requests.Response:
        """Through our proxy, or through none."""
        _still_in_time()
        named["proxies"] = self._proxies
        response = super().send(request, *arguments, **named)
        _still_in_time()  # headers that end with their connection look whole
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > self._most:
            response.close()
            raise TooLarge("the answer is announced to be too large")
        return response


def _still_in_time() -> None:
    if _watch().over:
        raise requests.Timeout("the time for this exchange is over")


@contextmanager
def within(seconds: float) -> Iterator[Watch]:
    """Shut this thread's connection down when the time is over; the value says what is known of it."""
    me, watch = threading.get_ident(), Watch()
    _watches[me] = watch
    timer = threading.Timer(seconds, watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        _watches.pop(me, None)


def pieces(response: requests.Response, most: int) -> Iterator[bytes]:
    """
    A body as it comes. Raises one of `FAILURES`, also when its end cannot be told from a cut.

    Packed bodies are refused: a few of their bytes may be a gigabyte.
    """
    headers = response.headers
    length = headers.get("Content-Length", "")
    if headers.get("Content-Encoding", "identity") != "identity":
        raise requests.ConnectionError("the answer is packed, which was not asked for")
    if not length and "chunked" not in headers.get("Transfer-Encoding", "").lower():
        raise requests.ConnectionError("the answer has no end")
    if length and (not length.isdigit() or int(length) > most):
        raise TooLarge("the answer is announced to be too large")
    got = 0
    for piece in response.raw.stream(PIECE, decode_content=False):
        got += len(piece)
        if got > most:
            raise TooLarge("the answer is too large")
        yield piece


def why(error: BaseException, *, sent: bool = False) -> str:
    """
    What went wrong, in our own words.

    What broke when something had been sent looks like a trouble of TLS or of the proxy, and is none.
    """
    if isinstance(error, TooLarge):
        return "its answer is too large"
    if isinstance(error, requests.exceptions.SSLError) and not sent:
        return "its certificate is not trusted, or it speaks no TLS ([network] → ca_file)"
    if isinstance(error, requests.exceptions.ProxyError) and not sent:
        return "the proxy does not let us through ([network] → proxy)"
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    inner = error.args[0] if error.args else None
    if isinstance(getattr(inner, "reason", inner), _UNREACHED):
        return "it cannot be reached"
    return "the connection broke off, or the answer is none"


def retry_after(untrusted: str) -> float:
    """RFC 9110, section 10.2.3: seconds, or a date; at most a day is believed."""
    if untrusted.isascii() and untrusted.isdigit():
        return min(float(untrusted[:9]), 86_400.0)
    try:
        seconds = (parsedate_to_datetime(untrusted) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), 86_400.0)

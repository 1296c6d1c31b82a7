"""
Access tokens of one registered application, for one kind of server (OAuth 2.0 client credentials, by msal).

GUARANTEES
    A token is asked for when it is needed and kept in memory until shortly before it ends. A refused one is
    renewed with the certificate or secret as it is on disk then, so a renewed file counts without a restart.
    Nothing but the tenant's own endpoints is contacted.
SECURITY
    Neither a token nor a secret is in a `repr` or an error. The directory's answers are not quoted: only its
    numeric codes are read.
BUGS
    msal keeps a refusal for a minute: a mistake that was mended may look unmended for so long.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msal
import requests

from mailbot.clients import network
from mailbot.clients.network import Outward
from mailbot.clients.trouble import Kind, Trouble

Token = Callable[[bool], str]  # True: a fresh one, the last was refused
OUTLOOK_SCOPE = "https://outlook.office365.com/.default"  # IMAP and SMTP

_SAID = {
    7000215: "the client secret is wrong",
    7000222: "the client secret has ended: make a new one in Entra",
    700027: "the certificate has ended, or is not registered with the application: upload one in Entra",
    700016: "there is no such application in this tenant: see client_id and tenant",
    700024: "the proof has ended, or has not begun: see this machine's clock, and who renews assertion_file",
    70021: "no federated credential of the application fits the assertion",
    90002: "there is no such tenant",
    500011: "the service that scope names is not known in this tenant",
}


@dataclass(frozen=True, slots=True)
class Application:
    """A registered application and what proves that we are it; one of the three."""

    tenant: str
    client_id: str
    authority: str
    secret: Callable[[], str] | None = field(default=None, repr=False)
    certificate_file: str = ""
    key_file: str = ""
    assertion_file: str = ""

    def credential(self) -> Any:
        """As msal wants it, read from disk now."""
        if self.secret is not None:
            return self.secret()
        if self.assertion_file:
            return {"client_assertion": lambda: _text(self.assertion_file)}
        certificate = _text(self.certificate_file)
        return {
            "private_key": _text(self.key_file) if self.key_file else certificate,
            "public_certificate": certificate,  # makes msal sign with PS256 and name it by SHA-256
        }


class Tokens:
    """See the module. For several threads."""

    def __init__(self, application: Application, scope: str, outward: Outward) -> None:
        self._application = application
        self._scope = scope
        self._http = Http(outward, network.host(application.authority))
        self._lock = threading.Lock()
        self._client: Any = None

    def __call__(self, fresh: bool = False) -> str:
        """A token. Raises `Trouble`: away, broke or denied."""
        with self._lock:
            if fresh:
                self._client = None
            try:
                token = self._ask()
            except BaseException:
                self._client = None
                raise
        return token

    def _ask(self) -> str:
        where = network.host(self._application.authority)
        try:
            if self._client is None:
                self._client = self._made()
            found = self._client.acquire_token_for_client([self._scope])
        except network.FAILURES as error:
            raise Trouble(Kind.AWAY, f"{where}: no access token: {network.why(error)}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Trouble(
                Kind.AWAY, f"{where}: no access token: the tenant is wrong, or its answer is none"
            ) from error
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise _refusal(found, where)
        return token

    def _made(self) -> Any:
        application = self._application
        return msal.ConfidentialClientApplication(
            application.client_id,
            client_credential=application.credential(),
            authority=f"{application.authority.rstrip('/')}/{application.tenant}",
            instance_discovery=False,  # else a host that nobody configured is asked first
            http_client=self._http,
        )


def _refusal(untrusted: Any, where: str) -> Trouble:
    codes = untrusted.get("error_codes") if isinstance(untrusted, dict) else None
    for code in codes if isinstance(codes, list) else ():
        if isinstance(code, int) and code in _SAID:
            return Trouble(Kind.DENIED, f"{where} gives no access token: {_SAID[code]} (AADSTS{code})", 401)
    if isinstance(untrusted, dict) and untrusted.get("error") in ("temporarily_unavailable", "server_error"):
        return Trouble(Kind.AWAY, f"{where} gives no access token at present")
    return Trouble(
        Kind.DENIED,
        f"{where} gives no access token: see tenant, client_id and its certificate or secret",
        401,
    )


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(Kind.DENIED, "a file of an oauth table cannot be read", 401) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What msal looks at of an answer."""

    status_code: int
    text: str
    headers: dict[str, str]

    def raise_for_status(self) -> None:
        """As requests does, without the text."""
        if self.status_code >= 400:
            raise requests.HTTPError(f"HTTP {self.status_code}")


class Http:
    """The way to a directory, as msal wants one: ours, bounded, to one host; answers are read whole."""

    def __init__(self, outward: Outward, only: str) -> None:
        self._session = outward.session()
        self._only = only  # host; a secret is sent, so nobody may send us elsewhere

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> Answer:
        """One question."""
        return self._ask("GET", url, params=params, headers=headers)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> Answer:
        """One question with a form."""
        return self._ask("POST", url, params=params, data=data, headers=headers)

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _ask(self, method: str, url: str, headers: Any, **what: Any) -> Answer:
        if network.host(url) != self._only:
            raise requests.RequestException("the directory names another host")
        own = {"Accept-Encoding": "identity", "User-Agent": "mailbot"}
        with (
            network.within(network.READ_SECONDS),
            self._session.request(
                method,
                url,
                headers=dict(headers or {}) | own,
                stream=True,
                allow_redirects=False,
                timeout=(network.CONNECT_SECONDS, network.READ_SECONDS),
                **what,
            ) as response,
        ):
            body = b"".join(network.pieces(response, network.TOKEN_BYTES))
            if response.status_code >= 500 or 300 <= response.status_code < 400:
                raise requests.HTTPError(f"HTTP {response.status_code}")
            return Answer(response.status_code, body.decode("utf-8", "replace"), dict(response.headers))

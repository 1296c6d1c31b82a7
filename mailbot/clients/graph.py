"""
A conversation with Microsoft Graph about one mailbox.

GUARANTEES
    Every request asks for immutable ids. At most two are under way at a time, for the whole process. A server
    that asks for patience gets it, to the second. An access token that is refused is renewed once.
SECURITY
    The token goes to the configured host alone, over verified TLS: a next page elsewhere and a redirect are
    refused. No answer of the server is ever quoted: it may hold a name or an address.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests

from mailbot.clients import network
from mailbot.clients.network import Outward, Watch
from mailbot.clients.trouble import Kind, Trouble
from mailbot.clients.turns import Gate, turn
from mailbot.codec import decode
from mailbot.errors import Unreadable

T = TypeVar("T")
Token = Callable[[bool], str]  # True: a fresh one, the last was refused

TRIES = 6
PATIENCE = 60.0  # seconds waited in place, in all; for longer the gate stays closed and the poll ends
MESSAGE_BYTES = 256 * 2**20  # Exchange Online takes 150 MB, which base64 makes 200
MESSAGE_SECONDS = 600.0
_BUSY = {429, 503, 509}
_HEADERS = {
    "Prefer": 'IdType="ImmutableId"',
    "Accept-Encoding": "identity",
    "User-Agent": "mailbot",
}


class Graph:
    """One mailbox at one cloud. For several threads."""

    def __init__(
        self,
        base_url: str,
        mailbox: str,
        token: Token,
        outward: Outward,
        setting: str,
        *,
        first_pause: float = 1.0,
    ) -> None:
        self._base = network.checked_url(base_url, setting)
        self._host = urlsplit(self._base).netloc
        self._user = f"/users/{quote(mailbox, safe='@')}"
        self._token = token
        self._session = outward.session()
        self._gate = Gate()
        self._first_pause = first_pause

    @property
    def where(self) -> str:
        """How messages name the server."""
        return self._host

    def get(self, path: str, kind: type[T], **query: str | int) -> T:
        """Something of the mailbox; `path` begins with a slash and is quoted already."""
        return self._decoded(self._asked("GET", self._base + self._user + path, query), kind)

    def follow(self, link: str, kind: type[T]) -> T:
        """The next page, which must be where the first one was."""
        parts, base = urlsplit(link), urlsplit(self._base)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise Trouble(Kind.BROKE, f"{self.where} names another server for its next page")
        return self._decoded(self._asked("GET", link, {}), kind)

    def post(self, path: str, body: Mapping[str, Any], kind: type[T]) -> T:
        """Change something that may be changed twice without harm."""
        return self._decoded(self._asked("POST", self._base + self._user + path, {}, body), kind)

    def post_once(self, path: str, body: Mapping[str, Any]) -> None:
        """Change something that must not happen twice: never repeated, over a connection of its own."""
        self._wait_for_gate(0.0)
        own = {"Connection": "close"}  # an old one may be dead, and nobody could say what it had carried
        url = self._base + self._user + path
        with self._exchange("POST", url, {}, body, fresh=False, more=own) as response:
            code = response.status_code
            if code == 401:
                self._token(True)
            if code in (200, 202):
                return
            raise self._trouble(response)

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """A body as it comes, in small pieces; a failure on the way is a `Trouble` too."""
        url, fresh = self._base + self._user + path, False
        self._wait_for_gate(PATIENCE)
        for attempt in range(1, TRIES + 1):
            with self._exchange("GET", url, {}, None, fresh=fresh, seconds=MESSAGE_SECONDS) as response:
                if response.status_code == 200:
                    self._refuse_a_page(response)
                    yield self._pieces(response, MESSAGE_BYTES)
                    return
                trouble = self._trouble(response)
            fresh = self._again(trouble, attempt, fresh)
        raise trouble

    def _refuse_a_page(self, response: requests.Response) -> None:
        """What a proxy puts in a message's place (as Graph shows them, messages are plain text)."""
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/json", "application/xml", "text/xml"):
            raise Trouble(Kind.FAULT, f"{self.where} serves something that is no message", 200)

    def _pieces(self, response: requests.Response, most: int) -> Iterator[bytes]:
        try:
            yield from network.pieces(response, most)
        except network.FAILURES as error:
            raise self._broken(error, Watch(sent=True)) from error

    def _asked(self, method: str, url: str, query: Mapping[str, str | int], body: Any = None) -> bytes:
        fresh = False
        self._wait_for_gate(PATIENCE)
        for attempt in range(1, TRIES + 1):
            with self._exchange(method, url, query, body, fresh=fresh) as response:
                if response.status_code in (200, 201):
                    return b"".join(self._pieces(response, network.ANSWER_BYTES))
                trouble = self._trouble(response)
            fresh = self._again(trouble, attempt, fresh)
        raise trouble

    @contextmanager
    def _exchange(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int],
        body: Any,
        *,
        fresh: bool,
        more: Mapping[str, str] = {},
        seconds: float = network.ANSWER_SECONDS,
    ) -> Iterator[requests.Response]:
        headers = _HEADERS | {"Authorization": f"Bearer {self._token(fresh)}"} | dict(more)
        with turn(self._host, self._user), network.within(seconds) as watch:
            try:
                response = self._session.request(
                    method,
                    url,
                    params=query,
                    json=body,
                    headers=headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=(network.CONNECT_SECONDS, network.READ_SECONDS),
                )
            except network.FAILURES as error:
                raise self._broken(error, watch) from error
            with response:
                yield response

    def _broken(self, error: Exception, watch: Watch) -> Trouble:
        kind = Kind.BROKE if watch.sent else Kind.AWAY
        kind = Kind.BAD if isinstance(error, network.TooLarge) else kind
        reason = "it did not end in time" if watch.over else network.why(error, sent=watch.sent)
        return Trouble(kind, f"{self.where}: {reason}")

    def _trouble(self, response: requests.Response) -> Trouble:
        code = response.status_code
        if code in _BUSY:
            self._gate.close(network.retry_after(response.headers.get("Retry-After", "")))
            return Trouble(Kind.BUSY, f"{self.where} asks for patience ({code})", code)
        if code in (401, 403):
            return Trouble(Kind.DENIED, f"{self.where} does not let this application in ({code})", code)
        if code in (404, 410):
            return Trouble(Kind.MISSING, f"{self.where} does not know what was asked for ({code})", code)
        if code >= 500:
            return Trouble(Kind.FAULT, f"{self.where} failed ({code})", code)
        if 300 <= code < 400:
            return Trouble(Kind.BROKE, f"{self.where} sends us elsewhere ({code}), where we do not go", code)
        if code == 408:  # also a gateway's, which has waited for whom it handed the request on to
            return Trouble(Kind.BROKE, f"{self.where} lost patience ({code})", code)
        return Trouble(Kind.BAD, f"{self.where} refuses the request ({code})", code)

    def _again(self, trouble: Trouble, attempt: int, fresh: bool) -> bool:
        """Wait for another try, and say whether it needs a fresh token; raises when there is none."""
        if trouble.code == 401 and not fresh:
            return True
        if (trouble.kind is not Kind.BUSY and trouble.code != 504) or attempt == TRIES:
            raise trouble
        self._gate.close(self._first_pause * min(60.0, 2.0 ** (attempt - 1)) * random.uniform(0.8, 1.2))  # noqa: S311
        self._wait_for_gate(PATIENCE)
        return False

    def _wait_for_gate(self, most: float) -> None:
        if (seconds := self._gate.seconds) > most:
            raise Trouble(Kind.BUSY, f"{self.where} asks for patience for another {seconds:.0f} s", 429)
        time.sleep(seconds)

    def _decoded(self, untrusted: bytes, kind: type[T]) -> T:
        try:
            return decode(untrusted, kind)
        except Unreadable as error:
            raise Trouble(Kind.BROKE, f"{self.where} answered something that is not Graph") from error

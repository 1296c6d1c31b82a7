"""
What exchangelib speaks through: our one way out, one try for each request, no endless wait.

GUARANTEES
    An answer is read up to its limit before exchangelib sees it. A refused password is told apart before
    everything else, and nothing that may have been done is called "busy".
"""

from collections.abc import Iterator
from contextlib import suppress
from queue import Empty
from typing import Any

import requests
from exchangelib import FailFast, errors
from exchangelib.protocol import Protocol

from mailbot.clients import network
from mailbot.clients.network import Outward, OutwardAdapter

SESSION_SECONDS = 120.0  # for one of our own connections to become free
ANSWER_BYTES = 128 * 2**20
CHALLENGE_BYTES = 2**16


class Unavailable(errors.ErrorServerBusy):  # type: ignore[misc]
    """HTTP 503, which is a gateway's word as well as Exchange's."""


class Policy(FailFast):  # type: ignore[misc]
    """One try. exchangelib's own reading of status codes calls some failures "busy" that may have done it."""

    def raise_response_errors(self, response: requests.Response) -> None:
        """A refused password comes first; a fault in XML is read like any answer."""
        code = response.status_code
        if code == 200 or (code == 500 and b"Envelope" in response.content[:1000]):
            return
        if code == 401:
            raise errors.UnauthorizedError("refused")
        if code in (429, 503):
            back_off = network.retry_after(response.headers.get("Retry-After", ""))
            busy = errors.ErrorServerBusy if code == 429 else Unavailable
            raise busy("busy", back_off=back_off)
        if code == 403:
            raise errors.ErrorAccessDenied("forbidden")
        if code in (404, 410):
            raise errors.ErrorNonExistentMailbox("nothing is there")
        raise errors.ErrorInternalServerError("a fault")


class EwsAdapter(OutwardAdapter):
    """Answers are read here, up to their limit, before exchangelib sees them."""

    def send(self, request: Any, *arguments: Any, **named: Any) -> requests.Response:
        """One exchange."""
        request.headers["Accept-Encoding"] = "identity"
        named["timeout"] = (network.CONNECT_SECONDS, network.READ_SECONDS)
        response = super().send(request, *arguments, **named | {"stream": True})
        if (
            response.status_code == 401
            and int(response.headers.get("Content-Length", "0") or "0") <= CHALLENGE_BYTES
        ):
            return response  # unread: the channel binding is taken from its open connection
        try:
            body = b"".join(network.pieces(response, ANSWER_BYTES))
        except network.URLLIB3 as error:
            raise requests.ConnectionError("the answer broke off") from error
        finally:
            response.close()
        response._content, response._content_consumed = body, True  # type: ignore[attr-defined]
        # exchangelib asks for a byte at a time, which takes ten seconds for a large message
        response.iter_content = lambda *_, **__: _slices(body)  # type: ignore[method-assign]
        return response


class BoundedProtocol(Protocol):  # type: ignore[misc]
    """Our connections, and no endless wait for one of them."""

    outward: Outward
    MAX_SESSION_USAGE_COUNT = 500

    def raw_session(self, prefix: str, *_: Any, **__: Any) -> requests.Session:
        """A session by our one way out."""
        session = requests.Session()
        session.trust_env = False
        session.headers.update({"Content-Type": "text/xml; charset=utf-8", "User-Agent": "mailbot"})
        session.mount(prefix, EwsAdapter(self.outward, ANSWER_BYTES))
        return session

    def get_session(self) -> Any:
        """As exchangelib's own, which waits for ever when a session got lost."""
        if self._session_pool.empty():
            with suppress(errors.SessionPoolMaxSizeReached):
                self.increase_poolsize()
        try:
            session = self._session_pool.get(timeout=SESSION_SECONDS)
        except Empty as error:
            raise errors.ErrorTimeoutExpired("no session became free") from error
        session.usage_count += 1
        return session


def _slices(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), network.PIECE):
        yield body[start : start + network.PIECE]

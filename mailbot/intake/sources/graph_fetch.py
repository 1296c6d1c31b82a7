"""
Messages from Microsoft Graph, two at a time.

GUARANTEES
    Small messages are read ahead, some beyond the one that is being stored; a large one is read when its turn
    comes, in pieces. So memory holds twenty small messages at most, 40 MB. What the server does not serve is
    left out, and one message that it cannot serve costs no other.
BUGS
    Exchange does not keep what came in: it writes the MIME anew for each fetch, perhaps differently. So the
    locator says what is known, never the digest; and a signature over the content proves nothing here.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from mailbot.clients.crew import Crew
from mailbot.clients.graph import Graph
from mailbot.clients.trouble import Kind, Trouble
from mailbot.clients.turns import AT_ONCE
from mailbot.errors import Gone
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.graph_errors import failure
from mailbot.intake.sources.scanning import Watch

SMALL_BYTES = 2 * 2**20
AHEAD = 20  # messages read ahead, so that the network works while the disk does


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read ahead; `whole` is False for a large message, which has to be read again."""

    body: bytes = b""
    whole: bool = False
    missing: bool = False


def fetch(client: Graph, refs: Sequence[Ref], pending: set[str]) -> Iterator[Arrival]:
    """
    The messages that the server serves, in this order.

    Those whose attachments are still being scanned go into `pending` and are not served.
    """
    with Crew(AT_ONCE) as crew:
        ahead: list[tuple[Ref, Future[_Read]]] = []
        todo = iter(refs)
        try:
            while True:
                while len(ahead) < AHEAD and (ref := next(todo, None)) is not None:
                    ahead.append((ref, crew.submit(partial(_read, client, ref.locator))))
                if not ahead:
                    return
                ref, future = ahead.pop(0)
                yield from _arrival(client, ref, _result(future), pending)
        finally:
            for _, future in ahead:
                future.cancel()


def path(locator: str) -> str:
    """Where a message is, below its mailbox."""
    return f"/messages/{quote(locator, safe='')}"


def _its_own(trouble: Trouble) -> bool:
    """Whether it is this message's trouble, and no other's: the mailbox has just been listed."""
    return trouble.kind in (Kind.MISSING, Kind.BAD, Kind.FAULT) or trouble.code == 403


def _result(future: "Future[_Read]") -> _Read:
    try:
        return future.result()
    except Trouble as error:
        raise failure(error) from error


def _read(client: Graph, locator: str) -> _Read:
    body = bytearray()
    try:
        with client.stream(f"{path(locator)}/$value") as pieces:
            for piece in pieces:
                body += piece
                if len(body) > SMALL_BYTES:
                    return _Read()
    except Trouble as error:
        if _its_own(error):
            return _Read(missing=True)
        raise
    return _Read(bytes(body), whole=True, missing=not body)


def _arrival(client: Graph, ref: Ref, got: _Read, pending: set[str]) -> Iterator[Arrival]:
    if got.missing:
        return
    watch = Watch(ref.received_at, datetime.now(UTC))
    if not got.whole:
        yield Arrival(ref, _large(client, ref.locator, watch, pending))
    elif watch.is_scanning(got.body):
        pending.add(ref.locator)
    else:
        yield Arrival(replace(ref, size=len(got.body)), iter((got.body,)))


def _large(client: Graph, locator: str, watch: Watch, pending: set[str]) -> Iterator[bytes]:
    try:
        with client.stream(f"{path(locator)}/$value") as pieces:
            for piece in pieces:
                if watch.is_scanning(piece):
                    pending.add(locator)
                    raise Gone("the attachments of this message are still being scanned")
                yield piece
    except Trouble as error:
        if _its_own(error):
            raise Gone("a large message vanished while it was being fetched") from error
        raise failure(error) from error

"""
Collecting a mailbox: list it to the end, subtract what is known, fetch the rest, store it, claim it.

GUARANTEES
    The server is told nothing here. When `stored` is called, so many messages are ours for good: bytes,
    rows and the task to read them. Killed anywhere, the next run does what was left, and nothing twice:

    * before the claim is committed: the message is still unknown, is fetched again, and lands in the
      same file;
    * after it: the message is known, and the task to read it waits.

    Memory does not grow with the size of the messages, and by one reference for each that is listed.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot import events
from mailbot.errors import Gone, MailbotError, SourceUnavailable
from mailbot.intake import listing, unfetched
from mailbot.intake.claims import Fetched, claim
from mailbot.intake.polls import poll_failed, poll_succeeded
from mailbot.intake.raw import RawStore
from mailbot.intake.sources.base import Arrival, Ref, SourceSession
from mailbot.store.unit import Store

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at a time."""

    asked: int = 200  # messages asked for at once; the source makes its own packets of them
    claimed: int = 20  # messages a transaction, which share the syncs of the disk
    claimed_bytes: int = 8 * 2**20  # or so many bytes, so that reading starts soon


@dataclass(frozen=True, slots=True)
class Collected:
    """What one poll found."""

    listed: int = 0
    new: int = 0
    known: int = 0
    redelivered: int = 0  # bytes that we have, under another locator
    superseded: int = 0  # earlier deliveries that were these, before the server numbered anew
    unfetched: int = 0  # listed and not served
    returned: int = 0  # put back into the inbox by somebody
    gone: int = 0  # taken out of it by somebody


def collect(
    session: SourceSession,
    mailbox: str,
    raw: RawStore,
    store: Store,
    clock: Clock,
    stored: Callable[[int], None],
    *,
    limits: Limits = Limits(),
) -> Collected:
    """Make everything in the inbox ours. Raises what the source, the disk or the database raise."""
    began = clock()
    try:
        found = _Poll(session, mailbox, raw, store, clock, stored, limits).run()
    except MailbotError as error:
        poll_failed(store, mailbox, error, began)
        raise
    poll_succeeded(store, mailbox, found.listed, began)
    events.poll_done(mailbox, found.listed, found.new, (clock() - began).total_seconds())
    return found


class _Poll:
    """One poll; its counts grow as it goes."""

    def __init__(
        self,
        session: SourceSession,
        mailbox: str,
        raw: RawStore,
        store: Store,
        clock: Clock,
        stored: Callable[[int], None],
        limits: Limits,
    ) -> None:
        self._session = session
        self._mailbox = mailbox
        self._raw = raw
        self._store = store
        self._clock = clock
        self._stored = stored
        self._limits = limits
        self._found = Collected()
        self._listed: Set[str] = frozenset()
        self._served: set[str] = set()  # of those in doubt

    def run(self) -> Collected:
        """List, sort, fetch, and only then draw conclusions from what is missing."""
        refs = self._session.arrivals()
        self._listed = frozenset(ref.locator for ref in refs)
        found = listing.sort(self._store, self._mailbox, refs)
        lasting = [ref for ref in found.back if ref.lasting]
        back = listing.mark_returned(self._store, self._mailbox, lasting, self._clock())
        self._found = Collected(len(refs), known=found.known + len(lasting) - back, returned=back)
        wanted = found.unknown + [ref for ref in found.back if not ref.lasting]
        doubts = unfetched.doubts(self._store, self._mailbox)
        together, alone = unfetched.in_order(wanted, doubts, self._clock())
        self._count(unfetched=len(wanted) - len(together) - len(alone))
        try:
            for start in range(0, len(together), self._limits.asked):
                self._fetch(together[start : start + self._limits.asked])
            for ref in alone:
                self._fetch([ref])
        finally:
            unfetched.forget(self._store, self._mailbox, doubts, self._listed, self._served)
        # After the claims: a delivery that the server only calls by another name is superseded, not gone
        gone = listing.mark_gone(self._store, self._session, self._mailbox, self._listed, self._clock())
        self._count(gone=gone)
        return self._found

    def _fetch(self, refs: Sequence[Ref]) -> None:
        missing = {ref.locator: ref for ref in refs}
        arrivals = self._session.fetch(refs)
        while True:
            got, broke, is_last = self._save(arrivals)
            for one in got:
                missing.pop(one.ref.locator, None)
                self._served.add(one.ref.locator)
            self._claim(got)
            if broke is not None:
                self._in_flight(list(missing.values()), alone=len(refs) == 1)
                raise broke
            if is_last:
                break
        self._count(unfetched=len(missing))
        unfetched.count(self._store, self._mailbox, list(missing.values()), self._clock())

    def _save(self, arrivals: Iterator[Arrival]) -> tuple[list[Fetched], SourceUnavailable | None, bool]:
        """Some messages, durable; what broke the connection meanwhile; whether they were the last."""
        got: list[Fetched] = []
        size = 0
        with self._raw.batch() as batch:
            try:
                for arrival in arrivals:
                    with contextlib.suppress(Gone):  # half of it came; it counts as not served
                        kept = batch.save(arrival.untrusted_chunks)
                        got.append(Fetched(arrival.ref, kept))
                        size += kept.size
                    if len(got) >= self._limits.claimed or size >= self._limits.claimed_bytes:
                        return got, None, False
            except SourceUnavailable as error:
                return got, error, True
        return got, None, True

    def _claim(self, got: list[Fetched]) -> None:
        if not got:
            return
        claimed = claim(self._store, self._mailbox, got, self._listed, self._clock())
        new, returned = sum(one.is_new for one in claimed), sum(bool(one.returned) for one in claimed)
        self._count(new=new, returned=returned, redelivered=len(claimed) - new - returned)
        self._count(superseded=sum(one.superseded for one in claimed))
        if new:
            self._stored(new)

    def _in_flight(self, refs: list[Ref], *, alone: bool) -> None:
        """Remember what may have broken the connection: of many only the next packet, and no attempt yet."""
        some = refs[: self._limits.claimed]
        unfetched.count(self._store, self._mailbox, some, self._clock(), attempt=int(alone))

    def _count(self, **more: int) -> None:
        was = {key: getattr(self._found, key) for key in more}
        self._found = replace(self._found, **{key: was[key] + value for key, value in more.items()})

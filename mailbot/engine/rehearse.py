"""
The rehearsal: what `mailbot run --dry-run` says about the real mailbox.

GUARANTEES
    Nothing is written anywhere: no row, no blob, no folder, no flag, and nothing is sent. A line holds a
    number, a size, codes and counts; an administrator needs no content to trust a first run.
    What is said about an acknowledgement is what a run would decide now; where signatures are verified by
    ourselves, the DNS is asked as it would be then.
BUGS
    Each message is judged by what is stored and by its sender's earlier messages of this rehearsal: that the
    rehearsal itself would reach a limit, or that a later form asks for silence, is not foreseen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from mailbot.domain.mail import Border, Envelope, Kind, Reading
from mailbot.domain.states import AckState
from mailbot.errors import LimitExceeded, MailbotError, Permanent, Unreadable
from mailbot.intake.listing import sort
from mailbot.intake.raw import PURPOSE
from mailbot.intake.sources.base import Arrival, MailSource, Ref, SourceSession
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.verifier import Verifier
from mailbot.send import outbox
from mailbot.send.address import fold
from mailbot.send.settings import Settings
from mailbot.store.schema import message
from mailbot.store.unit import Store

BATCH = 20


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One mailbox with all that a rehearsal needs."""

    name: str
    source: MailSource
    folders: tuple[str, str]  # processed, quarantine
    border: Border
    settings: Settings
    pool: ReaderPool
    store: Store
    clock: Callable[[], datetime]
    verifier: Verifier | None = None
    _answered: set[str] = field(default_factory=set)  # senders to whom one would be waiting already

    def lines(self) -> Iterator[str]:
        """What would be done, a line for each message that is new."""
        with self.source.session(look_only=True) as session:
            refs = session.arrivals()
            found = sort(self.store, self.name, refs)
            new = found.unknown + found.back
            yield f"{self.name}: {len(refs)} in the inbox, {len(new)} new"
            for number, arrival in enumerate(_fetch(session, new), 1):
                yield f"{self.name} {number}: {self._sentence(arrival)}"

    def _sentence(self, arrival: Arrival) -> str:
        untrusted_raw = b"".join(arrival.untrusted_chunks)
        size = f"{max(len(untrusted_raw) // 1024, 1)} kB"
        if self._is_known(untrusted_raw):
            return f"{size}, known by its bytes; nothing new would be queued or acknowledged"
        reading, folder = self._read(untrusted_raw)
        if folder == self.folders[1]:
            what = "cannot be read; would be queued for a person"
        elif reading.kind is Kind.AUTOMATIC:
            what = f"{_what(reading)}; would be kept and not queued"
        else:
            what = f"{_what(reading)}; would be queued"
        return f"{size}, {what}, {self._answer(arrival, reading)}, moved to {folder}"

    def _read(self, untrusted_raw: bytes) -> tuple[Reading, str]:
        """The reading, by its headers alone where that must do; and the folder for it."""
        try:
            reading, folder = self.pool.read(untrusted_raw, self.border), self.folders[0]
        except (Unreadable, LimitExceeded):
            reading, folder = Reading(self._headers(untrusted_raw), Kind.UNREADABLE), self.folders[1]
        if self.verifier is not None:
            proven = self.verifier.verified(untrusted_raw, reading.envelope, self.border)
            reading = replace(reading, envelope=proven)
        return reading, folder

    def _headers(self, untrusted_raw: bytes) -> Envelope:
        try:
            return self.pool.read_headers(untrusted_raw, self.border)
        except Permanent:
            return Envelope()

    def _is_known(self, untrusted_raw: bytes) -> bool:
        digest = self.store.vault.digest(PURPOSE, untrusted_raw)
        same = (message.c.mailbox == self.name) & (message.c.raw_digest == digest)
        with self.store.look() as db:
            return db.execute(select(message.c.message_id).where(same)).first() is not None

    def _answer(self, arrival: Arrival, reading: Reading) -> str:
        now = self.clock()
        with self.store.look() as db:
            state, code = outbox.foresee(
                db,
                self.store.vault,
                envelope=reading.envelope,
                not_safe="contact_not_safe" in reading.flags,
                received_at=min(arrival.ref.received_at or now, now),
                settings=self.settings,
                now=now,
            )
        if state is AckState.NOT_DUE:
            return f"not acknowledged ({code})"
        if state is AckState.HELD:
            return f"its acknowledgement held for a person ({code})"
        sender = fold(reading.envelope.senders[0])
        if state is AckState.COVERED or sender in self._answered:
            return "acknowledged together with another of its sender"
        self._answered.add(sender)
        return "acknowledged"


def _fetch(session: SourceSession, refs: list[Ref]) -> Iterator[Arrival]:
    for start in range(0, len(refs), BATCH):
        yield from session.fetch(refs[start : start + BATCH])


def _what(reading: Reading) -> str:
    count = len(reading.records)
    records = f" with {count} record{'s' if count > 1 else ''}" if count else ""
    return f"{reading.kind.value}{records}"


def rehearse(rehearsals: list[Rehearsal], say: Callable[[str], None]) -> list[MailbotError]:
    """Every mailbox in turn; gives what failed."""
    failures: list[MailbotError] = []
    for rehearsal in rehearsals:
        try:
            for line in rehearsal.lines():
                say(line)
        except MailbotError as error:
            failures.append(error)
    return failures

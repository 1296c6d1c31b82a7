"""
The rehearsal: what `mailbot run --dry-run` says about the real mailbox.

GUARANTEES
    Nothing is written anywhere: no row, no blob, no folder, no flag, and nothing is sent. A line holds a
    number, a size, codes and counts; an administrator needs no content to trust a first run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailbot.domain.mail import Border, Kind, Reading
from mailbot.errors import LimitExceeded, MailbotError, Unreadable
from mailbot.intake.listing import sort
from mailbot.intake.sources.base import Arrival, MailSource, Ref, SourceSession
from mailbot.parse.sandbox import ReaderPool
from mailbot.send.policy import Facts, PolicySettings, judge
from mailbot.store.unit import Store

BATCH = 20


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One mailbox with all that a rehearsal needs."""

    name: str
    source: MailSource
    folders: tuple[str, str]  # processed, quarantine
    border: Border
    rules: PolicySettings
    pool: ReaderPool
    store: Store

    def lines(self) -> Iterator[str]:
        """What would be done, a line for each message that is new."""
        with self.source.session(look_only=True) as session:
            refs = session.arrivals()
            new = sort(self.store, self.name, refs).unknown
            yield f"{self.name}: {len(refs)} in the inbox, {len(new)} new"
            for number, arrival in enumerate(_fetch(session, new), 1):
                yield f"{self.name} {number}: {self._sentence(b''.join(arrival.untrusted_chunks))}"

    def _sentence(self, untrusted_raw: bytes) -> str:
        size = f"{max(len(untrusted_raw) // 1024, 1)} kB"
        try:
            reading = self.pool.read(untrusted_raw, self.border)
        except (Unreadable, LimitExceeded):
            return f"{size}, cannot be read; would be queued for a person and moved to {self.folders[1]}"
        what = "would be kept and not queued" if reading.kind is Kind.AUTOMATIC else "would be queued"
        return f"{size}, {_what(reading)}; {what}, {self._answer(reading)}, moved to {self.folders[0]}"

    def _answer(self, reading: Reading) -> str:
        verdict = judge(reading.envelope, Facts(not_safe="contact_not_safe" in reading.flags), self.rules)
        return "acknowledged" if verdict.may else f"not acknowledged ({verdict.code})"


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

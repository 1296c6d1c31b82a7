"""
A draft of a report: counted, protected, kept.

A monthly report has the tables of its month and, from the second month of the year on, those of the year to
date. A table on request (an answer to a freedom of information request) has those of its period. Both are
checked in the same way, against everything that was released.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from mailbot.config import Directory
from mailbot.config import Report as Settings
from mailbot.domain.record import InformationType
from mailbot.statistics import kept, releases
from mailbot.statistics.counts import NO_TICK, NOT_KNOWN, TOTAL, Counts, Place, count, margins
from mailbot.statistics.disclosure import Period, publish
from mailbot.statistics.facts import Correct, Passed, Reader
from mailbot.statistics.months import Month, span
from mailbot.statistics.organisations import Organisations
from mailbot.statistics.publication import Publication, Rules
from mailbot.statistics.releases import Known
from mailbot.statistics.speed import Speed, speed
from mailbot.store import schools
from mailbot.store.unit import Store

MONTHLY, TABLE = "monthly", "table"
TICKS: tuple[str, ...] = (*get_args(InformationType), NO_TICK)
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Maker:
    """Makes drafts."""

    reader: Reader
    settings: Settings

    @classmethod
    def of(
        cls, store: Store, directory: Directory, settings: Settings, passed: Passed, correct: Correct
    ) -> "Maker":
        """With the partners and the register as they are now; `correct` knows corrections."""
        with store.look() as db:
            register = schools.every(db)
        organisations = Organisations.of(
            directory, register, lambda key: store.vault.digest("organisation", key.encode())
        )
        return cls(Reader(store, organisations, passed, correct), settings)

    @property
    def rules(self) -> Rules:
        """How careful we are."""
        settings = self.settings
        return Rules(settings.threshold, settings.contributors, settings.largest_share)

    def make(self, first: Month, last: Month, kind: str, actor: str, now: datetime) -> str:
        """
        Count, protect and keep a period; the draft's id.

        `Declined("released")` where it is frozen, `NotPublishable` where nothing could be shown safely.
        """
        store = self.reader.store
        with store.look() as db:
            public = releases.known(db, store.vault)
        periods = [(first, last)]
        year = first.first_of_year(self.settings.year_begins)
        if kind == MONTHLY and year != first:
            periods.append((year, last))
        truth, pace = self._count(min(begin for begin, _ in periods), last, public)
        shown = self._publish(periods, truth, public)
        secret = kept.secret_of(
            {month: counts for month, counts in truth.items() if month not in public.truth},
            kept.Public(
                kind=kind,
                first=str(first),
                last=str(last),
                made_on=now.date().isoformat(),
                threshold=self.rules.threshold,
                contributors=self.rules.contributors,
                largest_share=self.rules.largest_share,
                tables=tuple(kept.tables_of(one) for one in shown),
                speed=pace if kind == MONTHLY and shown[0].shown.get(TOTAL) else None,
                months=_series(year, first, shown[0], public) if kind == MONTHLY else (),
            ),
        )
        with store.unit() as unit:
            until = now + self.settings.keep_years * _YEAR
            return releases.keep_draft(unit, secret, public.count, actor, now, until)

    def _count(self, first: Month, last: Month, public: Known) -> tuple[dict[Month, Counts], Speed | None]:
        """The true numbers of each month, frozen ones as they were; and how quick the last was."""
        truth: dict[Month, Counts] = {}
        pace = None
        for month in span(first, last):
            if month in public.truth and month != last:
                truth[month] = public.truth[month]
                continue
            found = list(self.reader.submissions(month))
            truth[month] = public.truth.get(month) or count(found)
            pace = speed([one.waited for one in found])
        return truth, pace

    def _publish(
        self, periods: list[tuple[Month, Month]], truth: dict[Month, Counts], public: Known
    ) -> list[Publication]:
        places = _places(self.reader.organisations, truth)
        before = _connected(periods, public.publications)
        months = {month for one in before for month in one.months} | set(truth)
        everything = {month: truth.get(month) or public.truth.get(month, {}) for month in months}
        wanted = [Period(begin, end, places) for begin, end in periods]
        return publish(wanted, everything, before, self.reader.organisations.population(), self.rules)


def _places(organisations: Organisations, truth: dict[Month, Counts]) -> list[Place]:
    """The tables' places: where somebody is listed, and where something came from."""
    cells = set(organisations.cells())
    cells |= {place for counts in truth.values() for place in counts if place.row and place.column}
    ordered = sorted(
        cells, key=lambda one: (one.row == NOT_KNOWN, one.row, one.column == NOT_KNOWN, one.column)
    )
    around = dict.fromkeys(place for cell in ordered for place in margins(cell))
    return [*around, *(Place("ticks", tick) for tick in TICKS)]


def _connected(
    periods: list[tuple[Month, Month]], publications: tuple[Publication, ...]
) -> list[Publication]:
    """The publications that speak of these months, or of months that those speak of, and so on."""
    reached = list(periods)
    found: list[Publication] = []
    while True:
        more = [
            one
            for one in publications
            if one not in found and any(one.first <= last and first <= one.last for first, last in reached)
        ]
        if not more:
            return [one for one in publications if one in found]
        found += more
        reached += [(one.first, one.last) for one in more]


def _series(year: Month, month: Month, own: Publication, public: Known) -> tuple[tuple[str, int | None], ...]:
    """Submissions in each month of the year so far, as each was released."""
    shown = {
        report.first: kept.publication_of(report.tables[0]).shown.get(TOTAL)
        for report in public.reports
        if report.kind == MONTHLY
    }
    before = [(str(one), shown[str(one)]) for one in span(year, month) if str(one) in shown and one != month]
    return (*before, (str(month), own.shown.get(TOTAL)))

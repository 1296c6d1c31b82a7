"""
Reports: drafts, which may be made again, and releases, which stand for ever.

GUARANTEES
    Whoever made a draft cannot release it. A release is of exactly what the draft showed, and only while
    nothing else was released since it was checked; else it must be made again. What is released is frozen,
    and so are the true numbers of its months: later changes to a month never show, not even as a difference.
SECURITY
    The true numbers are sealed as source part, because they count organisations.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select

from mailbot.codec import decode, encode
from mailbot.domain.states import ReportState
from mailbot.errors import Declined
from mailbot.statistics.counts import Counts
from mailbot.statistics.kept import Public, Secret, publication_of, truth_of
from mailbot.statistics.months import Month
from mailbot.statistics.publication import Publication
from mailbot.store.audit import Action
from mailbot.store.ids import new_id
from mailbot.store.office import report as TABLE
from mailbot.store.unit import Unit
from mailbot.store.vault import Part, Vault


@dataclass(frozen=True, slots=True)
class Report:
    """A report, and how far it is."""

    report_id: str
    state: ReportState
    made_by: str
    made_at: datetime
    released_by: str | None
    released_at: datetime | None
    public: Public


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that was published, and the true numbers that go with it."""

    publications: tuple[Publication, ...]
    truth: dict[Month, Counts]
    reports: tuple[Public, ...]
    count: int


def known(db: Connection, vault: Vault) -> Known:
    """All releases, the first first; of a month, the numbers of its first release."""
    publications: list[Publication] = []
    truth: dict[Month, Counts] = {}
    reports = []
    for row in db.execute(_RELEASED):
        secret = _secret(vault, row)
        for month, counts in truth_of(secret).items():
            truth.setdefault(month, counts)
        publications += [publication_of(tables) for tables in secret.public.tables]
        reports.append(secret.public)
    return Known(tuple(publications), truth, tuple(reports), len(reports))


def find(db: Connection, vault: Vault, first: Month, last: Month, kind: str) -> Report | None:
    """The release of a period, or its draft."""
    row = db.execute(
        select(TABLE).where(
            TABLE.c.first_month == str(first), TABLE.c.last_month == str(last), TABLE.c.kind == kind
        )
    ).first()
    return _report(vault, row) if row else None


def get(db: Connection, vault: Vault, report_id: str) -> Report | None:
    """A report by its id."""
    row = db.execute(select(TABLE).where(TABLE.c.report_id == report_id)).first()
    return _report(vault, row) if row else None


def opened(vault: Vault, row: Row[tuple[object, ...]]) -> Public:
    """What is public in a row, or would be once it is released."""
    return _secret(vault, row).public


def every(db: Connection, vault: Vault) -> list[Report]:
    """All reports, the newest period first."""
    query = select(TABLE).order_by(TABLE.c.last_month.desc(), TABLE.c.first_month.desc(), TABLE.c.kind)
    return [_report(vault, row) for row in db.execute(query)]


def keep_draft(
    unit: Unit, secret: Secret, checked_against: int, actor: str, now: datetime, review_on: datetime
) -> str:
    """Keep a draft in place of the one before; its id. `Declined("released")` where the period is frozen."""
    public = secret.public
    same = (
        TABLE.c.first_month == public.first,
        TABLE.c.last_month == public.last,
        TABLE.c.kind == public.kind,
    )
    if unit.db.scalar(select(TABLE.c.state).where(*same).with_for_update()) == ReportState.RELEASED.value:
        raise Declined("released")
    unit.db.execute(delete(TABLE).where(*same))
    report_id = new_id()
    unit.db.execute(
        insert(TABLE).values(
            report_id=report_id,
            first_month=public.first,
            last_month=public.last,
            kind=public.kind,
            state=ReportState.DRAFT.value,
            made_by=actor,
            made_at=now,
            checked_against=checked_against,
            sealed=unit.vault.seal(Part.SOURCE, encode(secret), _place(report_id)),
            review_on=review_on,
        )
    )
    unit.audit(actor, Action.COMBINATION, report_id, now, what="report", period=public.last)
    return report_id


def release(unit: Unit, report_id: str, actor: str, now: datetime) -> None:
    """Freeze a draft; `Declined` with "own_draft", "released", "not_over", "made_before" or "gone"."""
    row = unit.db.execute(select(TABLE).where(TABLE.c.report_id == report_id).with_for_update()).first()
    if row is None:
        raise Declined("gone")
    if row.state != ReportState.DRAFT.value:
        raise Declined("released")
    if row.made_by == actor:
        raise Declined("own_draft")
    secret = _secret(unit.vault, row)
    if publication_of(secret.public.tables[0]).last.ends > row.made_at:
        raise Declined("not_over")
    if unit.db.scalar(_COUNT) != row.checked_against:
        raise Declined("made_before")
    shown = encode(secret.public).decode()
    unit.move(
        TABLE,
        report_id,
        ReportState.DRAFT,
        ReportState.RELEASED,
        released_by=actor,
        released_at=now,
        shown=shown,
    )
    unit.audit(actor, Action.DISCLOSURE, report_id, now, what="report_released", period=row.last_month)


_IS_RELEASED = TABLE.c.state == ReportState.RELEASED.value
_RELEASED = select(TABLE).where(_IS_RELEASED).order_by(TABLE.c.released_at, TABLE.c.report_id)
_COUNT = select(func.count()).select_from(TABLE).where(_IS_RELEASED)


def _secret(vault: Vault, row: Row[tuple[object, ...]]) -> Secret:
    return decode(vault.open(Part.SOURCE, row.sealed, _place(row.report_id)), Secret)


def _report(vault: Vault, row: Row[tuple[object, ...]]) -> Report:
    return Report(
        row.report_id,
        ReportState(row.state),
        row.made_by,
        row.made_at,
        row.released_by,
        row.released_at,
        _secret(vault, row).public,
    )


def _place(report_id: str) -> str:
    return f"report.sealed.{report_id}"

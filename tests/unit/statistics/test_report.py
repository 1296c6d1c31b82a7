"""From messages to a released report."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.domain.mail import Kind
from mailbot.domain.states import ReportState
from mailbot.errors import Declined
from mailbot.statistics import releases
from mailbot.statistics.counts import NOT_KNOWN, TOTAL, Place
from mailbot.statistics.draft import MONTHLY, TABLE, Maker
from mailbot.statistics.flat import flat
from mailbot.statistics.kept import publication_of
from mailbot.statistics.months import Month
from mailbot.statistics.page import page
from mailbot.statistics.releases import Report
from mailbot.statistics.speed import speed
from mailbot.store.schools import School
from mailbot.store.unit import Store
from tests.unit.statistics.office import LATER, MARCH, WAYS, a_busy_month, domain, maker, partners, send

MONTH, NEXT = Month(2026, 3), Month(2026, 4)
APRIL = MARCH + timedelta(days=31)
DRUGS = Place("ticks", "drug_related_harm")


def made(store: Store, maker: Maker, month: Month = MONTH, until: Month | None = None) -> Report:
    """A draft of Ada's."""
    report_id = maker.make(month, until or month, TABLE if until else MONTHLY, "ada", LATER)
    with store.look() as db:
        found = releases.get(db, store.vault, report_id)
    assert found is not None
    return found


def let_go(store: Store, report: Report, who: str = "bob", at: datetime = LATER) -> None:
    """A second person releases it."""
    with store.unit() as unit:
        releases.release(unit, report.report_id, who, at)


def shown(report: Report, place: Place, table: int = 0) -> int | None:
    """What is shown of it."""
    return publication_of(report.public.tables[table]).shown[place]


def test_an_empty_month_is_a_report(store: Store) -> None:
    """Everything zero, nothing failed."""
    report = made(store, maker(store, partners()))

    assert ReportState.DRAFT is report.state
    assert 0 == shown(report, TOTAL)
    assert report.public.speed is None


def test_submissions_and_ticks_are_counted(store: Store) -> None:
    """36 submissions with a tick each; the median and the share of those looked at in time."""
    a_busy_month(store)
    report = made(store, maker(store, partners()))

    assert (35, 35) == (shown(report, TOTAL), shown(report, DRUGS))
    assert 10 == shown(report, Place("submissions", *WAYS[0]))
    assert report.public.speed is not None
    assert (100, 30, 30) == (
        report.public.speed.within_target, report.public.speed.median, report.public.speed.p95,
    )  # fmt: skip


def test_copies_and_other_messages_do_not_count(store: Store) -> None:
    """A form sent twice is one submission; a training request none."""
    a_busy_month(store)
    for number in range(6):
        for _ in range(5):
            send(store, domain(0, number), MARCH, "other", flags=("duplicate",))
            send(store, domain(0, number), MARCH, "other", kind=Kind.TRAINING_REQUEST)

    assert 35 == shown(made(store, maker(store, partners())), TOTAL)


@pytest.mark.parametrize(
    ("at", "total"),
    [
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), 35),  # 23:59 in summer time
        (datetime(2026, 3, 31, 23, 1, tzinfo=UTC), 0),  # 00:01 in April
    ],
)
def test_a_month_ends_at_local_midnight(store: Store, at: datetime, total: int) -> None:
    """Summer time begins in March."""
    a_busy_month(store, at)

    assert total == shown(made(store, maker(store, partners())), TOTAL)


def test_whoever_made_a_draft_cannot_release_it(store: Store) -> None:
    """A second person must; and only once."""
    report = made(store, maker(store, partners()))
    with pytest.raises(Declined, match="own_draft"):
        let_go(store, report, "ada")
    let_go(store, report)

    with pytest.raises(Declined, match="released"):
        let_go(store, report, "eve")


def test_a_month_that_is_not_over_is_not_released(store: Store) -> None:
    """A draft of it can be made."""
    report = made(store, maker(store, partners()), Month(2026, 6))

    with pytest.raises(Declined, match="not_over"):
        let_go(store, report)


def test_a_draft_may_be_made_again_and_a_release_not(store: Store) -> None:
    """What came late is in the new draft; after the release nothing changes any more."""
    making = maker(store, partners())
    made(store, making)
    a_busy_month(store)
    report = made(store, making)
    let_go(store, report)
    a_busy_month(store)

    assert 35 == shown(report, TOTAL)
    with pytest.raises(Declined, match="released"):
        made(store, making)


def test_a_draft_from_before_another_release_must_be_made_again(store: Store) -> None:
    """It was not checked against that one."""
    making = maker(store, partners())
    march, april = made(store, making), made(store, making, NEXT)
    let_go(store, march)

    with pytest.raises(Declined, match="made_before"):
        let_go(store, april)
    let_go(store, made(store, making, NEXT))


def test_the_year_to_date_counts_a_released_month_as_it_was(store: Store) -> None:
    """What is corrected in March after its release changes no later number, not even by a difference."""
    making = maker(store, partners(), year_begins=3)
    a_busy_month(store)
    let_go(store, made(store, making))
    a_busy_month(store)  # late for March
    a_busy_month(store, APRIL)
    april = made(store, making, NEXT)

    assert (35, 70) == (shown(april, TOTAL), shown(april, TOTAL, 1))
    assert (("2026-03", 35), ("2026-04", 35)) == april.public.months


def test_a_table_on_request_goes_the_same_way(store: Store) -> None:
    """March and April together after both were released: one school's late small number stays hidden."""
    making = maker(store, partners(), year_begins=3)
    a_busy_month(store)
    let_go(store, made(store, making))
    a_busy_month(store, APRIL)
    send(store, domain(1, 0), APRIL, "modern_day_slavery")
    let_go(store, made(store, making, NEXT))
    table = made(store, making, MONTH, NEXT)

    assert "table" == table.public.kind
    assert shown(table, Place("ticks", "modern_day_slavery")) is None
    assert 75 == shown(table, TOTAL)


def test_a_school_of_the_register_is_known_by_its_domain(store: Store) -> None:
    """Type and area come from the register; a stranger's are not known."""
    schools = [
        School(f"90000{n}", f"School {n}", "Special school", "Gosport", domain=f"s{n}.example")
        for n in range(5)
    ]
    for number in range(5):
        for _ in range(3):
            send(store, f"s{number}.example")
            send(store, f"stranger{number}.example")
    report = made(store, maker(store, partners(), schools))

    assert 15 == shown(report, Place("submissions", "Special school", "Gosport"))
    assert 15 == shown(report, Place("submissions", NOT_KNOWN, NOT_KNOWN))


def test_nothing_of_a_source_stands_in_what_is_written(store: Store) -> None:
    """No domain, no digest, no number below the threshold; what is hidden is marked."""
    a_busy_month(store)
    send(store, domain(2, 1), MARCH, "modern_day_slavery")
    report = made(store, maker(store, partners()))
    written = page(report.public, draft=True) + flat(report.public)

    assert ".example" not in written
    assert store.vault.digest("organisation", b"partner:partner 0-1") not in written
    assert "ticks,,,Modern day slavery,,[c]" in flat(report.public)
    assert "submissions,College,Portsmouth,,15," in flat(report.public)


def test_the_page_says_what_is_counted(store: Store) -> None:
    """A draft says that it is one; tables and charts say submissions or ticks; there is no script."""
    a_busy_month(store)
    report = made(store, maker(store, partners()))
    draft, final = page(report.public, draft=True), page(report.public, draft=False)

    assert "Draft. Not released" in draft
    assert "Draft" not in final
    assert "Number of submissions by organisation type and area" in final
    assert "Number of ticks by information type" in final
    assert "<script" not in final
    assert final.count("<svg") == 6


def test_the_same_report_is_the_same_bytes(store: Store) -> None:
    """Also its charts."""
    a_busy_month(store)
    report = made(store, maker(store, partners()))

    assert page(report.public, draft=False) == page(report.public, draft=False)


def test_too_few_waits_say_nothing() -> None:
    """Nineteen submissions are too few for a share; twenty not yet looked at are none in time."""
    hour = timedelta(hours=1)

    assert speed([hour] * 19) is None
    assert speed([hour] * 15 + [timedelta(hours=3)] * 5) is not None
    assert 0 == speed([None] * 20).within_target  # type: ignore[union-attr]


def test_a_month_in_which_everything_is_hidden_has_a_page(store: Store) -> None:
    """One submission, of somebody nobody knows: every number of it is hidden, and the charts are empty."""
    send(store, "stranger.example", MARCH, "other")
    report = made(store, maker(store, partners(0)))

    assert {None} == {one.shown for one in report.public.tables[0].numbers if one.table == "submissions"}
    assert "not shown" in page(report.public, draft=False)

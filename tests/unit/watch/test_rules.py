"""What is an alarm and what is not: each rule with a fact on either side of its limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.watch.facts import Canary, Facts, Folder, Poll
from mailbot.watch.rules import SENTENCES, Alarm, Limits, alarms

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AGES = timedelta(days=9)
REFUSED = Poll("partnership", NOW, "Refused")
LIMITS = Limits(mailboxes=("partnership",))
WELL = Facts(NOW, NOW - AGES, 10 * 2**30, polls=(Poll("partnership", NOW),))


def ago(**how: float) -> datetime:
    """A moment in the past."""
    return NOW - timedelta(**how)


def folder(role: str, counted: int, expected: int, least: int = 0) -> Facts:
    """Facts about one folder."""
    return replace(WELL, folders=(Folder("partnership", role, counted, expected, least),))


def test_silence_when_all_is_well() -> None:
    """Nothing is wrong, nothing is said."""
    assert [] == alarms(WELL, LIMITS)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(WELL, polls=(Poll("partnership", ago(minutes=11)),)), Alarm("poll_late", "partnership")),
        (replace(WELL, polls=(Poll("partnership"),)), Alarm("poll_late", "partnership")),
        (
            replace(WELL, polls=(Poll("partnership", NOW, "Refused"),)),
            Alarm("mailbox_refused", "partnership"),
        ),
        (replace(WELL, room=0), Alarm("disk_full")),
        (replace(WELL, room=2**20), Alarm("disk_low")),
        (replace(WELL, oldest_stored=ago(minutes=16)), Alarm("read_late")),
        (replace(WELL, scanner=False), Alarm("scanner_down")),
        (replace(WELL, oldest_unread=ago(minutes=121)), Alarm("unread")),
        (replace(WELL, oldest_due=ago(minutes=16)), Alarm("send_late")),
        (replace(WELL, states={"outbox": {"uncertain": 2}}), Alarm("acknowledgements_uncertain", "", 2)),
        (replace(WELL, states={"outbox": {"held": 3}}), Alarm("acknowledgements_held", "", 3)),
        (replace(WELL, states={"outbox": {"refused": 1}}), Alarm("acknowledgements_refused", "", 1)),
        (replace(WELL, bounces=6), Alarm("breaker_open")),
        (replace(WELL, states={"message": {"quarantined": 1}}), Alarm("quarantined", "", 1)),
        (replace(WELL, unfetched=(("partnership", 2),)), Alarm("unfetched", "partnership", 2)),
        (replace(WELL, stuck=(("partnership", 1),)), Alarm("not_moved", "partnership", 1)),
        (folder("junk", 3, 0, 1), Alarm("in_junk", "partnership", 2)),
        (folder("processed", 12, 10), Alarm("strays_processed", "partnership", 2)),
        (folder("quarantine", 1, 0), Alarm("strays_quarantine", "partnership", 1)),
        (replace(WELL, difference=1), Alarm("difference", "", 1)),
        (replace(WELL, attention=(("break_glass", 2),)), Alarm("attention_break_glass", "", 2)),
        (
            replace(WELL, canaries=(Canary("partnership", ago(hours=3), None),)),
            Alarm("canary_late", "partnership"),
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Alarm) else "",
)
def test_each_thing_that_goes_wrong_is_an_alarm(facts: Facts, expected: Alarm) -> None:
    """One thing wrong is one alarm, with a sentence for a person."""
    assert [expected] == alarms(facts, LIMITS)
    assert expected.code in SENTENCES


@pytest.mark.parametrize(
    "facts",
    [
        replace(WELL, polls=(Poll("partnership", ago(minutes=9), "SourceUnavailable"),)),
        replace(WELL, since=ago(minutes=1), polls=(Poll("partnership", ago(days=2)),)),
        replace(
            WELL, oldest_stored=ago(minutes=14), oldest_due=ago(minutes=14), oldest_unread=ago(minutes=119)
        ),
        replace(WELL, bounces=5),
        folder("junk", 3, 0, 3),
        folder("processed", 8, 10),
        folder("inbox", 9, 3),
        replace(WELL, canaries=(Canary("partnership", ago(hours=9), ago(hours=8)),)),
        replace(WELL, canaries=(Canary("partnership", ago(hours=1), None),)),
    ],
    ids=[
        "short",
        "just-started",
        "in-time",
        "few-bounces",
        "old-junk",
        "taken-out",
        "inbox",
        "came",
        "under-way",
    ],
)
def test_what_is_usual_is_none(facts: Facts) -> None:
    """What is short, old, or a person's own doing alarms nobody."""
    assert [] == alarms(facts, LIMITS)


TOMORROW = NOW + timedelta(days=1)
QUARTER = replace(WELL, since=ago(hours=3))  # the watch began anew when the clock was set back


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(QUARTER, polls=(Poll("partnership", TOMORROW),)), Alarm("poll_late", "partnership")),
        (replace(QUARTER, oldest_stored=TOMORROW), Alarm("read_late")),
        (replace(QUARTER, oldest_unread=TOMORROW), Alarm("unread")),
        (
            replace(QUARTER, canaries=(Canary("partnership", TOMORROW, None),)),
            Alarm("canary_late", "partnership"),
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Alarm) else "",
)
def test_what_a_clock_wrote_that_was_set_back_silences_nothing(facts: Facts, expected: Alarm) -> None:
    """A moment that is still to come says nothing about how long it has been quiet."""
    assert [expected] == alarms(facts, LIMITS)

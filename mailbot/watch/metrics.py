"""
The facts as Prometheus metrics: ids of mailboxes, states and numbers.

Made at each scrape from what the watch saw last; nothing is counted here, so a restart loses nothing.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from mailbot.watch.facts import Facts
from mailbot.watch.rules import SENTENCES
from mailbot.watch.watcher import Pulse

_TABLES = {
    "message": "mailbot_messages",
    "delivery": "mailbot_deliveries",
    "review_item": "mailbot_review_items",
    "outbox": "mailbot_outgoing",
}


class Standing(Collector):
    """What the watch saw last."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def collect(self) -> Iterator[Gauge]:
        """Every family; those that need the database are left out while it is away."""
        pulse = self._pulse
        yield Gauge(
            "mailbot_watch_timestamp_seconds", "when the watch last looked", value=pulse.at.timestamp()
        )
        alarms = Gauge("mailbot_alarm", "1 or the number of an alarm that is on", labels=["code", "mailbox"])
        on = {(alarm.code, alarm.about): alarm.number or 1 for alarm in pulse.alarms}
        for code in sorted(SENTENCES.keys() - {"test"} - {code for code, _ in on}):
            alarms.add_metric([code, ""], 0)
        for (code, about), number in on.items():
            alarms.add_metric([code, about], number)
        yield alarms
        if pulse.facts is not None:
            yield from _of(pulse.facts)


def scraped(registry: CollectorRegistry) -> bytes:
    """The text that Prometheus reads."""
    return generate_latest(registry)


def registry(pulse: Pulse) -> CollectorRegistry:
    """Our families and those of the process, and nobody else's."""
    made = CollectorRegistry()
    made.register(Standing(pulse))
    ProcessCollector(registry=made)
    return made


def _of(facts: Facts) -> Iterator[Gauge]:
    for table, name in _TABLES.items():
        family = Gauge(name, f"rows by state ({table})", labels=["state"])
        for state, count in (facts.states or {}).get(table, {}).items():
            family.add_metric([state], count)
        yield family
    polls = Gauge("mailbot_last_good_poll_timestamp_seconds", "last good poll", labels=["mailbox"])
    for poll in facts.polls:
        polls.add_metric([poll.mailbox], poll.last_good_at.timestamp() if poll.last_good_at else 0)
    yield polls
    counted = Gauge("mailbot_folder_messages", "messages in a folder", labels=["mailbox", "folder"])
    strays = Gauge("mailbot_folder_strays", "of these not from us", labels=["mailbox", "folder"])
    for folder in facts.folders:
        counted.add_metric([folder.mailbox, folder.role], folder.counted)
        strays.add_metric([folder.mailbox, folder.role], folder.strays)
    yield counted
    yield strays
    sent, unread = facts.last_sent, facts.oldest_unread
    yield Gauge(
        "mailbot_last_sent_timestamp_seconds", "last good send", value=sent.timestamp() if sent else 0
    )
    waited = (facts.at - unread).total_seconds() if unread else 0
    yield Gauge("mailbot_oldest_unread_seconds", "age of the oldest unread item", value=waited)
    yield Gauge("mailbot_disk_room_bytes", "free bytes above the reserve", value=facts.room)
    yield Gauge("mailbot_difference", "messages without item or acknowledgement", value=facts.difference)
    yield Gauge("mailbot_scanner_up", "whether the virus scanner answers", value=int(facts.scanner))

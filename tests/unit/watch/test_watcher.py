"""The watch against a real database: what is told, how often, and what outsiders see."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest

from mailbot.errors import Declined, ScannerUnavailable, TransportUnavailable
from mailbot.review.attention import Concern, raise_concern, settle, unsettled
from mailbot.store.lookout import alert, folder
from mailbot.watch import alerts
from mailbot.watch.channels.base import Notice
from mailbot.watch.health import serving
from mailbot.watch.rules import Limits
from mailbot.watch.watcher import Pulse, Watcher
from tests.fakes.ground import MAILBOX, Ground, ground
from tests.unit.review.items import add_item


@dataclass
class Told:
    """A way to somebody, who writes everything down; `broken` while nothing goes through."""

    name: str = "told"
    lines: list[tuple[str, str, int]] = field(default_factory=list)
    broken: bool = False
    notices: list[Notice] = field(default_factory=list)

    def tell(self, notices: Sequence[Notice], now: datetime) -> None:
        """Write it down."""
        if self.broken:
            raise TransportUnavailable("nobody is there")
        self.notices += notices
        self.lines += [(one.state, one.code, one.number) for one in notices]


@dataclass
class Site:
    """A watch over real ground; what is wrong is what a test says."""

    ground: Ground
    told: Told = field(default_factory=Told)
    room: int = 10 * 2**30
    scans: bool = True

    def __post_init__(self) -> None:
        self.pulse = Pulse(self.ground.now)
        self.watcher = Watcher(
            self.ground.store,
            Limits(mailboxes=()),
            [Told(broken=True), self.told],
            timedelta(hours=12),
            lambda: self.room,
            self._scan,
            self.ground.clock,
            self.pulse,
        )

    def _scan(self) -> None:
        if not self.scans:
            raise ScannerUnavailable("the virus scanner does not answer")

    def look(self, **later: float) -> list[tuple[str, str, int]]:
        """One look after a while; what was told."""
        self.ground.later(**(later or {"minutes": 1}))
        self.told.lines.clear()
        self.watcher.look()
        return list(self.told.lines)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site where all is well."""
    with ground(tmp_path) as made:
        yield Site(made)


def test_told_once_again_when_it_lasts_and_when_it_is_over(site: Site) -> None:
    """An alarm is told when it begins, every twelve hours, and when it ends: not every minute."""
    site.scans = False

    assert [("on", "scanner_down", 0)] == site.look()
    assert [] == site.look()
    assert [("on", "scanner_down", 0)] == site.look(hours=12)

    site.scans = True

    assert [("over", "scanner_down", 0)] == site.look()
    assert [] == site.look()


def test_worse_is_news(site: Site) -> None:
    """More of the same is told; less of it is not."""
    place = {"mailbox": MAILBOX, "role": "junk", "expected": 0, "least": 0, "counted_at": site.ground.now}
    site.watcher.limits = Limits(mailboxes=(MAILBOX,), poll=timedelta(days=9))
    counts = []
    for counted in (1, 1, 3, 2):
        with site.ground.store.unit() as unit:
            unit.db.execute(folder.delete())
            unit.db.execute(folder.insert(), place | {"counted": counted})
        counts.append(site.look())

    assert [[("on", "in_junk", 1)], [], [("on", "in_junk", 3)], []] == counts


def test_more_after_less_is_news_again(site: Site) -> None:
    """Somebody settles one urgent item, another comes: it is told, though there were as many before."""
    store, counts = site.ground.store, []
    items = [add_item(store, received_at=site.ground.now) for _ in range(3)]
    for raised, settled in ((items[:2], None), ([], items[0]), (items[2:], None)):
        with store.unit() as unit:
            for item in raised:
                raise_concern(unit, item, Concern.URGENT, "mailbot", site.ground.now)
            for one in unsettled(unit.db):
                if one.item_id == settled:
                    settle(unit, one.attention_id, "sue", site.ground.now)
        counts.append([told for told in site.look() if told[1] == "attention_urgent"])

    assert [[("on", "attention_urgent", 2)], [], [("on", "attention_urgent", 2)]] == counts


def test_one_settled_and_one_raised_between_two_looks_is_news(site: Site) -> None:
    """There are as many as before, and it is another one; looked at again, it is news no more."""
    store = site.ground.store
    first, second = (add_item(store, received_at=site.ground.now) for _ in range(2))
    with store.unit() as unit:
        raise_concern(unit, first, Concern.URGENT, "mailbot", site.ground.now)
    told = [site.look()]
    with store.unit() as unit:
        (one,) = unsettled(unit.db)
        settle(unit, one.attention_id, "sue", site.ground.now)
        raise_concern(unit, second, Concern.URGENT, "mailbot", site.ground.now)
    told += [site.look(), site.look()]
    urgent = [[line for line in lines if line[1] == "attention_urgent"] for lines in told]

    assert [[("on", "attention_urgent", 1)], [("on", "attention_urgent", 1)], []] == urgent


def test_what_supervisors_must_look_at_comes_with_a_link(site: Site) -> None:
    """A count and where to look, and nothing else; other alarms have no page."""
    site.watcher.console = "https://console.police.example"
    site.scans = False
    item = add_item(site.ground.store, received_at=site.ground.now)
    with site.ground.store.unit() as unit:
        raise_concern(unit, item, Concern.URGENT, "mailbot", site.ground.now)
    site.look()
    links = {one.code: one.link for one in site.told.notices}

    assert "https://console.police.example/attention" == links["attention_urgent"]
    assert "" == links["scanner_down"]
    for one in site.told.notices:
        assert one.link in one.line()
        assert one.link == one.plain()["link"]
        assert item not in one.line()


def test_what_nobody_could_be_told_stays_news(site: Site) -> None:
    """While no way works, the alarm is kept; it is told when one works, and its end only if it was told."""
    site.room, site.told.broken = 0, True
    site.look()
    site.told.broken = False

    assert [("on", "disk_full", 0)] == site.look()

    site.room, site.told.broken = 10 * 2**30, True
    site.look()
    site.told.broken = False

    assert [("over", "disk_full", 0)] == site.look()
    assert [("over",)] == [(row[0],) for row in site.ground.rows(alert, "told", "code")]


def test_settled_is_silent_until_it_is_worse(site: Site) -> None:
    """Who has settled an alert hears no more of it; junk that was looked at is no longer news at all."""
    site.watcher.limits = Limits(mailboxes=(MAILBOX,), poll=timedelta(days=9))
    place = {"mailbox": MAILBOX, "role": "junk", "expected": 0, "least": 0, "counted_at": site.ground.now}
    with site.ground.store.unit() as unit:
        unit.db.execute(folder.insert(), place | {"counted": 2})
    site.look()
    with site.ground.store.look() as db:
        (one,) = alerts.standing(db)
    with site.ground.store.unit() as unit:
        alerts.settle(unit, one.alert_id, "os:root", site.ground.now)

    assert [("over", "in_junk", 2)] == site.look(hours=13)
    with site.ground.store.unit() as unit, pytest.raises(Declined):
        alerts.settle(unit, one.alert_id, "os:root", site.ground.now)


def test_a_database_that_is_away_is_told_without_it(site: Site, tmp_path: Path) -> None:
    """The alarm needs no database; it is told once, and once when it is over."""
    database, aside = tmp_path / "mailbot.db", tmp_path / "aside.db"
    site.ground.store.close()
    database.rename(aside)
    database.mkdir()

    first, second, ready = site.look(), site.look(), site.pulse.alarms
    database.rmdir()
    aside.rename(database)

    assert [[("on", "store_unavailable", 0)], []] == [first, second]
    assert ["store_unavailable"] == [alarm.code for alarm in ready]
    assert [("over", "store_unavailable", 0)] == site.look()


def asked(port: int, path: str) -> tuple[int, str]:
    """What a monitoring system gets."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with create_server(("127.0.0.1", 0)) as held:
        number: int = held.getsockname()[1]
    return number


def test_health_and_readiness(site: Site, port: int) -> None:
    """Alive while the watch looks; ready while no work has stopped; silent is dead."""
    with serving(port, site.pulse, site.ground.clock):
        before = asked(port, "/readyz")
        site.look()
        well = asked(port, "/healthz"), asked(port, "/readyz")
        site.room = 0
        site.look()
        full = asked(port, "/healthz"), asked(port, "/readyz")
        site.ground.later(minutes=6)
        silent = asked(port, "/healthz"), asked(port, "/readyz")
        other = asked(port, "/metrics/../etc")

    assert (503, []) == (before[0], json.loads(before[1])["alarms"])
    assert [(200, "ok\n"), 200] == [well[0], well[1][0]]
    assert [200, 503] == [full[0][0], full[1][0]]
    assert {"ready": False, "alarms": ["disk_full"]} == json.loads(full[1][1])
    assert [503, 503] == [silent[0][0], silent[1][0]]
    assert (404, "not here\n") == other


def test_metrics_hold_counts_and_our_words(site: Site, port: int) -> None:
    """What is wrong is 1, what is not is 0, and rows are counted by state."""
    site.ground.remember(3)
    site.scans = False
    site.look()
    with serving(port, site.pulse, site.ground.clock):
        code, text = asked(port, "/metrics")

    assert 200 == code
    assert 'mailbot_alarm{code="scanner_down",mailbox=""} 1.0' in text
    assert 'mailbot_alarm{code="disk_full",mailbox=""} 0.0' in text
    assert 'mailbot_messages{state="decided"} 3.0' in text
    assert "mailbot_scanner_up 0.0" in text
    assert "process_resident_memory_bytes" in text


def test_after_a_clock_was_set_back_the_watch_begins_anew(site: Site) -> None:
    """What lasts is told again although it was told "tomorrow", and what is late counts from now."""
    site.ground.later(days=1)
    site.room = 0
    first = site.look()
    site.ground.later(days=-1)
    second = site.look(minutes=2)

    assert [("on", "disk_full", 0)] == first == second
    assert site.ground.now == site.pulse.since
    assert [] == site.look(minutes=2)

"""The queue page over HTTP: must cost the same however much waits and was decided before."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import requests

from bench.installation import install
from bench.setting import Setting
from bench.table import Row, median, percentile, spread
from mailbot.app import App, open_app
from mailbot.config import load
from mailbot.domain.roles import Role
from mailbot.store.ids import new_id
from mailbot.store.schema import message, reading, review_item
from mailbot.web import accounts, sessions
from mailbot.web.session import PLAIN

FEW, MANY = 100, 10_000  # waiting
DECIDED = 100_000  # beside the many
PAGES = {"queue": "/queue", "board": "/board?still=1"}
LOOKS = 40
MOST_MS, MOST_TIMES = 50.0, 1.5


def grow(app: App, waiting: int, decided: int) -> None:
    """So many items; every tenth that waits is pressing."""
    now = datetime.now(UTC)
    messages, readings, items = [], [], []
    for number in range(waiting + decided):
        known, at = new_id(), now - timedelta(seconds=number)
        state = "waiting" if number < waiting else "decided"
        urgent = number % 10 == 0
        messages.append(
            {
                "message_id": known,
                "mailbox": "bench",
                "raw_digest": known * 2,
                "size": 50_000,
                "received_at": at,
                "stored_at": at,
                "state": "queued" if number < waiting else "decided",
                "kind": "cpi",
            }
        )
        readings.append(
            {
                "reading_id": new_id(),
                "message_id": known,
                "version": 1,
                "kind": "cpi",
                "flags": '["urgent"]' if urgent else "[]",
                "reader_version": "1",
                "schema_version": "1",
                "made_at": at,
            }
        )
        items.append(
            {
                "item_id": new_id(),
                "message_id": known,
                "state": state,
                "rank": 8 if urgent else 0,
                "opened_at": at,
                "due_at": at + timedelta(hours=2),
                "first_opened_at": None if number < waiting else at + timedelta(minutes=20),
                "decided_at": None if number < waiting else at + timedelta(minutes=30),
            }
        )
    with app.store.unit() as unit:
        for table, rows in ((message, messages), (reading, readings), (review_item, items)):
            unit.db.execute(table.insert(), rows)


def signed_in(app: App) -> str:
    """The cookie of a handler."""
    now = datetime.now(UTC)
    with app.store.unit() as unit:
        account = accounts.know(unit, "bench", "handler.one", {Role.HANDLER}, now)
        return sessions.begin(unit, account, "oidc", now)


@contextmanager
def served(app: App) -> Iterator[str]:
    """The console on a port of its own."""
    server = app.console(port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()
        thread.join()


def looker(base: str, token: str) -> requests.Session:
    """A browser that keeps its connection."""
    session = requests.Session()
    session.cookies.set(PLAIN, token)
    session.headers["X-Base"] = base
    return session


def run(setting: Setting) -> list[Row]:
    """Two consoles in turn."""
    environ = setting.environ("peer", setting.work)
    times: dict[tuple[str, int], list[float]] = {(page, size): [] for page in PAGES for size in (FEW, MANY)}
    configs = {
        size: load(install(setting.work / f"console-{size}", setting.server.port, "peer", readers=1), environ)
        for size in (FEW, MANY)
    }
    with open_app(configs[FEW], environ) as few, open_app(configs[MANY], environ) as many:
        grow(few, FEW, 0)
        grow(many, MANY, DECIDED)
        with served(few) as one, served(many) as other:
            lookers = {FEW: looker(one, signed_in(few)), MANY: looker(other, signed_in(many))}
            for look in range(LOOKS * setting.rounds):
                for page, path in PAGES.items():
                    for size, session in lookers.items():
                        taken = _look(session, path)
                        if look >= 5:  # the first ones compile templates and fill caches
                            times[page, size].append(taken)
    return [row for page in PAGES for row in _rows(page, times[page, FEW], times[page, MANY])]


def _look(session: requests.Session, path: str) -> float:
    start = time.perf_counter()
    answer = session.get(f"{session.headers['X-Base']!s}{path}", timeout=60)
    taken = 1000 * (time.perf_counter() - start)
    assert answer.status_code == 200
    assert "Signed in as handler.one" in answer.text
    return taken


def _rows(page: str, few: list[float], many: list[float]) -> list[Row]:
    promised = page == "queue"
    return [
        Row("console", f"{page} page, {FEW} wait", median(few), "ms", spread=spread(few)),
        Row(
            "console",
            f"{page} page, {MANY} wait and {DECIDED} are decided",
            median(many),
            "ms",
            most=MOST_MS if promised else None,
            spread=spread(many),
        ),
        Row("console", f"{page} page, the same, 95 of 100 within", percentile(many, 0.95), "ms"),
        Row(
            "console",
            f"{page} page, {MANY} / {FEW}",
            median(many) / median(few),
            "times",
            most=MOST_TIMES if promised else None,
        ),
    ]

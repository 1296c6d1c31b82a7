"""The page of one item over HTTP, without pictures: a form as schools send it, held by the one who looks."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import requests

from bench.installation import install
from bench.measures.console import looker, served, signed_in
from bench.setting import Setting
from bench.table import Row, median, percentile, spread
from mailbot.app import App, open_app
from mailbot.cli.demo.messages import samples
from mailbot.config import load
from mailbot.domain.mail import Border, Reading
from mailbot.reading import read_message
from mailbot.review import claims, queue
from mailbot.store.ids import new_id
from mailbot.store.readings import save_reading
from mailbot.store.schema import message

LOOKS = 40
MOST_MS = 80.0
PAGES = {"item page": "", "decision page": "/decide"}
WORDS = " The boys met behind the shops after school and she told me that nobody else knows of it."


def form() -> Reading:
    """The sample with the most in it, with a narrative of a page."""
    now = datetime.now(UTC)
    readings = [read_message(raw, Border()) for raw in samples(now)]
    fullest = max(readings, key=lambda one: sum(len(record.findings) for record in one.records))
    record = replace(fullest.records[0], narrative=(fullest.records[0].narrative or "") + WORDS * 30)
    return replace(fullest, records=(record, *fullest.records[1:]))


def put(app: App, reading: Reading) -> str:
    """An item that the handler has."""
    now, known = datetime.now(UTC), new_id()
    row = {"message_id": known, "mailbox": "bench", "raw_digest": known * 2, "size": 50_000}
    with app.store.unit() as unit:
        times = {"received_at": now, "stored_at": now}
        unit.db.execute(message.insert().values(**row, **times, state="queued", kind="cpi"))
        save_reading(unit, known, reading, now)
        item_id = queue.open_item(unit, known, now, reading.flags, now)
        claims.claim(unit, item_id, "handler.one", now)
    return item_id


def _look(session: requests.Session, address: str) -> float:
    start = time.perf_counter()
    answer = session.get(address, timeout=60)
    taken = 1000 * (time.perf_counter() - start)
    assert answer.status_code == 200
    return taken


def run(setting: Setting) -> list[Row]:
    """Both pages in turn; each look is also an entry of the audit chain, synced to disk."""
    environ = setting.environ("peer", setting.work)
    config = load(install(setting.work / "item", setting.server.port, "peer", readers=1), environ)
    times: dict[str, list[float]] = {page: [] for page in PAGES}
    with open_app(config, environ) as app:
        item_id = put(app, form())
        with served(app) as base:
            session = looker(base, signed_in(app))
            for look in range(LOOKS * setting.rounds):
                for page, path in PAGES.items():
                    taken = _look(session, f"{base}/items/{item_id}{path}")
                    if look >= 5:  # the first ones compile templates and fill caches
                        times[page].append(taken)
    rows = []
    for page, taken_all in times.items():
        most = MOST_MS if page == "item page" else None
        rows.append(Row("item", page, median(taken_all), "ms", most=most, spread=spread(taken_all)))
        rows.append(Row("item", f"{page}, 95 of 100 within", percentile(taken_all, 0.95), "ms"))
    return rows

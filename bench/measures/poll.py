"""A poll that finds nothing new: must cost the same however much was decided before."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.installation import install
from bench.setting import Setting
from bench.table import Row, median, spread
from mailbot.app import App, open_app
from mailbot.config import load
from mailbot.store.ids import new_id
from mailbot.store.schema import delivery, message, review_item

FEW, MANY = 1_000, 20_000
POLLS = 15
MOST = 1.5  # "the same", on a machine with others


def grow(app: App, count: int) -> None:
    """That many messages which were moved and decided long ago."""
    then = datetime.now(UTC) - timedelta(days=30)
    common = {"state": "decided"}
    messages, deliveries, items = [], [], []
    for number in range(count):
        known = new_id()
        messages.append(
            common
            | {
                "message_id": known,
                "mailbox": "bench",
                "raw_digest": new_id(),
                "size": 50_000,
                "received_at": then,
                "stored_at": then,
                "kind": "cpi",
            }
        )
        deliveries.append(
            {
                "delivery_id": new_id(),
                "mailbox": "bench",
                "locator": f"INBOX|1|{number + 1}",
                "message_id": known,
                "state": "moved",
                "stored_at": then,
                "moved_at": then,
                "target_folder": "Processed",
            }
        )
        items.append(common | {"item_id": new_id(), "message_id": known, "opened_at": then, "due_at": then})
    with app.store.unit() as unit:
        for table, rows in ((message, messages), (delivery, deliveries), (review_item, items)):
            unit.db.execute(table.insert(), rows)


def run(setting: Setting) -> list[Row]:
    """Polls of two installations in turn, on the same empty inbox."""
    nothing = setting.work / "nothing"
    nothing.mkdir()
    setting.server.fill("peer", nothing)
    environ = setting.environ("peer", setting.work)
    times: dict[int, list[float]] = {FEW: [], MANY: []}
    with (
        open_app(load(_installed(setting, FEW), environ), environ) as few,
        open_app(load(_installed(setting, MANY), environ), environ) as many,
    ):
        grow(few, FEW)
        grow(many, MANY)
        with few.worker() as one, many.worker() as other:
            for _ in range(POLLS * setting.rounds):
                for count, worker in ((FEW, one), (MANY, other)):
                    start = time.perf_counter()
                    worker.attendants[0].collect()
                    worker.attendants[0].tidy()
                    times[count].append(1000 * (time.perf_counter() - start))
    ratio = median(times[MANY]) / median(times[FEW])
    return [
        Row("poll", f"nothing new, {count} decided", median(values), "ms", spread=spread(values))
        for count, values in times.items()
    ] + [Row("poll", f"{MANY} / {FEW}", ratio, "times", most=MOST)]


def _installed(setting: Setting, count: int) -> Path:
    return install(setting.work / f"poll-{count}", setting.server.port, "peer", readers=1)

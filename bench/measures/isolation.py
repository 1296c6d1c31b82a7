"""What the isolation of reading costs a message, over reading it in the same process."""

import gc
import time
from collections.abc import Callable

from bench.setting import Setting
from bench.table import Row, median, spread
from mailbot.domain.mail import Border
from mailbot.errors import MailbotError
from mailbot.parse.sandbox import ReaderPool
from mailbot.reading import read_message

COUNT = 200
MOST = 8.0  # ms a message


def _timed(read: Callable[[bytes, Border], object], messages: list[bytes], border: Border) -> float:
    gc.collect()
    start = time.perf_counter()
    for raw in messages:
        read(raw, border)
    return 1000 * (time.perf_counter() - start) / len(messages)


def _reads(pool: ReaderPool, raw: bytes, border: Border) -> bool:
    """Whether both ways do the same: what cannot be read ends a child, and costs another one."""
    try:
        pool.read(raw, border)
    except MailbotError:
        return False
    return True


def run(setting: Setting) -> list[Row]:
    """The same messages both ways, in turn."""
    source = next(iter(setting.sources.values()))
    border = Border(("mx.police.example",))
    inside, outside = [], []
    pool = ReaderPool(mode="required", readers=1)
    try:
        files = sorted(source.iterdir())[:COUNT]
        messages = [raw for raw in (path.read_bytes() for path in files) if _reads(pool, raw, border)]
        for _ in range(setting.rounds + 1):
            inside.append(_timed(read_message, messages, border))
            outside.append(_timed(pool.read, messages, border))
    finally:
        pool.close()
    inside, outside = inside[1:], outside[1:]  # the first round warms up
    costs = [mine - theirs for mine, theirs in zip(outside, inside, strict=True)]
    return [
        Row("isolation", "reading in the same process", median(inside), "ms/message", spread=spread(inside)),
        Row("isolation", "reading in a child", median(outside), "ms/message", spread=spread(outside)),
        Row("isolation", "cost of isolation", median(costs), "ms/message", most=MOST, spread=spread(costs)),
    ]

"""What the isolation of reading costs a message, over reading it in the same process."""

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path

from bench.setting import Setting
from bench.table import Row, median, spread
from mailbot.domain.mail import Border
from mailbot.errors import MailbotError
from mailbot.parse.sandbox import ReaderPool
from mailbot.reading import read_message

Read = Callable[[bytes, Border], object]
COUNT = 200
MOST = 8.0  # ms a message
UNIT = "ms/message"


def _processor() -> float:
    """Seconds of ours, of our children and of theirs: moves far less than the wall on a busy machine."""
    ticks = 0
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])  # its own, and what it has waited for
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _timed(
    read: Callable[[bytes, Border], object], messages: list[bytes], border: Border
) -> tuple[float, float]:
    """Wall and processor time of a message, in ms."""
    gc.collect()
    start, worked = time.perf_counter(), _processor()
    for raw in messages:
        read(raw, border)
    each = 1000 / len(messages)
    return each * (time.perf_counter() - start), each * (_processor() - worked)


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
    return [
        *_rows("wall", [one for one, _ in inside], [one for one, _ in outside], MOST),
        *_rows("processor", [one for _, one in inside], [one for _, one in outside], None),
    ]


def _rows(clock: str, inside: list[float], outside: list[float], most: float | None) -> list[Row]:
    costs = [mine - theirs for mine, theirs in zip(outside, inside, strict=True)]
    return [
        Row("isolation", f"{clock}: in the same process", median(inside), UNIT, spread=spread(inside)),
        Row("isolation", f"{clock}: in a child", median(outside), UNIT, spread=spread(outside)),
        Row("isolation", f"{clock}: cost of isolation", median(costs), UNIT, most=most, spread=spread(costs)),
    ]

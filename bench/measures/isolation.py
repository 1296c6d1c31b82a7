"""
What the isolation of reading costs a message, over reading it in the same process.

As shipped there are two readers, used in turn: while one reads, the other has its next child forked and
rehearsed. What a message then waits for is the promise. What one reader alone takes, and the work of the
processors, which the second reader does not save, stand beside it.
"""

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
SAME, SHIPPED, ALONE = "in the same process", "in children, as shipped", "in children of one reader"


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
    """The same messages each way, in turn."""
    source = next(iter(setting.sources.values()))
    border = Border(("mx.police.example",))
    shipped, alone = ReaderPool(mode="required"), ReaderPool(mode="required", readers=1)
    try:
        files = sorted(source.iterdir())[:COUNT]
        messages = [raw for raw in (path.read_bytes() for path in files) if _reads(alone, raw, border)]
        ways: dict[str, Read] = {SAME: read_message, SHIPPED: shipped.read, ALONE: alone.read}
        times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(setting.rounds + 1):
            for way, read in ways.items():
                times[way].append(_timed(read, messages, border))
    finally:
        shipped.close()
        alone.close()
    return _rows({way: many[1:] for way, many in times.items()})  # the first round warms up


def _rows(times: dict[str, list[tuple[float, float]]]) -> list[Row]:
    rows = []
    for place, clock in enumerate(("wall", "processor")):
        taken = {way: [one[place] for one in many] for way, many in times.items()}
        rows += [
            Row("isolation", f"{clock}: {way}", median(many), UNIT, spread=spread(many))
            for way, many in taken.items()
        ]
        for way in (SHIPPED, ALONE):
            costs = [mine - theirs for mine, theirs in zip(taken[way], taken[SAME], strict=True)]
            most = MOST if (clock, way) == ("wall", SHIPPED) else None
            title = f"{clock}: cost of isolation, {way}"
            rows.append(Row("isolation", title, median(costs), UNIT, most=most, spread=spread(costs)))
    return rows

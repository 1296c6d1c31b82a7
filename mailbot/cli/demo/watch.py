"""A progress bar over the worker, which knows nothing of it: somebody counts what has been read."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from mailbot.cli.progress import progress

if TYPE_CHECKING:
    from mailbot.app import App

OFTEN = 0.1  # seconds between two looks


@contextmanager
def watched(app: "App", total: int, err: TextIO) -> Iterator[None]:
    """While the block runs, a bar shows how many messages have a reading; only on a terminal."""
    if not err.isatty():
        yield
        return
    done = threading.Event()
    with progress(err, "reading", total) as step:
        thread = threading.Thread(target=_count, args=(app, step, done))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _count(app: "App", step: "Callable[[int], None]", done: threading.Event) -> None:
    from sqlalchemy import func, select

    from mailbot.store.schema import reading

    shown, last = 0, False
    while not last:
        last = done.wait(OFTEN)  # one more look after the end, so that the bar is full
        with app.store.look() as db:
            count = db.scalar(select(func.count(func.distinct(reading.c.message_id)))) or 0
        step(count - shown)
        shown = count

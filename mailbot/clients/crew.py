"""
A few threads that speak to a server while the caller does something else.

GUARANTEES
    They end with the process, whatever they wait for: the pools of the standard library are waited for at
    the end of a program, and a server may be silent for longer than a stop may take. Left early, what is
    under way ends by itself.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from mailbot.clients.trouble import Trouble
from mailbot.errors import MailbotError

T = TypeVar("T")
Task = tuple["Future[Any]", Callable[[], Any]]


class Crew:
    """As many threads as requests may be under way."""

    def __init__(self, size: int) -> None:
        self._todo: SimpleQueue[Task | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(size)]

    def __enter__(self) -> Self:
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let them go."""
        for _ in self._threads:
            self._todo.put(None)

    def submit(self, action: Callable[[], T]) -> "Future[T]":
        """Have it done; its result, or its `Trouble`, comes by the future."""
        future: Future[T] = Future()
        self._todo.put((future, action))
        return future

    def _work(self) -> None:
        while (task := self._todo.get()) is not None:
            future, action = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(action())
            except (Trouble, MailbotError) as error:
                future.set_exception(error)
            finally:
                if not future.done():  # a fault of ours, which goes its way; nobody must wait for ever
                    future.set_exception(RuntimeError("a thread of the crew has failed"))

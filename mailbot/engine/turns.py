"""
Turns of several threads in one transaction: while one turn is committed, the others gather for the next.

GUARANTEES
    Nobody waits for company: whoever finds the way free goes at once, with those who wait already. A turn
    that fails in company is taken again alone, so it takes only itself down; where the database is away,
    all of them are told so.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from mailbot.engine.guard import guarded
from mailbot.errors import Transient

Given = TypeVar("Given")
Taken = TypeVar("Taken")


@dataclass(eq=False, slots=True)
class _Turn(Generic[Given, Taken]):
    """What one thread gives, and what came of it."""

    given: Given
    taken: Taken | Exception | None = None
    over: bool = False


class Turns(Generic[Given, Taken]):
    """`together` takes what several threads give, in one transaction, and gives each its own."""

    def __init__(self, together: Callable[[Sequence[Given]], Sequence[Taken]]) -> None:
        self._together = together
        self._way = threading.Lock()
        self._door = threading.Lock()  # of those who gather
        self._gathering: list[_Turn[Given, Taken]] = []

    def take(self, given: Given) -> Taken | Exception | None:
        """A turn; the exception that it raised, where it failed."""
        mine: _Turn[Given, Taken] = _Turn(given)
        with self._door:
            self._gathering.append(mine)
        with self._way:
            if not mine.over:
                with self._door:
                    group, self._gathering = self._gathering, []
                self._go(group)
        return mine.taken

    def gathered(self) -> int:
        """How many wait for the way."""
        with self._door:
            return len(self._gathering)

    def _go(self, group: list[_Turn[Given, Taken]]) -> None:
        came = guarded(partial(self._together, [one.given for one in group]), "turn")
        if isinstance(came, Exception) and not isinstance(came, Transient) and len(group) > 1:
            for one in group:
                self._go([one])
            return
        for place, one in enumerate(group):
            one.taken = came if isinstance(came, Exception) else came[place]
            one.over = True

"""
Other worlds that would look the same: how far a hidden number can be moved without any shown one changing.

The true tables of a month are a circulation: everything flows from the total through the organisation types
into the areas and back. One number goes up along a cycle on which others go up or down, each within what
the published numbers leave open; so both ends that are found are whole tables of whole numbers that an
intruder cannot tell from the true ones.

    source ──row──▶ type ──cell──▶ area ──column──▶ sink ──total──▶ source

GUARANTEES
    What `freedom` gives is reached by real tables: the intruder's interval is never narrower.
BUGS
    It moves one month after the other, never two against each other, so the interval may be wider than we
    find: then we show less than we might.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from mailbot.statistics.counts import NO_TICK, TOTAL, Place
from mailbot.statistics.months import Month
from mailbot.statistics.publication import NEVER_MORE, Publication

Blocked = tuple[int, Place]  # number of the publication, and the place in it that holds a world back
Node = tuple[str, str]
Step = tuple[Node, Place, bool]  # to where, by which place, and whether that one goes up
SOURCE, SINK = ("source", ""), ("sink", "")
_NONE = Place("ticks", NO_TICK)


class Witness:
    """The true numbers of some months, and publications that cover them."""

    def __init__(
        self, truth: Mapping[Month, Mapping[Place, int]], publications: Sequence[Publication]
    ) -> None:
        self.publications = publications
        self._values = {month: dict(numbers) for month, numbers in truth.items()}
        self._covering = {
            month: [number for number, one in enumerate(publications) if one.covers(month)] for month in truth
        }
        self._limits = [{place: one.limits(place) for place in one.shown} for one in publications]
        self._sums = [
            {place: sum(self._values[month].get(place, 0) for month in one.months) for place in one.shown}
            for one in publications
        ]
        places = {place for one in publications for place in one.shown}
        places |= {place for numbers in truth.values() for place in numbers}
        self._ticks = sorted(place for place in places if place.table == "ticks")
        self._steps = _graph(place for place in places if place.table == "submissions")

    def hide(self, number: int, place: Place) -> None:
        """The place is shown no longer in this publication."""
        self._limits[number][place] = self.publications[number].limits(place)

    def freedom(self, number: int, place: Place, enough: int) -> tuple[int, set[Blocked]]:
        """How far apart two worlds can be in a hidden number, up to `enough`; else what holds them back."""
        months = sorted(self.publications[number].months, reverse=True)
        gained, blocked = 0, set[Blocked]()
        for up in (True, False):
            done: list[tuple[Month, Place, int]] = []
            for month in months:
                gained += self._move(month, place, up, enough - gained, blocked, done)
                if gained >= enough:
                    break
            for where, moved, by in reversed(done):
                self._change(where, moved, -by)
        return gained, blocked

    def _move(
        self,
        month: Month,
        place: Place,
        up: bool,
        wanted: int,
        blocked: set[Blocked],
        done: list[tuple[Month, Place, int]],
    ) -> int:
        total = 0
        while total < wanted:
            moves = [(place, up)] if place.table == "ticks" else self._cycle(month, place, up, blocked)
            by = min([wanted - total, *(self._room(month, one, way) for one, way in moves)])
            if not moves or by <= 0:
                blocked |= set(self._why(month, place, up))
                break
            by = next((some for some in range(by, 0, -1) if self._try(month, place, moves, some, done)), 0)
            if not by:
                blocked |= {pair for one in (*self._ticks, TOTAL) for pair in self._shown_in(month, one)}
                break
            total += by
        return total

    def _try(
        self,
        month: Month,
        place: Place,
        moves: Sequence[tuple[Place, bool]],
        by: int,
        done: list[tuple[Month, Place, int]],
    ) -> bool:
        """Move so far, if ticks and submissions can follow."""
        before = len(done)
        self._apply(month, moves, by, done)
        if self._settle(month, place, done):
            return True
        for where, moved, back in reversed(done[before:]):
            self._change(where, moved, -back)
        del done[before:]
        return False

    def _cycle(self, month: Month, place: Place, up: bool, blocked: set[Blocked]) -> list[tuple[Place, bool]]:
        """The shortest way round on which everything can move; empty, with what is in the way, if none."""
        tail, head = _ends(place)
        start, goal = (head, tail) if up else (tail, head)
        if self._room(month, place, up) <= 0:
            return []
        came: dict[Node, Step] = {start: (start, place, up)}
        queue = deque([start])
        walls: set[tuple[Place, bool]] = set()
        while queue:
            node = queue.popleft()
            for to, by, way in self._steps.get(node, ()):
                if to in came or by == place:
                    continue
                if self._room(month, by, way) <= 0:
                    walls.add((by, way))
                    continue
                came[to] = (node, by, way)
                if to == goal:
                    return [(place, up), *_path(came, start, goal)]
                queue.append(to)
        for wall, way in walls:
            blocked |= set(self._why(month, wall, way))
        return []

    def _room(self, month: Month, place: Place, up: bool) -> int:
        """How far one number of one month can move by itself."""
        room = NEVER_MORE if up else self._values[month].get(place, 0)
        for number in self._covering[month]:
            limits = self._limits[number].get(place)
            if limits is not None:
                now = self._sums[number][place]
                room = min(room, limits[1] - now if up else now - limits[0])
        return room

    def _why(self, month: Month, place: Place, up: bool) -> Iterator[Blocked]:
        """The publications whose number leaves no room."""
        for number in self._covering[month]:
            limits = self._limits[number].get(place)
            if limits is not None:
                now = self._sums[number][place]
                if (limits[1] - now if up else now - limits[0]) <= 0:
                    yield number, place
        if place.table == "ticks" or place == TOTAL:
            for other in (*self._ticks, TOTAL):
                yield from self._shown_in(month, other)

    def _shown_in(self, month: Month, place: Place) -> Iterator[Blocked]:
        return ((number, place) for number in self._covering[month] if place in self._limits[number])

    def _settle(self, month: Month, moved: Place, done: list[tuple[Month, Place, int]]) -> bool:
        """
        Bring ticks and submissions into agreement again; False where that cannot be.

        Nobody ticks a type twice, so no type has more ticks than there are submissions that state any; and
        each of those has one at least.
        """
        values = self._values[month]
        types = [tick for tick in self._ticks if tick.row != NO_TICK]
        if not types:
            return True
        if moved.table == "ticks":
            self._make_room(month, moved, done)
        stated = values.get(TOTAL, 0) - values.get(_NONE, 0)
        for tick in types:
            over = values.get(tick, 0) - stated
            if over > 0:
                if tick == moved or self._room(month, tick, False) < over:
                    return False
                self._apply(month, [(tick, False)], over, done)
        short = stated - sum(values.get(tick, 0) for tick in types)
        for tick in types:
            more = min(short, stated - values.get(tick, 0), self._room(month, tick, True))
            if more > 0 and tick != moved:
                self._apply(month, [(tick, True)], more, done)
                short -= more
        return short <= 0 <= stated

    def _make_room(self, month: Month, moved: Place, done: list[tuple[Month, Place, int]]) -> None:
        """Where a tick has outgrown the submissions that state something: more of those, if that can be."""
        values = self._values[month]
        needed = values.get(_NONE, 0) if moved == _NONE else values.get(moved, 0) + values.get(_NONE, 0)
        short = needed - values.get(TOTAL, 0)
        if short <= 0:
            return
        if moved != _NONE and (fewer := min(short, self._room(month, _NONE, False))) > 0:
            self._apply(month, [(_NONE, False)], fewer, done)
            short -= fewer
        moves = self._cycle(month, TOTAL, True, set())
        if short > 0 and moves and min(self._room(month, one, way) for one, way in moves) >= short:
            self._apply(month, moves, short, done)

    def _apply(
        self,
        month: Month,
        moves: Sequence[tuple[Place, bool]],
        by: int,
        done: list[tuple[Month, Place, int]],
    ) -> None:
        for place, up in moves:
            self._change(month, place, by if up else -by)
            done.append((month, place, by if up else -by))

    def _change(self, month: Month, place: Place, by: int) -> None:
        self._values[month][place] = self._values[month].get(place, 0) + by
        for number in self._covering[month]:
            if place in self._sums[number]:
                self._sums[number][place] += by


def _ends(place: Place) -> tuple[Node, Node]:
    """From where to where a number flows."""
    if place.row and place.column:
        return ("row", place.row), ("column", place.column)
    if place.row:
        return SOURCE, ("row", place.row)
    if place.column:
        return ("column", place.column), SINK
    return SINK, SOURCE


def _graph(places: Iterator[Place]) -> dict[Node, list[Step]]:
    """From each place where something flows, every step to another: with the flow, or against it."""
    steps: dict[Node, list[Step]] = {}
    for place in sorted(places):
        tail, head = _ends(place)
        steps.setdefault(tail, []).append((head, place, True))
        steps.setdefault(head, []).append((tail, place, False))
    return steps


def _path(came: Mapping[Node, Step], start: Node, goal: Node) -> list[tuple[Place, bool]]:
    found = []
    while goal != start:
        goal, place, way = came[goal]
        found.append((place, way))
    return found

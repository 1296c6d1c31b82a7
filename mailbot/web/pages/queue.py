"""The lists of items: what waits, what is mine, what anybody has, what is decided."""

from flask import render_template, request

from mailbot.domain.roles import Permission
from mailbot.review import claims, lists
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page

DEEPEST = 10_000  # pages; nobody clicks further, and a number from outside has a limit


def number() -> int:
    """The page of a list that is asked for, from 1."""
    return min(max(request.args.get("number", 1, type=int), 1), DEEPEST)


class Queue:
    """See the module. Each page hands back first what nobody works on any more."""

    name = "queue"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/queue", Permission.QUEUE_SEE)
    def waiting(self) -> str:
        """What nobody has, the most pressing first."""
        claims.hand_back(self._desk.store, now := self._desk.clock())
        with self._desk.store.look() as db:
            found = lists.waiting(db, self._desk.clocks, now, number())
            count = lists.count_waiting(db)
        return render_template("web/queue_waiting.html", found=found, count=count)

    @page("/queue/mine", Permission.ITEM_WORK)
    def mine(self) -> str:
        """What the person has."""
        claims.hand_back(self._desk.store, now := self._desk.clock())
        with self._desk.store.look() as db:
            found = lists.mine(db, self._desk.clocks, person().name, now, number())
        return render_template("web/queue_mine.html", found=found)

    @page("/queue/taken", Permission.ITEM_SUPERVISE)
    def taken(self) -> str:
        """What anybody has, for a supervisor."""
        claims.hand_back(self._desk.store, now := self._desk.clock())
        with self._desk.store.look() as db:
            found = lists.claimed(db, self._desk.clocks, now, number())
        return render_template("web/queue_taken.html", found=found)

    @page("/queue/decided", Permission.QUEUE_SEE)
    def decided(self) -> str:
        """What has been decided, the latest first."""
        with self._desk.store.look() as db:
            found = lists.decided(db, self._desk.clocks, self._desk.clock(), number())
        return render_template("web/queue_decided.html", found=found)

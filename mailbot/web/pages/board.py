"""
The wall-board: counts, ages and minutes left, legible from across a room; it loads itself again.

A screen on a wall has nobody who clicks, and must not show more when somebody walks up to it. `wall` turns
the session of whoever starts it into one that may see this page alone, for some hours.
"""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from mailbot.domain.roles import Permission
from mailbot.review import claims
from mailbot.review.board import board
from mailbot.store.audit import Action
from mailbot.web import sessions
from mailbot.web.desk import Desk
from mailbot.web.guards import AUTO, person
from mailbot.web.routes import page
from mailbot.web.session import ticket

SECONDS = 30  # between two looks


class Board:
    """See the module."""

    name = "board"

    def __init__(self, desk: Desk, seconds: int = SECONDS) -> None:
        self._desk = desk
        self._seconds = seconds

    @page("/board", Permission.BOARD_SEE)
    def show(self) -> Response:
        """The board."""
        claims.hand_back(self._desk.store, now := self._desk.clock())
        with self._desk.store.look() as db:
            found = board(db, self._desk.clocks, now)
        still = "still" in request.args
        text = render_template(
            "web/board.html",
            board=found,
            now=now,
            seconds=self._seconds,
            still=still,
            on_the_wall=person().way == "board",
            hours=self._desk.config.console.board_hours,
        )
        # a header, which every browser knows: it can be left out when a reader wants the page to stay
        again = {} if still else {"Refresh": f"{self._seconds}; url={url_for('board.show')}?{AUTO}=1"}
        return Response(text, headers=again)

    @page("/board/wall", Permission.BOARD_SEE, "POST")
    def wall(self) -> Answer:
        """From now on this browser may see the board alone."""
        now, who = self._desk.clock(), person()
        with self._desk.store.unit() as unit:
            sessions.end(unit, who.digest)
            token = sessions.begin(unit, who.account_id, "board", now)
            unit.audit(who.name, Action.SIGN_IN, who.account_id, now, way="board")
        ticket().renew(token)
        return redirect(url_for("board.show"))

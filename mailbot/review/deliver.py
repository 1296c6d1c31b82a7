"""The worker's task for documents: made, handed to the route, marked as done; see `dispatch`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from mailbot import events
from mailbot.codec import decode
from mailbot.domain.states import DispatchState
from mailbot.errors import Refused, Transient
from mailbot.review.attention import Concern, raise_concern
from mailbot.review.dispatch import ENOUGH, TASK, WITHDRAWN, Outgoing, place, stands
from mailbot.review.document import render
from mailbot.review.routes.base import Route
from mailbot.store.audit import Action
from mailbot.store.desk import dispatch as table
from mailbot.store.unit import Unit
from mailbot.store.vault import Part

_OPEN = (DispatchState.WAITING, DispatchState.SENDING)


@dataclass(frozen=True, slots=True)
class Job:
    """A document to hand over; `attempts` counts this one."""

    dispatch_id: str
    route: str
    reference: str
    replaces: str | None
    made_at: datetime
    attempts: int
    outgoing: Outgoing


class DispatchTask:
    """See `engine.base.Task`."""

    name = TASK

    def __init__(self, routes: Mapping[str, Route], site: Path | None = None) -> None:
        self._routes = routes
        self._site = site

    def begin(self, unit: Unit, subject: str, now: datetime) -> Job | None:
        """Count the attempt; None when it is done already, or no longer stands."""
        row = unit.db.execute(select(table).where(table.c.dispatch_id == subject)).first()
        if row is None or row.erased_at is not None:
            return None
        if not stands(unit.db, subject):  # recalled or corrected before it left: what it names stays here
            unit.move(table, subject, _OPEN, DispatchState.FAILED, code=WITHDRAWN)
            return None
        attempts = row.attempts + 1
        if not unit.move(table, subject, _OPEN, DispatchState.SENDING, attempts=attempts):
            return None
        plain = unit.vault.open(Part[row.part.upper()], row.sealed, place(subject))
        outgoing: Outgoing = decode(plain, Outgoing)
        return Job(subject, row.route, row.reference, row.replaces, row.made_at, attempts, outgoing)

    def work(self, claim: Job) -> Job:
        """Make it and hand it over."""
        route = self._routes.get(claim.route)
        if route is None:
            raise Refused("the route of the document is not configured any more")
        day = claim.made_at.date()
        try:
            route.deliver(render(claim.outgoing, claim.reference, claim.replaces, day, self._site))
        except Transient as error:
            if claim.attempts >= ENOUGH:
                raise Refused("the route has failed for a day") from error
            raise
        return claim

    def finish(self, unit: Unit, subject: str, result: Job, now: datetime) -> None:
        """It is handed over: a disclosure, and to whom."""
        if not unit.move(table, subject, DispatchState.SENDING, DispatchState.DONE, done_at=now):
            return
        item_id = unit.db.scalar(select(table.c.item_id).where(table.c.dispatch_id == subject))
        unit.audit(
            "mailbot",
            Action.DISCLOSURE,
            str(item_id),
            now,
            what=result.outgoing.kind,
            desk=result.outgoing.desk,
            route=result.route,
            reference=result.reference,
        )
        events.dispatch_done(subject, result.attempts)

    def failed(self, unit: Unit, subject: str, error: type[Exception], now: datetime) -> None:
        """It will not go by this route; somebody in charge is told."""
        code = error.__name__
        if not unit.move(table, subject, _OPEN, DispatchState.FAILED, code=code):
            return
        item_id = unit.db.scalar(select(table.c.item_id).where(table.c.dispatch_id == subject))
        raise_concern(unit, str(item_id), Concern.DISPATCH_FAILED, "mailbot", now, subject)
        events.dispatch_failed(subject, error)

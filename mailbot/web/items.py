"""What the pages of one item share: loading it, who may do what with it, and recording that it was seen."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort

from mailbot.domain.mail import Part
from mailbot.domain.roles import Permission, permissions
from mailbot.domain.states import AccountState, ReviewState
from mailbot.errors import Declined
from mailbot.review import claims, lists, openings, view
from mailbot.review.lists import Listed
from mailbot.review.view import ItemView
from mailbot.review.vocabulary import Vocabulary
from mailbot.web import accounts
from mailbot.web.desk import Desk
from mailbot.web.guards import person


@dataclass(frozen=True, slots=True)
class Loaded:
    """An item as the person who asks may see it."""

    row: Listed
    view: ItemView
    open_until: datetime | None  # the source part, for this person

    @property
    def is_mine(self) -> bool:
        """Whether the person holds it."""
        return self.row.claimed_by == person().name and self.row.state is not ReviewState.DECIDED

    @property
    def attachments(self) -> tuple[Part, ...]:
        """The parts of the message but for its body; pages name them by their place here."""
        return tuple(part for part in self.view.parts if part.role != "body")

    @property
    def is_open(self) -> bool:
        """Whether the person may see the source part."""
        return self.open_until is not None


def load(desk: Desk, words: Vocabulary, item_id: str) -> Loaded:
    """The item, without a record of it; `Declined("unknown")`."""
    now = desk.clock()
    with desk.store.look() as db:
        row = lists.one(db, desk.clocks, item_id, now)
        if row is None:
            raise Declined("unknown")
        until = openings.is_open(db, item_id, person().name, now) if may_open(row) else None
        seen = view.load(db, desk.vault, words, item_id, is_open=until is not None)
    return Loaded(row, seen, until)


def row(desk: Desk, item_id: str) -> Listed:
    """The item as a list shows it; `Declined("unknown")`."""
    with desk.store.look() as db:
        found = lists.one(db, desk.clocks, item_id, desk.clock())
    if found is None:
        raise Declined("unknown")
    return found


def see(desk: Desk, words: Vocabulary, item_id: str) -> Loaded:
    """The item; that it was seen is recorded first, and whoever holds it holds it longer."""
    now = desk.clock()
    with desk.store.unit() as unit:
        view.look(unit, item_id, person().name, now)
        claims.renew(unit, item_id, person().name, now, desk.lease)
    return load(desk, words, item_id)


def may_open(row: Listed) -> bool:
    """Whether the person may ask for the source part: whoever holds the item, and supervisors."""
    if not person().may(Permission.SOURCE_OPEN):
        return False
    return row.claimed_by == person().name or person().may(Permission.ITEM_SUPERVISE)


def require_may_open(row: Listed) -> None:
    """403 for whoever may not."""
    if not may_open(row):
        abort(403)


def workers(desk: Desk) -> list[str]:
    """The names of those who may work on items."""
    with desk.store.look() as db:
        return [
            one.name
            for one in accounts.everybody(db)
            if one.state is AccountState.ACTIVE and Permission.ITEM_WORK in permissions(one.roles)
        ]

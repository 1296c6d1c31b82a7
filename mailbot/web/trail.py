"""
Looking into the audit chain: what was done to an item, what somebody did, and who could have.

GUARANTEES
    Only reads. An item's trail holds what was done to it, to its message, its acknowledgement, its openings
    and its documents, in the order of the chain.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from mailbot.domain.roles import Permission, Role, permissions
from mailbot.store.audit import Action, Entry, Link
from mailbot.store.desk import decision, dispatch, opening
from mailbot.store.people import account
from mailbot.store.schema import audit as table
from mailbot.store.schema import outbox, review_item
from mailbot.store.unit import Store

PAGE = 50
LONGEST = 1000  # entries of one item's printed history, and of one piece of an export
_OFF, _ON = "account_disabled", "account_reset"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; an empty field is anything. `item` is the whole id of an item."""

    item: str = ""
    actor: str = ""
    action: str = ""


def find(db: Connection, wanted: Wanted, before: int | None = None, limit: int = PAGE + 1) -> list[Link]:
    """The newest entries of this kind, the newest first; those before a `seq`."""
    query = select(table).where(*_rules(db, wanted)).order_by(table.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.seq < before)
    return [_link(row) for row in db.execute(query)]


def history(db: Connection, item_id: str) -> list[Link]:
    """What was done to an item, the oldest first."""
    query = select(table).where(table.c.subject.in_(subjects(db, item_id)))
    return [_link(row) for row in db.execute(query.order_by(table.c.seq).limit(LONGEST))]


def following(db: Connection, wanted: Wanted, after: int, limit: int = LONGEST) -> list[Link]:
    """Entries of this kind in the order of the chain, those after a `seq`; for an export, piece by piece."""
    query = select(table).where(table.c.seq > after, *_rules(db, wanted)).order_by(table.c.seq).limit(limit)
    return [_link(row) for row in db.execute(query)]


def export(store: Store, wanted: Wanted) -> Iterator[Link]:
    """
    All of them, in the order of the chain.

    A look for each piece: whoever reads slowly must not keep others from writing.
    """
    last = 0
    while True:
        with store.look() as db:
            links = following(db, wanted, last)
        yield from links
        if len(links) < LONGEST:
            return
        last = links[-1].seq


def subjects(db: Connection, item_id: str) -> list[str]:
    """The ids under which the chain speaks of an item."""
    found = db.execute(select(review_item.c.message_id).where(review_item.c.item_id == item_id)).first()
    if found is None:
        return [item_id]
    ids = [item_id, found.message_id]
    for column, where in (
        (outbox.c.mail_id, outbox.c.acknowledges == found.message_id),
        (opening.c.opening_id, opening.c.item_id == item_id),
        (decision.c.decision_id, decision.c.item_id == item_id),
        (dispatch.c.dispatch_id, dispatch.c.item_id == item_id),
    ):
        ids += db.execute(select(column).where(where)).scalars()
    return ids


def who_could(db: Connection, needed: Permission, since: datetime) -> list[str]:
    """Who has had this permission at any time since then, by the changes of roles in the chain."""
    ids = list(db.execute(select(account.c.account_id)).scalars())
    kinds = (Action.ROLE_CHANGE.value, Action.PERMISSION_CHANGE.value)
    query = select(table).where(table.c.subject.in_(ids), table.c.action.in_(kinds)).order_by(table.c.seq)
    granted: dict[str, bool] = {}  # name -> whether their roles allow it now
    off: set[str] = set()
    ever: set[str] = set()
    for row in db.execute(query):
        detail = json.loads(row.detail)
        if (name := detail.get("name")) is None:
            continue
        if datetime.fromisoformat(row.at) > since and granted.get(name) and name not in off:
            ever.add(name)
        if (roles := detail.get("roles")) is not None:
            granted[name] = needed in permissions([Role(word) for word in str(roles).split(",")])
        elif detail.get("what") == _OFF:
            off.add(name)
        elif detail.get("what") == _ON:
            off.discard(name)
    return sorted(ever | {name for name, can in granted.items() if can and name not in off})


def opened_at(db: Connection, item_id: str) -> datetime | None:
    """When an item came into the queue; None where there is none of this id."""
    return db.scalar(select(review_item.c.opened_at).where(review_item.c.item_id == item_id))


def _rules(db: Connection, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if wanted.item:
        rules.append(table.c.subject.in_(subjects(db, wanted.item)))
    if wanted.actor:
        rules.append(table.c.actor == wanted.actor)
    if wanted.action:
        rules.append(table.c.action == wanted.action)
    return rules


def _link(row: "Row[Any]") -> Link:
    return Link(row.seq, Entry(row.at, row.actor, row.action, row.subject, row.detail), row.prev, row.mac)

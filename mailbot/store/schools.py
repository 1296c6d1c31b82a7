"""The register of schools: public data, imported whole. No row is deleted: a closed school stays known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from mailbot.store.office import school as TABLE
from mailbot.store.once import insert_into
from mailbot.store.unit import Unit


@dataclass(frozen=True, slots=True)
class School:
    """A school, as the register has it."""

    urn: str
    name: str
    kind: str  # "Primary", …
    area: str  # of the local authority
    town: str = ""
    postcode: str = ""
    phone: str = ""
    domain: str = ""  # of its web site; often that of its mail
    is_open: bool = True


_NAMES = ("urn", "name", "kind", "area", "town", "postcode", "phone", "domain", "is_open")


def save(unit: Unit, schools: Iterable[School], now: datetime) -> int:
    """Take a whole register over; who is missing in it counts as closed. How many there are."""
    unit.db.execute(update(TABLE).values(is_open=False))
    statement = insert_into(unit.db.dialect.name, TABLE)
    changes = {name: statement.excluded[name] for name in (*_NAMES[1:], "imported_at")}
    upsert = statement.on_conflict_do_update(index_elements=[TABLE.c.urn], set_=changes)
    rows = [{name: getattr(one, name) for name in _NAMES} | {"imported_at": now} for one in schools]
    if rows:
        unit.db.execute(upsert, rows)
    return len(rows)


def every(db: Connection, *, closed: bool = False) -> list[School]:
    """All of them, by name."""
    query = select(*(TABLE.c[name] for name in _NAMES)).order_by(TABLE.c.name, TABLE.c.urn)
    if not closed:
        query = query.where(TABLE.c.is_open)
    return [School(*row) for row in db.execute(query)]


def get(db: Connection, urn: str) -> School | None:
    """One of them."""
    row = db.execute(select(*(TABLE.c[name] for name in _NAMES)).where(TABLE.c.urn == urn)).first()
    return School(*row) if row else None


def find(db: Connection, words: str, most: int = 20) -> list[School]:
    """Open ones whose name has all these words."""
    query = select(*(TABLE.c[name] for name in _NAMES)).where(TABLE.c.is_open).order_by(TABLE.c.name)
    for word in words.split()[:6]:
        query = query.where(TABLE.c.name.icontains(word, autoescape=True))
    return [School(*row) for row in db.execute(query.limit(most))]

"""
Sealing everything anew after a rotation: each small value, and the header of each original.

A value stands at "table.column.row", and that is authenticated with it: so its place is known from the row,
and the part of knowledge it belongs to is the one whose key opens it.

GUARANTEES
    Done value by value in short transactions; interrupted, the next run goes on with what is left. A value
    that no key opens is left as it is and counted.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, func, select, tuple_, update

from mailbot.errors import Tampered
from mailbot.store.schema import metadata
from mailbot.store.unit import Store, Unit
from mailbot.store.vault import Part, Vault

AT_ONCE = 200
Key = tuple[object, ...]


def reseal(store: Store, step: Callable[[int], None]) -> tuple[int, int]:
    """Bring every small value under the active keys; how many were, and how many could not be."""
    done = failed = 0
    for table, column in sealed_columns():
        for rows in _outdated(store, table, column):
            with store.unit() as unit:
                for row in rows:
                    value = _again(store.vault, table, column, row)
                    failed += value is None
                    done += value is not None and _put(unit, table, column, row, value)
            step(len(rows))
    return done, failed


def sealed_columns() -> list[tuple[Table, "Column[bytes]"]]:
    """Every column that holds sealed values."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    return [
        (table, column)
        for table in tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]


def place(table: Table, column: "Column[bytes]", key: Key) -> str:
    """Where a value stands."""
    return f"{table.name}.{column.name}.{'.'.join(map(str, key))}"


def _outdated(store: Store, table: Table, column: "Column[bytes]") -> Iterator[Sequence[Row[Any]]]:
    keys = list(table.primary_key.columns)
    active = b"v1.%s." % store.vault.keyring.active(Part.SOURCE.value)[0].encode()  # they rotate together
    is_old = column.is_not(None) & (func.length(column) > 0) & (func.substr(column, 1, len(active)) != active)
    with store.look() as db:
        found = db.execute(select(*keys).where(is_old).order_by(*keys)).all()
    for start in range(0, len(found), AT_ONCE):
        some = tuple_(*keys).in_([tuple(row) for row in found[start : start + AT_ONCE]])
        query: Any = select(*keys, column.label("sealed")).where(some)
        with store.look() as db:
            rows = db.execute(query).all()
        yield rows  # not while the look is open: it would keep writers from committing


def _again(vault: Vault, table: Table, column: "Column[bytes]", row: Row[Any]) -> bytes | None:
    where = place(table, column, tuple(row)[:-1])
    for part in Part:
        try:
            return vault.seal(part, vault.open(part, row.sealed, where), where)
        except Tampered:
            continue
    return None


def _put(unit: Unit, table: Table, column: "Column[bytes]", row: Row[Any], value: bytes) -> bool:
    same = [key == got for key, got in zip(table.primary_key.columns, tuple(row)[:-1], strict=True)]
    # the old value is part of the question: what was changed meanwhile is under the new key already
    statement = update(table).where(*same, column == row.sealed).values({column: value})
    return unit.db.execute(statement).rowcount == 1

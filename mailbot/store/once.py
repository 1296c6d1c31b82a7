"""INSERT where the constraints decide who was first; the one statement that the two databases spell alike."""

from typing import Any

from sqlalchemy import Connection, Table, literal
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(db: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT."""
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)


def insert_once(db: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row; False when a unique value of it is taken already, and the transaction goes on."""
    statement = insert_into(db, table).values(values).on_conflict_do_nothing()
    return db.execute(statement.returning(literal(1))).first() is not None

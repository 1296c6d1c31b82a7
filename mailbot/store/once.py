"""INSERT where the constraints decide who was first; the one statement that the two databases spell alike."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_once(db: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row; False when a unique value of it is taken already, and the transaction goes on."""
    return db.execute(_statement(db.dialect.name, table), values).rowcount == 1


@lru_cache
def _statement(dialect: str, table: Table) -> Executable:
    """Made once: making it takes longer than executing it."""
    return insert_into(dialect, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)

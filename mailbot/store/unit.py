"""
One transaction: what belongs together happens together, or not at all.

GUARANTEES
    What a unit wrote is durable when its block has been left, and gone when an exception left it. On
    SQLite a unit holds the write lock from its first moment, so what it reads stays true until it ends; on
    PostgreSQL a row that is read to be written needs `with_for_update()`. Audit entries and deferred tasks
    are part of the transaction.
SECURITY
    A unit talks to no network but the database, and never waits for anything while it is open.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import BindParameter, Connection, Engine, Table, Update, bindparam, or_, update

from mailbot.domain.states import is_legal
from mailbot.errors import IllegalMove
from mailbot.store import audit
from mailbot.store.audit import Action
from mailbot.store.failures import translated
from mailbot.store.jobs import put_job
from mailbot.store.vault import Vault

Defer = Callable[[Connection, str, str, datetime], None]  # task, subject, run_at


class Unit:
    """An open write transaction. For one thread."""

    def __init__(self, db: Connection, vault: Vault, defer: Defer) -> None:
        self.db = db
        self.vault = vault
        self._defer = defer
        self._entries: list[audit.Entry] = []

    def audit(self, actor: str, action: Action, subject: str, at: datetime, **detail: str | int) -> None:
        """Record an act: ids, codes and counts; written when the unit ends, in this order."""
        self._entries.append(audit.make_entry(actor, action, subject, at, detail))

    def move(
        self, table: Table, key: object, old: Enum | tuple[Enum, ...], new: Enum, **also_set: object
    ) -> bool:
        """
        Bring a row from a state into the next; False when it is not, or no longer, in the old one.

        `also_set` takes values of other columns, no SQL expressions.
        """
        states = old if isinstance(old, tuple) else (old,)
        for state in states:
            check_way(table, state, new)
        names = {f"old_{number}": state.value for number, state in enumerate(states)}
        values = {f"new_{name}": value for name, value in also_set.items()}
        statement = _move(table, len(states), tuple(also_set))
        return (
            self.db.execute(statement, {"key": key, "new_state": new.value, **names, **values}).rowcount == 1
        )

    def defer(self, task: str, subject: str, run_at: datetime) -> None:
        """Have a task done after this transaction, and only if it commits; asking twice is asking once."""
        self._defer(self.db, task, subject, run_at)

    def settle(self) -> None:
        """Write what was waiting for the end; for `Store`."""
        if self._entries:
            audit.append(self.db, self.vault.keyring, self._entries)
            self._entries.clear()


class Store:
    """The database. For any number of threads."""

    def __init__(self, engine: Engine, vault: Vault, defer: Defer | None = None) -> None:
        self.engine = engine
        self.vault = vault
        self._defer = defer or put_job
        self._readers = engine.execution_options(mailbot_reads=True, postgresql_readonly=True)
        # SQLite lets a second writer sleep and try again; inside one process a lock is fairer and faster
        self._lock = threading.Lock() if engine.dialect.name == "sqlite" else contextlib.nullcontext()
        self._inside = threading.local()

    @contextlib.contextmanager
    def unit(self) -> Iterator[Unit]:
        """A write transaction; `StoreUnavailable` or `DiskFull` when the database cannot take it now."""
        if getattr(self._inside, "unit", False):
            raise RuntimeError("a unit inside a unit: the inner one would wait for the outer one for ever")
        self._inside.unit = True
        try:
            with self._lock, translated(), self.engine.begin() as db:
                unit = Unit(db, self.vault, self._defer)
                yield unit
                unit.settle()
        finally:
            self._inside.unit = False

    @contextlib.contextmanager
    def look(self) -> Iterator[Connection]:
        """A read-only transaction; short, because on SQLite a reader keeps writers from committing."""
        with translated(), self._readers.begin() as db:
            yield db

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def check_way(table: Table, *way: Enum) -> None:
    """`IllegalMove` unless each of these states may follow the one before it."""
    for old, new in pairwise(way):
        if not is_legal(old, new):
            raise IllegalMove(f"{table.name}: {new.value} may not follow {old.value}")


@lru_cache
def _move(table: Table, states: int, names: tuple[str, ...]) -> Update:
    """The statement, made once: making it takes longer than executing it."""
    (key,) = table.primary_key.columns
    allowed = or_(*(table.c.state == bindparam(f"old_{number}") for number in range(states)))
    values: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in ("state", *names)}
    return update(table).where(key == bindparam("key"), allowed).values(values)

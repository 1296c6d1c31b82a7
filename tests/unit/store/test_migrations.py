"""The migrations and the description of the tables agree, on both databases."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from mailbot.store import migrations
from mailbot.store.connect import make_engine
from mailbot.store.open import create_database
from mailbot.store.schema import metadata

_SQLITE = ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",)
_POSTGRES = (
    """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
)


def _shape(db: Connection) -> set[tuple[str, ...]]:
    """All columns, constraints and indexes, but for the order in which they were written down."""
    queries = _POSTGRES if db.dialect.name == "postgresql" else _SQLITE
    rows = [tuple(map(str, row)) for query in queries for row in db.execute(text(query))]
    return {
        tuple(_unordered(value) for value in row)
        for row in rows
        if "alembic_version" not in " ".join(row) and row[0] != "trigger"
    }


def _unordered(statement: str) -> str:
    # a table that a migration made anew is quoted by SQLite
    return "\n".join(sorted(line.strip().rstrip(",") for line in statement.replace('"', "").splitlines()))


def test_the_migrations_make_what_the_schema_describes(store_url: str) -> None:
    """Every table, column, default, constraint and index, whichever way the database was made."""
    create_database(store_url)
    engine = make_engine(store_url)
    with engine.begin() as db:
        migrated = _shape(db)
        for trigger in [row[0] for row in db.execute(text(_TRIGGERS[db.dialect.name]))]:
            db.execute(text(trigger))
        metadata.drop_all(db)
        metadata.create_all(db)
        described = _shape(db)
    engine.dispose()

    assert described == migrated
    assert any("ck_message_state" in " ".join(row) for row in migrated)


# dropping a table would drop them too; this way what is left over shows
_TRIGGERS = {
    "sqlite": "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT 'DROP TRIGGER ' || tgname || ' ON audit' FROM pg_trigger WHERE NOT tgisinternal",
}


def test_the_newest_version_is_the_one_that_is_asked_for() -> None:
    """`HEAD` is the only head of the files; each file is a step from the one before."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    assert [migrations.HEAD] == ScriptDirectory.from_config(config).get_heads()


def test_an_interrupted_migration_leaves_nothing(store_url: str) -> None:
    """It is one transaction, also on SQLite."""
    path = store_url.removeprefix("sqlite:///")
    if path != store_url:
        Path(path).touch(0o600)
    engine = make_engine(store_url)
    with engine.connect() as db:
        migrations.migrate(db)
        db.rollback()
        query = "pg_tables WHERE schemaname = 'public'" if path == store_url else "sqlite_master"
        left = db.scalar(text(f"SELECT count(*) FROM {query}"))  # noqa: S608  two constants
    engine.dispose()

    assert 0 == left

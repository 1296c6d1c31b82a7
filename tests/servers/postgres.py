"""
A private PostgreSQL on a free loopback port, started once per run, and the store on both databases.

It needs root (to become the user postgres) and Debian's packages; where they are missing, the tests on it are
skipped with the reason. It syncs nothing: what a power cut does is PostgreSQL's to test, not ours.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from mailbot.store.keys import Keyring
from mailbot.store.open import create_database, open_store
from mailbot.store.unit import Store

_SETTINGS = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "listen_addresses=127.0.0.1")


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    port: int

    def url(self, database: str, dialect: str = "postgresql+psycopg") -> str:
        """A database on it."""
        return f"{dialect}://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """As the administrator, outside any transaction."""
        with psycopg.connect(self.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, or a skip that says what is missing."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not folders:
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() != 0:
        pytest.skip("PostgreSQL of the tests needs root, to become its own user")
    binaries = folders[-1].parent
    place = Path(tempfile.mkdtemp(prefix="mailbot-postgres-", dir="/tmp"))
    shutil.chown(place, "postgres", "postgres")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    _run(binaries / "initdb", "-D", place / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={place}"))
    _run(
        binaries / "pg_ctl",
        "-D",
        place / "data",
        "-w",
        "-o",
        f"-p {port} {options}",
        "-l",
        place / "log",
        "start",
    )
    yield Postgres(port)
    _run(binaries / "pg_ctl", "-D", place / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address for a database of one test; nothing is there yet but, on PostgreSQL, the empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'mailbot.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{os.urandom(8).hex()}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Fresh keys in `tmp_path/keys`."""
    return Keyring.create(tmp_path / "keys")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "mailbot.db"
    create_database(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The same on the server."""
    postgres.execute("CREATE DATABASE test_template")
    create_database(postgres.url("test_template"))
    return "test_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """The store with all its tables, on SQLite and on PostgreSQL."""
    found: Store = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    return found


@pytest.fixture
def postgres_store(postgres: Postgres, postgres_template: str, keyring: Keyring) -> Iterator[Store]:
    """The store on PostgreSQL alone, for what only a server does."""
    name = f"test_{os.urandom(8).hex()}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    opened = open_store(postgres.url(name), keyring)
    yield opened
    opened.close()
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_store(tmp_path: Path, keyring: Keyring, sqlite_template: Path) -> Iterator[Store]:
    """The store on SQLite alone, at `tmp_path/mailbot.db`, for tests whose subject is not the database."""
    shutil.copy(sqlite_template, tmp_path / "mailbot.db")
    opened = open_store(f"sqlite:///{tmp_path / 'mailbot.db'}", keyring)
    yield opened
    opened.close()


def _run(program: Path, *arguments: object) -> None:
    command = [
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--init-groups",
        str(program),
        *map(str, arguments),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

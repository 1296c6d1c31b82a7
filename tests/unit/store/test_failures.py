"""What a database can do to us, in our words; nothing is lost by it."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from mailbot.errors import DiskFull, StoreUnavailable
from mailbot.store import audit
from mailbot.store.audit import Action
from mailbot.store.connect import make_engine
from mailbot.store.keys import Keyring
from mailbot.store.open import create_database, open_store
from mailbot.store.schema import message, poll
from mailbot.store.unit import Store
from mailbot.store.vault import Vault
from tests.unit.store.rows import NOW, add_message


def test_a_database_locked_by_another_process_is_said_to_be(sqlite_store: Store, tmp_path: Path) -> None:
    """After the wait, which the test shortens."""
    with closing(sqlite3.connect(tmp_path / "mailbot.db", isolation_level=None)) as other:
        with sqlite_store.look() as db:
            db.exec_driver_sql("PRAGMA busy_timeout=10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked by another process"), sqlite_store.unit():
            pass
        other.execute("ROLLBACK")

    with sqlite_store.unit() as unit:
        add_message(unit)


def test_a_row_that_another_transaction_holds_is_said_to_be_locked(postgres_store: Store) -> None:
    """After the wait, which the test shortens."""
    with postgres_store.unit() as unit:
        add_message(unit)
    with postgres_store.engine.begin() as other:
        other.execute(select(message).with_for_update())
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            _lock_impatiently(postgres_store)


def _lock_impatiently(store: Store) -> None:
    with store.unit() as unit:
        unit.db.execute(text("SET LOCAL lock_timeout = '10ms'"))
        unit.db.execute(select(message).with_for_update())


def test_a_session_that_the_server_ended_is_not_the_end(postgres_store: Store) -> None:
    """The unit fails in our words, the next one has a new connection."""
    ended = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreUnavailable, match=r"^the database server "), postgres_store.unit() as unit:
        unit.db.execute(ended)
    with postgres_store.unit() as unit:
        add_message(unit)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_said_and_loses_nothing_that_was_committed(tiny: Path, keyring: Keyring) -> None:
    """`DiskFull`, the database whole, and writable again when there is room."""
    url = f"sqlite:///{tiny / 'mailbot.db'}"
    create_database(url)
    store = open_store(url, keyring)
    with store.unit() as unit:
        add_message(unit)
    (tiny / "ballast").write_bytes(bytes(1_000_000))

    with pytest.raises(DiskFull, match="disk of the database is full"):
        _fill(store)
    (tiny / "ballast").unlink()
    with store.unit() as unit:
        add_message(unit)

    with store.look() as db:
        assert 2 == db.scalar(select(func.count()).select_from(message))
        assert "ok" == db.exec_driver_sql("PRAGMA integrity_check").scalar()
    store.close()


def _fill(store: Store) -> None:
    rows = [{"mailbox": os.urandom(16).hex(), "error": "x" * 60} for _ in range(20_000)]
    with store.unit() as unit:
        unit.db.execute(poll.insert(), rows)


_CHILD = """
import os, signal, sys
from pathlib import Path
from mailbot.store.audit import Action
from mailbot.store.keys import Keyring
from mailbot.store.open import open_store
from tests.unit.store.rows import NOW, add_message

store = open_store(sys.argv[1], Keyring.load(Path(sys.argv[2])))
with store.unit() as unit:
    unit.audit("system", Action.COLLECTION, add_message(unit), NOW)
with store.unit() as unit:
    unit.audit("system", Action.COLLECTION, add_message(unit), NOW)
    unit.settle()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_was_killed_inside_a_unit_leaves_whole_ones(store: Store, tmp_path: Path) -> None:
    """The committed unit is there, the other one never was, and the chain goes on."""
    url = store.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, url, str(tmp_path / "keys")], cwd=Path(__file__).parents[3]
    )
    with store.unit() as unit:
        unit.audit("system", Action.COLLECTION, "after", NOW)

    with store.look() as db:
        assert -signal.SIGKILL == child.returncode
        assert 1 == db.scalar(select(func.count()).select_from(message))
        assert audit.Verdict(True, 2) == audit.verify(db, store.vault.keyring)


def test_two_processes_share_one_database(store: Store, tmp_path: Path) -> None:
    """Each writes 25 units: none is lost, the chain has no gap."""
    url = store.engine.url.render_as_string(hide_password=False)
    code = _CHILD.split("with store.unit()")[0] + (
        "for _ in range(25):\n"
        "    with store.unit() as unit:\n"
        "        unit.audit('system', Action.COLLECTION, add_message(unit), NOW)\n"
    )
    command = [sys.executable, "-c", code, url, str(tmp_path / "keys")]
    children = [subprocess.Popen(command, cwd=Path(__file__).parents[3]) for _ in range(2)]

    assert [0, 0] == [child.wait() for child in children]
    with store.look() as db:
        assert 50 == db.scalar(select(func.count()).select_from(message))
        assert audit.Verdict(True, 50) == audit.verify(db, store.vault.keyring)


def test_a_damaged_page_is_said_to_be_damage(tmp_path: Path, keyring: Keyring) -> None:
    """Whatever the file holds, no exception of the driver comes out."""
    url = f"sqlite:///{tmp_path / 'mailbot.db'}"
    create_database(url)
    size = (tmp_path / "mailbot.db").stat().st_size
    with (tmp_path / "mailbot.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    store = Store(make_engine(url), Vault(keyring))

    with pytest.raises(StoreUnavailable, match="damaged"), store.unit() as unit:
        unit.audit("system", Action.COLLECTION, "any", NOW)
    store.close()

"""`init` makes what is missing, and touches nothing that is there."""

import stat
from pathlib import Path

from mailbot.config import load
from mailbot.store.keys import Keyring
from tests.unit.cli.conftest import Call


def test_it_makes_everything(tmp_path: Path, call: Call) -> None:
    """Configuration, keys and database; and a sentence that the keys must be copied now."""
    folder = tmp_path / "new" / "place"

    said = call("init", "--dir", folder)

    assert (0, "") == (said.code, said.err)
    assert folder / "data" == load(folder / "mailbot.toml", {}).mailbot.data
    assert (folder / "data" / "mailbot.db").is_file()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder / "data" / "keys").iterdir()}
    assert {0o400} == modes
    assert "keys escrow" in said.out.splitlines()[-1]


def test_the_configuration_is_commented(installed: Path) -> None:
    """Every setting is there, explained and switched off, but the place of the data."""
    lines = installed.read_text(encoding="utf-8").splitlines()
    active = [line for line in lines if line and not line.startswith("#")]

    assert ["[mailbot]", f'data = "{installed.parent / "data"}"'] == active
    assert '#kind = "imap"' in lines


def test_a_second_run_changes_nothing(installed: Path, call: Call) -> None:
    """Keys, database and configuration are the same afterwards."""

    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in installed.parent.rglob("*") if path.is_file()}

    before = everything()

    said = call("init", "--dir", installed.parent)

    assert said.code == 0
    assert before == everything()


def test_a_configuration_that_is_there_counts(tmp_path: Path, call: Call) -> None:
    """Where a person wrote one before, keys and database go where it says."""
    (tmp_path / "mailbot.toml").write_text('[mailbot]\ndata = "elsewhere"\n')

    said = call("init", "--dir", tmp_path)

    assert said.code == 0
    assert (tmp_path / "elsewhere" / "mailbot.db").is_file()


def test_an_interrupted_run_is_finished(installed: Path, call: Call) -> None:
    """Keys are kept when the database was not made yet, or only begun."""
    database = installed.parent / "data" / "mailbot.db"
    before = Keyring.load(installed.parent / "data" / "keys").files()
    database.write_bytes(b"")

    said = call("init", "--dir", installed.parent)

    assert said.code == 0
    assert database.stat().st_size > 0
    assert before == Keyring.load(installed.parent / "data" / "keys").files()


def test_new_keys_are_never_put_beside_an_old_database(installed: Path, call: Call) -> None:
    """Without its keys a database cannot be read; new ones would hide that."""
    for path in (installed.parent / "data" / "keys").iterdir():
        path.unlink()

    said = call("init", "--dir", installed.parent)

    assert said.code == 2
    assert "bring the keys back" in said.err


def test_a_folder_that_cannot_be_made(tmp_path: Path, call: Call) -> None:
    """One sentence that names the option."""
    (tmp_path / "file").write_text("x")

    said = call("init", "--dir", tmp_path / "file" / "below")

    assert said.code == 2
    assert "--dir" in said.err


def test_a_strange_name_is_written_right(tmp_path: Path, call: Call) -> None:
    """A folder with quotes and backslashes in its name gives a configuration that loads."""
    folder = tmp_path / 'a "b" \\1 c'

    said = call("init", "--dir", folder)

    assert said.code == 0
    assert folder / "data" == load(folder / "mailbot.toml", {}).mailbot.data


def test_either_database(tmp_path: Path, store_url: str, call: Call) -> None:
    """A configured database is filled once; a second run finds it."""
    config = tmp_path / "mailbot.toml"
    config.write_text(f'[mailbot]\ndata = "data"\n[database]\nurl = "{store_url}"\n')

    first = call("init", "--dir", tmp_path)
    second = call("init", "--dir", tmp_path)
    status = call("status", "--config", config)

    assert (0, 0, 0) == (first.code, second.code, status.code), first.err + second.err + status.err
    assert "(made)" in next(line for line in first.out.splitlines() if line.startswith("database"))
    assert "kept" in next(line for line in second.out.splitlines() if line.startswith("database"))


def test_a_database_that_is_away(tmp_path: Path, call: Call) -> None:
    """One sentence, exit code 1; the keys that were made before it are kept by the next run."""
    config = tmp_path / "mailbot.toml"
    url = "postgresql+psycopg://nobody:hunter2@127.0.0.1:1/nothing"
    config.write_text(f'[mailbot]\ndata = "data"\n[database]\nurl = "{url}"\n')

    said = call("init", "--dir", tmp_path)
    keys = Keyring.load(tmp_path / "data" / "keys").files()
    again = call("init", "--dir", tmp_path)

    assert (1, 1) == (said.code, again.code)
    assert 1 == len(said.err.splitlines())
    assert "hunter2" not in said.err
    assert keys == Keyring.load(tmp_path / "data" / "keys").files()

"""The keyring on disk."""

import os
from pathlib import Path

import pytest

from mailbot.errors import ConfigError
from mailbot.store.keys import KEY_BYTES, KeyClass, Keyring, put, rotate


def test_created_keys_are_separate_private_and_loaded_again(tmp_path: Path) -> None:
    """A key for each class, none like another, 0400 in a folder of 0700, and the same after loading."""
    created = Keyring.create(tmp_path / "keys")

    loaded = Keyring.load(tmp_path / "keys")
    paths = list((tmp_path / "keys").iterdir())

    assert created.files() == loaded.files()
    assert len(KeyClass) == len(set(created.files().values()))
    assert 0o700 == (tmp_path / "keys").stat().st_mode & 0o777
    assert {0o400} == {path.stat().st_mode & 0o777 for path in paths}
    assert [tmp_path / "keys"] == list(tmp_path.iterdir())


def test_nothing_shows_a_key(keyring: Keyring) -> None:
    """Neither repr nor str of a keyring holds a byte of a key."""
    shown = repr(keyring) + str(keyring)

    assert "source-1" in shown
    assert not any(key.hex()[:8] in shown or repr(key)[2:10] in shown for key in keyring.files().values())


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    """A folder that holds keys is refused, and stays as it was."""
    before = Keyring.create(tmp_path / "keys").files()

    with pytest.raises(ConfigError, match="never overwritten"):
        Keyring.create(tmp_path / "keys")

    assert before == Keyring.load(tmp_path / "keys").files()


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    """An administrator may have made the folder."""
    (tmp_path / "keys").mkdir()

    assert Keyring.create(tmp_path / "keys").files() == Keyring.load(tmp_path / "keys").files()


def _missing(folder: Path) -> None:
    (folder / "audit-1.key").unlink()


def _short(folder: Path) -> None:
    (folder / "audit-1.key").unlink()
    (folder / "audit-1.key").write_bytes(b"x" * (KEY_BYTES - 1))
    (folder / "audit-1.key").chmod(0o400)


def _open_file(folder: Path) -> None:
    (folder / "audit-1.key").chmod(0o440)


@pytest.mark.parametrize("damage", [_missing, _short, _open_file])
def test_a_bad_key_file_is_named(tmp_path: Path, damage: object) -> None:
    """Missing, too short, or readable by others: the file is named and nothing is loaded."""
    Keyring.create(tmp_path / "keys")
    assert callable(damage)
    damage(tmp_path / "keys")

    with pytest.raises(ConfigError, match=r"audit-1\.key"):
        Keyring.load(tmp_path / "keys")


def test_an_open_folder_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    """The folder is checked like its files."""
    with pytest.raises(ConfigError, match="no key folder"):
        Keyring.load(tmp_path / "keys")

    Keyring.create(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o750)

    with pytest.raises(ConfigError, match="chmod 0700"):
        Keyring.load(tmp_path / "keys")


@pytest.mark.skipif(os.geteuid() != 0, reason="credentials of systemd belong to root")
def test_a_credentials_folder_of_systemd_is_a_key_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service manager opens by an access list shows as 0550 and 0440 of root, and is accepted."""
    Keyring.create(tmp_path / "keys")
    for path in (tmp_path / "keys").iterdir():
        path.chmod(0o440)
    (tmp_path / "keys").chmod(0o550)

    with pytest.raises(ConfigError):
        Keyring.load(tmp_path / "keys")

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "keys"))

    assert Keyring.load(tmp_path / "keys").files()


def test_rotation_adds_an_active_key_for_each_sealing_class(tmp_path: Path) -> None:
    """The old keys stay, the new ones are active, digest and audit keep theirs."""
    before = Keyring.create(tmp_path / "keys").files()

    rotate(tmp_path / "keys")
    after = Keyring.load(tmp_path / "keys")

    assert before.items() < after.files().items()
    assert ["2", "2", "2", "1", "1"] == [after.active(kind)[0] for kind in KeyClass]
    assert 8 == len(list((tmp_path / "keys").iterdir()))


def test_the_tenth_key_is_newer_than_the_ninth(tmp_path: Path) -> None:
    """Ids are numbers, not words."""
    Keyring.create(tmp_path / "keys")
    for _ in range(9):
        rotate(tmp_path / "keys")

    assert "10" == Keyring.load(tmp_path / "keys").active(KeyClass.SOURCE)[0]


def test_what_would_not_load_is_not_written(tmp_path: Path) -> None:
    """An incomplete set of keys makes no folder."""
    with pytest.raises(ConfigError, match="missing"):
        put(tmp_path / "keys", {"source-1.key": b"x" * KEY_BYTES})

    assert [] == list(tmp_path.iterdir())

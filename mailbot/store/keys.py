"""
The keys: files of 32 random bytes, a class of its own for each kind of secret.

`source`, `content` and `training` seal what is stored and can be rotated: `source-1.key`, `source-2.key`, …;
the highest number is the active one, the older ones open what they sealed. `digest` finds values again
and `audit` signs the chain; they stay, because everything they ever made would have to be made again.

GUARANTEES
    No key is ever overwritten: `create` refuses a folder that holds one, `rotate` only adds. A key file
    under its final name is complete and durable.
SECURITY
    The folder is 0700 and the files 0400; anything wider is refused. A folder of systemd credentials
    (owned by root, opened to the service by an access list) is a key folder like any other.
    A process that was not told about a new key cannot open what it sealed: restart it after `rotate`.
"""

import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from mailbot.errors import ConfigError
from mailbot.store.disk import sync

KEY_BYTES = 32
_NAME = re.compile(r"(source|content|training|digest|audit)-([1-9][0-9]{0,5})\.key")


class KeyClass(Enum):
    """What a key is for."""

    SOURCE = "source"  # who sent it, who told them, the original bytes
    CONTENT = "content"  # what handlers work on
    TRAINING = "training"  # the admins' desk
    DIGEST = "digest"  # what must be found again
    AUDIT = "audit"  # the chain


SEALING = (KeyClass.SOURCE, KeyClass.CONTENT, KeyClass.TRAINING)


class Keyring:
    """All keys of one installation, in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._keys: dict[tuple[KeyClass, str], bytes] = {}
        self._active: dict[KeyClass, str] = {}
        for name, key in files.items():
            kind, kid = _parse(name)
            if len(key) != KEY_BYTES:
                raise ConfigError(f"the key file {name} does not hold {KEY_BYTES} bytes")
            self._keys[kind, kid] = key
            if int(kid) > int(self._active.get(kind, "0")):
                self._active[kind] = kid
        for kind in KeyClass:
            if kind not in self._active:
                raise ConfigError(f"the key file {kind.value}-1.key is missing")

    def __repr__(self) -> str:
        return f"Keyring({', '.join(sorted(f'{kind.value}-{kid}' for kind, kid in self._keys))})"

    @classmethod
    def create(cls, folder: Path) -> "Keyring":
        """New keys in a new folder; `ConfigError` when the folder holds anything."""
        files = {f"{kind.value}-1.key": secrets.token_bytes(KEY_BYTES) for kind in KeyClass}
        put(folder, files)
        return cls(files)

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """The keys in the folder; `ConfigError` names the file that is missing, open to others or damaged."""
        return cls(_read(folder))

    def active(self, kind: KeyClass) -> tuple[str, bytes]:
        """The key id and the key that seal today."""
        kid = self._active[kind]
        return kid, self._keys[kind, kid]

    def files(self) -> dict[str, bytes]:
        """All of them, as `put` takes them."""
        return {f"{kind.value}-{kid}.key": key for (kind, kid), key in self._keys.items()}

    def find(self, kind: KeyClass, kid: str) -> bytes | None:
        """The key of that id."""
        return self._keys.get((kind, kid))


def _read(folder: Path) -> dict[str, bytes]:
    """The key files by name, the mode of each checked."""
    try:
        _check_mode(folder, folder.stat())
        paths = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
        files = {}
        for path in paths:
            _check_mode(path, path.stat())
            files[path.name] = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"there is no key folder {folder}: run mailbot init") from error
    except OSError as error:
        raise ConfigError(f"the key folder {folder} cannot be read") from error
    if not files:
        raise ConfigError(f"the key folder {folder} holds no keys: run mailbot init")
    return files


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """
    Write a whole key folder, or nothing: also what brings the keys back from an escrow file.

    It is filled beside its place and renamed into it; a folder that holds anything is refused.
    """
    Keyring(files)  # refuses what would not load
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".keys-") as outer:
            inner = Path(outer) / "keys"
            inner.mkdir(mode=0o700)
            for name, key in files.items():
                _write(inner / name, key)
            sync(inner)
            inner.rename(folder)  # replaces an empty folder, and nothing else
            sync(folder.parent)
    except OSError as error:
        if folder.exists():
            raise ConfigError(
                f"the key folder {folder} is there already; keys are never overwritten"
            ) from error
        raise ConfigError(f"the key folder {folder} cannot be written") from error


def rotate(folder: Path) -> dict[KeyClass, str]:
    """A new active key for each sealing class; the ids. Nothing is sealed anew by this."""
    keyring = Keyring.load(folder)
    new = {kind: str(int(keyring.active(kind)[0]) + 1) for kind in SEALING}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as outer:
        for kind, kid in new.items():
            name = f"{kind.value}-{kid}.key"
            _write(Path(outer) / name, secrets.token_bytes(KEY_BYTES))
            os.link(Path(outer) / name, folder / name)  # fails where another rotation was first
    sync(folder)
    return new


def _parse(name: str) -> tuple[KeyClass, str]:
    found = _NAME.fullmatch(name)
    if found is None:
        raise ConfigError("a key file has a name that is none of ours")
    return KeyClass(found[1]), found[2]


def _check_mode(path: Path, found: os.stat_result) -> None:
    # systemd shows the service's entry in the access list as the group's bits of root's own group
    forbidden = 0o027 if found.st_uid == 0 and found.st_gid == 0 and _is_credential(path) else 0o077
    if found.st_mode & forbidden:
        wanted = "0700" if stat.S_ISDIR(found.st_mode) else "0400"
        raise ConfigError(f"{path} can be reached by others: chmod {wanted} {path}")


def _is_credential(path: Path) -> bool:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and path.is_relative_to(folder)


def _write(path: Path, key: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(handle)

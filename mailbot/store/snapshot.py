"""
A backup as a folder, and back: the database, the originals, and a manifest that is written last.

    mailbot.db | mailbot.dump   the database (SQLite; what `pg_restore` reads)
    blobs/<digest>              the originals, sealed as they are
    manifest.json               what must be there, signed with a key that is not

GUARANTEES
    The database is copied before the originals, so each row of it finds its file. A folder without its
    manifest is no backup. Restoring overwrites nothing: where a database or an original is, it is refused.
SECURITY
    What is in a backup is sealed; the keys are not in it. The manifest is signed by the key of digests, so a
    backup of another installation, or one that was changed, is refused.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import make_url

from mailbot.errors import ConfigError, Gone, Tampered
from mailbot.store.backup import back_up
from mailbot.store.connect import file_of
from mailbot.store.disk import sync
from mailbot.store.vault import Vault

PURPOSE = "backup"  # of the digest
Step = Callable[[], None]


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds."""

    made_at: str
    version: str  # of the database
    database: str
    sha256: str
    blobs: int
    size: int  # bytes of the originals
    mac: str = ""

    def signed(self, vault: Vault) -> "Manifest":
        """With our signature."""
        return msgspec.structs.replace(self, mac=vault.digest(PURPOSE, self._told()))

    def _told(self) -> bytes:
        told: dict[str, Any] = msgspec.structs.asdict(msgspec.structs.replace(self, mac=""))
        return json.dumps(told, sort_keys=True).encode()


def make(
    url: str,
    blobs: Path,
    target: Path,
    known: Iterable[str],
    vault: Vault,
    version: str,
    now: datetime,
    step: Step = lambda: None,
) -> Manifest:
    """Copy everything into `target`, a new or empty folder; `Gone` when an original of `known` is missing."""
    wanted = set(known)  # before the copy of the database: what comes later may be in both, or in neither
    _empty(target)
    database = "mailbot.dump" if file_of(url) is None else "mailbot.db"
    back_up(url, target / database)
    size, names = _copy_blobs(blobs, target / "blobs", step)
    if missing := wanted - names:
        raise Gone(f"{len(missing)} originals are missing: this backup would not be whole")
    told = Manifest(now.isoformat(), version, database, _sha256(target / database), len(names), size)
    manifest = told.signed(vault)
    _write(target / "manifest.json", msgspec.json.encode(manifest))
    sync(target)
    return manifest


def read(source: Path, vault: Vault) -> Manifest:
    """The manifest of a backup that is whole and ours."""
    try:
        manifest = msgspec.json.decode((source / "manifest.json").read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{source} is no backup that was finished: it has no manifest") from error
    if manifest != manifest.signed(vault):
        raise Tampered("the backup was changed, or is not of the installation to which these keys belong")
    if _sha256(source / manifest.database) != manifest.sha256:
        raise Tampered("the database in the backup was changed, or damaged")
    held = sum(1 for _ in _blobs(source / "blobs"))
    if held != manifest.blobs:
        raise Tampered(f"the backup holds {held} originals, and should hold {manifest.blobs}")
    return manifest


def must_be_empty(manifest: Manifest, url: str, blobs: Path) -> None:
    """`ConfigError` where something is already, or the database is of another kind."""
    path = file_of(url)
    if next(_blobs(blobs), None) is not None:
        raise ConfigError(f"{blobs} holds originals already; a backup is restored into an empty place")
    if path is not None and path.exists() and path.stat().st_size:
        raise ConfigError(f"{path} is there already; a backup is restored into an empty place")
    if (path is None) != (manifest.database == "mailbot.dump"):
        raise ConfigError("[database] → url: the backup is of the other kind of database")


def bring_back(source: Path, manifest: Manifest, url: str, blobs: Path, step: Step = lambda: None) -> None:
    """Copy everything back, the originals first, into a place that `must_be_empty`."""
    path = file_of(url)
    _copy_blobs(source / "blobs", blobs, step)
    if path is None:
        _restore_dump(source / manifest.database, url)
    else:
        _copy(source / manifest.database, path)
        sync(path.parent)


def _copy_blobs(source: Path, target: Path, step: Step) -> tuple[int, set[str]]:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    size, names = 0, set()
    for path in _blobs(source):
        with suppress(FileNotFoundError):  # erased meanwhile
            size += _copy(path, target / path.name)
            names.add(path.name)
            step()
    sync(target)
    return size, names


def _blobs(folder: Path):  # type: ignore[no-untyped-def]
    return (path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else iter(())


def _copy(source: Path, target: Path) -> int:
    """Durable, ours alone, and under its name only when it is whole; its size."""
    partial = target.with_name(f".{target.name}.part")
    with open(source, "rb") as file, open(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as copy:
        shutil.copyfileobj(file, copy, 2**20)
        copy.truncate()
        copy.flush()
        os.fsync(copy.fileno())
    partial.rename(target)
    return target.stat().st_size


def _restore_dump(dump: Path, url: str) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        raise ConfigError("pg_restore is not installed: without it this backup cannot be restored")
    place = make_url(url)
    environment = {**os.environ, **({"PGPASSWORD": str(place.password)} if place.password else {})}
    target = place.set(drivername="postgresql", password=None).render_as_string()
    command = [
        program,
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        f"--dbname={target}",
        str(dump),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ConfigError("pg_restore could not fill the database; it must exist and be empty")


def _empty(target: Path) -> None:
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise ConfigError(f"{target} is not empty; a backup goes into a folder of its own")
    except OSError as error:
        raise ConfigError(f"{target} cannot be used for a backup") from error


def _sha256(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Tampered("the backup lacks its database") from error


def _write(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

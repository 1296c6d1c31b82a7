"""
Make an installation: a configuration to fill in, the keys, the database.

The folder may exist or not. What is there already is kept as it is, so a run that was interrupted is
finished by the next one, and a second run changes nothing.
"""

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.config import Config
    from mailbot.store.keys import Keyring

NAME = "init"
HELP = "make an installation: configuration, keys, database"
KEEP_SAFE = (
    "Copy the keys to a safe place now, because without them nothing that is stored can ever be read:"
    " mailbot --config {config} keys escrow FILE"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--dir", type=Path, required=True, metavar="D", help="the folder of the installation")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Make what is missing."""
    folder: Path = args.dir.absolute()
    file = args.config or folder / "mailbot.toml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _write_new(file, commented(folder / "data"))
    except OSError as error:
        raise ConfigError(f"--dir: {folder} cannot be used: {error.strerror}") from None
    _say(out, "configuration", file, made)
    args.config = file
    make(common.configuration(args), out)
    print(KEEP_SAFE.format(config=file), file=out)
    return 0


def make(config: "Config", out: TextIO) -> None:
    """Keys and database of a configuration, where they are missing."""
    from mailbot.config import keys_folder

    config.mailbot.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys, database = keys_folder(config), _sqlite_file(config)
    known = keys.is_dir() and any(keys.iterdir())
    if not known and database is not None and _holds_something(database):
        raise ConfigError(f"there is a database and no keys: bring the keys back into {keys} first")
    keyring = _keyring(keys, known)
    _say(out, "keys", keys, not known)
    _say(out, "database", database or "PostgreSQL", _database(config, database, keyring))


def commented(data: Path) -> str:
    """The example, with every setting switched off but the place of the data."""
    from mailbot import resources

    text = resources.find("config/mailbot.example.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(?=[a-z\[])(?!\[mailbot\]$)", "#", text)
    # As JSON, a path is a text of TOML as well. The replacement is a function, so no backslash is special.
    return re.sub(r"(?m)^#data = .*$", lambda _: f"data = {json.dumps(str(data))}", text)


def _keyring(folder: Path, known: bool) -> "Keyring":
    from mailbot.store.keys import Keyring

    return Keyring.load(folder) if known else Keyring.create(folder)


def _database(config: "Config", file: Path | None, keyring: "Keyring") -> bool:
    """Whether it had to be made."""
    from mailbot.config import database_url
    from mailbot.store.open import create_database, open_store

    url = database_url(config)
    if file is not None and file.exists() and not _holds_something(file):
        file.unlink()  # a run that was interrupted had begun it
    if file is None or file.exists():
        try:
            open_store(url, keyring).close()
            return False
        except ConfigError:
            if file is not None:
                raise
    create_database(url)
    return True


def _sqlite_file(config: "Config") -> Path | None:
    from mailbot.config import database_url

    url = database_url(config)
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _holds_something(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def _write_new(file: Path, text: str) -> bool:
    """Whether it was written; an existing file is never touched."""
    try:
        with file.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        return False
    file.chmod(0o640)
    return True


def _say(out: TextIO, what: str, where: object, made: bool) -> None:
    print(f"{what:14}{where}  ({'made' if made else 'was there, kept'})", file=out)

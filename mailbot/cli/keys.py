"""
The keys. `escrow` writes all of them into one file that a passphrase protects, for the safe; `restore`
brings them back from it, into an empty place. `rotate` makes new keys and seals everything anew under them;
stop the worker first. The old keys stay: older backups need them. Make a new escrow file after each
rotation.

The passphrase is asked for twice at a terminal, or read from the first line of --passphrase-file. Keep it
elsewhere than the file.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress
from mailbot.errors import ConfigError

NAME = "keys"
HELP = "keys into the safe and back, and new ones"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its sub-commands."""
    parser.add_argument(
        "action",
        choices=("escrow", "restore", "rotate"),
        help="write the keys into a file for the safe; bring them back from it; make new ones",
    )
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        default=Path("mailbot-keys.escrow"),
        metavar="FILE",
        help="for escrow (must not exist yet) and restore",
    )
    parser.add_argument("--passphrase-file", type=Path, metavar="P", help="its first line is the passphrase")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """One of the three."""
    from mailbot.config import keys_folder

    config = common.configuration(args)
    if args.action == "rotate":
        return _rotate(args, out, err)
    if args.action == "restore":
        bring_back(args.file, args.passphrase_file, keys_folder(config))
        print(f"{keys_folder(config)}  (the keys are back)", file=out)
        return 0
    _escrow(args.file, args.passphrase_file, keys_folder(config))
    print(f"{args.file}  (put it into the safe, and the passphrase somewhere else)", file=out)
    return 0


def bring_back(file: Path, passphrase_file: Path | None, folder: Path) -> None:
    """The keys from an escrow file; an existing key is never overwritten."""
    from mailbot.store.escrow import read_escrow
    from mailbot.store.keys import put

    try:
        untrusted = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    put(folder, read_escrow(untrusted, _passphrase(passphrase_file, again=False)))


def _escrow(file: Path, passphrase_file: Path | None, folder: Path) -> None:
    from mailbot.store.escrow import write_escrow
    from mailbot.store.keys import Keyring

    keyring = Keyring.load(folder)
    if file.exists():
        raise ConfigError(f"{file} is there already; it is never overwritten")
    _write_new(file, write_escrow(keyring, _passphrase(passphrase_file, again=True)))


def _rotate(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """New keys, and everything under them; where an earlier run was interrupted, it is finished first."""
    from sqlalchemy import select

    from mailbot.app import open_app
    from mailbot.config import keys_folder
    from mailbot.store import reseal
    from mailbot.store.audit import Action
    from mailbot.store.keys import rotate
    from mailbot.store.lock import alone
    from mailbot.store.schema import message

    config = common.configuration(args)
    with alone(config.mailbot.data):
        new = rotate(keys_folder(config))
        with open_app(config) as app:
            with app.store.unit() as unit:
                ids = {kind.value: kid for kind, kid in new.items()}
                now = datetime.now(UTC)
                unit.audit(common.actor(), Action.CONFIGURATION_CHANGE, "keys", now, what="rotate", **ids)
            with progress(err, "values", None) as step:
                values, failed = reseal.reseal(app.store, step)
            with app.store.look() as db:
                kept = select(message.c.raw_digest).where(message.c.erased_at.is_(None))
                digests = list(db.scalars(kept.distinct()))
            with progress(err, "originals", len(digests)) as step:
                originals = sum(_rewrapped(app.raw.rewrap(one), step) for one in digests)
    print(f"New keys {', '.join(sorted(f'{kind}-{kid}' for kind, kid in ids.items()))}.", file=out)
    print(f"{values} values and {originals} originals are under them. Make a new escrow file now.", file=out)
    if failed:
        print(f"mailbot: {failed} values open under no key and were left as they are", file=err)
    return int(bool(failed))


def _rewrapped(done: bool, step: Callable[[int], None]) -> bool:
    step(1)
    return done


def _passphrase(file: Path | None, *, again: bool) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"--passphrase-file: {file} cannot be read") from None
    if not sys.stdin.isatty():
        raise ConfigError("the passphrase is asked for at a terminal; elsewhere give --passphrase-file")
    passphrase = getpass.getpass("Passphrase: ")
    if again and passphrase != getpass.getpass("The same again: "):
        raise ConfigError("the two passphrases differ; nothing was written")
    return passphrase


def _write_new(file: Path, data: bytes) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except FileExistsError:
        raise ConfigError(f"{file} is there already; it is never overwritten") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None

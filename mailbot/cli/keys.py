"""
The keys. `escrow` writes all of them into one file that a passphrase protects, for the safe.

The passphrase is asked for twice at a terminal, or read from the first line of --passphrase-file. Keep it
elsewhere than the file.
"""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError

NAME = "keys"
HELP = "copy the keys to a passphrase-protected file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its sub-commands."""
    parser.add_argument("action", choices=("escrow",), help="write the keys into a file for the safe")
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        default=Path("mailbot-keys.escrow"),
        metavar="FILE",
        help="must not exist yet",
    )
    parser.add_argument("--passphrase-file", type=Path, metavar="P", help="its first line is the passphrase")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Write the file."""
    from mailbot.config import keys_folder
    from mailbot.store.escrow import write_escrow
    from mailbot.store.keys import Keyring

    keyring = Keyring.load(keys_folder(common.configuration(args)))
    if args.file.exists():
        raise ConfigError(f"{args.file} is there already; it is never overwritten")
    _write_new(args.file, write_escrow(keyring, _passphrase(args.passphrase_file)))
    print(f"{args.file}  (put it into the safe, and the passphrase somewhere else)", file=out)
    return 0


def _passphrase(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"--passphrase-file: {file} cannot be read") from None
    if not sys.stdin.isatty():
        raise ConfigError("the passphrase is asked for at a terminal; elsewhere give --passphrase-file")
    passphrase = getpass.getpass("Passphrase: ")
    if passphrase != getpass.getpass("The same again: "):
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

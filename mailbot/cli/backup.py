"""
Copy everything that mailbot keeps into a folder of its own: database and originals, sealed as they are.

The worker may go on meanwhile. The keys are not in the copy: they belong into the safe (`mailbot keys
escrow`), and without them a backup is worth nothing.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress

NAME = "backup"
HELP = "copy database and originals into a folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("dir", type=Path, metavar="DIR", help="new or empty")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Copy, and check that nothing is missing."""
    from sqlalchemy import select

    from mailbot.app import open_app
    from mailbot.config import database_url
    from mailbot.store import snapshot
    from mailbot.store.migrations import HEAD
    from mailbot.store.schema import message

    config = common.configuration(args)
    with open_app(config) as app:
        with app.store.look() as db:
            known = list(db.scalars(select(message.c.raw_digest).where(message.c.erased_at.is_(None))))
        with progress(err, "copying", len(known)) as step:
            made = snapshot.make(
                database_url(config),
                config.mailbot.data / "blobs",
                args.dir.absolute(),
                known,
                app.vault,
                HEAD,
                datetime.now(UTC),
                lambda: step(1),
            )
    print(f"{args.dir}: the database and {made.blobs} originals ({made.size // 2**20} MB)", file=out)
    return 0

"""
Read stored messages again with today's reader. The result is a new version beside the old one.

Nothing is acknowledged again, and what a person corrected or decided stays as it is.
"""

import argparse
from typing import TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress
from mailbot.errors import ConfigError, Gone

NAME = "reprocess"
HELP = "read stored messages again, as new versions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("message_id", nargs="?", metavar="MESSAGE_ID", help="mailbot's own id of the message")
    parser.add_argument("--all", action="store_true", help="every stored message")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """One, or all."""
    from mailbot.app import open_app
    from mailbot.cli import stored
    from mailbot.store import messages

    if bool(args.message_id) == args.all:
        raise ConfigError("reprocess: give one MESSAGE_ID, or --all")
    with open_app(common.configuration(args)) as app:
        with app.store.look() as db:
            ids = stored.all_messages(db, None) if args.all else [args.message_id]
            if not args.all and messages.get(db, args.message_id) is None:
                raise Gone("there is no message of this id")
        with progress(err, "reading again", len(ids)) as step:
            done = app.reprocess(ids, common.actor(), lambda: step(1))
    print(f"{done} of {len(ids)} read again", file=out)
    return 0 if done == len(ids) else 1

"""
Acknowledgements that wait for a person: list them, let them go, or drop them.

The list holds ids and reasons, and not who would be answered. To see that, look at the message itself
(`mailbot raw MESSAGE_ID`); it goes on record.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import Gone

if TYPE_CHECKING:
    from mailbot.send.held import Held

NAME = "held"
HELP = "acknowledgements that wait for a person"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--release", nargs="+", metavar="ACK_ID", default=[], help="send these after all")
    which.add_argument("--drop", nargs="+", metavar="ACK_ID", default=[], help="never send these")
    parser.add_argument("--json", action="store_true", help="the list, for a program")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Decide, or list."""
    from mailbot.app import open_app
    from mailbot.send import held

    asked = args.release or args.drop
    with open_app(common.configuration(args)) as app:
        if not asked:
            with app.store.look() as db:
                _list(held.waiting(db), args.json, out)
            return 0
        with app.store.unit() as unit:
            decide = held.release_all if args.release else held.drop_all
            done = decide(unit, asked, common.actor(), datetime.now(UTC))
    what = "due now; the worker sends them at its next look" if args.release else "dropped"
    print(f"{len(done)} {what}.", file=out)
    if len(done) < len(set(asked)):
        raise Gone(f"{len(set(asked)) - len(done)} of these ids are not held")
    return 0


def _list(found: "list[Held]", as_json: bool, out: TextIO) -> None:
    from mailbot.send.held import REASONS

    if as_json:
        rows = [
            {
                "ack_id": one.mail_id,
                "message_id": one.message_id,
                "mailbox": one.mailbox,
                "code": one.code,
                "since": one.since.isoformat(timespec="seconds"),
            }
            for one in found
        ]
        print(json.dumps(rows, indent=2), file=out)
        return
    for one in found:
        why = REASONS.get(one.code, one.code)
        print(
            f"{one.mail_id}  since {one.since:%Y-%m-%d %H:%M} UTC: {why}; message {one.message_id}", file=out
        )
    if not found:
        print("Nothing is held.", file=out)
